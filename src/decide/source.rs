//! What a decision rests on, by name.

use crate::decide::decision::{Basis, Decision};
use crate::id::{SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::{RuleOrigin, Snapshot, Tables};

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
            Basis::AccessRule { rule, through } => {
                let scope = tables.allows.get(rule as usize)?.scope;
                let origin = tables.allow_origins.get(rule as usize)?;
                rule_source(tables, origin, tables.scope_paths.get(scope.index())?, through).map(Source::AccessRule)
            }
            Basis::DenyRule { rule, through } => {
                let scope = tables.denies.get(rule as usize)?.scope;
                let origin = tables.deny_origins.get(rule as usize)?;
                rule_source(tables, origin, tables.scope_paths.get(scope.index())?, through).map(Source::DenyRule)
            }
            Basis::Restriction { restriction } => {
                let restriction = tables.restrictions.get(restriction as usize)?;
                let source = if restriction.is_gate_of_kind { Source::KindGate } else { Source::Restriction };
                Some(source(&restriction.name))
            }
        }
    }
}

/// Names a rule.
pub(crate) fn rule_source<'s>(
    tables: &'s Tables,
    origin: &'s RuleOrigin,
    scope: &'s str,
    through: Option<SubjectId>,
) -> Option<RuleSource<'s>> {
    let (kind, subject): &(SubjectKind, Box<str>) = tables.subject_names.get(origin.subject.index())?;
    let group = through.and_then(|group| tables.subject_names.get(group.index()));
    Some(RuleSource {
        id: origin.id.as_deref(),
        subject_kind: kind.word(),
        subject,
        role: origin.role.and_then(|role| role_name(tables, origin.tenant, role.index())),
        scope,
        group: group.map(|(_, name)| &**name),
    })
}

/// Names a role.
pub(crate) fn role_name(tables: &Tables, tenant: TenantId, role: usize) -> Option<&str> {
    let row = tables.tenants.get(tenant.index())?.roles.get(role)?;
    Some(&row.name)
}
