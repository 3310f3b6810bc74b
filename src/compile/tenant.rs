//! One tenant to rows: scopes in tree order, the rules of each subject side by side.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::gates::Gates;
use super::{boxed, condition, roles, stored};
use crate::bits::Bits;
use crate::id::{ClusterId, RoleId, ScopeId, SubjectId, TenantId};
use crate::model::{AccessRule, Catalogue, Denied, DenyRule, Extent, Facts, Subject, Tenant};
use crate::name::{EVERYONE, SubjectKind};
use crate::snapshot::{
    AllowRow, DenyRow, Limits, NO_LIMITS, RoleRow, RuleOrigin, ScopeRow, SubjectRow, Tables, TenantRow,
};

/// Adds a tenant to the tables.
pub(crate) fn compile<'a>(
    tenant: &'a Tenant,
    id: TenantId,
    catalogue: &'a Catalogue,
    policy_gates: &Gates<'a>,
    tables: &mut Tables,
) {
    let mut gates = policy_gates.clone();
    for role in tenant.custom_roles.values() {
        gates.add_role(role);
    }
    let cluster_facts: Vec<&Facts> = tenant.clusters.values().map(|cluster| &cluster.facts).collect();
    let gate_states = gates.states(&tenant.facts, &cluster_facts);
    let roles = roles::compile(tenant, catalogue, &gates, &gate_states);
    let scope_ids = scopes(tenant, id, tables);
    let first_set = tables.deny_sets.len();
    let n_permissions = catalogue.kinds.len().saturating_mul(catalogue.actions.len());
    tables.deny_sets.extend(roles.full_rows);
    let mut people = People::of(tenant, tables.subjects.len());
    let everyone = people.id(&Subject { kind: SubjectKind::Group, name: EVERYONE.to_owned() });
    let books = Books {
        id,
        tenant,
        scope_ids: &scope_ids,
        first_set,
        n_permissions,
        n_actions: catalogue.actions.len(),
        roles: &roles.rows,
    };
    books.subjects(&people, tables);
    books.allows(&mut people, tables);
    books.denies(&mut people, tables);
    let is_group_deny = |row: &u32| {
        let subject = tables.deny_origins.get(*row as usize).map(|origin| origin.subject);
        let is_group = subject
            .and_then(|subject| tables.subject_names.get(subject.index()))
            .is_some_and(|(kind, _)| *kind == SubjectKind::Group);
        is_group && subject != Some(everyone)
    };
    let own_denies = people.first_deny..stored(tables.denies.len());
    let group_denies = own_denies.filter(is_group_deny).collect();
    tables.tenants.push(TenantRow {
        name: boxed(&tenant.name),
        root: scope_ids.first().copied().unwrap_or(ScopeId::new(usize::MAX)),
        is_closed: tenant.is_closed,
        users: people.names(SubjectKind::User),
        groups: people.names(SubjectKind::Group),
        apps: people.names(SubjectKind::App),
        everyone,
        group_denies,
        clusters: tenant.clusters.keys().enumerate().map(|(idx, name)| (boxed(name), ClusterId::new(idx))).collect(),
        cluster_names: tenant.clusters.keys().map(|name| boxed(name)).collect(),
        gates: gates.describe(),
        gate_states,
        roles: roles.rows,
        role_tables: roles.tables,
        full: roles.full,
    });
}

/// Adds the scopes in tree order, siblings by path; returns the id of each.
fn scopes(tenant: &Tenant, id: TenantId, tables: &mut Tables) -> Vec<ScopeId> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); tenant.scopes.len()];
    for (idx, scope) in tenant.scopes.iter().enumerate() {
        if let Some(children) = scope.parent.and_then(|parent| children.get_mut(parent)) {
            children.push(idx);
        }
    }
    let path = |idx: usize| tenant.scopes.get(idx).map_or("", |scope| scope.path.as_str());
    for siblings in &mut children {
        // The last to be pushed is the first to be visited.
        siblings.sort_by(|a, b| path(*b).cmp(path(*a)));
    }
    let mut ids = vec![ScopeId::new(usize::MAX); tenant.scopes.len()];
    let mut stack = vec![(0_usize, false)];
    while let Some((idx, is_left)) = stack.pop() {
        let Some(scope) = tenant.scopes.get(idx) else { continue };
        if is_left {
            let end = ScopeId::new(tables.scopes.len());
            let row = ids.get(idx).and_then(|id| tables.scopes.get_mut(id.index()));
            if let Some(row) = row {
                row.end = end;
            }
            continue;
        }
        let scope_id = ScopeId::new(tables.scopes.len());
        if let Some(slot) = ids.get_mut(idx) {
            *slot = scope_id;
        }
        tables.scope_by_path.insert(boxed(&scope.path), scope_id);
        tables.scope_paths.push(boxed(&scope.path));
        tables.scopes.push(ScopeRow {
            tenant: id,
            kind: stored(scope.kind),
            end: scope_id,
            parent: scope.parent.and_then(|parent| ids.get(parent).copied()),
            cluster: scope.cluster.map(ClusterId::new),
        });
        stack.push((idx, true));
        stack.extend(children.get(idx).into_iter().flatten().map(|child| (*child, false)));
    }
    ids
}

/// The subjects that a directory mentions, numbered by kind and name.
struct People {
    first: usize,
    first_deny: u32,
    numbers: BTreeMap<Subject, usize>,
}

impl People {
    fn of(tenant: &Tenant, first: usize) -> Self {
        let account = |kind: SubjectKind| move |name: &String| Subject { kind, name: name.clone() };
        let mut numbers: BTreeMap<Subject, usize> = BTreeMap::new();
        let mut add = |subject: Subject| {
            numbers.entry(subject).or_default();
        };
        tenant.users.keys().map(account(SubjectKind::User)).for_each(&mut add);
        tenant.apps.keys().map(account(SubjectKind::App)).for_each(&mut add);
        tenant.groups.keys().map(account(SubjectKind::Group)).for_each(&mut add);
        tenant.groups.values().flatten().cloned().for_each(&mut add);
        tenant.access_rules.iter().map(|rule| rule.subject.clone()).for_each(&mut add);
        tenant.deny_rules.iter().map(|rule| rule.subject.clone()).for_each(&mut add);
        add(Subject { kind: SubjectKind::Group, name: EVERYONE.to_owned() });
        for (number, slot) in numbers.values_mut().enumerate() {
            *slot = number;
        }
        Self { first, first_deny: 0, numbers }
    }

    fn id(&self, subject: &Subject) -> SubjectId {
        let number = self.numbers.get(subject).copied();
        SubjectId::new(number.map_or(usize::MAX, |number| self.first.saturating_add(number)))
    }

    fn names(&self, kind: SubjectKind) -> HashMap<Box<str>, SubjectId> {
        let of_kind = self.numbers.keys().filter(|subject| subject.kind == kind);
        of_kind.map(|subject| (boxed(&subject.name), self.id(subject))).collect()
    }
}

/// Writes the rows of one tenant.
struct Books<'a> {
    id: TenantId,
    tenant: &'a Tenant,
    scope_ids: &'a [ScopeId],
    /// The deny set of the tenant's first role.
    first_set: usize,
    n_permissions: usize,
    n_actions: usize,
    roles: &'a [RoleRow],
}

impl Books<'_> {
    /// Adds the subjects, with their groups and whether they are known and enabled.
    fn subjects(&self, people: &People, tables: &mut Tables) {
        let mut groups: BTreeMap<SubjectId, Vec<SubjectId>> = BTreeMap::new();
        for (name, members) in &self.tenant.groups {
            let group = people.id(&Subject { kind: SubjectKind::Group, name: name.clone() });
            for member in members {
                groups.entry(people.id(member)).or_default().push(group);
            }
        }
        let mut known: BTreeSet<SubjectId> =
            self.tenant.access_rules.iter().map(|rule| people.id(&rule.subject)).collect();
        for subject in people.numbers.keys() {
            let is_listed = match subject.kind {
                SubjectKind::User => self.tenant.users.contains_key(&subject.name),
                SubjectKind::App => self.tenant.apps.contains_key(&subject.name),
                SubjectKind::Group => self.tenant.groups.contains_key(&subject.name) || subject.name == EVERYONE,
            };
            if is_listed {
                known.insert(people.id(subject));
            }
        }
        for subject in people.numbers.keys() {
            let id = people.id(subject);
            let first_group = stored(tables.groups_of.len());
            let mut own = groups.remove(&id).unwrap_or_default();
            own.sort_unstable();
            own.dedup();
            tables.groups_of.extend(own);
            let account = match subject.kind {
                SubjectKind::User => self.tenant.users.get(&subject.name),
                SubjectKind::App => self.tenant.apps.get(&subject.name),
                SubjectKind::Group => None,
            };
            tables.subject_names.push((subject.kind, boxed(&subject.name)));
            tables.subjects.push(SubjectRow {
                groups: first_group..stored(tables.groups_of.len()),
                is_known: known.contains(&id),
                is_disabled: account.is_some_and(|account| account.is_disabled),
                ..SubjectRow::default()
            });
        }
    }

    fn allows(&self, people: &mut People, tables: &mut Tables) {
        let mut sorted: Vec<(SubjectId, ScopeId, &str, &AccessRule)> = self
            .tenant
            .access_rules
            .iter()
            .map(|rule| (people.id(&rule.subject), self.scope(&rule.extent), rule.id.as_deref().unwrap_or(""), rule))
            .collect();
        sorted.sort_by(|a, b| {
            let by_name = (a.0, a.1, a.2, self.role(a.3.role)).cmp(&(b.0, b.1, b.2, self.role(b.3.role)));
            by_name.then_with(|| self.order(&a.3.extent, &b.3.extent))
        });
        for (subject, scope, _, rule) in sorted {
            let position = stored(tables.allows.len());
            let limits = limits(&rule.extent, self.tenant, tables);
            let end = tables.scopes.get(scope.index()).map_or(scope, |row| row.end);
            tables.allows.push(AllowRow { scope, end, role: RoleId::new(rule.role), limits });
            let id = rule.id.as_deref().map(boxed);
            tables.allow_origins.push(RuleOrigin { id, subject, tenant: self.id, role: Some(RoleId::new(rule.role)) });
            if let Some(row) = tables.subjects.get_mut(subject.index()) {
                extend(&mut row.allows, position);
            }
        }
    }

    fn denies(&self, people: &mut People, tables: &mut Tables) {
        people.first_deny = stored(tables.denies.len());
        let mut sorted: Vec<(SubjectId, ScopeId, &str, &DenyRule)> = self
            .tenant
            .deny_rules
            .iter()
            .map(|rule| (people.id(&rule.subject), self.scope(&rule.extent), rule.id.as_deref().unwrap_or(""), rule))
            .collect();
        sorted.sort_by(|a, b| {
            let by_name = (a.0, a.1, a.2, self.denied(a.3)).cmp(&(b.0, b.1, b.2, self.denied(b.3)));
            by_name.then_with(|| self.order(&a.3.extent, &b.3.extent))
        });
        for (subject, scope, _, rule) in sorted {
            let position = stored(tables.denies.len());
            let (set, role) = match &rule.denied {
                Denied::Role(role) => (self.first_set.saturating_add(*role), Some(RoleId::new(*role))),
                Denied::Permissions(permissions) => {
                    tables.deny_sets.push(self.set(permissions));
                    (tables.deny_sets.len().saturating_sub(1), None)
                }
            };
            let limits = limits(&rule.extent, self.tenant, tables);
            let end = tables.scopes.get(scope.index()).map_or(scope, |row| row.end);
            tables.denies.push(DenyRow { scope, end, set: stored(set), limits });
            let id = rule.id.as_deref().map(boxed);
            tables.deny_origins.push(RuleOrigin { id, subject, tenant: self.id, role });
            if let Some(row) = tables.subjects.get_mut(subject.index()) {
                extend(&mut row.denies, position);
            }
        }
    }

    fn scope(&self, extent: &Extent) -> ScopeId {
        self.scope_ids.get(extent.scope).copied().unwrap_or(ScopeId::new(usize::MAX))
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
            for action in (0..self.n_actions).filter(|action| actions & crate::model::bit(*action) != 0) {
                set.insert(kind.saturating_mul(self.n_actions).saturating_add(action));
            }
        }
        set
    }
}

/// Adds a row to the end of a range of rows.
fn extend(range: &mut std::ops::Range<u32>, position: u32) {
    if range.start == range.end {
        range.start = position;
    }
    range.end = position.saturating_add(1);
}

/// Adds the limits of a rule, if it has any; returns their position.
fn limits(extent: &Extent, tenant: &Tenant, tables: &mut Tables) -> u32 {
    if extent.clusters.is_none() && extent.from.is_none() && extent.until.is_none() && extent.when.is_none() {
        return NO_LIMITS;
    }
    let clusters = extent.clusters.as_ref().map(|listed| {
        let mut bits = Bits::with_size(tenant.clusters.len());
        listed.iter().for_each(|cluster| bits.insert(*cluster));
        bits
    });
    let condition = extent.when.as_ref().map(|when| condition::compile(when, &mut tables.conditions));
    let position = stored(tables.limits.len());
    tables.limits.push(Limits { clusters, from: extent.from, until: extent.until, condition });
    position
}
