//! What a decision rests on, by name.

use crate::decide::decision::{Basis, Decision, RuleId};
use crate::id::{RoleId, ScopeId};
use crate::snapshot::{DeniedSet, Snapshot, SubjectName, Tables};

/// The rule or restriction that a decision rests on. Names are borrowed from the snapshot.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Source<'s> {
    /// An access rule gives the permission.
    AccessRule(RuleSource<'s>),
    /// A deny rule denies it, or could not be evaluated.
    DenyRule(RuleSource<'s>),
    /// A restriction denies it, or could not be evaluated.
    Restriction(&'s str),
    /// The gate of a resource kind denies it, or could not be evaluated.
    KindGate(&'s str),
}

/// A rule, by name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RuleSource<'s> {
    /// Its id, where the directory gives it one.
    pub id: Option<&'s str>,
    /// `user`, `group` or `app`.
    pub subject_kind: &'s str,
    /// The name of its subject.
    pub subject: &'s str,
    /// Its role; none for a deny of permissions.
    pub role: Option<&'s str>,
    /// The path of its scope.
    pub scope: &'s str,
    /// The group through which it concerns who asked; none for a rule of its own.
    pub group: Option<&'s str>,
}

impl Snapshot {
    /// Returns what a decision rests on: nothing where it rests on the absence of a rule, or was taken on another revision.
    #[must_use]
    pub fn source(&self, decision: &Decision) -> Option<Source<'_>> {
        let tables: &Tables = &self.tables;
        if decision.revision != self.revision {
            return None;
        }
        match decision.basis {
            Basis::Nothing => None,
            Basis::AccessRule(rule) => allow_source(tables, rule).map(Source::AccessRule),
            Basis::DenyRule(rule) => deny_source(tables, rule).map(Source::DenyRule),
            Basis::Restriction { restriction } => {
                let restriction = tables.policy.restrictions.get(restriction as usize)?;
                let source = if restriction.is_gate_of_kind { Source::KindGate } else { Source::Restriction };
                Some(source(&restriction.name))
            }
        }
    }
}

/// Names an access rule.
pub(crate) fn allow_source(tables: &Tables, rule: RuleId) -> Option<RuleSource<'_>> {
    let row = tables.subject(rule.subject)?.allows.get(rule.position as usize)?;
    let id = tables.allow_origin(rule.subject, rule.position).id.as_deref();
    rule_source(tables, rule, id, Some(row.role()), row.scope)
}

/// Names a deny rule.
pub(crate) fn deny_source(tables: &Tables, rule: RuleId) -> Option<RuleSource<'_>> {
    let row = tables.subject(rule.subject)?.denies().get(rule.position as usize)?;
    let id = tables.deny_origin(rule.subject, rule.position)?.id.as_deref();
    let role = match &row.denied {
        DeniedSet::Role(role) => Some(*role),
        DeniedSet::Permissions(_) => None,
    };
    rule_source(tables, rule, id, role, row.scope)
}

fn rule_source<'s>(
    tables: &'s Tables,
    rule: RuleId,
    id: Option<&'s str>,
    role: Option<RoleId>,
    scope: ScopeId,
) -> Option<RuleSource<'s>> {
    let SubjectName { tenant, kind, name } = tables.subject_name(rule.subject)?;
    let role = role.and_then(|role| tables.tenant(tenant)?.roles.get(role.index()));
    Some(RuleSource {
        id,
        subject_kind: kind.word(),
        subject: name,
        role: role.map(|row| &*row.name),
        scope: tables.scope_path(scope)?,
        group: rule.is_through.then_some(name),
    })
}
