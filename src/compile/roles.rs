//! Roles to bits: what each gives, on each cluster, with includes, gates and disabled roles accounted for.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::gates::Gates;
use crate::bits::{BitMatrix, Bits};
use crate::model::{Catalogue, Grant, READ, Role, bit, finishing_order};
use crate::snapshot::{GateState, Right, RightCell, RoleRow, RoleTable};

/// The compiled roles of a tenant.
pub(crate) struct Roles {
    pub(crate) rows: Vec<RoleRow>,
    pub(crate) tables: Vec<RoleTable>,
    pub(crate) table_of: Vec<u32>,
    pub(crate) full: BitMatrix,
    pub(crate) full_rights: Vec<Box<[RightCell]>>,
}

/// Compiles the policy's roles and the tenant's own; `states` are the states of the gates.
pub(crate) fn compile(
    custom_roles: &IndexMap<String, Role>,
    is_disabled: impl Fn(usize) -> bool,
    is_lost: impl Fn(usize) -> bool,
    n_clusters: usize,
    catalogue: &Catalogue,
    gates: &Gates<'_>,
    states: &[GateState],
) -> Roles {
    let roles: Vec<(&String, &Role)> = catalogue.roles.iter().chain(custom_roles).collect();
    // There are no circles: the resolver refused them.
    let includes: Vec<&[usize]> = roles.iter().map(|(_, role)| role.includes.as_slice()).collect();
    let order = finishing_order(&includes);
    let n_states = n_clusters.saturating_add(1);
    let rows: Vec<RoleRow> = roles
        .iter()
        .enumerate()
        .map(|(idx, (name, _))| RoleRow {
            name: super::boxed(name),
            is_disabled: is_disabled(idx),
            is_lost: is_lost(idx),
            gate: gates.of_role(idx),
        })
        .collect();
    let is_usable = |role: usize, variant: usize| {
        let row = rows.get(role);
        let is_open = |gate: u32| {
            let at = (gate as usize).saturating_mul(n_states).saturating_add(variant);
            states.get(at) == Some(&GateState::Open)
        };
        row.is_some_and(|row| !row.is_disabled && row.gate.is_none_or(is_open))
    };
    let build = Build { roles: &roles, order: &order, catalogue };
    let mut tables = Vec::new();
    let mut known: HashMap<Vec<bool>, u32> = HashMap::new();
    let mut table_of = Vec::with_capacity(n_states);
    for variant in 0..n_states {
        let usable: Vec<bool> = (0..roles.len()).map(|role| is_usable(role, variant)).collect();
        let position = known.entry(usable).or_insert_with_key(|usable| {
            tables.push(build.table(usable));
            super::stored(tables.len().saturating_sub(1))
        });
        table_of.push(*position);
    }
    let full_rights = build.table(&vec![true; roles.len()]).rights;
    Roles { rows, tables, table_of, full: BitMatrix::new(&build.full()), full_rights }
}

/// Builds tables of one tenant's roles.
struct Build<'a> {
    roles: &'a [(&'a String, &'a Role)],
    /// The roles, each after those it includes.
    order: &'a [usize],
    catalogue: &'a Catalogue,
}

impl Build<'_> {
    /// Returns what roles give to a plain check, where only some are usable.
    fn table(&self, usable: &[bool]) -> RoleTable {
        let n_actions = self.catalogue.actions.len();
        let mut gives = self.empty();
        let mut places = vec![0_u64; self.roles.len().saturating_mul(n_actions)];
        let mut rights: Vec<Vec<RightCell>> = vec![Vec::new(); self.roles.len()];
        for role in self.order.iter().copied().filter(|role| usable.get(*role) == Some(&true)) {
            let Some((_, written)) = self.roles.get(role) else { continue };
            let mut own = Bits::with_size(self.n_permissions());
            let mut cells: Vec<RightCell> = Vec::new();
            for (grant, kind) in self.grants(written) {
                cells.extend(self.right(grant, kind));
                self.add(self.answerable(grant, kind), kind, &mut own);
                self.add_places(grant, kind, role, &mut places);
            }
            for include in &written.includes {
                own.union(gives.get(*include).unwrap_or(&Bits::default()));
                cells.extend(rights.get(*include).into_iter().flatten());
                for action in 0..n_actions {
                    let lent =
                        places.get(include.saturating_mul(n_actions).saturating_add(action)).copied().unwrap_or(0);
                    if let Some(place) = places.get_mut(role.saturating_mul(n_actions).saturating_add(action)) {
                        *place |= lent;
                    }
                }
            }
            if let Some((row, row_of_rights)) = gives.get_mut(role).zip(rights.get_mut(role)) {
                *row = own;
                *row_of_rights = distinct(cells);
            }
        }
        let rights = rights.into_iter().map(Vec::into_boxed_slice).collect();
        let gives = BitMatrix::transposed(&gives, self.n_permissions());
        RoleTable { gives, places: self.places(&places), n_scope_kinds: self.catalogue.scope_kinds.len(), rights }
    }

    /// Returns what roles would give, were all enabled and all gates open, whatever the qualifiers.
    fn full(&self) -> Vec<Bits> {
        let mut rows = self.empty();
        for role in self.order.iter().copied() {
            let Some((_, written)) = self.roles.get(role) else { continue };
            let mut own = Bits::with_size(self.n_permissions());
            for (grant, kind) in self.grants(written) {
                self.add(grant.actions, kind, &mut own);
            }
            for include in &written.includes {
                own.union(rows.get(*include).unwrap_or(&Bits::default()));
            }
            if let Some(row) = rows.get_mut(role) {
                *row = own;
            }
        }
        rows
    }

    /// Returns the grants of a role, with each kind that they are for.
    fn grants<'r>(&self, role: &'r Role) -> impl Iterator<Item = (&'r Grant, usize)> {
        let n_kinds = self.catalogue.kinds.len();
        role.grants.iter().flat_map(move |grant| grant.kinds(n_kinds).map(move |kind| (grant, kind)))
    }

    /// Returns the actions of a grant that a plain check can be answered with: giving and taking roles names a role,
    /// which a plain check does not; reading needs none.
    fn answerable(&self, grant: &Grant, kind: usize) -> u64 {
        let is_role_right = self.catalogue.delegation.as_ref().is_some_and(|rights| rights.role_right == kind);
        if is_role_right { grant.actions & bit(READ) } else { grant.actions }
    }

    /// Returns the cell of a right to change access, if a grant is one.
    fn right(&self, grant: &Grant, kind: usize) -> Option<RightCell> {
        let delegation = self.catalogue.delegation.as_ref()?;
        let right = match kind {
            kind if kind == delegation.role_right => Right::Role,
            kind if Some(kind) == delegation.place_right => Right::Place,
            _ => return None,
        };
        Some(RightCell { right, actions: grant.actions, qualifier: grant.qualifier.map(super::stored) })
    }

    /// Notes at which kinds of scope the place right is given.
    fn add_places(&self, grant: &Grant, kind: usize, role: usize, places: &mut [u64]) {
        let place_right = self.catalogue.delegation.as_ref().and_then(|rights| rights.place_right);
        if place_right != Some(kind) {
            return;
        }
        let qualifier = grant.qualifier.and_then(|idx| self.catalogue.qualifiers.get_index(idx));
        let at = qualifier.and_then(|(_, qualifier)| qualifier.at).unwrap_or(u64::MAX);
        let n_actions = self.catalogue.actions.len();
        for action in (0..n_actions).filter(|action| grant.actions & bit(*action) != 0) {
            if let Some(place) = places.get_mut(role.saturating_mul(n_actions).saturating_add(action)) {
                *place |= at;
            }
        }
    }

    /// Packs masks of scope kinds, one for each role and action.
    fn places(&self, masks: &[u64]) -> BitMatrix {
        let (n_actions, n_scope_kinds) = (self.catalogue.actions.len(), self.catalogue.scope_kinds.len());
        let n_places = n_actions.saturating_mul(n_scope_kinds);
        let row = |masks: &[u64]| {
            let mut row = Bits::with_size(n_places);
            for (action, mask) in masks.iter().enumerate() {
                for kind in (0..n_scope_kinds).filter(|kind| mask & bit(*kind) != 0) {
                    row.insert(action.saturating_mul(n_scope_kinds).saturating_add(kind));
                }
            }
            row
        };
        let rows: Vec<Bits> = masks.chunks(n_actions.max(1)).map(row).collect();
        BitMatrix::transposed(&rows, n_places)
    }

    /// Adds the permissions of one kind.
    fn add(&self, actions: u64, kind: usize, bits: &mut Bits) {
        let n_actions = self.catalogue.actions.len();
        for action in (0..n_actions).filter(|action| actions & bit(*action) != 0) {
            bits.insert(kind.saturating_mul(n_actions).saturating_add(action));
        }
    }

    fn empty(&self) -> Vec<Bits> {
        vec![Bits::with_size(self.n_permissions()); self.roles.len()]
    }

    fn n_permissions(&self) -> usize {
        self.catalogue.kinds.len().saturating_mul(self.catalogue.actions.len())
    }
}

/// Returns cells, each once.
fn distinct(cells: Vec<RightCell>) -> Vec<RightCell> {
    let mut kept: Vec<RightCell> = Vec::with_capacity(cells.len());
    for cell in cells {
        if !kept.contains(&cell) {
            kept.push(cell);
        }
    }
    kept
}
