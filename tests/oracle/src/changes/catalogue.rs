//! Small random policies in which access is delegated in every way that the format allows.

use bailiwick::document::{
    Cell, Condition, Delegation, Document, Duration, Field, Gate, Kind, KindSet, Literal, Qualifier, Restriction, Role,
    RoleSet, ScopeKind, Table,
};

use crate::catalogue::{PLACE_RIGHT, ROLE_RIGHT, listed, table};
use crate::pools::ROLES;
use crate::random::Random;

/// How long a brief rule may hold, in seconds.
pub(crate) const BRIEF: i64 = 3_600;

/// Scope kinds and their parents.
const SHAPES: [&[(&str, &str)]; 6] = [
    &[("tenant", ""), ("department", "tenant"), ("project", "department")],
    &[("tenant", ""), ("department", "tenant"), ("project", "department")],
    &[("tenant", ""), ("department", "tenant"), ("project", "department"), ("lab", "department")],
    &[("org", ""), ("unit", "org"), ("team", "unit")],
    &[("tenant", ""), ("cluster", "tenant"), ("department", "cluster"), ("project", "department")],
    &[("tenant", ""), ("department", "tenant"), ("cluster", "department"), ("project", "cluster")],
];

/// Returns a policy as one document.
pub(crate) fn policy(random: &mut Random) -> Document {
    let shape = *random.pick(&SHAPES);
    let scope_kinds: Vec<&str> = shape.iter().map(|(name, _)| *name).collect();
    let has_place = random.chance(75);
    let n = random.between(3, 5);
    let roles = random.some(&ROLES, n);
    let mut document = Document { scope_kinds: Field::from(rows_of(shape)), ..Document::default() };
    let has_clusters = scope_kinds.contains(&"cluster") || random.chance(80);
    if !has_clusters {
        document.axes = Field::from(Vec::new());
    }
    let kinds = kinds(random, &scope_kinds, has_place, has_clusters);
    let names: Vec<&str> = kinds.iter().map(|(name, _)| name.as_str()).collect();
    document.attributes =
        Field::from(table([("context.network", "text".to_owned()), ("context.level", "number".to_owned())]));
    document.qualifiers = Field::from(table(qualifiers(random, &scope_kinds, &roles)));
    let made: Vec<(&str, Role)> =
        (0..roles.len()).map(|at| (roles[at], role(random, &scope_kinds, &names, &roles[..at]))).collect();
    document.roles = Field::from(table(made));
    document.delegation = Field::from(delegation(random, &scope_kinds, has_place));
    if random.chance(10) {
        document.restrictions = Field::from(table([("network", restriction(random))]));
    }
    document.kinds = Field::from(table(kinds));
    document
}

fn rows_of(shape: &[(&str, &str)]) -> Table<ScopeKind> {
    table(shape.iter().map(|(name, parent)| {
        let parent = if parent.is_empty() { Field::default() } else { Field::from(*parent) };
        (*name, ScopeKind { parent })
    }))
}

fn kinds(random: &mut Random, scope_kinds: &[&str], has_place: bool, has_clusters: bool) -> Vec<(String, Kind)> {
    let mut kinds: Vec<(String, Kind)> = Vec::new();
    for name in scope_kinds {
        if random.chance(70) {
            kinds.push(((*name).to_owned(), Kind::default()));
        }
    }
    let leaf = scope_kinds[scope_kinds.len() - 1];
    let concerns_cluster = if has_clusters && random.chance(50) { Field::from(true) } else { Field::default() };
    kinds.push(("job".to_owned(), Kind { lives_in: listed(&[leaf]), ..Kind::default() }));
    kinds.push(("page".to_owned(), Kind { lives_in: listed(scope_kinds), concerns_cluster, ..Kind::default() }));
    for name in [ROLE_RIGHT, PLACE_RIGHT].into_iter().take(if has_place { 2 } else { 1 }) {
        let n = random.between(1, 2);
        let places = if random.chance(80) { scope_kinds.to_vec() } else { random.some(scope_kinds, n) };
        let gate = Gate { module: Field::from("inference"), ..Gate::default() };
        let requires = if random.chance(4) { Field::from(gate) } else { Field::default() };
        kinds.push((name.to_owned(), Kind { lives_in: listed(&places), requires, ..Kind::default() }));
    }
    kinds
}

fn delegation(random: &mut Random, scope_kinds: &[&str], has_place: bool) -> Delegation {
    let mut delegation = Delegation { role_right: Field::from(ROLE_RIGHT), ..Delegation::default() };
    if has_place {
        let below = &scope_kinds[1..];
        let n = random.between(1, below.len());
        delegation.place_right = Field::from(PLACE_RIGHT);
        delegation.organizations = listed(&random.some(below, n));
    }
    if random.chance(35) {
        delegation.strict = Field::from(true);
    }
    if random.chance(30) {
        delegation.disable_right = Field::from(*random.pick(&["page", "page", ROLE_RIGHT]));
    }
    delegation
}

/// The names of the qualifiers, those for the right to give roles first.
const QUALIFIERS: [&str; 8] = ["all", "some", "others", "some_low", "brief", "some_brief", "low", "low_brief"];

fn qualifiers(random: &mut Random, scope_kinds: &[&str], roles: &[&str]) -> Vec<(&'static str, Qualifier)> {
    let low = &scope_kinds[1..];
    let mut made = Vec::new();
    for name in QUALIFIERS {
        let mut qualifier = Qualifier::default();
        let n = random.between(1, 2);
        match name {
            "all" => qualifier.roles = Field::from(RoleSet::Star("*".to_owned())),
            "some" | "others" | "some_low" | "some_brief" => {
                let some = random.some(roles, n).into_iter().map(Field::from).collect();
                qualifier.roles = Field::from(RoleSet::Listed(some));
            }
            _ => {}
        }
        if name.contains("low") {
            qualifier.at = listed(&random.some(low, n));
        }
        if name.contains("brief") {
            let lengths = [Duration::Seconds(BRIEF), Duration::Text("1h".to_owned())];
            qualifier.for_at_most = Field::from(random.pick(&lengths).clone());
        }
        made.push((name, qualifier));
    }
    made
}

/// Returns a role: of many that administer something, and of some that only work.
pub(crate) fn role(random: &mut Random, scope_kinds: &[&str], kinds: &[&str], includable: &[&str]) -> Role {
    let mut rows: Vec<(&str, Cell)> = Vec::new();
    let text = |text: &str| Cell::Text(text.to_owned());
    let letters = *random.pick(&["CRUD", "CRUD", "CRUD", "CR", "DU", "R"]);
    let qualified = |random: &mut Random, names: &[&str]| match random.chance(25) {
        true => text(letters),
        false => text(&format!("{letters} {}", random.pick(names))),
    };
    let is_administrator = random.chance(55);
    if is_administrator {
        rows.push((ROLE_RIGHT, qualified(random, &QUALIFIERS)));
    }
    if kinds.contains(&PLACE_RIGHT) && random.chance(if is_administrator { 70 } else { 25 }) {
        rows.push((PLACE_RIGHT, qualified(random, &["low", "low", "low_brief", "brief", "all"])));
    }
    for kind in kinds.iter().filter(|it| **it != ROLE_RIGHT && **it != PLACE_RIGHT) {
        if random.chance(40) {
            let letters = *random.pick(&["CRUD", "R", "RU", "U"]);
            rows.push((kind, text(letters)));
        }
    }
    if random.chance(5) {
        let letters = *random.pick(&["*", "R", "CD"]);
        rows.push(("*", text(letters)));
    }
    let mut role = Role { permissions: Field::from(table(rows)), ..Role::default() };
    if random.chance(30) {
        let n = random.between(1, 2);
        role.held_at = listed(&random.some(scope_kinds, n));
    }
    if !includable.is_empty() && random.chance(35) {
        role.includes = listed(&random.some(includable, 1));
    }
    if random.chance(7) {
        role.requires = Field::from(Gate { module: Field::from("inference"), ..Gate::default() });
    }
    role
}

fn restriction(random: &mut Random) -> Restriction {
    let unless = Field::from(conditions()[0].clone());
    let kinds = Field::from(KindSet::Listed(vec![Field::from(ROLE_RIGHT)]));
    let actions = Field::from(Cell::Text((*random.pick(&["CD", "D", "*"])).to_owned()));
    Restriction { kinds, actions, unless, ..Restriction::default() }
}

/// The conditions that rules may have: few, and no two that say the same in other words.
pub(crate) fn conditions() -> [Condition; 5] {
    let network = |text: &str| Condition::Equals(table([("context.network", Literal::Text(text.to_owned()))]));
    [
        network("red"),
        network("blue"),
        Condition::Not(Box::new(Field::from(network("red")))),
        Condition::Present(Field::from("context.level")),
        Condition::Equals(table([("subject.id", Literal::Text("ana".to_owned()))])),
    ]
}
