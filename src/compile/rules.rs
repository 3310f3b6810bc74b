//! The subjects of a tenant and their rules to rows.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::tenant::People;
use super::{boxed, condition, stored};
use crate::bits::Bits;
use crate::id::{KindId, RoleId, ScopeId, SubjectId};
use crate::model::{self, AccessRule, Catalogue, Denied, DenyRule, Extent, Subject, Tenant, bit};
use crate::name::{EVERYONE, SubjectKind};
use crate::snapshot::{
    Account, AllowOrigin, AllowRow, Base, DeniedCell, DeniedSet, DenyOrigin, DenyRow, Limits, NO_LIMITS, Placement,
    RoleRow, SubjectRow,
};

/// Writes the rows of one tenant.
pub(crate) struct Books<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) catalogue: &'a Catalogue,
    pub(crate) people: &'a People,
    pub(crate) scope_ids: &'a [ScopeId],
    pub(crate) n_permissions: usize,
    pub(crate) n_actions: usize,
    pub(crate) roles: &'a [RoleRow],
}

impl Books<'_> {
    /// Adds the subjects, with their groups and accounts.
    pub(crate) fn subjects(&self, base: &mut Base) {
        let mut groups: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        for (name, members) in &self.tenant.groups {
            let group = self.people.id(&Subject { kind: SubjectKind::Group, name: name.clone() });
            for member in members {
                groups.entry(self.people.id(member)).or_default().push(group);
            }
        }
        for subject in self.people.numbers.keys() {
            let first_group = stored(base.groups_of.len());
            let mut own = groups.remove(&self.people.id(subject)).unwrap_or_default();
            own.sort_unstable();
            own.dedup();
            base.groups_of.extend(own);
            base.subjects.push(SubjectRow {
                groups: first_group..stored(base.groups_of.len()),
                account: self.account(subject),
                ..SubjectRow::default()
            });
        }
    }

    fn account(&self, subject: &Subject) -> Account {
        let listed = match subject.kind {
            SubjectKind::User => self.tenant.users.get(&subject.name),
            SubjectKind::App => self.tenant.apps.get(&subject.name),
            SubjectKind::Group => {
                let is_listed = self.tenant.groups.contains_key(&subject.name) || subject.name == EVERYONE;
                return Account { is_listed, ..Account::default() };
            }
        };
        listed.map_or(Account::default(), |account| Account {
            is_listed: true,
            is_disabled: account.is_disabled,
            is_internal: account.is_internal,
        })
    }

    /// Adds the access rules, and those that roles and organizations make.
    pub(crate) fn allows(&self, base: &mut Base) {
        let rules = self.tenant.access_rules.iter();
        let mut sorted: Vec<Allow<'_>> = rules
            .map(|rule| Allow {
                subject: self.people.id(&rule.subject),
                scope: self.scope(rule.extent.scope),
                role: rule.role,
                written: Some(rule),
            })
            .collect();
        for (subject, placement) in &self.tenant.placements {
            let subject = self.people.id(subject);
            let made = self.made(placement).into_iter();
            sorted.extend(made.map(|(role, scope)| Allow { subject, scope: self.scope(scope), role, written: None }));
        }
        sorted.sort_by(|a, b| {
            let by_name = a.place().cmp(&b.place()).then_with(|| self.role(a.role).cmp(self.role(b.role)));
            by_name.then_with(|| match (a.written, b.written) {
                (Some(a), Some(b)) => self.order(&a.extent, &b.extent),
                _ => Ordering::Equal,
            })
        });
        for Allow { subject, scope, role, written } in sorted {
            let position = stored(base.allows.len());
            let limits = written.map_or(NO_LIMITS, |rule| self.limits(&rule.extent, base));
            base.allows.push(AllowRow { scope, role: RoleId::new(role), limits });
            let id = written.and_then(|rule| rule.id.as_deref()).map(boxed);
            base.allow_origins.push(AllowOrigin { id, is_placement: written.is_none() });
            if let Some(row) = base.subjects.get_mut(subject.index()) {
                extend(&mut row.allows, position);
            }
        }
    }

    /// Adds the roles and organizations of the older form.
    pub(crate) fn placements(&self, base: &mut Base) {
        for (subject, written) in &self.tenant.placements {
            let mut organizations: Vec<ScopeId> =
                written.organizations.iter().map(|scope| self.scope(*scope)).collect();
            organizations.sort_unstable();
            let roles = written.roles.iter().map(|role| RoleId::new(*role)).collect();
            base.placements.insert(self.people.id(subject), Placement { roles, organizations });
        }
    }

    /// Returns the rules that roles and organizations make: a role that may be held at the tenant is held there, every
    /// other at the organizations whose kind admits it.
    fn made(&self, placement: &model::Placement) -> Vec<(usize, usize)> {
        let mut made = Vec::new();
        for role in &placement.roles {
            if self.can_be_held(*role, ROOT) {
                made.push((*role, ROOT));
                continue;
            }
            let organizations = placement.organizations.iter().copied();
            made.extend(organizations.filter(|scope| self.can_be_held(*role, *scope)).map(|scope| (*role, scope)));
        }
        made
    }

    /// Returns whether a role can be held at a scope.
    fn can_be_held(&self, role: usize, scope: usize) -> bool {
        let own = || role.checked_sub(self.catalogue.roles.len());
        let policy = self.catalogue.roles.get_index(role).map(|(_, role)| role);
        let written = policy.or_else(|| self.tenant.custom_roles.get_index(own()?).map(|(_, role)| role));
        let Some((role, scope)) = written.zip(self.tenant.scopes.get(scope)) else { return false };
        role.held_at.is_none_or(|held_at| held_at & bit(scope.kind) != 0)
    }

    /// Adds the deny rules.
    pub(crate) fn denies(&self, base: &mut Base) {
        let rules = self.tenant.deny_rules.iter();
        let mut sorted: Vec<(SubjectId, ScopeId, &str, &DenyRule)> = rules
            .map(|rule| {
                (self.people.id(&rule.subject), self.scope(rule.extent.scope), rule.id.as_deref().unwrap_or(""), rule)
            })
            .collect();
        sorted.sort_by(|a, b| {
            let by_name = (a.0, a.1, a.2, self.denied(a.3)).cmp(&(b.0, b.1, b.2, self.denied(b.3)));
            by_name.then_with(|| self.order(&a.3.extent, &b.3.extent))
        });
        for (subject, scope, _, rule) in sorted {
            let position = stored(base.denies.len());
            let denied = match &rule.denied {
                Denied::Role(role) => DeniedSet::Role(RoleId::new(*role)),
                Denied::Permissions(permissions) => DeniedSet::Permissions(Arc::new(self.set(permissions))),
            };
            let limits = self.limits(&rule.extent, base);
            base.denies.push(DenyRow { scope, denied, limits });
            let cell =
                |cell: &(Option<usize>, Option<u64>)| DeniedCell { kind: cell.0.map(KindId::new), actions: cell.1 };
            let written = rule.written.iter().map(cell).collect();
            base.deny_origins.push(DenyOrigin { id: rule.id.as_deref().map(boxed), written });
            if let Some(row) = base.subjects.get_mut(subject.index()) {
                extend(&mut row.denies, position);
            }
        }
    }

    fn scope(&self, scope: usize) -> ScopeId {
        self.scope_ids.get(scope).copied().unwrap_or(ScopeId::new(usize::MAX))
    }

    /// Returns the name of a role.
    fn role(&self, role: usize) -> &str {
        self.roles.get(role).map_or("", |row| &row.name)
    }

    /// Returns what a deny denies, to order denies that are alike in all else.
    fn denied<'r>(&'r self, rule: &'r DenyRule) -> (&'r str, &'r [(usize, u64)]) {
        match &rule.denied {
            Denied::Role(role) => (self.role(*role), &[]),
            Denied::Permissions(permissions) => ("", permissions),
        }
    }

    /// Orders extents that lie at one scope.
    fn order(&self, a: &Extent, b: &Extent) -> Ordering {
        let clusters = |extent: &Extent| {
            let name = |cluster: &usize| self.tenant.clusters.get_index(*cluster).map(|(name, _)| name.clone());
            let mut names: Vec<Option<String>> = extent.clusters.iter().flatten().map(name).collect();
            names.sort_unstable();
            (extent.clusters.is_some(), names)
        };
        let plain = (a.from, a.until).cmp(&(b.from, b.until)).then_with(|| clusters(a).cmp(&clusters(b)));
        plain.then_with(|| match (&a.when, &b.when) {
            (None, None) => Ordering::Equal,
            (a, b) => format!("{a:?}").cmp(&format!("{b:?}")),
        })
    }

    /// Returns permissions as bits.
    fn set(&self, permissions: &[(usize, u64)]) -> Bits {
        let mut set = Bits::with_size(self.n_permissions);
        for (kind, actions) in permissions {
            for action in (0..self.n_actions).filter(|action| actions & bit(*action) != 0) {
                set.insert(kind.saturating_mul(self.n_actions).saturating_add(action));
            }
        }
        set
    }

    /// Adds the limits of a rule, if it has any; returns their position.
    fn limits(&self, extent: &Extent, base: &mut Base) -> u32 {
        if extent.clusters.is_none() && extent.from.is_none() && extent.until.is_none() && extent.when.is_none() {
            return NO_LIMITS;
        }
        let clusters = extent.clusters.as_ref().map(|listed| {
            let mut bits = Bits::with_size(self.tenant.clusters.len());
            listed.iter().for_each(|cluster| bits.insert(*cluster));
            bits
        });
        let condition = extent.when.as_ref().map(|when| Arc::new(condition::compile(when)));
        let position = stored(base.limits.len());
        base.limits.push(Limits { clusters, from: extent.from, until: extent.until, condition });
        position
    }
}

/// An access rule: as written, or made of a role and an organization.
struct Allow<'a> {
    subject: SubjectId,
    scope: ScopeId,
    role: usize,
    written: Option<&'a AccessRule>,
}

impl Allow<'_> {
    /// Returns what rules are sorted by first: at one scope, what is written comes before what is made.
    fn place(&self) -> (SubjectId, ScopeId, bool, &str) {
        let id = self.written.and_then(|rule| rule.id.as_deref()).unwrap_or("");
        (self.subject, self.scope, self.written.is_none(), id)
    }
}

/// Adds a row to the end of a range of rows.
fn extend(range: &mut Range<u32>, position: u32) {
    if range.start == range.end {
        range.start = position;
    }
    range.end = position.saturating_add(1);
}

/// The position of the root among the scopes of a tenant.
const ROOT: usize = 0;
