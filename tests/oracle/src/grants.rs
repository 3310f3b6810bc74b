//! Random roles and cells, written role by role, as a matrix, or both.

use bailiwick::document::{Cell, Document, Field, Matrix, Role, Table};

use crate::catalogue::{PLACE_RIGHT, ROLE_RIGHT, gate, listed, nothing, role_names, table};
use crate::plain::Policy;
use crate::random::Random;

/// Adds the roles of a policy: some as a matrix, some role by role, some both ways.
pub(crate) fn add_roles(random: &mut Random, policy: &Policy, document: &mut Document) {
    let names = role_names(random);
    let n_columns = random.below(names.len() + 1);
    let columns: Vec<&str> = random.some(&names, n_columns);
    let kinds: Vec<&str> = policy.kinds.iter().map(|it| it.name.as_str()).collect();
    let n_rows = random.between(1, kinds.len());
    let matrix_kinds = random.some(&kinds, n_rows);
    let mut roles = Vec::new();
    for (position, name) in names.iter().enumerate() {
        let is_column = columns.contains(name);
        let is_left_to_matrix = is_column && random.chance(50);
        if is_left_to_matrix {
            continue;
        }
        let is_free = |it: &&str| !is_column || !matrix_kinds.contains(it);
        let free: Vec<&str> = kinds.iter().copied().filter(is_free).collect();
        roles.push((*name, role(random, policy, &free, &names[..position])));
    }
    if !roles.is_empty() {
        document.roles = Field::from(table(roles));
    }
    if !columns.is_empty() {
        let mut rows = Vec::new();
        for kind in matrix_kinds {
            rows.push((kind, columns.iter().map(|_| Field::from(cell(random, policy, kind))).collect::<Vec<_>>()));
        }
        document.matrix = Field::from(Matrix { rows: Field::from(table(rows)), roles: listed(&columns) });
    }
}

/// Returns a role over some kinds that may include some roles.
pub(crate) fn role(random: &mut Random, policy: &Policy, kinds: &[&str], includable: &[&str]) -> Role {
    let mut role = Role::default();
    let mut rows: Vec<(&str, Cell)> = Vec::new();
    for kind in kinds {
        if random.chance(55) {
            rows.push((kind, cell(random, policy, kind)));
        }
    }
    if random.chance(12) {
        let n = random.between(1, 2);
        rows.push(("*", cell_of(random, &policy.actions, n)));
    }
    if !rows.is_empty() {
        role.permissions = Field::from(table(rows));
    }
    if random.chance(30) {
        let scope_kinds: Vec<&str> = policy.scope_kinds.iter().map(|(name, _)| name.as_str()).collect();
        let n = random.between(1, 2);
        role.held_at = listed(&random.some(&scope_kinds, n));
    }
    if !includable.is_empty() && random.chance(35) {
        let n = random.between(1, 2);
        role.includes = listed(&random.some(includable, n));
    }
    if random.chance(15) {
        role.requires = Field::from(gate(random, policy.topology));
    }
    role
}

/// Returns a cell for a kind; those of the two rights may be qualified.
fn cell(random: &mut Random, policy: &Policy, kind: &str) -> Cell {
    if random.chance(12) {
        return nothing(random);
    }
    let n = random.between(1, 4);
    let cell = cell_of(random, &policy.actions, n);
    let qualifier = match kind {
        ROLE_RIGHT if policy.role_right.is_some() => *random.pick(&["all_roles", "at_some"]),
        PLACE_RIGHT if policy.place_right.is_some() => "places",
        _ => return cell,
    };
    match cell {
        Cell::Text(letters) if letters != "*" && random.chance(70) => Cell::Text(format!("{letters} {qualifier}")),
        cell => cell,
    }
}

/// Returns a cell of one to `n` actions, unqualified.
pub(crate) fn cell_of(random: &mut Random, actions: &[String], n: usize) -> Cell {
    match random.below(10) {
        0 => Cell::Text("*".to_owned()),
        1..=3 => Cell::Listed(random.some(actions, n).into_iter().map(Field::from).collect()),
        _ => Cell::Text(random.some(&["R", "D", "C", "U"], n).concat()),
    }
}

/// Returns a table of cells for a deny rule.
pub(crate) fn denied(random: &mut Random, policy: &Policy) -> Table<Cell> {
    let kinds: Vec<&str> = policy.kinds.iter().map(|it| it.name.as_str()).collect();
    let n = random.between(1, 2);
    let kinds = if random.chance(15) { vec!["*"] } else { random.some(&kinds, n) };
    let n = random.between(1, 3);
    table(kinds.into_iter().map(|kind| (kind, cell_of(random, &policy.actions, n))).collect::<Vec<_>>())
}
