//! What can be changed, and who changes it.

use crate::decide::{Groups, Value};
use crate::snapshot::Condition;

/// Who makes a change.
#[derive(Clone, Copy, Debug)]
pub enum Actor<'a> {
    /// The host itself: no right is asked, every other guard holds.
    Host,
    /// A subject of the tenant, with the groups of its token and the attributes of its context.
    Subject {
        /// Who: `user:`, `group:` or `app:` and a name.
        subject: &'a str,
        /// The groups of the subject's token.
        groups: Groups<'a>,
        /// Attributes of the context, by name.
        context: &'a [(&'a str, Value<'a>)],
    },
}

/// A change to the directory of one tenant.
///
/// Start from [`Change::at`], which names the edit and the time, and fill in the rest.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// The tenant: the actor's home, and the one changed. It may be left out only while one tenant is loaded.
    pub tenant: Option<&'a str>,
    /// What is to be changed.
    pub edit: Edit<'a>,
    /// Whether a scope may be left without anybody who can administer it. No other guard is skipped.
    pub is_forced: bool,
    /// The time: seconds since the epoch, UTC.
    pub now: i64,
}

impl<'a> Change<'a> {
    /// Returns a change of the only tenant at a time in seconds since the epoch.
    #[must_use]
    pub fn at(now: i64, edit: Edit<'a>) -> Self {
        Self { tenant: None, edit, is_forced: false, now }
    }
}

/// What is to be changed. Names are written as in documents: a subject as `kind:name`, a scope as its path.
///
/// Edits with lists are answered item by item: subjects, then roles (or what is denied), then scopes, in that order,
/// each item seeing those before it. Those past `MoveScope` are the host's alone.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Edit<'a> {
    /// Adds an access rule for every subject, role and scope.
    AddRules(Rules<'a>),
    /// Removes the access rules that are exactly these, whatever their ids.
    RemoveRules(Rules<'a>),
    /// Adds a deny rule for every subject, role (or the permissions) and scope.
    AddDenies(Denies<'a>),
    /// Removes the deny rules that are exactly these, whatever their ids.
    RemoveDenies(Denies<'a>),
    /// Gives a subject a role, to be held at its organizations (the older form).
    GiveRole {
        /// The subject.
        subject: &'a str,
        /// The role.
        role: &'a str,
    },
    /// Takes such a role.
    TakeRole {
        /// The subject.
        subject: &'a str,
        /// The role.
        role: &'a str,
    },
    /// Places a subject in an organization, to hold its roles there (the older form).
    Place {
        /// The subject.
        subject: &'a str,
        /// The organization.
        scope: &'a str,
    },
    /// Takes a subject out of an organization.
    Displace {
        /// The subject.
        subject: &'a str,
        /// The organization.
        scope: &'a str,
    },
    /// Disables users and applications: everything is denied to them.
    Disable(&'a [&'a str]),
    /// Enables users and applications.
    Enable(&'a [&'a str]),
    /// Moves a scope, with all that is under it, below another parent of the same kind. Rules follow.
    MoveScope {
        /// The scope.
        scope: &'a str,
        /// The new parent.
        to: &'a str,
    },
    /// Creates a scope below an existing one.
    CreateScope {
        /// The path of the new scope.
        path: &'a str,
        /// Its stable id; the path where left out.
        id: Option<&'a str>,
        /// Its scope kind; may be left out where only one is possible.
        kind: Option<&'a str>,
    },
    /// Renames a scope. Rules follow.
    RenameScope {
        /// The scope.
        scope: &'a str,
        /// The new last part of its path.
        name: &'a str,
    },
    /// Deletes a scope and all that is under it, with every rule and deny there.
    DeleteScope(&'a str),
    /// Creates a cluster on the axis.
    CreateCluster {
        /// Its name.
        name: &'a str,
        /// Its stable id; the name where left out.
        id: Option<&'a str>,
    },
    /// Renames a cluster of the axis. Rules follow.
    RenameCluster {
        /// The cluster.
        cluster: &'a str,
        /// The new name.
        name: &'a str,
    },
    /// Deletes a cluster of the axis from every list. A list that loses its last cluster gives nothing.
    DeleteCluster(&'a str),
    /// Lists a user, an application or a group. Nothing that its name had once comes back.
    CreateSubject {
        /// The subject.
        subject: &'a str,
        /// Whether it is an internal operator; only a user can be one.
        is_internal: bool,
    },
    /// Deletes a user, an application or a group, with its rules, denies, memberships, roles and organizations.
    DeleteSubject(&'a str),
    /// Counts a user or an application in a group of the directory.
    AddMember {
        /// The group, without `group:`.
        group: &'a str,
        /// The member.
        member: &'a str,
    },
    /// Counts a member out.
    RemoveMember {
        /// The group, without `group:`.
        group: &'a str,
        /// The member.
        member: &'a str,
    },
    /// Disables a role in this tenant: it gives nothing, also where it is included.
    DisableRole(&'a str),
    /// Enables a role.
    EnableRole(&'a str),
}

/// Access rules: every subject with every role at every scope, with the same limits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rules<'a> {
    /// The subjects.
    pub subjects: &'a [&'a str],
    /// The roles.
    pub roles: &'a [&'a str],
    /// The scopes.
    pub scopes: &'a [&'a str],
    /// Where, when and on what condition they hold.
    pub limits: RuleLimits<'a>,
}

/// Deny rules: every subject with every role, or the permissions, at every scope, with the same limits.
#[derive(Clone, Copy, Debug)]
pub struct Denies<'a> {
    /// The subjects.
    pub subjects: &'a [&'a str],
    /// What is denied.
    pub denied: Denied<'a>,
    /// The scopes.
    pub scopes: &'a [&'a str],
    /// Where, when and on what condition they hold.
    pub limits: RuleLimits<'a>,
}

/// What deny rules deny.
#[derive(Clone, Copy, Debug)]
pub enum Denied<'a> {
    /// All that a role permits: one deny rule for each.
    Roles(&'a [&'a str]),
    /// These actions on these kinds, `*` for every one: one deny rule in all.
    Permissions(&'a [(&'a str, &'a [&'a str])]),
}

/// The limits of a rule. The default is none: every cluster, always, unconditionally.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleLimits<'a> {
    /// The only clusters; every cluster, now and later, where left out. An empty list is refused.
    pub clusters: Option<&'a [&'a str]>,
    /// The first instant at which the rule holds.
    pub from: Option<i64>,
    /// The first instant at which it no longer does.
    pub until: Option<i64>,
    /// What must be true.
    pub when: Option<&'a Condition>,
}
