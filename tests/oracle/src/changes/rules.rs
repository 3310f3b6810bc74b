//! Random edits of rules: aimed at what somebody may do, then perhaps moved off by a little.

use crate::changes::aims::Stage;
use crate::changes::catalogue::{BRIEF, conditions};
use crate::changes::directory::{subject, window};
use crate::changes::step::{Act, Bulk, Who};
use crate::locate::cluster_around;
use crate::plain::{Role, Rule, Scope, World};
use crate::random::Random;

/// Access rules to be added, and who may well add them.
pub(crate) fn add_rules(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let Some(aim) = stage.aim(random, stage.world.policy.role_right.as_deref(), "create") else {
        return (stage.anybody(random), Act::AddRules(any_rule(random, stage)));
    };
    let roles: Vec<&Role> = stage.roles().into_iter().filter(|it| aim.admits_role(Some(&it.name))).collect();
    let Some(role) = pick(random, &roles) else {
        return (aim.who, Act::AddRules(any_rule(random, stage)));
    };
    let fits = |it: &&Scope| aim.admits_place(it) && World::is_held_at(role, &it.kind);
    let places: Vec<&Scope> = stage.tenant.scopes.iter().filter(fits).collect();
    let Some(place) = pick(random, &places) else {
        return (aim.who, Act::AddRules(any_rule(random, stage)));
    };
    let mut bulk = Bulk {
        subjects: vec![subject(random)],
        roles: vec![role.name.clone()],
        scopes: vec![place.path.clone()],
        clusters: aim.rule.clusters.clone().filter(|it| !it.is_empty()),
        until: aim.qualifier.and_then(|it| it.seconds_max).map(|it| stage.now + it),
        ..Bulk::default()
    };
    limit(random, stage, &mut bulk);
    for _ in 0..*random.pick(&[0, 0, 0, 0, 0, 1, 1, 2]) {
        let others: Vec<&Scope> = places.clone();
        widen(random, &roles, &others, &mut bulk);
    }
    if random.chance(20) {
        spoil(random, stage, &mut bulk);
    }
    (aim.who, Act::AddRules(bulk))
}

/// Access rules that are there, to be removed; now and then some that are not.
pub(crate) fn remove_rules(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let Some(rule) = pick(random, &stage.tenant.access_rules.iter().collect::<Vec<_>>()) else {
        return (stage.anybody(random), Act::RemoveRules(any_rule(random, stage)));
    };
    let who = stage.giver(random, "delete", rule.role.as_deref(), &rule.scope);
    let mut bulk = of_rule(rule);
    if random.chance(15) {
        bulk.subjects.push(subject(random));
    }
    if random.chance(15) {
        bulk.scopes.push(random.pick(&stage.tenant.scopes).path.clone());
    }
    if random.chance(12) {
        spoil(random, stage, &mut bulk);
    }
    (who, Act::RemoveRules(bulk))
}

/// Denies to be added.
pub(crate) fn add_denies(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let mut bulk = any_rule(random, stage);
    let mut place = bulk.scopes[0].clone();
    let aim = stage.aim(random, stage.world.policy.role_right.as_deref(), "create");
    if let Some(aim) = &aim {
        let fits: Vec<&Scope> = stage.tenant.scopes.iter().filter(|it| aim.admits_place(it)).collect();
        place = pick(random, &fits).map_or(place, |it| it.path.clone());
        bulk.clusters = aim.rule.clusters.clone().filter(|it| !it.is_empty());
        bulk.until = aim.qualifier.and_then(|it| it.seconds_max).map(|it| stage.now + it);
    }
    bulk.scopes = vec![place];
    let kinds = &stage.world.policy.kinds;
    if random.chance(60) {
        let n = random.between(1, 2);
        let names: Vec<String> = kinds.iter().map(|it| it.name.clone()).collect();
        let names = if random.chance(8) { vec!["*".to_owned()] } else { random.some(&names, n) };
        let actions = match random.below(6) {
            0 => vec!["*".to_owned()],
            _ => random.some(&stage.world.policy.actions, n),
        };
        bulk.permissions = Some(names.into_iter().map(|it| (it, actions.clone())).collect());
        bulk.roles.clear();
    }
    limit(random, stage, &mut bulk);
    if random.chance(30) {
        bulk.when = Some(random.pick(&conditions()).clone());
    }
    let who = aim.map_or_else(|| stage.anybody(random), |it| it.who);
    aim_at_self(random, &who, &mut bulk);
    if random.chance(15) {
        spoil(random, stage, &mut bulk);
    }
    (who, Act::AddDenies(bulk))
}

/// Now and then an actor would deny itself something, or a group of its token.
fn aim_at_self(random: &mut Random, who: &Who, bulk: &mut Bulk) {
    let Who::Subject { subject, groups, .. } = who else { return };
    match (random.below(20), groups) {
        (0, _) => bulk.subjects = vec![subject.clone()],
        (1, Some(groups)) => bulk.subjects.extend(groups.first().map(|it| format!("group:{it}"))),
        (2, _) => bulk.subjects.insert(0, "group:everyone".to_owned()),
        _ => {}
    }
}

/// Denies that are there, to be removed.
pub(crate) fn remove_denies(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let Some(rule) = pick(random, &stage.tenant.deny_rules.iter().collect::<Vec<_>>()) else {
        let bulk =
            Bulk { permissions: Some(vec![("page".to_owned(), vec!["read".to_owned()])]), ..any_rule(random, stage) };
        return (stage.anybody(random), Act::RemoveDenies(Bulk { roles: Vec::new(), ..bulk }));
    };
    let who = stage.giver(random, "delete", None, &rule.scope);
    let mut bulk = of_rule(rule);
    if random.chance(12) {
        spoil(random, stage, &mut bulk);
    }
    (who, Act::RemoveDenies(bulk))
}

fn of_rule(rule: &Rule) -> Bulk {
    let permissions = rule.rows.iter().map(|it| (it.kind.clone(), it.actions.clone())).collect();
    let mut clusters = rule.clusters.clone();
    clusters.iter_mut().for_each(|it| it.reverse());
    Bulk {
        subjects: vec![rule.subject.clone()],
        roles: rule.role.iter().cloned().collect(),
        permissions: rule.role.is_none().then_some(permissions),
        scopes: vec![rule.scope.clone()],
        clusters,
        from: rule.from,
        until: rule.until,
        when: rule.when.clone(),
    }
}

fn any_rule(random: &mut Random, stage: &Stage<'_>) -> Bulk {
    Bulk {
        subjects: vec![subject(random)],
        roles: vec![random.pick(&stage.roles()).name.clone()],
        scopes: vec![random.pick(&stage.tenant.scopes).path.clone()],
        ..Bulk::default()
    }
}

/// Narrows a rule in time and to clusters, now and then.
fn limit(random: &mut Random, stage: &Stage<'_>, bulk: &mut Bulk) {
    if bulk.until.is_none() && random.chance(20) {
        (bulk.from, bulk.until) = window(random, stage.now);
    }
    let around = bulk.scopes.first().and_then(|it| cluster_around(stage.world, stage.tenant, it));
    if random.chance(20) && bulk.clusters.is_none() {
        bulk.clusters = clusters(random, stage);
    }
    if let Some(around) = around.filter(|_| bulk.clusters.is_some() && random.chance(90)) {
        bulk.clusters = Some(vec![around.name.clone()]);
    }
    if random.chance(7) {
        bulk.when = Some(random.pick(&conditions()).clone());
    }
}

fn clusters(random: &mut Random, stage: &Stage<'_>) -> Option<Vec<String>> {
    let names: Vec<String> = stage.tenant.clusters.iter().map(|it| it.name.clone()).collect();
    let n = random.between(1, 2);
    let mut list = random.some(&names, n);
    if random.chance(30) {
        list.reverse();
    }
    (!list.is_empty()).then_some(list)
}

/// Makes one list longer.
fn widen(random: &mut Random, roles: &[&Role], places: &[&Scope], bulk: &mut Bulk) {
    match random.below(3) {
        0 => bulk.subjects.push(subject(random)),
        1 => bulk.roles.extend(pick(random, roles).map(|it| it.name.clone())),
        _ => bulk.scopes.extend(pick(random, places).map(|it| it.path.clone())),
    }
}

/// Changes one thing about the rules, so that they miss their aim.
fn spoil(random: &mut Random, stage: &Stage<'_>, bulk: &mut Bulk) {
    match random.below(14) {
        0 | 1 => bulk.scopes = vec![random.pick(&stage.tenant.scopes).path.clone()],
        2 | 3 if bulk.permissions.is_none() => bulk.roles = vec![random.pick(&stage.roles()).name.clone()],
        4 => bulk.clusters = clusters(random, stage),
        5 => bulk.clusters = None,
        6 => {
            let until = bulk.until.unwrap_or(stage.now + BRIEF);
            bulk.until = Some(until + *random.pick(&[1, -1, BRIEF]));
        }
        7 => bulk.until = None,
        8 => (bulk.from, bulk.until) = (Some(stage.now), Some(stage.now + *random.pick(&[0, -1, 1]))),
        9 => bulk.clusters = Some(Vec::new()),
        10 => {
            let others = stage.world.tenants.iter().filter(|it| it.name != stage.tenant.name);
            let paths: Vec<&String> = others.flat_map(|it| &it.scopes).map(|it| &it.path).collect();
            if let Some(path) = pick(random, &paths) {
                bulk.scopes.push(path.clone());
            }
        }
        11 => bulk.subjects.push((*random.pick(&["app:ghost", "user:ghost", "app:ci"])).to_owned()),
        12 => bulk.subjects.extend(pick(random, &stage.tenant.deleted.iter().collect::<Vec<_>>()).cloned()),
        _ => bulk.when = Some(random.pick(&conditions()).clone()),
    }
}

pub(crate) fn pick<'a, T: ?Sized>(random: &mut Random, items: &[&'a T]) -> Option<&'a T> {
    if items.is_empty() { None } else { Some(*random.pick(items)) }
}
