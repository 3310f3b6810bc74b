// Package bailiwick asks Bailiwick, through its C library, who may do what where.
//
// What goes wrong is denied: the zero value of a Decision is Deny, and a Decision is Allow only where the error beside it is nil.
//
// An Engine and a Subject are numbers in a table of the library, which tells those that were closed from those that live; a Permission, a Scope and a Cluster are
// numbers of a snapshot, with nothing to close. All may be copied, kept in maps and used by any number of goroutines at once, also while another one reloads or
// closes them; the zero value of each is none. Engines and Subjects are closed by who made them: the garbage collector closes nothing.
//
// After Reload what was prepared before is stale. A check with it is denied with StaleHandle, so that nothing that was revoked is allowed by what was kept: close
// the Subjects, prepare everything again and ask again. Checks by names need nothing of that.
package bailiwick

// #cgo pkg-config: bailiwick
// #include "call.h"
import "C"

// Engine is a policy with its directories: the snapshot that is current. Load makes one.
type Engine struct {
	handle C.bw_engine
}

// Load makes an engine of files: .jsonl is a feed, anything else YAML or JSON. A policy that is refused is a *Refusal.
func Load(paths ...string) (Engine, error) {
	var engine C.bw_engine
	var findings C.bw_error
	status := C.load(pack(paths), &engine, &findings)
	return Engine{engine}, loadError(status, findings)
}

// Reload reads files and makes them current, whole and at once, and returns the revision. No check that begins later is answered from before. A policy that is
// refused is a *Refusal, and changes nothing.
func (e Engine) Reload(paths ...string) (revision uint64, err error) {
	var number C.uint64_t
	var findings C.bw_error
	status := C.reload(e.handle, pack(paths), &number, &findings)
	return uint64(number), loadError(status, findings)
}

// Revision returns the number of the current snapshot: 1 at first, and one more after each reload.
func (e Engine) Revision() (uint64, error) {
	var revision C.uint64_t
	status := C.bw_engine_revision(e.handle, &revision)
	return uint64(revision), errorOf(status)
}

// IsComplete returns whether the last load left nothing out. Where only some directories are refused the others are loaded.
func (e Engine) IsComplete() (bool, error) {
	var isComplete C.int32_t
	status := C.bw_engine_is_complete(e.handle, &isComplete)
	return isComplete == 1, errorOf(status)
}

// Close gives an engine up. Checks that are under way end as they would have; later ones are denied with BadHandle. Its Subjects are still to be closed.
func (e Engine) Close() error {
	return errorOf(C.bw_engine_free(e.handle))
}
