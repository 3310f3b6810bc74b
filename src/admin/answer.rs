//! What is answered to a change.

use std::fmt;

/// The answer to a change, one for each item: `ok`, or the first that applies, in this order.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum ChangeCode {
    /// Approved.
    Ok,
    /// The change says nothing that can be done, the actor is malformed, or the edit is the host's alone.
    #[default]
    InvalidRequest,
    /// The tenant is not loaded.
    UnknownTenant,
    /// A name is malformed or reserved.
    InvalidName,
    /// The scope is another tenant's.
    OtherTenant,
    /// The tenant has no such scope.
    UnknownScope,
    /// Neither the policy nor the tenant has such a role; or a deny names a kind or an action that is not declared.
    UnknownRole,
    /// The role is disabled.
    RoleDisabled,
    /// The role cannot be held there, or the scope cannot stand there.
    WrongPlace,
    /// The list of clusters is empty: a rule without a list holds on every cluster.
    EmptyClusterList,
    /// The tenant has no such cluster.
    UnknownCluster,
    /// The list names another cluster than the one in which the scope lies.
    ClusterMismatch,
    /// The rule would hold at no time.
    EmptyWindow,
    /// The subject was deleted, or is an application or a member that the directory does not list.
    UnknownSubject,
    /// There is no such rule to remove.
    UnknownRule,
    /// Nobody may deny itself something.
    OwnDeny,
    /// The actor lacks the right to give the role.
    MayNotGiveRole,
    /// The actor lacks the right to take the role.
    MayNotTakeRole,
    /// The actor lacks the right to place subjects there.
    MayNotPlace,
    /// The actor lacks the right to take subjects out of there.
    MayNotDisplace,
    /// The policy is strict, and the actor does not hold what it would give.
    NotHeld,
    /// It is so already.
    Duplicate,
    /// A scope would be left without anybody who can administer it.
    LastAdministrator,
}

impl ChangeCode {
    /// Every code.
    pub const ALL: [Self; 23] = [
        Self::Ok,
        Self::InvalidRequest,
        Self::UnknownTenant,
        Self::InvalidName,
        Self::OtherTenant,
        Self::UnknownScope,
        Self::UnknownRole,
        Self::RoleDisabled,
        Self::WrongPlace,
        Self::EmptyClusterList,
        Self::UnknownCluster,
        Self::ClusterMismatch,
        Self::EmptyWindow,
        Self::UnknownSubject,
        Self::UnknownRule,
        Self::OwnDeny,
        Self::MayNotGiveRole,
        Self::MayNotTakeRole,
        Self::MayNotPlace,
        Self::MayNotDisplace,
        Self::NotHeld,
        Self::Duplicate,
        Self::LastAdministrator,
    ];

    /// Returns the code, the same in every language: `may_not_give_role`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::InvalidRequest => "invalid_request",
            Self::UnknownTenant => "unknown_tenant",
            Self::InvalidName => "invalid_name",
            Self::OtherTenant => "other_tenant",
            Self::UnknownScope => "unknown_scope",
            Self::UnknownRole => "unknown_role",
            Self::RoleDisabled => "role_disabled",
            Self::WrongPlace => "wrong_place",
            Self::EmptyClusterList => "empty_cluster_list",
            Self::UnknownCluster => "unknown_cluster",
            Self::ClusterMismatch => "cluster_mismatch",
            Self::EmptyWindow => "empty_window",
            Self::UnknownSubject => "unknown_subject",
            Self::UnknownRule => "unknown_rule",
            Self::OwnDeny => "own_deny",
            Self::MayNotGiveRole => "may_not_give_role",
            Self::MayNotTakeRole => "may_not_take_role",
            Self::MayNotPlace => "may_not_place",
            Self::MayNotDisplace => "may_not_displace",
            Self::NotHeld => "not_held",
            Self::Duplicate => "duplicate",
            Self::LastAdministrator => "last_administrator",
        }
    }
}

impl fmt::Display for ChangeCode {
    /// Writes the code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The answer to one item of a change.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "an answer that is not read hides a refusal"]
pub struct Answer {
    /// The code.
    pub code: ChangeCode,
    /// The subject that the item is about, as written; empty where it is about none.
    pub subject: String,
    /// The role that the item is about, as written; none where it is about none.
    pub role: Option<String>,
    /// The scope that the item is about, as written; none where it is about none.
    pub scope: Option<String>,
    /// What was missing: rights, permissions, or scopes left without an administrator.
    pub missing: Vec<Missing>,
}

impl Answer {
    /// Returns whether the item is approved.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.code == ChangeCode::Ok
    }
}

/// What was missing.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Missing {
    /// A permission, at a scope and perhaps on a cluster. For a right to change access it says for which role and how
    /// long.
    Permission {
        /// The action.
        action: String,
        /// The resource kind.
        kind: String,
        /// The scope.
        scope: String,
        /// The cluster; none is every cluster, now and later.
        cluster: Option<String>,
        /// The role that is to be given or taken; none for any other permission, and for 'all roles'.
        role: Option<String>,
    },
    /// An administrator of a scope.
    Administrator {
        /// The scope.
        scope: String,
    },
    /// A name that is not there.
    Name {
        /// What it names: `tenant`, `scope`, `role`, `cluster`, `kind`, `action` or `subject`.
        what: &'static str,
        /// The name, as written.
        name: String,
        /// A name that is there and may be meant.
        suggestion: Option<String>,
    },
}
