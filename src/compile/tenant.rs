//! One tenant to rows: scopes in tree order, the rules of each subject side by side.

use std::sync::Arc;

use indexmap::IndexMap;

use super::gates::Gates;
use super::people::People;
use super::rules::Books;
use super::{boxed, roles, stored};
use crate::bits::BitMatrix;
use crate::id::{ClusterId, ScopeId, SubjectId, TenantId};
use crate::model::{Catalogue, Facts, Role, Tenant};
use crate::name::{EVERYONE, SubjectKind};
use crate::snapshot::{Base, Chain, ClusterRow, GateState, RightCell, RoleRow, RoleTable, ScopeRow, TenantRow};

/// Adds a tenant to what is loaded, and returns the rest of it.
pub(crate) fn compile<'a>(
    tenant: &'a Tenant,
    id: TenantId,
    catalogue: &Catalogue,
    base: &mut Base,
    paths: &mut Vec<&'a str>,
) -> TenantRow {
    let facts: Vec<&Facts> = tenant.clusters.values().map(|cluster| &cluster.facts).collect();
    let is_disabled = |role: usize| tenant.disabled_roles.contains(&role);
    let is_lost = |role: usize| tenant.lost_roles.contains(&role);
    let derived = derive(catalogue, &tenant.custom_roles, is_disabled, is_lost, &tenant.facts, &facts);
    let scope_ids = scopes(tenant, id, base, paths);
    let people = People::of(tenant, base.subjects.len());
    let everyone = people.id(SubjectKind::Group, EVERYONE);
    let books = Books {
        tenant,
        catalogue,
        people: &people,
        scope_ids: &scope_ids,
        n_permissions: catalogue.kinds.len().saturating_mul(catalogue.actions.len()),
        n_actions: catalogue.actions.len(),
        roles: &derived.roles,
    };
    books.subjects(base);
    books.placements(base);
    let is_denied = |id: &SubjectId| {
        let row = base.subjects.get(id.index()).and_then(|row| base.more.get(row.more as usize));
        *id != everyone && row.is_some_and(|more| !more.denies.is_empty())
    };
    let denied_groups = people.groups().filter(is_denied).collect();
    let cluster = |(name, cluster): (&String, &crate::model::Cluster)| ClusterRow {
        name: Some(boxed(name)),
        id: boxed(&cluster.id),
        facts: cluster.facts.clone(),
    };
    base.names.push(people.into_names(tenant));
    let Derived { gates, gate_states, roles, role_tables, role_table_of, full, full_rights } = derived;
    TenantRow {
        id,
        name: boxed(&tenant.name),
        root: scope_ids.first().copied().unwrap_or(ScopeId::new(usize::MAX)),
        is_closed: tenant.is_closed,
        everyone,
        has_denies: !tenant.deny_rules.is_empty(),
        denied_groups,
        clusters: tenant.clusters.keys().enumerate().map(|(idx, name)| (boxed(name), ClusterId::new(idx))).collect(),
        cluster_rows: tenant.clusters.iter().map(cluster).collect(),
        gates,
        gate_states,
        roles,
        role_tables,
        role_table_of,
        full,
        full_rights,
        facts: tenant.facts.clone(),
        custom_roles: Arc::new(tenant.custom_roles.clone()),
    }
}

/// What follows from a tenant's facts, clusters and roles.
pub(crate) struct Derived {
    pub(crate) gates: Vec<Box<str>>,
    pub(crate) gate_states: Vec<GateState>,
    pub(crate) roles: Vec<RoleRow>,
    pub(crate) role_tables: Vec<RoleTable>,
    pub(crate) role_table_of: Vec<u32>,
    pub(crate) full: BitMatrix,
    pub(crate) full_rights: Vec<Box<[RightCell]>>,
}

/// Works out what the roles of a tenant give.
pub(crate) fn derive(
    catalogue: &Catalogue,
    custom_roles: &IndexMap<String, Role>,
    is_disabled: impl Fn(usize) -> bool,
    is_lost: impl Fn(usize) -> bool,
    facts: &Facts,
    cluster_facts: &[&Facts],
) -> Derived {
    let mut gates = Gates::of(catalogue);
    custom_roles.values().for_each(|role| gates.add_role(role));
    let gate_states = gates.states(facts, cluster_facts);
    let roles =
        roles::compile(custom_roles, is_disabled, is_lost, cluster_facts.len(), catalogue, &gates, &gate_states);
    Derived {
        gates: gates.describe(),
        gate_states,
        roles: roles.rows,
        role_tables: roles.tables,
        role_table_of: roles.table_of,
        full: roles.full,
        full_rights: roles.full_rights,
    }
}

/// Adds the scopes in tree order, siblings by path, and their paths; returns the id of each.
fn scopes<'a>(tenant: &'a Tenant, id: TenantId, base: &mut Base, paths: &mut Vec<&'a str>) -> Vec<ScopeId> {
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
    let first = base.scopes.len();
    let mut ids = vec![ScopeId::new(usize::MAX); tenant.scopes.len()];
    let mut stack = vec![0_usize];
    while let Some(idx) = stack.pop() {
        let Some(scope) = tenant.scopes.get(idx) else { continue };
        let scope_id = ScopeId::new(base.scopes.len());
        if let Some(slot) = ids.get_mut(idx) {
            *slot = scope_id;
        }
        paths.push(&scope.path);
        let above = scope.parent.and_then(|parent| ids.get(parent)).and_then(|id| base.scopes.get(id.index()));
        let chain = Chain::new(scope_id, above.map_or(&[], |above| &above.chain));
        if scope.id != scope.path {
            base.scope_ids.insert(scope_id, boxed(&scope.id));
        }
        let cluster = scope.cluster.map(ClusterId::new);
        base.scopes.push(ScopeRow { tenant: id, kind: stored(scope.kind), cluster, chain });
        stack.extend(children.get(idx).into_iter().flatten());
    }
    base.scopes_of.push(stored(first)..stored(base.scopes.len()));
    ids
}
