package bailiwick

// #include "call.h"
import "C"

import (
	"fmt"
	"unsafe"
)

// Status is why a call did not do what it was asked. It is an error, and errors.Is finds it in those that tell more.
type Status int32

const (
	// InvalidArgument says that a name is left out or not UTF-8, that a time is missing, or that slices are not of one length.
	InvalidArgument Status = C.BW_INVALID_ARGUMENT
	// BadHandle says that something is closed, the zero value or another engine's.
	BadHandle Status = C.BW_BAD_HANDLE
	// StaleHandle says that the engine was reloaded or closed since something was prepared: close it and prepare it again.
	StaleHandle Status = C.BW_STALE_HANDLE
	// NotKnown is the status of an *UnknownName.
	NotKnown Status = C.BW_UNKNOWN_NAME
	// Refused is the status of a *Refusal.
	Refused Status = C.BW_REFUSED
	// TooMany says that there are more groups or attributes than a question takes, or no handles left.
	TooMany Status = C.BW_TOO_MANY
)

// Error returns what the status is called in every language, such as `bailiwick: stale_handle`.
func (s Status) Error() string {
	return "bailiwick: " + C.GoString(C.bw_status_code(C.bw_status(s)))
}

// UnknownName says that a name cannot be prepared, and the reason with which a check would deny.
type UnknownName struct {
	Reason Reason
}

// Error returns the reason.
func (u *UnknownName) Error() string {
	return NotKnown.Error() + ": " + u.Reason.String()
}

// Unwrap returns NotKnown.
func (u *UnknownName) Unwrap() error {
	return NotKnown
}

// Refusal says that a policy has errors, and all of them in the order of the files.
type Refusal struct {
	Findings []Finding
}

// Finding is one thing that is wrong with a policy.
type Finding struct {
	// Code is stable, such as P0012.
	Code    string
	Message string
	// File, Line and Column say where; Line is 0 where it stands in no text.
	File   string
	Line   int
	Column int
	// Help says what to do; it may be empty.
	Help      string
	IsWarning bool
}

// Error returns the first error, and how many other findings there are.
func (r *Refusal) Error() string {
	for _, finding := range r.Findings {
		if !finding.IsWarning {
			return fmt.Sprintf("%v: %v (%d more)", Refused, finding, len(r.Findings)-1)
		}
	}
	return Refused.Error()
}

// Unwrap returns Refused.
func (r *Refusal) Unwrap() error {
	return Refused
}

// String returns the place, the code and the message.
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Code, f.Message)
}

// errorOf returns nil where all is well.
func errorOf(status C.bw_status) error {
	if status == C.BW_OK {
		return nil
	}
	return Status(status)
}

// loadError returns why a load failed, and frees its findings; nil where it did not.
func loadError(status C.bw_status, findings C.bw_error) error {
	if status != C.BW_REFUSED {
		return errorOf(status)
	}
	defer C.bw_error_free(findings)
	var n C.size_t
	if status := C.bw_error_count(findings, &n); status != C.BW_OK {
		return Status(status)
	}
	refusal := &Refusal{make([]Finding, 0, n)}
	for at := C.size_t(0); at < n; at++ {
		numbers := C.bw_finding_init()
		if status := C.bw_error_finding(findings, at, &numbers); status != C.BW_OK {
			return Status(status)
		}
		refusal.Findings = append(refusal.Findings, Finding{
			Code:      findingText(findings, at, C.BW_ERROR_CODE),
			Message:   findingText(findings, at, C.BW_ERROR_MESSAGE),
			File:      findingText(findings, at, C.BW_ERROR_FILE),
			Line:      int(numbers.line),
			Column:    int(numbers.column),
			Help:      findingText(findings, at, C.BW_ERROR_HELP),
			IsWarning: numbers.severity == C.BW_SEVERITY_WARNING,
		})
	}
	return refusal
}

// findingText asks for the length first.
func findingText(findings C.bw_error, at C.size_t, field C.bw_error_field) string {
	var length C.size_t
	if C.bw_error_text(findings, at, field, nil, 0, &length) != C.BW_BUFFER_TOO_SMALL {
		return ""
	}
	buffer := make([]byte, length+1)
	if C.bw_error_text(findings, at, field, (*C.char)(unsafe.Pointer(&buffer[0])), length+1, &length) != C.BW_OK {
		return ""
	}
	return string(buffer[:length])
}
