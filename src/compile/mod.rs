//! Model to snapshot: names become ids, trees become ranges, sets become bits.
//!
//! The order of rules, scopes and subjects in the text leaves no trace: they are numbered by name. Kinds, actions, roles and
//! clusters are numbered as they are written, which no decision shows.

mod condition;
mod gates;
mod people;
mod roles;
mod rules;
mod tenant;

use std::sync::Arc;

use crate::id::{ActionId, RoleId, TenantId};
use crate::model::{self, CREATE, Catalogue, Model, READ, Requirement, bit};
use crate::snapshot::{
    Base, Condition, Edits, KindRow, NameTable, PermissionRow, PolicyTables, QualifierRow, Restriction, Right,
    Snapshot, Tables, Test,
};
pub(crate) use tenant::{Derived, derive};

/// Compiles a model.
pub(crate) fn compile(model: &Model, revision: u64) -> Snapshot {
    let catalogue = &model.catalogue;
    let mut base = Base::default();
    let mut tenants: Vec<&model::Tenant> = model.tenants.iter().collect();
    tenants.sort_by(|a, b| a.name.cmp(&b.name));
    let mut rows = Vec::with_capacity(tenants.len());
    let mut paths = Vec::new();
    base.tenants = NameTable::new(tenants.iter().map(|tenant| tenant.name.as_str()));
    for (idx, tenant) in tenants.into_iter().enumerate() {
        rows.push(Arc::new(tenant::compile(tenant, TenantId::new(idx), catalogue, &mut base, &mut paths)));
    }
    base.paths = NameTable::new(paths.into_iter());
    base.subjects.push(rules::nobody(&base));
    let tables = Tables {
        policy: Arc::new(policy(catalogue)),
        base: Arc::new(base),
        tenants: Arc::new(rows),
        edits: Edits::default(),
    };
    Snapshot { tables: Arc::new(tables), revision }
}

/// Compiles a condition that stands alone.
pub(crate) fn compile_condition(condition: &model::Condition) -> Condition {
    Condition { program: Arc::new(condition::compile(condition)) }
}

/// What the policy says.
fn policy(catalogue: &Arc<Catalogue>) -> PolicyTables {
    let (restrictions, restrictions_of) = restrictions(catalogue);
    let kind_rows = kind_rows(catalogue);
    PolicyTables {
        actions: NameTable::new(catalogue.actions.iter().map(String::as_str)),
        kinds: NameTable::new(catalogue.kinds.keys().map(String::as_str)),
        permissions: permissions(&kind_rows, catalogue.actions.len(), &restrictions_of),
        kind_rows,
        restrictions,
        restrictions_of,
        qualifiers: catalogue.qualifiers.values().map(qualifier).collect(),
        catalogue: Arc::clone(catalogue),
    }
}

fn qualifier(qualifier: &model::Qualifier) -> QualifierRow {
    QualifierRow {
        roles: qualifier.roles.as_ref().map(|roles| roles.iter().copied().map(RoleId::new).collect()),
        at: qualifier.at.unwrap_or(u64::MAX),
        seconds_max: qualifier.seconds_max,
    }
}

/// What resource kinds are, for a decision.
fn kind_rows(catalogue: &Catalogue) -> Vec<Arc<KindRow>> {
    let right = |idx: usize| match &catalogue.delegation {
        Some(delegation) if delegation.role_right == idx => Right::Role,
        Some(delegation) if delegation.place_right == Some(idx) => Right::Place,
        _ => Right::Neither,
    };
    let row = |(idx, (name, kind)): (usize, (&String, &model::Kind))| KindRow {
        name: boxed(name),
        create_at: kind.create_at,
        act_at: kind.act_at,
        create_in_cluster: kind.create_in_cluster,
        act_in_cluster: kind.act_in_cluster,
        concerns_cluster: kind.concerns_cluster,
        read_from_below: kind.read_from_below,
        right: right(idx),
    };
    catalogue.kinds.iter().enumerate().map(|kind| Arc::new(row(kind))).collect()
}

/// Every action on every resource kind, kind by kind.
fn permissions(kinds: &[Arc<KindRow>], n_actions: usize, restrictions_of: &[Box<[u32]>]) -> Vec<PermissionRow> {
    let pairs = kinds.iter().flat_map(|kind| (0..n_actions).map(move |action| (kind, action)));
    let row = |(number, (kind, action)): (usize, (&Arc<KindRow>, usize))| PermissionRow {
        action: ActionId::new(action),
        kind: Arc::clone(kind),
        number,
        creates: action == CREATE,
        right: kind.right,
        places: if action == CREATE { kind.create_at } else { kind.act_at },
        reads_from_below: kind.read_from_below && action == READ,
        is_restricted: restrictions_of.get(number).is_some_and(|of| !of.is_empty()),
    };
    pairs.enumerate().map(row).collect()
}

/// Compiles the restrictions and the gates of kinds, which are restrictions too; returns them with the positions of
/// those of each permission.
fn restrictions(catalogue: &Catalogue) -> (Vec<Restriction>, Vec<Box<[u32]>>) {
    let mut rows = Vec::new();
    let n_actions = catalogue.actions.len();
    let mut of: Vec<Vec<u32>> = vec![Vec::new(); catalogue.kinds.len().saturating_mul(n_actions)];
    let mut cover = |kinds: &[usize], actions: u64, position: usize| {
        for kind in kinds {
            for action in (0..n_actions).filter(|action| actions & bit(*action) != 0) {
                if let Some(of) = of.get_mut(kind.saturating_mul(n_actions).saturating_add(action)) {
                    of.extend(u32::try_from(position));
                }
            }
        }
    };
    // The gates are numbered in this order.
    let mut numbers = 0_u32..;
    let mut next_gate = || Test::Gate(numbers.next().unwrap_or(u32::MAX));
    for (name, restriction) in gates::restrictions(catalogue) {
        let test = match &restriction.requirement {
            Requirement::When(condition) => Test::When(condition::compile(condition)),
            Requirement::Unless(condition) => Test::Unless(condition::compile(condition)),
            Requirement::Gate(_) => next_gate(),
        };
        cover(&restriction.kinds, restriction.actions, rows.len());
        rows.push(Restriction { name: boxed(name), is_gate_of_kind: false, test });
    }
    for (idx, (name, _)) in catalogue.kinds.iter().enumerate().filter(|(_, (_, kind))| kind.gate.is_some()) {
        cover(&[idx], catalogue.all_actions(), rows.len());
        rows.push(Restriction { name: boxed(name), is_gate_of_kind: true, test: next_gate() });
    }
    (rows, of.into_iter().map(Vec::into_boxed_slice).collect())
}

/// Returns a name for a table.
fn boxed(name: &str) -> Box<str> {
    Box::from(name)
}

/// Returns a position as it is stored.
fn stored(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
