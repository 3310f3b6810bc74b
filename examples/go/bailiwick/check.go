package bailiwick

// #include "call.h"
import "C"

import "time"

// Decision is Deny, which is the zero value, or Allow.
type Decision int32

const (
	// Deny says that the request is denied.
	Deny Decision = C.BW_DENY
	// Allow says that it is allowed.
	Allow Decision = C.BW_ALLOW
)

// String returns `allow` or `deny`.
func (d Decision) String() string {
	if d == Allow {
		return "allow"
	}
	return "deny"
}

// Reason says why a request was allowed or denied.
type Reason int32

// String returns what the reason is called in every language, such as `not_granted`.
func (r Reason) String() string {
	return C.GoString(C.bw_reason_code(C.bw_reason(r)))
}

// Request is a question by names. Subject, Action, Kind, Scope and Now must be there; an empty string is left out.
type Request struct {
	// Tenant is the subject's home; it may be left out only while one tenant is loaded.
	Tenant string
	// Subject is `user:`, `group:` or `app:` and a name.
	Subject string
	Groups  Groups
	Action  string
	Kind    string
	// Scope is a path from the tenant down.
	Scope string
	// Cluster is the one concerned, if any is.
	Cluster  string
	Resource Attributes
	Context  Attributes
	Now      time.Time
}

// Details are a decision with what is known of it; the zero value is a denial.
type Details struct {
	Decision Decision
	Reason   Reason
	// Revision is the snapshot that decided; 0 where nothing was decided.
	Revision uint64
	// ValidUntil is the first later instant at which time alone changes the decision; zero where there is none.
	ValidUntil time.Time
}

// Check decides a request. What is unknown is denied without an error; where there is an error the decision is Deny.
func (e Engine) Check(r *Request) (Decision, error) {
	if !r.hasTime() {
		return Deny, InvalidArgument
	}
	answer := C.check(e.handle, r.Tenant, r.Subject, C.int32_t(r.Groups.isKnown), r.Groups.packed, r.Action, r.Kind, r.Scope, r.Cluster,
		r.Resource.packed, r.Context.packed, C.int64_t(r.Now.Unix()))
	return Decision(answer.decision), errorOf(answer.status)
}

// CheckDetails decides as Check does, and tells the reason.
func (e Engine) CheckDetails(r *Request) (Details, error) {
	if !r.hasTime() {
		return Details{}, InvalidArgument
	}
	answer := C.check_details(e.handle, r.Tenant, r.Subject, C.int32_t(r.Groups.isKnown), r.Groups.packed, r.Action, r.Kind, r.Scope, r.Cluster,
		r.Resource.packed, r.Context.packed, C.int64_t(r.Now.Unix()))
	told := answer.details
	details := Details{Decision: Decision(told.decision), Reason: Reason(told.reason), Revision: uint64(told.revision)}
	if told.has_valid_until == 1 {
		details.ValidUntil = time.Unix(int64(told.valid_until), 0)
	}
	return details, errorOf(answer.status)
}

// hasTime returns whether there is a request with a time. Were there none, rules that ended long ago would hold.
func (r *Request) hasTime() bool {
	return r != nil && !r.Now.IsZero()
}
