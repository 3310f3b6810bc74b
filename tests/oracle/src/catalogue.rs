//! Random policies: valid ones, of every shape that the format allows.

use bailiwick::document::{Cell, Document, Field, Gate, Kind, Qualifier, Restriction, RoleSet, ScopeKind, Table};
use bailiwick::document::{Delegation, KindSet};

use crate::grants::{add_roles, cell_of};
use crate::plain::{Policy, Topology, World};
use crate::pools::{MODULES, ROLES, VERSIONS};
use crate::premise::{Attribute, condition};
use crate::random::Random;

/// The kind that is the right to give roles.
pub(crate) const ROLE_RIGHT: &str = "assign_roles";
/// The kind that is the right to place subjects.
pub(crate) const PLACE_RIGHT: &str = "assign_places";

/// Returns a policy as one document.
pub(crate) fn policy(random: &mut Random) -> Document {
    let mut document = Document::default();
    if random.chance(50) {
        document.bailiwick = Field::from(1);
        document.policy = Field::from("random");
    }
    add_scope_kinds(random, &mut document);
    if random.chance(60) {
        document.actions = listed(&random.some(&["submit", "logs"], 2));
    }
    add_kinds(random, &mut document);
    add_attributes(random, &mut document);
    add_delegation(random, &mut document);
    let so_far = World::new(std::slice::from_ref(&document)).policy;
    add_roles(random, &so_far, &mut document);
    add_restrictions(random, &so_far, &mut document);
    document
}

/// Scope kinds by name and parent; the first shape is the default, which need not be written.
const SHAPES: [&[(&str, &str)]; 8] = [
    &[("tenant", ""), ("department", "tenant"), ("project", "department")],
    &[("tenant", ""), ("department", "tenant"), ("project", "department"), ("lab", "department")],
    &[("org", ""), ("unit", "org"), ("team", "unit"), ("desk", "team"), ("vault", "org")],
    &[("tenant", ""), ("project", "tenant"), ("lab", "tenant")],
    &[("a", ""), ("b", "a"), ("c", "b"), ("d", "c"), ("e", "d"), ("f", "e"), ("g", "f")],
    &[("tenant", ""), ("cluster", "tenant"), ("department", "cluster"), ("project", "department")],
    &[("tenant", ""), ("department", "tenant"), ("cluster", "department"), ("project", "cluster"), ("task", "project")],
    &[("org", ""), ("region", "org"), ("cluster", "region"), ("project", "cluster"), ("shelf", "org")],
];

fn add_scope_kinds(random: &mut Random, document: &mut Document) {
    let shape = random.below(SHAPES.len() + 1) % SHAPES.len();
    let is_nested = SHAPES[shape].iter().any(|(name, _)| *name == "cluster");
    if shape != 0 || random.chance(30) {
        let mut rows = table(SHAPES[shape].iter().map(|(name, parent)| {
            let parent = if parent.is_empty() { Field::default() } else { Field::from(*parent) };
            (*name, ScopeKind { parent })
        }));
        if random.chance(20) {
            rows.0.reverse();
        }
        document.scope_kinds = Field::from(rows);
    }
    document.axes = match (is_nested, random.below(10)) {
        (true, 0..=3) => Field::from(Vec::new()),
        (false, 0..=1) => Field::from(Vec::new()),
        (false, 2..=4) => listed(&["cluster"]),
        _ => Field::default(),
    };
}

fn add_kinds(random: &mut Random, document: &mut Document) {
    let policy = World::new(std::slice::from_ref(document)).policy;
    let scope_kinds: Vec<String> = policy.scope_kinds.iter().map(|(name, _)| name.clone()).collect();
    let mut kinds: Vec<(String, Kind)> = Vec::new();
    for name in &scope_kinds {
        if random.chance(55) {
            let mut kind = Kind { read_from_below: flag(random, 60), ..Kind::default() };
            if policy.topology != Topology::Absent && name != "cluster" && random.chance(15) {
                kind.concerns_cluster = Field::from(true);
            }
            kinds.push((name.clone(), kind));
        }
    }
    if policy.topology == Topology::Axis && random.chance(70) {
        kinds.push(("cluster".to_owned(), Kind { read_from_below: flag(random, 60), ..Kind::default() }));
    }
    if policy.topology != Topology::Absent && random.chance(70) {
        let kind = Kind { lives_in: listed(&["cluster"]), read_from_below: flag(random, 25), ..Kind::default() };
        kinds.push(("node_pool".to_owned(), kind));
    }
    let n = random.between(2, 4);
    for name in random.some(&["job", "workspace", "dataset", "Job", "setting"], n) {
        kinds.push((name.to_owned(), living_kind(random, &policy, &scope_kinds)));
    }
    let n = if random.chance(2) { 40 } else { 0 };
    for n in 0..n {
        kinds.push((format!("k-{n}"), living_kind(random, &policy, &scope_kinds)));
    }
    let n_rights = *random.pick(&[0, 0, 1, 2, 2]);
    for name in [ROLE_RIGHT, PLACE_RIGHT].into_iter().take(n_rights) {
        if name == ROLE_RIGHT || random.chance(80) {
            let kind = Kind { lives_in: listed(&scope_kinds), read_from_below: flag(random, 10), ..Kind::default() };
            kinds.push((name.to_owned(), kind));
        }
    }
    for (_, kind) in &mut kinds {
        if random.chance(10) {
            kind.requires = Field::from(gate(random, policy.topology));
        }
    }
    document.kinds = Field::from(table(kinds));
}

fn living_kind(random: &mut Random, policy: &Policy, scope_kinds: &[String]) -> Kind {
    let n = random.between(1, 3);
    let mut lives_in = random.some(scope_kinds, n);
    if policy.topology == Topology::Axis && random.chance(10) {
        lives_in.push("cluster".to_owned());
    }
    let is_in_cluster = lives_in.iter().any(|it| it == "cluster");
    let mut kind = Kind { lives_in: listed(&lives_in), read_from_below: flag(random, 25), ..Kind::default() };
    if policy.topology != Topology::Absent && !is_in_cluster {
        kind.concerns_cluster = flag(random, 60);
    }
    kind
}

/// Returns a gate that may stand there.
pub(crate) fn gate(random: &mut Random, topology: Topology) -> Gate {
    let mut gate = Gate::default();
    let of_cluster = topology != Topology::Absent && random.chance(50);
    if of_cluster {
        gate.of = Field::from("cluster");
    } else if random.chance(30) {
        gate.of = Field::from("tenant");
    }
    match random.below(6) {
        0 | 1 => gate.module = Field::from(*random.pick(&MODULES)),
        2 if of_cluster => gate.connected = Field::from(true),
        3 => {
            gate.module = Field::from(*random.pick(&MODULES));
            gate.version = Field::from(*random.pick(&VERSIONS));
        }
        _ => gate.version = Field::from(*random.pick(&VERSIONS)),
    }
    gate
}

fn add_attributes(random: &mut Random, document: &mut Document) {
    let known = [
        ("context.network", "text"),
        ("context.level", "number"),
        ("context.trusted", "boolean"),
        ("context.shift", "time"),
        ("context.tags", "list of text"),
        ("context.ports", "list of number"),
        ("context.team", "text"),
        ("context.owner", "text"),
        ("resource.team", "text"),
        ("resource.size", "number"),
        ("resource.level", "number"),
        ("resource.made_at", "time"),
        ("resource.public", "boolean"),
        ("resource.days", "list of time"),
        ("resource.flags", "list of boolean"),
    ];
    let n = random.between(0, 8);
    if 0 < n {
        let chosen = random.some(&known, n);
        document.attributes = Field::from(table(chosen.into_iter().map(|(name, of)| (name, of.to_owned()))));
    }
}

/// Returns the declared attributes and those that are always there.
pub(crate) fn attributes(policy: &Policy) -> Vec<Attribute> {
    let always = ["resource.id", "resource.owner", "subject", "subject.id", "subject.kind"];
    let mut all = policy.attributes.clone();
    all.extend(always.map(|it| (it.to_owned(), "text".to_owned())));
    all
}

/// Declares the rights of the kinds that are there, and qualifiers for them.
fn add_delegation(random: &mut Random, document: &mut Document) {
    let policy = World::new(std::slice::from_ref(document)).policy;
    let has = |name: &str| policy.kinds.iter().any(|it| it.name == name);
    let below: Vec<String> =
        policy.scope_kinds.iter().filter(|(_, parent)| parent.is_some()).map(|(name, _)| name.clone()).collect();
    let scope_kinds: Vec<String> = policy.scope_kinds.iter().map(|(name, _)| name.clone()).collect();
    let mut delegation = Delegation::default();
    let mut qualifiers: Vec<(&str, Qualifier)> = Vec::new();
    if has(ROLE_RIGHT) {
        delegation.role_right = Field::from(ROLE_RIGHT);
        let roles = Field::from(RoleSet::Star("*".to_owned()));
        qualifiers.push(("all_roles", Qualifier { roles, ..Qualifier::default() }));
        qualifiers.push(("at_some", Qualifier { at: listed(&random.some(&scope_kinds, 2)), ..Qualifier::default() }));
    }
    if has(PLACE_RIGHT) {
        delegation.place_right = Field::from(PLACE_RIGHT);
        delegation.organizations = listed(&random.some(&below, 2));
        qualifiers.push(("places", Qualifier { at: listed(&random.some(&scope_kinds, 2)), ..Qualifier::default() }));
    }
    if has(ROLE_RIGHT) && random.chance(20) {
        delegation.strict = Field::from(true);
    }
    if has(ROLE_RIGHT) || has(PLACE_RIGHT) {
        document.delegation = Field::from(delegation);
        document.qualifiers = Field::from(table(qualifiers));
    }
}

fn add_restrictions(random: &mut Random, policy: &Policy, document: &mut Document) {
    let kinds: Vec<String> = policy.kinds.iter().map(|it| it.name.clone()).collect();
    let mut rows = Vec::new();
    let n = *random.pick(&[0, 1, 1, 2]);
    for name in random.some(&["network", "ownership", "hours"], n) {
        let n = random.between(1, 2);
        let kinds = match random.below(8) {
            0 => KindSet::Star("*".to_owned()),
            _ => KindSet::Listed(random.some(&kinds, n).into_iter().map(Field::from).collect()),
        };
        let n = random.between(1, 3);
        let actions = cell_of(random, &policy.actions, n);
        let mut restriction =
            Restriction { kinds: Field::from(kinds), actions: Field::from(actions), ..Restriction::default() };
        let premise = condition(random, &attributes(policy), 3);
        match random.below(5) {
            0 | 1 => restriction.when = Field::from(premise),
            2 | 3 => restriction.unless = Field::from(premise),
            _ => restriction.requires = Field::from(gate(random, policy.topology)),
        }
        rows.push((name, restriction));
    }
    if !rows.is_empty() {
        document.restrictions = Field::from(table(rows));
    }
}

/// Returns the names of roles that a policy may have.
pub(crate) fn role_names(random: &mut Random) -> Vec<&'static str> {
    let n = random.between(3, ROLES.len());
    random.some(&ROLES, n)
}

pub(crate) fn table<N: Into<String>, V>(rows: impl IntoIterator<Item = (N, V)>) -> Table<V> {
    Table(rows.into_iter().map(|(name, value)| (Field::from(name.into()), Field::from(value))).collect())
}

pub(crate) fn listed<N: AsRef<str>>(names: &[N]) -> Field<Vec<Field<String>>> {
    Field::from(names.iter().map(|it| Field::from(it.as_ref())).collect::<Vec<_>>())
}

fn flag(random: &mut Random, percent: usize) -> Field<bool> {
    match (random.chance(percent), random.chance(20)) {
        (true, _) => Field::from(true),
        (false, true) => Field::from(false),
        (false, false) => Field::default(),
    }
}

/// Returns the text of a cell for nothing.
pub(crate) fn nothing(random: &mut Random) -> Cell {
    match random.below(3) {
        0 => Cell::Text("-".to_owned()),
        1 => Cell::Text(".".to_owned()),
        _ => Cell::Listed(Vec::new()),
    }
}
