//! From documents to a plain world.
//!
//! It trusts the policy, for the generator makes valid ones only. A bad rule refuses a directory that people wrote; of
//! a feed it is left out if it allows, and closes the tenant if it denies.

use bailiwick::document::{
    Cell, Document, Duration, Field, Gate as GateText, KindSet, Literal, Qualifier as QualifierText, Role as RoleText,
    RoleSet, Table,
};

use crate::plain::{Gate, Kind, Policy, Qualifier, Restriction, Role, Row, Test, Topology, World};
use crate::tenants::flatten_tenants;
use crate::times;

impl World {
    /// Reads documents in any order.
    #[must_use]
    pub fn new(documents: &[Document]) -> Self {
        let policy = flatten_policy(documents);
        let (tenants, refused) = flatten_tenants(&policy, documents);
        Self { policy, tenants, refused }
    }
}

fn flatten_policy(documents: &[Document]) -> Policy {
    let scope_kinds = flatten_scope_kinds(documents);
    let topology = flatten_topology(documents, &scope_kinds);
    let mut actions: Vec<String> = ["create", "read", "update", "delete"].map(str::to_owned).to_vec();
    actions.extend(documents.iter().flat_map(|it| texts(&it.actions)));
    let kinds = rows_of(documents, |it| &it.kinds);
    let delegation = || documents.iter().filter_map(|it| it.delegation.value());
    let attributes = rows_of(documents, |it| &it.attributes).map(|(name, it)| (name, it.clone())).collect();
    let qualifiers = rows_of(documents, |it| &it.qualifiers).map(flatten_qualifier).collect();
    Policy {
        kinds: kinds.map(|(name, it)| flatten_kind(name, it)).collect(),
        scope_kinds,
        topology,
        actions,
        attributes,
        roles: flatten_roles(documents),
        qualifiers,
        role_right: delegation().find_map(|it| text(&it.role_right)),
        place_right: delegation().find_map(|it| text(&it.place_right)),
        disable_right: delegation().find_map(|it| text(&it.disable_right)),
        organizations: delegation().flat_map(|it| texts(&it.organizations)).collect(),
        is_strict: delegation().any(|it| it.strict.value() == Some(&true)),
        restrictions: rows_of(documents, |it| &it.restrictions).map(flatten_restriction).collect(),
    }
}

fn flatten_qualifier((name, qualifier): (String, &QualifierText)) -> Qualifier {
    let roles = match qualifier.roles.value() {
        Some(RoleSet::Listed(listed)) => Some(values(listed).cloned().collect()),
        Some(RoleSet::Star(_)) | None => None,
    };
    let seconds = |it: &Duration| match it {
        Duration::Seconds(seconds) => *seconds,
        Duration::Text(text) => read_length(text).unwrap(),
    };
    Qualifier { name, roles, at: names(&qualifier.at), seconds_max: qualifier.for_at_most.value().map(seconds) }
}

/// Reads a length such as `90d` in seconds.
fn read_length(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    Some(number.parse::<i64>().ok()? * seconds)
}

fn flatten_scope_kinds(documents: &[Document]) -> Vec<(String, Option<String>)> {
    let declared: Vec<_> =
        rows_of(documents, |it| &it.scope_kinds).map(|(name, it)| (name, text(&it.parent))).collect();
    if !declared.is_empty() {
        return declared;
    }
    let of = |name: &str, parent: Option<&str>| (name.to_owned(), parent.map(str::to_owned));
    vec![of("tenant", None), of("department", Some("tenant")), of("project", Some("department"))]
}

fn flatten_topology(documents: &[Document], scope_kinds: &[(String, Option<String>)]) -> Topology {
    if scope_kinds.iter().any(|(name, _)| name == "cluster") {
        return Topology::Nested;
    }
    match documents.iter().find_map(|it| names(&it.axes)) {
        Some(axes) if axes.is_empty() => Topology::Absent,
        _ => Topology::Axis,
    }
}

fn flatten_kind(name: String, kind: &bailiwick::document::Kind) -> Kind {
    let lives_in = names(&kind.lives_in);
    let is_in_cluster = lives_in.iter().flatten().any(|it| it == "cluster");
    let is_told = kind.concerns_cluster.value() == Some(&true);
    Kind {
        concerns_cluster: is_told || is_in_cluster || name == "cluster",
        name,
        lives_in,
        read_from_below: kind.read_from_below.value() == Some(&true),
        requires: kind.requires.value().map(flatten_gate),
    }
}

fn flatten_gate(gate: &GateText) -> Gate {
    Gate {
        module: text(&gate.module),
        version: text(&gate.version),
        connected: gate.connected.value() == Some(&true),
        of_cluster: gate.of.value().is_some_and(|it| it == "cluster"),
    }
}

fn flatten_restriction((name, restriction): (String, &bailiwick::document::Restriction)) -> Restriction {
    let kinds = match restriction.kinds.value() {
        Some(KindSet::Star(star)) => vec![star.clone()],
        Some(KindSet::Listed(listed)) => values(listed).cloned().collect(),
        None => Vec::new(),
    };
    let (actions, _) = restriction.actions.value().map_or_else(Default::default, read_cell);
    let when = restriction.when.value().cloned().map(Test::When);
    let unless = restriction.unless.value().cloned().map(Test::Unless);
    let requires = || restriction.requires.value().map(|it| Test::Requires(flatten_gate(it)));
    Restriction { name, kinds, actions, test: when.or(unless).or_else(requires).unwrap() }
}

/// Roles as written role by role, then what the matrix adds.
fn flatten_roles(documents: &[Document]) -> Vec<Role> {
    let mut roles: Vec<Role> = rows_of(documents, |it| &it.roles).map(|(name, it)| flatten_role(name, it)).collect();
    for matrix in documents.iter().filter_map(|it| it.matrix.value()) {
        for (column, name) in texts(&matrix.roles).enumerate() {
            let added = matrix.rows.value().into_iter().flat_map(rows_of_table).filter_map(|(kind, cells)| {
                let (actions, qualifier) = read_cell(cells.get(column)?.value()?);
                Some(Row { kind, actions, qualifier })
            });
            match roles.iter_mut().find(|it| it.name == name) {
                Some(role) => role.rows.extend(added),
                None => {
                    let rows = added.collect();
                    roles.push(Role { name, held_at: None, includes: Vec::new(), rows, requires: None });
                }
            }
        }
    }
    roles
}

pub(crate) fn flatten_role(name: String, role: &RoleText) -> Role {
    Role {
        name,
        held_at: names(&role.held_at),
        includes: texts(&role.includes).collect(),
        rows: role.permissions.value().map_or_else(Vec::new, flatten_cells),
        requires: role.requires.value().map(flatten_gate),
    }
}

pub(crate) fn flatten_cells(table: &Table<Cell>) -> Vec<Row> {
    let row = |(kind, cell): (String, &Cell)| {
        let (actions, qualifier) = read_cell(cell);
        Row { kind, actions, qualifier }
    };
    rows_of_table(table).map(row).collect()
}

/// Returns the actions of a cell (`*` for all) and its qualifier.
fn read_cell(cell: &Cell) -> (Vec<String>, Option<String>) {
    let text = match cell {
        Cell::Listed(listed) => return (values(listed).cloned().collect(), None),
        Cell::Text(text) => text,
    };
    let (letters, qualifier) = text.split_once(' ').map_or((text.as_str(), None), |(a, b)| (a, Some(b.to_owned())));
    let action = |letter: char| match letter {
        'C' => Some("create"),
        'R' => Some("read"),
        'U' => Some("update"),
        'D' => Some("delete"),
        '*' => Some("*"),
        _ => None,
    };
    (letters.chars().filter_map(action).map(str::to_owned).collect(), qualifier)
}

pub(crate) fn read_time(literal: &Literal) -> Option<i64> {
    match literal {
        Literal::Integer(seconds) => Some(*seconds),
        Literal::Text(text) => times::parse(text),
        Literal::Decimal(_) | Literal::Boolean(_) => None,
    }
}

/// Returns the rows of one table out of all the documents.
fn rows_of<'a, V: 'a>(
    documents: &'a [Document],
    table: impl Fn(&'a Document) -> &'a Field<Table<V>> + 'a,
) -> impl Iterator<Item = (String, &'a V)> {
    documents.iter().filter_map(move |it| table(it).value()).flat_map(rows_of_table)
}

pub(crate) fn rows_of_table<V>(table: &Table<V>) -> impl Iterator<Item = (String, &V)> {
    table.0.iter().filter_map(|(name, value)| Some((name.value()?.clone(), value.value()?)))
}

pub(crate) fn text(field: &Field<String>) -> Option<String> {
    field.value().cloned()
}

pub(crate) fn texts(list: &Field<Vec<Field<String>>>) -> impl Iterator<Item = String> {
    list.value().into_iter().flat_map(|it| values(it)).cloned()
}

/// Returns the list if there is one; an empty list is one.
pub(crate) fn names(list: &Field<Vec<Field<String>>>) -> Option<Vec<String>> {
    list.value().map(|it| values(it).cloned().collect())
}

pub(crate) fn values<T>(list: &[Field<T>]) -> impl Iterator<Item = &T> {
    list.iter().filter_map(Field::value)
}
