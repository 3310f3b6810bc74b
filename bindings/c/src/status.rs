//! How a call ended, and what its numbers are called.

use std::ffi::c_char;

use bailiwick::Reason;

/// How a call ended: `BW_OK`, or why it did not do what it was asked.
///
/// Whatever is not `BW_OK` goes with a denial: decisions were set to `BW_DENY` before anything else was done. Numbers
/// are never used again for something else.
pub type Status = i32;

/// The call did what it was asked.
pub const BW_OK: Status = 0;
/// A pointer is NULL or out of line, a string is not UTF-8 or too long, or a number is none of its kind.
pub const BW_INVALID_ARGUMENT: Status = 1;
/// A handle was freed, is of another kind, or names nothing; or a subject is of another engine than the one asked.
pub const BW_BAD_HANDLE: Status = 2;
/// A prepared handle is not of the current snapshot: it is of an earlier one, of an engine that was freed, or of another
/// engine. Free it if it is a subject, and prepare it again.
pub const BW_STALE_HANDLE: Status = 3;
/// A name cannot be prepared; the reason tells why.
pub const BW_UNKNOWN_NAME: Status = 4;
/// A policy or a condition has errors; the error object tells all of them. What was loaded before stays.
pub const BW_REFUSED: Status = 5;
/// An approval was given on another snapshot than the current one: ask again.
pub const BW_STALE_APPROVAL: Status = 6;
/// The text does not fit; its length was told and nothing was written.
pub const BW_BUFFER_TOO_SMALL: Status = 7;
/// There is no item of that number.
pub const BW_NO_SUCH_ITEM: Status = 8;
/// There are more values than the call takes, or no handles left.
pub const BW_TOO_MANY: Status = 9;
/// The struct is shorter than this library knows it, or sets something that this library does not know.
pub const BW_UNSUPPORTED: Status = 10;
/// Something broke inside. The call changed nothing, and other calls go on; please report it.
pub const BW_PANIC: Status = 11;

/// Why a request was allowed or denied. `BW_REASON_GRANTED` is the one reason that allows.
pub type ReasonCode = i32;

/// The request is malformed, names no tenant while several are loaded, or could not be asked.
pub const BW_REASON_INVALID_REQUEST: ReasonCode = 0;
/// The tenant is not loaded.
pub const BW_REASON_UNKNOWN_TENANT: ReasonCode = 1;
/// The policy declares no such action.
pub const BW_REASON_UNKNOWN_ACTION: ReasonCode = 2;
/// The policy declares no such resource kind.
pub const BW_REASON_UNKNOWN_KIND: ReasonCode = 3;
/// The scope is another tenant's.
pub const BW_REASON_OTHER_TENANT: ReasonCode = 4;
/// The tenant has no such scope.
pub const BW_REASON_UNKNOWN_SCOPE: ReasonCode = 5;
/// A deny of the tenant could not be read; everything is denied there until it is mended.
pub const BW_REASON_TENANT_CLOSED: ReasonCode = 6;
/// The tenant has no such cluster.
pub const BW_REASON_UNKNOWN_CLUSTER: ReasonCode = 7;
/// The scope lies in another cluster than the one named.
pub const BW_REASON_CLUSTER_MISMATCH: ReasonCode = 8;
/// The resource kind cannot live at that scope.
pub const BW_REASON_WRONG_PLACE: ReasonCode = 9;
/// The resource kind lives in clusters, and none is named.
pub const BW_REASON_CLUSTER_REQUIRED: ReasonCode = 10;
/// The subject is disabled.
pub const BW_REASON_SUBJECT_DISABLED: ReasonCode = 11;
/// A deny rule applies.
pub const BW_REASON_DENIED_BY_RULE: ReasonCode = 12;
/// A deny rule could not be evaluated.
pub const BW_REASON_DENY_ERROR: ReasonCode = 13;
/// A restriction or a gate applies.
pub const BW_REASON_RESTRICTED: ReasonCode = 14;
/// A restriction or a gate could not be evaluated.
pub const BW_REASON_RESTRICTION_ERROR: ReasonCode = 15;
/// The subject is not known.
pub const BW_REASON_UNKNOWN_SUBJECT: ReasonCode = 16;
/// An access rule gives the permission: the one reason that allows.
pub const BW_REASON_GRANTED: ReasonCode = 17;
/// The only rules that would give the permission could not be evaluated.
pub const BW_REASON_ALLOW_ERROR: ReasonCode = 18;
/// No rule gives the permission.
pub const BW_REASON_NOT_GRANTED: ReasonCode = 19;

/// Returns what a status is called, such as `stale_handle`; `unknown` for a number that is none.
///
/// The text ends in a zero byte, is the library's and lives as long as it is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn bw_status_code(status: Status) -> *const c_char {
    let found = STATUSES.iter().find(|(number, _)| *number == status);
    found.map_or(c"unknown", |(_, code)| code).as_ptr()
}

/// Returns what a reason is called in every language, such as `not_granted`; `unknown` for a number that is none.
///
/// The text ends in a zero byte, is the library's and lives as long as it is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn bw_reason_code(reason: ReasonCode) -> *const c_char {
    let found = REASONS.iter().find(|(_, number, _)| *number == reason);
    found.map_or(c"unknown", |(_, _, code)| code).as_ptr()
}

/// Returns the number of a reason; a reason that has none yet is that of a request that could not be asked.
#[inline]
pub(crate) fn number(reason: Reason) -> ReasonCode {
    let found = REASONS.iter().find(|(known, _, _)| *known == reason);
    found.map_or(BW_REASON_INVALID_REQUEST, |(_, number, _)| *number)
}

const STATUSES: [(Status, &std::ffi::CStr); 12] = [
    (BW_OK, c"ok"),
    (BW_INVALID_ARGUMENT, c"invalid_argument"),
    (BW_BAD_HANDLE, c"bad_handle"),
    (BW_STALE_HANDLE, c"stale_handle"),
    (BW_UNKNOWN_NAME, c"unknown_name"),
    (BW_REFUSED, c"refused"),
    (BW_STALE_APPROVAL, c"stale_approval"),
    (BW_BUFFER_TOO_SMALL, c"buffer_too_small"),
    (BW_NO_SUCH_ITEM, c"no_such_item"),
    (BW_TOO_MANY, c"too_many"),
    (BW_UNSUPPORTED, c"unsupported"),
    (BW_PANIC, c"panic"),
];

pub(crate) const REASONS: [(Reason, ReasonCode, &std::ffi::CStr); 20] = [
    (Reason::InvalidRequest, BW_REASON_INVALID_REQUEST, c"invalid_request"),
    (Reason::UnknownTenant, BW_REASON_UNKNOWN_TENANT, c"unknown_tenant"),
    (Reason::UnknownAction, BW_REASON_UNKNOWN_ACTION, c"unknown_action"),
    (Reason::UnknownKind, BW_REASON_UNKNOWN_KIND, c"unknown_kind"),
    (Reason::OtherTenant, BW_REASON_OTHER_TENANT, c"other_tenant"),
    (Reason::UnknownScope, BW_REASON_UNKNOWN_SCOPE, c"unknown_scope"),
    (Reason::TenantClosed, BW_REASON_TENANT_CLOSED, c"tenant_closed"),
    (Reason::UnknownCluster, BW_REASON_UNKNOWN_CLUSTER, c"unknown_cluster"),
    (Reason::ClusterMismatch, BW_REASON_CLUSTER_MISMATCH, c"cluster_mismatch"),
    (Reason::WrongPlace, BW_REASON_WRONG_PLACE, c"wrong_place"),
    (Reason::ClusterRequired, BW_REASON_CLUSTER_REQUIRED, c"cluster_required"),
    (Reason::SubjectDisabled, BW_REASON_SUBJECT_DISABLED, c"subject_disabled"),
    (Reason::DeniedByRule, BW_REASON_DENIED_BY_RULE, c"denied_by_rule"),
    (Reason::DenyError, BW_REASON_DENY_ERROR, c"deny_error"),
    (Reason::Restricted, BW_REASON_RESTRICTED, c"restricted"),
    (Reason::RestrictionError, BW_REASON_RESTRICTION_ERROR, c"restriction_error"),
    (Reason::UnknownSubject, BW_REASON_UNKNOWN_SUBJECT, c"unknown_subject"),
    (Reason::Granted, BW_REASON_GRANTED, c"granted"),
    (Reason::AllowError, BW_REASON_ALLOW_ERROR, c"allow_error"),
    (Reason::NotGranted, BW_REASON_NOT_GRANTED, c"not_granted"),
];
