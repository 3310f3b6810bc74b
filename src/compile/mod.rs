//! Model to snapshot: names become ids, trees become ranges, sets become bits.
//!
//! The order of rules, scopes and subjects in the text leaves no trace: they are numbered by name. Kinds, actions, roles and
//! clusters are numbered as they are written, which no decision shows.

mod condition;
mod gates;
mod roles;
mod tenant;

use std::collections::HashMap;
use std::sync::Arc;

use crate::id::{ActionId, KindId, TenantId};
use crate::model::{self, Catalogue, Model, Requirement, bit};
use crate::snapshot::{KindRow, Restriction, Right, Snapshot, Tables, Test};

/// Compiles a model.
pub(crate) fn compile(model: &Model, revision: u64) -> Snapshot {
    let catalogue = &model.catalogue;
    let mut tables = Tables {
        actions: catalogue.actions.iter().enumerate().map(|(idx, name)| (boxed(name), ActionId::new(idx))).collect(),
        action_names: catalogue.actions.iter().map(|name| boxed(name)).collect(),
        kinds: catalogue.kinds.keys().enumerate().map(|(idx, name)| (boxed(name), KindId::new(idx))).collect(),
        kind_rows: kind_rows(catalogue),
        restrictions: Vec::new(),
        restrictions_of: Vec::new(),
        conditions: Vec::new(),
        tenants: Vec::new(),
        tenant_by_name: HashMap::new(),
        scopes: Vec::new(),
        scope_by_path: HashMap::new(),
        scope_paths: Vec::new(),
        subjects: Vec::new(),
        subject_names: Vec::new(),
        groups_of: Vec::new(),
        allows: Vec::new(),
        allow_origins: Vec::new(),
        denies: Vec::new(),
        deny_origins: Vec::new(),
        deny_sets: Vec::new(),
        limits: Vec::new(),
    };
    let gates = restrictions(catalogue, &mut tables);
    let mut tenants: Vec<&model::Tenant> = model.tenants.iter().collect();
    tenants.sort_by(|a, b| a.name.cmp(&b.name));
    for (idx, tenant) in tenants.into_iter().enumerate() {
        tables.tenant_by_name.insert(boxed(&tenant.name), TenantId::new(idx));
        tenant::compile(tenant, TenantId::new(idx), catalogue, &gates, &mut tables);
    }
    Snapshot { tables: Arc::new(tables), revision }
}

/// What resource kinds are, for a decision.
fn kind_rows(catalogue: &Catalogue) -> Vec<KindRow> {
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
    catalogue.kinds.iter().enumerate().map(row).collect()
}

/// Compiles the restrictions and the gates of kinds, which are restrictions too; returns all gates.
fn restrictions<'a>(catalogue: &'a Catalogue, tables: &mut Tables) -> gates::Gates<'a> {
    let mut gates = gates::Gates::default();
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
    let mut named: Vec<(&String, &model::Restriction)> = catalogue.restrictions.iter().collect();
    named.sort_by_key(|(name, _)| *name);
    for (name, restriction) in named {
        let test = match &restriction.requirement {
            Requirement::When(condition) => Test::When(condition::compile(condition, &mut tables.conditions)),
            Requirement::Unless(condition) => Test::Unless(condition::compile(condition, &mut tables.conditions)),
            Requirement::Gate(gate) => Test::Gate(gates.add(gate)),
        };
        cover(&restriction.kinds, restriction.actions, tables.restrictions.len());
        tables.restrictions.push(Restriction { name: boxed(name), is_gate_of_kind: false, test });
    }
    for (idx, (name, kind)) in catalogue.kinds.iter().enumerate() {
        let Some(gate) = &kind.gate else { continue };
        cover(&[idx], catalogue.all_actions(), tables.restrictions.len());
        let test = Test::Gate(gates.add(gate));
        tables.restrictions.push(Restriction { name: boxed(name), is_gate_of_kind: true, test });
    }
    tables.restrictions_of = of.into_iter().map(Vec::into_boxed_slice).collect();
    for role in catalogue.roles.values() {
        gates.add_role(role);
    }
    gates
}

/// Returns a name for a table.
fn boxed(name: &str) -> Box<str> {
    Box::from(name)
}

/// Returns a position as it is stored.
fn stored(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
