//! Random access rules and deny rules, and the bad entries of feeds.

use std::collections::BTreeSet;

use bailiwick::document::{AccessRule, Condition, DenyRule, Document, Field, Literal};

use crate::catalogue::{attributes, listed};
use crate::grants::denied;
use crate::plain::{Scope, Tenant, Topology, World, covers};
use crate::pools::{APPS, CROWD, GROUPS, INSTANTS, USERS};
use crate::premise::{condition, written};
use crate::random::Random;

/// Everything that access rules and deny rules share.
struct Common {
    subject: String,
    place: Scope,
    clusters: Option<Vec<String>>,
    from: Option<i64>,
    until: Option<i64>,
    when: Option<Condition>,
}

/// Adds rules of which no two are equal.
pub(crate) fn add_rules(random: &mut Random, world: &World, document: &mut Document) {
    let tenant = &world.tenants[0];
    let is_crowded = CROWD < tenant.groups.len();
    let roles: Vec<_> = world.policy.roles.iter().chain(&tenant.custom_roles).collect();
    let mut seen = BTreeSet::new();
    let mut access_rules = Vec::new();
    let n_rules = if is_crowded { 2 * CROWD } else { random.between(5, 14) };
    for n in 0..n_rules {
        let role = *random.pick(&roles);
        let held = |it: &Scope| role.held_at.as_ref().is_none_or(|kinds| kinds.contains(&it.kind));
        let Some(common) = common(random, world, held) else { continue };
        if seen.insert((role.name.clone(), key(&common))) {
            access_rules.push(Field::from(access_rule(random, common, &role.name, &format!("a-{n}"))));
        }
    }
    let mut deny_rules = Vec::new();
    for n in 0..random.below(6) {
        let role = random.chance(35).then(|| random.pick(&roles).name.clone());
        let Some(common) = common(random, world, |_| true) else { continue };
        if seen.insert((format!("deny {role:?}"), key(&common))) {
            let mut deny = deny_rule(random, common, &format!("d-{n}"));
            match role {
                Some(role) => deny.role = Field::from(role),
                None => deny.permissions = Field::from(denied(random, &world.policy)),
            }
            deny_rules.push(Field::from(deny));
        }
    }
    document.access_rules = Field::from(access_rules);
    document.deny_rules = Field::from(deny_rules);
}

/// What must differ between any two rules. Permissions are left out, for two cells may say the same.
fn key(common: &Common) -> String {
    let clusters: Option<BTreeSet<&String>> = common.clusters.as_ref().map(|it| it.iter().collect());
    let window = (common.from, common.until);
    format!("{} {} {clusters:?} {window:?} {:?}", common.subject, common.place.path, common.when.is_some())
}

fn common(random: &mut Random, world: &World, held: impl Fn(&Scope) -> bool) -> Option<Common> {
    let tenant = &world.tenants[0];
    let places: Vec<Scope> = tenant.scopes.iter().filter(|it| held(it)).cloned().collect();
    if places.is_empty() {
        return None;
    }
    let place = random.pick(&places).clone();
    let (from, until) = window(random);
    Some(Common {
        subject: subject(random, CROWD < tenant.groups.len()),
        clusters: clusters(random, world, tenant, &place),
        place,
        from,
        until,
        when: random.chance(32).then(|| condition(random, &attributes(&world.policy), 3)),
    })
}

fn subject(random: &mut Random, is_crowded: bool) -> String {
    match random.below(20) {
        0..=4 if is_crowded => format!("user:u-{}", random.below(CROWD)),
        9..=12 if is_crowded => format!("group:g-{}", random.below(CROWD)),
        0..=8 => format!("user:{}", random.pick(&USERS)),
        9..=14 => format!("group:{}", random.pick(&GROUPS)),
        15..=17 => format!("app:{}", random.pick(&APPS)),
        _ => "group:everyone".to_owned(),
    }
}

/// Returns a list of clusters that the place admits.
fn clusters(random: &mut Random, world: &World, tenant: &Tenant, place: &Scope) -> Option<Vec<String>> {
    let names: Vec<String> = tenant.clusters.iter().map(|it| it.name.clone()).collect();
    if names.is_empty() || !random.chance(30) {
        return None;
    }
    let around = tenant.scopes.iter().find(|it| it.kind == "cluster" && covers(&it.path, &place.path));
    match around.filter(|_| world.policy.topology == Topology::Nested) {
        Some(cluster) => cluster.path.rsplit('/').next().map(|name| vec![name.to_owned()]),
        None => {
            let n = random.between(1, 2);
            Some(random.some(&names, n))
        }
    }
}

fn window(random: &mut Random) -> (Option<i64>, Option<i64>) {
    let start = random.below(INSTANTS.len() - 1);
    let end = random.between(start + 1, INSTANTS.len() - 1);
    match random.below(10) {
        0 | 1 => (None, Some(INSTANTS[end])),
        2 => (Some(INSTANTS[start]), None),
        3 | 4 => (Some(INSTANTS[start]), Some(INSTANTS[end])),
        _ => (None, None),
    }
}

fn access_rule(random: &mut Random, common: Common, role: &str, id: &str) -> AccessRule {
    let (scope, scope_id) = place(random, &common.place);
    AccessRule {
        id: identity(random, id),
        subject: Field::from(common.subject),
        role: Field::from(role),
        scope,
        scope_id,
        clusters: common.clusters.map_or_else(Field::default, |it| listed(&it)),
        from: time(random, common.from),
        until: time(random, common.until),
        when: common.when.map_or_else(Field::default, Field::from),
    }
}

fn deny_rule(random: &mut Random, common: Common, id: &str) -> DenyRule {
    let (scope, scope_id) = place(random, &common.place);
    DenyRule {
        id: identity(random, id),
        subject: Field::from(common.subject),
        permissions: Field::default(),
        role: Field::default(),
        scope,
        scope_id,
        clusters: common.clusters.map_or_else(Field::default, |it| listed(&it)),
        from: time(random, common.from),
        until: time(random, common.until),
        when: common.when.map_or_else(Field::default, Field::from),
    }
}

fn place(random: &mut Random, place: &Scope) -> (Field<String>, Field<String>) {
    match random.chance(25) {
        true => (Field::default(), Field::from(place.id.as_str())),
        false => (Field::from(place.path.as_str()), Field::default()),
    }
}

fn identity(random: &mut Random, id: &str) -> Field<String> {
    if random.chance(60) { Field::from(id) } else { Field::default() }
}

fn time(random: &mut Random, instant: Option<i64>) -> Field<Literal> {
    instant.map_or_else(Field::default, |it| Field::from(written(random, it)))
}

/// Adds bad allows, which are left out, and now and then a bad deny, which closes the tenant.
pub(crate) fn add_bad_entries(random: &mut Random, world: &World, document: &mut Document) {
    if random.chance(60) {
        let Some(common) = common(random, world, |_| true) else { return };
        let role = random.pick(&world.policy.roles).name.clone();
        let mut bad = access_rule(random, common, &role, "bad-allow");
        match random.below(7) {
            0 => bad.role = Field::from("nobody"),
            1 => bad.role = Field::default(),
            2 => {
                (bad.scope, bad.scope_id) =
                    (Field::from(format!("{}/nowhere", world.tenants[0].name)), Field::default())
            }
            3 => (bad.scope, bad.scope_id) = (Field::default(), Field::from("no-such-id")),
            4 => bad.subject = Field::from(*random.pick(&["ana", "robot:ana", "user:", "user: ana"])),
            5 => {
                (bad.from, bad.until) =
                    (Field::from(Literal::Integer(INSTANTS[1])), Field::from(Literal::Integer(INSTANTS[1])))
            }
            _ => bad.clusters = Field::from(Vec::new()),
        }
        document.access_rules.value_mut().unwrap().push(Field::from(bad));
    }
    if random.chance(7) {
        let Some(common) = common(random, world, |_| true) else { return };
        let mut bad = deny_rule(random, common, "bad-deny");
        bad.role = Field::from(random.pick(&world.policy.roles).name.as_str());
        match random.below(8) {
            0 => bad.role = Field::from("nobody"),
            1 => bad.role = Field::default(),
            2 => {
                (bad.scope, bad.scope_id) =
                    (Field::from(format!("{}/nowhere", world.tenants[0].name)), Field::default())
            }
            3 => (bad.scope, bad.scope_id) = (Field::default(), Field::from("no-such-id")),
            4 => bad.subject = Field::from(*random.pick(&["ana", "robot:ana", "user:", "user: ana"])),
            5 => bad.subject = Field::default(),
            6 => {
                (bad.from, bad.until) =
                    (Field::from(Literal::Integer(INSTANTS[2])), Field::from(Literal::Integer(INSTANTS[1])))
            }
            _ => bad.clusters = Field::from(Vec::new()),
        }
        document.deny_rules.value_mut().unwrap().push(Field::from(bad));
    }
}

/// Adds rules that are there already but for the id, which a feed may do.
pub(crate) fn add_duplicates(random: &mut Random, document: &mut Document) {
    if let Some(rules) = document.access_rules.value_mut().filter(|it| !it.is_empty() && random.chance(15)) {
        let Some(mut twin) = random.pick(rules).value().cloned() else { return };
        twin.id = Field::from("twin-allow");
        rules.push(Field::from(twin));
    }
    if let Some(rules) = document.deny_rules.value_mut().filter(|it| !it.is_empty() && random.chance(15)) {
        let Some(mut twin) = random.pick(rules).value().cloned() else { return };
        twin.id = Field::from("twin-deny");
        rules.push(Field::from(twin));
    }
}
