//! What is answered.

use std::fmt;

use crate::id::SubjectId;

/// An answer: allow or deny, with the reason, the revision and how long it stays valid.
///
/// The default is a denial. A decision is data without names; [`crate::Snapshot::source`] names the rule it rests on.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[must_use = "a decision that is not read protects nothing"]
pub struct Decision {
    pub(crate) reason: Reason,
    pub(crate) basis: Basis,
    pub(crate) revision: u64,
    pub(crate) valid_until: Option<i64>,
}

/// What a decision rests on, as indices of its snapshot.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) enum Basis {
    #[default]
    Nothing,
    AccessRule(RuleId),
    DenyRule(RuleId),
    Restriction {
        restriction: u32,
    },
}

/// A rule: that of a subject, by position among its own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct RuleId {
    pub(crate) subject: SubjectId,
    pub(crate) position: u32,
    /// Whether the subject is a group through which the rule concerns who asked.
    pub(crate) is_through: bool,
}

impl Decision {
    /// Returns an allow that rests on a rule, for good.
    pub(crate) fn grant(rule: RuleId, revision: u64) -> Self {
        Self { reason: Reason::Granted, basis: Basis::AccessRule(rule), revision, valid_until: None }
    }

    /// Returns a denial that rests on a deny, for good.
    pub(crate) fn refusal(rule: RuleId, revision: u64) -> Self {
        Self { reason: Reason::DeniedByRule, basis: Basis::DenyRule(rule), revision, valid_until: None }
    }

    /// Returns a denial that rests on no rule and no time.
    pub(crate) fn denial(reason: Reason, revision: u64) -> Self {
        Self { reason, basis: Basis::Nothing, revision, valid_until: None }
    }

    /// Returns whether the request is allowed.
    #[must_use]
    pub fn is_allow(&self) -> bool {
        self.reason == Reason::Granted
    }

    /// Returns the reason.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.reason
    }

    /// Returns the revision of the snapshot that decided.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns the first later instant at which time alone turns allow into deny or back; none if there is none.
    #[must_use]
    pub fn valid_until(&self) -> Option<i64> {
        self.valid_until
    }
}

/// Why a request was allowed or denied, in the order in which reasons take precedence.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Reason {
    /// The request is malformed, or names no tenant while several are loaded.
    #[default]
    InvalidRequest,
    /// The tenant is not loaded.
    UnknownTenant,
    /// The policy declares no such action.
    UnknownAction,
    /// The policy declares no such resource kind.
    UnknownKind,
    /// The scope is another tenant's.
    OtherTenant,
    /// The tenant has no such scope.
    UnknownScope,
    /// A deny of the tenant could not be read; everything is denied there until it is mended.
    TenantClosed,
    /// The tenant has no such cluster.
    UnknownCluster,
    /// The scope lies in another cluster than the one named.
    ClusterMismatch,
    /// The resource kind cannot live at that scope.
    WrongPlace,
    /// The resource kind lives in clusters, and none is named.
    ClusterRequired,
    /// The subject is disabled.
    SubjectDisabled,
    /// A deny rule applies.
    DeniedByRule,
    /// A deny rule could not be evaluated.
    DenyError,
    /// A restriction or a gate applies.
    Restricted,
    /// A restriction or a gate could not be evaluated.
    RestrictionError,
    /// The subject is not known.
    UnknownSubject,
    /// An access rule gives the permission: the one reason that allows.
    Granted,
    /// The only rules that would give the permission could not be evaluated.
    AllowError,
    /// No rule gives the permission.
    NotGranted,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 20] = [
        Self::InvalidRequest,
        Self::UnknownTenant,
        Self::UnknownAction,
        Self::UnknownKind,
        Self::OtherTenant,
        Self::UnknownScope,
        Self::TenantClosed,
        Self::UnknownCluster,
        Self::ClusterMismatch,
        Self::WrongPlace,
        Self::ClusterRequired,
        Self::SubjectDisabled,
        Self::DeniedByRule,
        Self::DenyError,
        Self::Restricted,
        Self::RestrictionError,
        Self::UnknownSubject,
        Self::Granted,
        Self::AllowError,
        Self::NotGranted,
    ];

    /// Returns the code, the same in every language: `not_granted`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnknownTenant => "unknown_tenant",
            Self::UnknownAction => "unknown_action",
            Self::UnknownKind => "unknown_kind",
            Self::OtherTenant => "other_tenant",
            Self::UnknownScope => "unknown_scope",
            Self::TenantClosed => "tenant_closed",
            Self::UnknownCluster => "unknown_cluster",
            Self::ClusterMismatch => "cluster_mismatch",
            Self::WrongPlace => "wrong_place",
            Self::ClusterRequired => "cluster_required",
            Self::SubjectDisabled => "subject_disabled",
            Self::DeniedByRule => "denied_by_rule",
            Self::DenyError => "deny_error",
            Self::Restricted => "restricted",
            Self::RestrictionError => "restriction_error",
            Self::UnknownSubject => "unknown_subject",
            Self::Granted => "granted",
            Self::AllowError => "allow_error",
            Self::NotGranted => "not_granted",
        }
    }
}

impl fmt::Display for Reason {
    /// Writes the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}
