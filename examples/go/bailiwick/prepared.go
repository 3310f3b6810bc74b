package bailiwick

// #include "call.h"
import "C"

import (
	"time"
	"unsafe"
)

// Subject is who asks, with the groups of its token: prepared once a token.
type Subject struct {
	handle C.bw_subject
}

// Permission is an action on a resource kind: prepared once a snapshot. Like Scope and Cluster it is a number, with nothing to close.
type Permission struct {
	handle C.bw_permission
}

// Scope is where something is asked: prepared once a snapshot.
type Scope struct {
	handle C.bw_scope
}

// Cluster is one of a tenant's: prepared once a snapshot. The zero value is none.
type Cluster struct {
	handle C.bw_cluster
}

// Situation is what else a question by handles says. Now must be there.
type Situation struct {
	Cluster  Cluster
	Resource Attributes
	Context  Attributes
	Now      time.Time
}

// Question is one of many by handles.
type Question struct {
	Subject    Subject
	Permission Permission
	Scope      Scope
}

// Subject prepares a subject. One that the directory does not mention can be prepared too: its groups decide. Here and below a name that cannot be prepared is an
// *UnknownName.
func (e Engine) Subject(tenant, subject string, groups Groups) (Subject, error) {
	handle, err := given(C.prepare_subject(e.handle, tenant, subject, C.int32_t(groups.isKnown), groups.packed))
	return Subject{C.bw_subject(handle)}, err
}

// Permission prepares an action on a resource kind.
func (e Engine) Permission(action, kind string) (Permission, error) {
	handle, err := given(C.prepare_permission(e.handle, action, kind))
	return Permission{C.bw_permission(handle)}, err
}

// Scope prepares a scope by its path.
func (e Engine) Scope(path string) (Scope, error) {
	handle, err := given(C.prepare_scope(e.handle, path))
	return Scope{C.bw_scope(handle)}, err
}

// Cluster prepares a cluster of a tenant by its name.
func (e Engine) Cluster(tenant, name string) (Cluster, error) {
	handle, err := given(C.prepare_cluster(e.handle, tenant, name))
	return Cluster{C.bw_cluster(handle)}, err
}

// Check decides exactly as Engine.Check does for the names behind the handles; where there is an error the decision is Deny.
func (s Subject) Check(permission Permission, scope Scope, situation *Situation) (Decision, error) {
	if !situation.hasTime() {
		return Deny, InvalidArgument
	}
	answer := C.check_handles(s.handle, permission.handle, scope.handle, situation.Cluster.handle,
		situation.Resource.packed, situation.Context.packed, C.int64_t(situation.Now.Unix()))
	return Decision(answer.decision), errorOf(answer.status)
}

// CheckPrepared decides many questions in one situation, into slices of the caller's: decisions as long as questions, and reasons as long too, or nil.
//
// Whatever goes wrong leaves Deny. A question that cannot be asked is denied, the others are decided, and the error is that of the first. Without an error all
// were decided by one snapshot.
func (e Engine) CheckPrepared(situation *Situation, questions []Question, decisions []Decision, reasons []Reason) error {
	for i := range decisions {
		decisions[i] = Deny
	}
	for i := range reasons {
		reasons[i] = C.BW_REASON_INVALID_REQUEST
	}
	if !situation.hasTime() || len(decisions) != len(questions) || reasons != nil && len(reasons) != len(questions) {
		return InvalidArgument
	}
	if len(questions) == 0 {
		return nil
	}
	// A Question lies in memory as C's does, a Decision and a Reason as theirs do, and none has a pointer in it.
	asked, decided := (*C.question)(unsafe.Pointer(&questions[0])), (*C.bw_decision)(unsafe.Pointer(&decisions[0]))
	var told *C.bw_reason
	if reasons != nil {
		told = (*C.bw_reason)(unsafe.Pointer(&reasons[0]))
	}
	return errorOf(C.check_many(e.handle, situation.Cluster.handle, situation.Resource.packed, situation.Context.packed, C.int64_t(situation.Now.Unix()),
		asked, C.size_t(len(questions)), decided, told))
}

// hasTime returns whether there is a situation with a time. Were there none, rules that ended long ago would hold.
func (s *Situation) hasTime() bool {
	return s != nil && !s.Now.IsZero()
}

// Close gives a subject up, stale or not; the zero value is fine. What was closed before is BadHandle.
func (s Subject) Close() error {
	return errorOf(C.bw_subject_free(s.handle))
}

// given returns a handle, or why there is none.
func given(prepared C.prepared) (C.uint64_t, error) {
	if prepared.status == C.BW_UNKNOWN_NAME {
		return 0, &UnknownName{Reason(prepared.reason)}
	}
	return prepared.handle, errorOf(prepared.status)
}
