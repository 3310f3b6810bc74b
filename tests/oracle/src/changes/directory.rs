//! Small random directories with administrators of every width, and twins of them.

use crate::changes::catalogue::{BRIEF, conditions};
use crate::plain::{Account, Cluster, Facts, Older, Role, Rule, Scope, Tenant, Topology, World};
use crate::pools::{APPS, GROUPS, SCOPES, USERS};
use crate::random::Random;

/// When changes are made, more or less; rules begin and end around it.
pub(crate) const NOW: i64 = 1_767_225_600;

/// Returns the directory of a tenant. The world has a policy and no tenants.
pub(crate) fn tenant(random: &mut Random, world: &World, name: &str) -> Tenant {
    let mut tenant = Tenant { name: name.to_owned(), is_closed: random.chance(2), ..Tenant::default() };
    if random.chance(75) {
        tenant.facts.modules.push("inference".to_owned());
    }
    add_scopes(random, world, &mut tenant);
    add_clusters(random, world, &mut tenant);
    add_subjects(random, &mut tenant);
    if random.chance(30) {
        let n = random.below(2);
        let names: Vec<String> = world.policy.roles.iter().map(|it| it.name.clone()).collect();
        tenant.disabled_roles = random.some(&names, n);
        tenant.custom_roles.push(custom(random, world));
    }
    add_older(random, world, &mut tenant);
    for _ in 0..random.between(4, 9) {
        let rule = access_rule(random, world, &tenant);
        add(&mut tenant.access_rules, rule);
    }
    for _ in 0..*random.pick(&[0, 0, 0, 1, 1, 2]) {
        let rule = deny_rule(random, world, &tenant);
        add(&mut tenant.deny_rules, Some(rule));
    }
    let is_free = |it: &&&str| !tenant.names(it);
    tenant.deleted = ["user:ana", "app:bot", "group:ops"].iter().filter(is_free).map(|it| (*it).to_owned()).collect();
    tenant.deleted.retain(|_| random.chance(25));
    tenant
}

/// Returns the same directory under another name, with a few rules less.
pub(crate) fn twin(random: &mut Random, tenant: &Tenant, name: &str) -> Tenant {
    let mut twin = tenant.clone();
    let renamed = |path: &str| format!("{name}{}", &path[tenant.name.len()..]);
    twin.scopes.iter_mut().for_each(|it| it.path = renamed(&it.path));
    twin.access_rules.iter_mut().chain(&mut twin.deny_rules).for_each(|it| it.scope = renamed(&it.scope));
    twin.older.iter_mut().flat_map(|it| &mut it.organizations).for_each(|it| *it = renamed(it));
    twin.access_rules.retain(|_| random.chance(70));
    name.clone_into(&mut twin.name);
    twin
}

fn add_scopes(random: &mut Random, world: &World, tenant: &mut Tenant) {
    let root = Scope { path: tenant.name.clone(), kind: world.policy.root_kind().to_owned(), id: "root".to_owned() };
    let mut open = vec![root.clone()];
    tenant.scopes.push(root);
    let mut clusters = vec!["west", "east", "West"];
    while !open.is_empty() && tenant.scopes.len() < 7 {
        let above = open.remove(0);
        let mut names = SCOPES.to_vec();
        let kinds = world.policy.scope_kinds.iter().filter(|(_, parent)| parent.as_ref() == Some(&above.kind));
        for (kind, _) in kinds {
            for _ in 0..[1, 2, 2, 3, 0][random.below(5)] {
                let pool = if kind == "cluster" { &mut clusters } else { &mut names };
                if pool.is_empty() || 8 <= tenant.scopes.len() {
                    continue;
                }
                let path = format!("{}/{}", above.path, pool.remove(random.below(pool.len().min(4))));
                let scope = Scope { path, kind: kind.clone(), id: format!("s-{}", tenant.scopes.len()) };
                open.push(scope.clone());
                tenant.scopes.push(scope);
            }
        }
    }
}

fn add_clusters(random: &mut Random, world: &World, tenant: &mut Tenant) {
    let facts = Facts { connected: Some(true), ..Facts::default() };
    let cluster = |name: &str, id: &str| Cluster { name: name.to_owned(), id: id.to_owned(), facts: facts.clone() };
    match world.policy.topology {
        Topology::Absent => {}
        Topology::Axis => {
            let n = random.below(3);
            let names = random.some(&["west", "east"], n);
            tenant.clusters = names.into_iter().map(|it| cluster(it, &format!("c-{it}"))).collect();
        }
        Topology::Nested => {
            let nested = tenant.scopes.iter().filter(|it| it.kind == "cluster");
            tenant.clusters =
                nested.map(|it| cluster(it.path.rsplit('/').next().unwrap_or_default(), &it.id)).collect();
        }
    }
}

fn add_subjects(random: &mut Random, tenant: &mut Tenant) {
    let mut list = |random: &mut Random, name: String| {
        let (is_disabled, is_internal) = (random.chance(8), name.starts_with("user:") && random.chance(10));
        tenant.listed.push(Account { name, is_disabled, is_internal });
    };
    for user in &USERS[..4] {
        if random.chance(80) {
            list(random, format!("user:{user}"));
        }
    }
    for app in &APPS[..2] {
        if random.chance(60) {
            list(random, format!("app:{app}"));
        }
    }
    for group in &GROUPS[..3] {
        if random.chance(60) {
            let n = random.below(3);
            let members: Vec<String> = tenant.listed.iter().map(|it| it.name.clone()).collect();
            tenant.groups.push((format!("group:{group}"), random.some(&members, n)));
        }
    }
}

/// Gives some of those listed roles and organizations apart from rules.
fn add_older(random: &mut Random, world: &World, tenant: &mut Tenant) {
    let roles: Vec<&String> = world.policy.roles.iter().chain(&tenant.custom_roles).map(|it| &it.name).collect();
    let is_organization = |it: &&Scope| world.policy.organizations.contains(&it.kind);
    let places: Vec<&String> = tenant.scopes.iter().filter(is_organization).map(|it| &it.path).collect();
    let accounts = tenant.listed.iter().map(|it| &it.name);
    for subject in accounts.chain(tenant.groups.iter().map(|(name, _)| name)) {
        if random.chance(15) {
            let (n, m) = (random.between(1, 2), random.below(3));
            let roles = random.some(&roles, n).into_iter().cloned().collect();
            let organizations = random.some(&places, m).into_iter().cloned().collect();
            tenant.older.push(Older { subject: subject.clone(), roles, organizations });
        }
    }
}

fn custom(random: &mut Random, world: &World) -> Role {
    let mut role = random.pick(&world.policy.roles).clone();
    role.includes = vec![role.name.clone()];
    "custom".clone_into(&mut role.name);
    role.rows.truncate(1);
    role
}

fn add(rules: &mut Vec<Rule>, rule: Option<Rule>) {
    let Some(rule) = rule else { return };
    let is_there = rules.iter().any(|it| {
        (&it.subject, &it.role, &it.scope) == (&rule.subject, &rule.role, &rule.scope) && it.clusters == rule.clusters
    });
    if !is_there {
        rules.push(rule);
    }
}

/// Returns a subject that a rule may be for.
pub(crate) fn subject(random: &mut Random) -> String {
    match random.below(20) {
        0..=10 => format!("user:{}", random.pick(&USERS[..4])),
        11 | 12 => format!("app:{}", random.pick(&APPS[..2])),
        13 => "group:everyone".to_owned(),
        _ => format!("group:{}", random.pick(&GROUPS[..3])),
    }
}

/// Returns a rule, more often near the root, where administrators are.
fn access_rule(random: &mut Random, world: &World, tenant: &Tenant) -> Option<Rule> {
    let roles: Vec<&Role> = world.policy.roles.iter().chain(&tenant.custom_roles).collect();
    let role = *random.pick(&roles);
    let places: Vec<&Scope> = tenant.scopes.iter().filter(|it| World::is_held_at(role, &it.kind)).collect();
    if places.is_empty() {
        return None;
    }
    let near = random.below(places.len());
    let scope = places[random.below(near + 1)];
    Some(Rule { role: Some(role.name.clone()), ..limited(random, world, tenant, scope) })
}

fn deny_rule(random: &mut Random, world: &World, tenant: &Tenant) -> Rule {
    let scope = random.pick(&tenant.scopes).clone();
    let mut rule = limited(random, world, tenant, &scope);
    if random.chance(15) {
        (rule.from, rule.until) = (Some(NOW + BRIEF), None);
    }
    if random.chance(40) {
        return Rule { role: Some(random.pick(&world.policy.roles).name.clone()), ..rule };
    }
    let kind = random.pick(&world.policy.kinds).name.clone();
    let actions = random.some(&world.policy.actions, 2);
    Rule { rows: vec![crate::plain::Row { kind, actions, qualifier: None }], ..rule }
}

/// Returns a rule about nothing yet, now and then with limits.
fn limited(random: &mut Random, world: &World, tenant: &Tenant, scope: &Scope) -> Rule {
    let around = crate::locate::cluster_around(world, tenant, &scope.path);
    let names: Vec<String> = match around {
        Some(around) => vec![around.name.clone()],
        None => tenant.clusters.iter().map(|it| it.name.clone()).collect(),
    };
    let n = random.between(1, 2);
    let has_list = !names.is_empty() && random.chance(22);
    let (from, until) = window(random, NOW);
    Rule {
        id: None,
        subject: subject(random),
        role: None,
        rows: Vec::new(),
        scope: scope.path.clone(),
        clusters: has_list.then(|| random.some(&names, n)),
        from,
        until,
        when: random.chance(9).then(|| random.pick(&conditions()).clone()),
    }
}

/// Returns the ends of a window around an instant; of most rules there are none.
pub(crate) fn window(random: &mut Random, now: i64) -> (Option<i64>, Option<i64>) {
    match random.below(20) {
        0 => (None, Some(now + BRIEF)),
        1 => (None, Some(now)),
        2 => (Some(now), None),
        3 => (Some(now + BRIEF / 2), Some(now + 2 * BRIEF)),
        4 => (Some(now - BRIEF), Some(now + BRIEF)),
        _ => (None, None),
    }
}
