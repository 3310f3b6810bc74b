//! Changes that own their names, so that they can be made, shrunk and told.

use bailiwick::document::Condition;
use bailiwick::{Actor, Change, Denied, Denies, Edit, Groups, RuleLimits, Rules, Value};

use crate::ask::{Datum, lend, lists_of};
use crate::plain::{Row, Rule};

/// A change, who makes it, and when.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of a change")]
pub struct Step {
    pub actor: Who,
    pub tenant: Option<String>,
    pub is_forced: bool,
    pub now: i64,
    pub act: Act,
}

/// Who makes a change.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants and fields are those of an actor")]
pub enum Who {
    Host,
    Subject { subject: String, groups: Option<Vec<String>>, context: Vec<(String, Datum)> },
}

/// What is changed.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants and fields are those of an edit")]
pub enum Act {
    AddRules(Bulk),
    RemoveRules(Bulk),
    AddDenies(Bulk),
    RemoveDenies(Bulk),
    GiveRole { subject: String, role: String },
    TakeRole { subject: String, role: String },
    Place { subject: String, scope: String },
    Displace { subject: String, scope: String },
    Disable(Vec<String>),
    Enable(Vec<String>),
    MoveScope { scope: String, to: String },
    CreateScope { path: String, id: Option<String>, kind: Option<String> },
    RenameScope { scope: String, name: String },
    DeleteScope(String),
    CreateCluster { name: String, id: Option<String> },
    RenameCluster { cluster: String, name: String },
    DeleteCluster(String),
    CreateSubject { subject: String, is_internal: bool },
    DeleteSubject(String),
    AddMember { group: String, member: String },
    RemoveMember { group: String, member: String },
    DisableRole(String),
    EnableRole(String),
}

/// Access rules or deny rules: every subject with everything at every scope.
#[derive(Clone, Debug, Default)]
pub struct Bulk {
    /// The subjects.
    pub subjects: Vec<String>,
    /// The roles; of access rules, and of denies that name no permissions.
    pub roles: Vec<String>,
    /// The permissions of denies, all in one rule: kinds and their actions.
    pub permissions: Option<Vec<(String, Vec<String>)>>,
    /// The scopes.
    pub scopes: Vec<String>,
    /// The only clusters.
    pub clusters: Option<Vec<String>>,
    /// The first instant.
    pub from: Option<i64>,
    /// The first instant after.
    pub until: Option<i64>,
    /// On which condition.
    pub when: Option<Condition>,
}

/// One item of a change.
#[derive(Clone, Debug)]
pub(crate) enum One<'a> {
    /// An access rule or a deny rule comes or goes.
    Rule { is_added: bool, is_deny: bool, rule: Box<Rule> },
    /// A subject is disabled or enabled.
    Able { is_disabled: bool, subject: &'a str },
    /// Any other edit, which has one item.
    Other(&'a Act),
}

impl Step {
    /// Returns the items in the order in which they are answered.
    pub(crate) fn items(&self) -> Vec<One<'_>> {
        match &self.act {
            Act::AddRules(bulk) => bulk.items(true, false),
            Act::RemoveRules(bulk) => bulk.items(false, false),
            Act::AddDenies(bulk) => bulk.items(true, true),
            Act::RemoveDenies(bulk) => bulk.items(false, true),
            Act::Disable(subjects) => able(true, subjects),
            Act::Enable(subjects) => able(false, subjects),
            act => vec![One::Other(act)],
        }
    }

    /// Returns the rules of the edit, where it is about rules.
    pub(crate) fn bulk(&self) -> Option<&Bulk> {
        match &self.act {
            Act::AddRules(bulk) | Act::RemoveRules(bulk) | Act::AddDenies(bulk) | Act::RemoveDenies(bulk) => Some(bulk),
            _ => None,
        }
    }

    /// Returns whether only the host may do this.
    pub(crate) fn is_of_the_host(&self) -> bool {
        matches!(
            self.act,
            Act::CreateScope { .. }
                | Act::RenameScope { .. }
                | Act::DeleteScope(_)
                | Act::CreateCluster { .. }
                | Act::RenameCluster { .. }
                | Act::DeleteCluster(_)
                | Act::CreateSubject { .. }
                | Act::DeleteSubject(_)
                | Act::AddMember { .. }
                | Act::RemoveMember { .. }
                | Act::DisableRole(_)
                | Act::EnableRole(_)
        )
    }
}

fn able(is_disabled: bool, subjects: &[String]) -> Vec<One<'_>> {
    subjects.iter().map(|subject| One::Able { is_disabled, subject }).collect()
}

impl Bulk {
    fn items(&self, is_added: bool, is_deny: bool) -> Vec<One<'static>> {
        let roles: Vec<Option<&String>> = match &self.permissions {
            Some(_) => vec![None],
            None => self.roles.iter().map(Some).collect(),
        };
        let mut items = Vec::new();
        for subject in &self.subjects {
            for role in &roles {
                for scope in &self.scopes {
                    let rule = Box::new(self.rule(subject, *role, scope));
                    items.push(One::Rule { is_added, is_deny, rule });
                }
            }
        }
        items
    }

    fn rule(&self, subject: &str, role: Option<&String>, scope: &str) -> Rule {
        let row = |(kind, actions): &(String, Vec<String>)| Row {
            kind: kind.clone(),
            actions: actions.clone(),
            qualifier: None,
        };
        Rule {
            id: None,
            subject: subject.to_owned(),
            role: role.cloned(),
            rows: self.permissions.iter().flatten().map(row).collect(),
            scope: scope.to_owned(),
            clusters: self.clusters.clone(),
            from: self.from,
            until: self.until,
            when: self.when.clone(),
        }
    }
}

/// Lends a step as the engine's actor and change. The conditions are those made for the world.
pub(crate) fn with_change<R>(
    step: &Step,
    conditions: &[(Condition, bailiwick::Condition)],
    use_them: impl FnOnce(&Actor<'_>, &Change<'_>) -> R,
) -> R {
    with_actor(&step.actor, |actor| {
        with_edit(&step.act, conditions, |edit| {
            let tenant = step.tenant.as_deref();
            use_them(actor, &Change { tenant, is_forced: step.is_forced, ..Change::at(step.now, edit) })
        })
    })
}

fn with_actor<R>(who: &Who, use_it: impl FnOnce(&Actor<'_>) -> R) -> R {
    let Who::Subject { subject, groups, context } = who else { return use_it(&Actor::Host) };
    with_context(groups.as_deref(), context, |groups, context| use_it(&Actor::Subject { subject, groups, context }))
}

/// Lends the groups of a token and the attributes of a context.
pub(crate) fn with_context<R>(
    groups: Option<&[String]>,
    context: &[(String, Datum)],
    use_them: impl FnOnce(Groups<'_>, &[(&str, Value<'_>)]) -> R,
) -> R {
    let names: Option<Vec<&str>> = groups.map(lent);
    let lists = lists_of(context);
    let context = lend(context, &lists);
    use_them(names.as_deref().map_or(Groups::NotKnown, Groups::Listed), &context)
}

fn lent(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

fn with_edit<R>(act: &Act, conditions: &[(Condition, bailiwick::Condition)], use_it: impl FnOnce(Edit<'_>) -> R) -> R {
    match act {
        Act::AddRules(bulk) => bulk.with(conditions, |it| use_it(Edit::AddRules(it.rules()))),
        Act::RemoveRules(bulk) => bulk.with(conditions, |it| use_it(Edit::RemoveRules(it.rules()))),
        Act::AddDenies(bulk) => bulk.with(conditions, |it| use_it(Edit::AddDenies(it.denies()))),
        Act::RemoveDenies(bulk) => bulk.with(conditions, |it| use_it(Edit::RemoveDenies(it.denies()))),
        Act::Disable(subjects) => use_it(Edit::Disable(&lent(subjects))),
        Act::Enable(subjects) => use_it(Edit::Enable(&lent(subjects))),
        Act::GiveRole { subject, role } => use_it(Edit::GiveRole { subject, role }),
        Act::TakeRole { subject, role } => use_it(Edit::TakeRole { subject, role }),
        Act::Place { subject, scope } => use_it(Edit::Place { subject, scope }),
        Act::Displace { subject, scope } => use_it(Edit::Displace { subject, scope }),
        Act::MoveScope { scope, to } => use_it(Edit::MoveScope { scope, to }),
        Act::CreateScope { path, id, kind } => {
            use_it(Edit::CreateScope { path, id: id.as_deref(), kind: kind.as_deref() })
        }
        Act::RenameScope { scope, name } => use_it(Edit::RenameScope { scope, name }),
        Act::DeleteScope(scope) => use_it(Edit::DeleteScope(scope)),
        Act::CreateCluster { name, id } => use_it(Edit::CreateCluster { name, id: id.as_deref() }),
        Act::RenameCluster { cluster, name } => use_it(Edit::RenameCluster { cluster, name }),
        Act::DeleteCluster(cluster) => use_it(Edit::DeleteCluster(cluster)),
        Act::CreateSubject { subject, is_internal } => {
            use_it(Edit::CreateSubject { subject, is_internal: *is_internal })
        }
        Act::DeleteSubject(subject) => use_it(Edit::DeleteSubject(subject)),
        Act::AddMember { group, member } => use_it(Edit::AddMember { group, member }),
        Act::RemoveMember { group, member } => use_it(Edit::RemoveMember { group, member }),
        Act::DisableRole(role) => use_it(Edit::DisableRole(role)),
        Act::EnableRole(role) => use_it(Edit::EnableRole(role)),
    }
}

/// The lists of a bulk, borrowed.
struct BulkLent<'a> {
    subjects: &'a [&'a str],
    roles: &'a [&'a str],
    permissions: Option<&'a [(&'a str, &'a [&'a str])]>,
    scopes: &'a [&'a str],
    limits: RuleLimits<'a>,
}

impl<'a> BulkLent<'a> {
    fn rules(&self) -> Rules<'a> {
        Rules { subjects: self.subjects, roles: self.roles, scopes: self.scopes, limits: self.limits }
    }

    fn denies(&self) -> Denies<'a> {
        let denied = self.permissions.map_or(Denied::Roles(self.roles), Denied::Permissions);
        Denies { subjects: self.subjects, denied, scopes: self.scopes, limits: self.limits }
    }
}

impl Bulk {
    fn with<R>(&self, conditions: &[(Condition, bailiwick::Condition)], use_it: impl FnOnce(BulkLent<'_>) -> R) -> R {
        let clusters = self.clusters.as_deref().map(lent);
        let actions: Option<Vec<(&str, Vec<&str>)>> = self
            .permissions
            .as_ref()
            .map(|it| it.iter().map(|(kind, actions)| (kind.as_str(), lent(actions))).collect());
        let permissions: Option<Vec<(&str, &[&str])>> =
            actions.as_ref().map(|it| it.iter().map(|(kind, actions)| (*kind, &actions[..])).collect());
        let when = self.when.as_ref().and_then(|it| conditions.iter().find(|(written, _)| written == it));
        let limits = RuleLimits {
            clusters: clusters.as_deref(),
            from: self.from,
            until: self.until,
            when: when.map(|(_, made)| made),
        };
        use_it(BulkLent {
            subjects: &lent(&self.subjects),
            roles: &lent(&self.roles),
            permissions: permissions.as_deref(),
            scopes: &lent(&self.scopes),
            limits,
        })
    }
}
