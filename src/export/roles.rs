//! A tenant's own roles, as they were written.

use super::{IntoField as _, Writer, list};
use crate::document::{Cell, Field, Gate, Role, Table};
use crate::model::{self, ACTIONS, Catalogue, Fact, GateOf, Grant, bit};

impl Writer<'_> {
    pub(super) fn custom_roles(&self) -> Field<Table<Role>> {
        let own = &self.row.custom_roles;
        if own.is_empty() {
            return Field::default();
        }
        Field::from(Table(
            own.iter()
                .map(|(name, role)| (Field::from(name.as_str()), Field::from(self.custom_role(name, role))))
                .collect(),
        ))
    }

    fn custom_role(&self, name: &str, role: &model::Role) -> Role {
        let catalogue = &self.tables.policy.catalogue;
        let kind_name = |kind: usize| catalogue.scope_kinds.get_index(kind).map(|(name, _)| name.clone());
        let held_at = role.held_at.map(|held_at| {
            let kinds = (0..catalogue.scope_kinds.len()).filter(|kind| held_at & bit(*kind) != 0);
            kinds.filter_map(kind_name).map(Field::from).collect()
        });
        let included = role.includes.iter().filter_map(|include| self.row.roles.get(*include));
        Role {
            title: Some(&role.title).filter(|title| *title != name).cloned().into_field(),
            held_at: held_at.into_field(),
            includes: list(included.map(|row| row.name.to_string()).collect()),
            permissions: self.grants(&role.grants),
            requires: role.gate.as_ref().map(gate).into_field(),
        }
    }

    /// Returns grants as they are written.
    fn grants(&self, grants: &[Grant]) -> Field<Table<Cell>> {
        let catalogue = &self.tables.policy.catalogue;
        let mut rows: Vec<(Field<String>, Field<Cell>)> = Vec::new();
        for grant in grants {
            let actions = (!grant.is_any_action).then_some(grant.actions);
            let written = Field::from(cell(catalogue, actions, grant.qualifier));
            let name =
                grant.kind.map_or(Some("*"), |kind| catalogue.kinds.get_index(kind).map(|(name, _)| name.as_str()));
            rows.extend(name.map(|name| (Field::from(name), written)));
        }
        if rows.is_empty() { Field::default() } else { Field::from(Table(rows)) }
    }

    pub(super) fn disabled_roles(&self) -> Vec<String> {
        let disabled = self.row.roles.iter().filter(|row| row.is_disabled);
        let mut names: Vec<String> = disabled.map(|row| row.name.to_string()).collect();
        names.sort_unstable();
        names
    }
}

/// Returns a cell: letters where they do, else a list; no actions named are every action, later ones too.
pub(super) fn cell(catalogue: &Catalogue, actions: Option<u64>, qualifier: Option<usize>) -> Cell {
    let qualifier = qualifier.and_then(|position| catalogue.qualifiers.get_index(position));
    let suffix = qualifier.map_or_else(String::new, |(name, _)| format!(" {name}"));
    let Some(actions) = actions else { return Cell::Text(format!("*{suffix}")) };
    let named = || catalogue.actions.iter().enumerate().filter(|(position, _)| actions & bit(*position) != 0);
    if named().any(|(position, _)| ACTIONS.len() <= position) {
        return Cell::Listed(named().map(|(_, name)| Field::from(name.as_str())).collect());
    }
    let letters: String = named().filter_map(|(_, name)| name.chars().next()).map(|c| c.to_ascii_uppercase()).collect();
    Cell::Text(format!("{letters}{suffix}"))
}

fn gate(gate: &model::Gate) -> Gate {
    let mut written = Gate::default();
    if gate.of == GateOf::Cluster {
        written.of = Field::from("cluster");
    }
    for fact in &gate.facts {
        match fact {
            Fact::Module(module) => written.module = Field::from(module.as_str()),
            Fact::Version(version) => written.version = Field::from(version.to_string()),
            Fact::Connected => written.connected = Field::from(true),
        }
    }
    written
}
