//! The directory: one tenant's scopes, subjects and rules.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use crate::model::bulk::Bulk;
use crate::model::catalogue::{Role, Version};
use crate::model::condition::Condition;
use crate::name::SubjectKind;

/// One tenant.
#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) name: String,
    /// Whether a deny of its feed could not be read: everything is denied.
    pub(crate) is_closed: bool,
    pub(crate) facts: Facts,
    pub(crate) clusters: IndexMap<String, Cluster>,
    /// The scopes, the root first, each after its parent.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) users: IndexMap<String, Account>,
    pub(crate) apps: IndexMap<String, Account>,
    /// The groups and their members in the directory.
    pub(crate) groups: IndexMap<String, Vec<Subject>>,
    /// The roles and organizations of those who have them in the older form.
    pub(crate) placements: BTreeMap<Subject, Placement>,
    /// Who was deleted and not created again.
    pub(crate) deleted: BTreeSet<Subject>,
    /// The tenant's own roles, numbered after the policy's.
    pub(crate) custom_roles: IndexMap<String, Role>,
    pub(crate) disabled_roles: BTreeSet<usize>,
    /// Own roles whose entry in a feed was left out: no rule may name them.
    pub(crate) lost_roles: BTreeSet<usize>,
    pub(crate) access_rules: Vec<AccessRule>,
    pub(crate) deny_rules: Vec<DenyRule>,
    /// More access rules, and more users and apps.
    pub(crate) bulk: Bulk,
}

/// Facts that gates ask.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) version: Option<Version>,
    pub(crate) modules: BTreeSet<String>,
    /// Told of clusters only.
    pub(crate) connected: Option<bool>,
}

/// A cluster of a tenant.
#[derive(Clone, Debug)]
pub(crate) struct Cluster {
    pub(crate) id: String,
    pub(crate) facts: Facts,
}

/// A scope of a tenant.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) path: String,
    pub(crate) id: String,
    pub(crate) kind: usize,
    /// The position of the scope above; `None` for the root.
    pub(crate) parent: Option<usize>,
    /// The cluster whose scope it is or lies in.
    pub(crate) cluster: Option<usize>,
}

/// A listed user or app.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Account {
    pub(crate) is_disabled: bool,
    pub(crate) is_internal: bool,
}

/// Who: a kind and a name.
#[derive(Clone, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct Subject {
    pub(crate) kind: SubjectKind,
    pub(crate) name: String,
}

/// The roles and organizations of a subject in the older form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Placement {
    pub(crate) roles: BTreeSet<usize>,
    /// Scopes, whose kinds the delegation lists as organizations.
    pub(crate) organizations: BTreeSet<usize>,
}

/// Where, on which clusters, when and on what condition a rule holds.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Extent {
    pub(crate) scope: usize,
    /// The only clusters, sorted; `None` is every one.
    pub(crate) clusters: Option<Vec<usize>>,
    pub(crate) from: Option<i64>,
    pub(crate) until: Option<i64>,
    pub(crate) when: Option<Condition>,
}

/// A subject holds a role at a scope.
#[derive(Debug)]
pub(crate) struct AccessRule {
    /// As written, if it was.
    pub(crate) id: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) role: usize,
    pub(crate) extent: Extent,
}

/// A subject is denied something at a scope.
#[derive(Debug)]
pub(crate) struct DenyRule {
    /// As written, if it was.
    pub(crate) id: Option<String>,
    pub(crate) subject: Subject,
    pub(crate) denied: Denied,
    /// The permissions as written: kind and actions, where nothing stands for a star. Empty for a role.
    pub(crate) written: Vec<(Option<usize>, Option<u64>)>,
    pub(crate) extent: Extent,
}

/// What a deny rule denies.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Denied {
    /// These permissions, sorted by kind.
    Permissions(Vec<(usize, u64)>),
    /// All that a role permits, were it enabled and its gates open.
    Role(usize),
}
