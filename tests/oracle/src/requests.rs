//! Random requests, aimed: a rule is picked, something that it says is asked, and then a thing or two is changed.

use crate::ask::{Ask, Datum, with_requests};
use crate::catalogue::attributes;
use crate::mutations::mutate;
use crate::plain::{Kind, Role, Row, Rule, Scope, Tenant, Test, Topology, World, covers};
use crate::pools::{APPS, GROUPS, INSTANTS, USERS};
use crate::premise::{Attribute, datum, satisfy};
use crate::random::Random;

/// Where a request is made: a tenant of a world.
pub(crate) struct Scene<'a> {
    pub(crate) world: &'a World,
    pub(crate) tenant: &'a Tenant,
    pub(crate) attributes: &'a [Attribute],
}

/// Returns `n` requests about a world, or none where no tenant is loaded.
#[must_use]
pub fn asks(random: &mut Random, world: &World, n: usize) -> Vec<Ask> {
    let attributes = attributes(&world.policy);
    let ask = |random: &mut Random| {
        let scene = Scene { world, tenant: random.pick(&world.tenants), attributes: &attributes };
        let mut ask = aim(random, &scene);
        for _ in 0..*random.pick(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 2]) {
            mutate(random, &scene, &mut ask);
        }
        ask
    };
    let n = if world.tenants.is_empty() { 0 } else { n };
    (0..n).map(|_| ask(random)).collect()
}

/// Asks something that a rule of the tenant says; tries twice more where another rule stands in the way.
fn aim(random: &mut Random, scene: &Scene<'_>) -> Ask {
    let (rules, wanted) = match random.below(100) {
        0..=24 => (&scene.tenant.deny_rules, "denied_by_rule"),
        25..=91 => (&scene.tenant.access_rules, "granted"),
        _ => return stray(random, scene),
    };
    for _ in 0..2 {
        let ask = aim_at(random, scene, rules);
        let is_hit = |ask: &Ask| with_requests(std::slice::from_ref(ask), |it| scene.world.reason(&it[0]) == wanted);
        if let Some(ask) = ask.filter(is_hit) {
            return ask;
        }
    }
    aim_at(random, scene, rules).unwrap_or_else(|| stray(random, scene))
}

/// Asks something that one of the rules says.
fn aim_at(random: &mut Random, scene: &Scene<'_>, rules: &[Rule]) -> Option<Ask> {
    if rules.is_empty() {
        return None;
    }
    let rule = random.pick(rules);
    let target = target(random, scene, rule)?;
    let mut ask = blank(random, scene, &target);
    address(random, scene, rule, &mut ask);
    ask.cluster = cluster(random, scene, Some(rule), &target);
    set_time(random, rule, &mut ask);
    set_attributes(random, scene, Some(rule), &mut ask);
    Some(ask)
}

/// Asks anything that is known.
fn stray(random: &mut Random, scene: &Scene<'_>) -> Ask {
    let kind = random.pick(&scene.world.policy.kinds);
    let action = random.pick(&scene.world.policy.actions).clone();
    let fits: Vec<&Scope> =
        scene.tenant.scopes.iter().filter(|it| scene.world.policy.is_place(kind, &action, &it.kind)).collect();
    let scope = if fits.is_empty() { random.pick(&scene.tenant.scopes) } else { *random.pick(&fits) };
    let target = Target { action, kind, scope };
    let mut ask = blank(random, scene, &target);
    ask.cluster = cluster(random, scene, None, &target);
    set_attributes(random, scene, None, &mut ask);
    ask
}

/// What is asked, and where.
pub(crate) struct Target<'a> {
    action: String,
    kind: &'a Kind,
    scope: &'a Scope,
}

/// Picks a permission that the rule speaks of, and a place where it can be asked.
fn target<'a>(random: &mut Random, scene: &Scene<'a>, rule: &Rule) -> Option<Target<'a>> {
    let rows = rows(scene, rule);
    if rows.is_empty() {
        return None;
    }
    for _ in 0..10 {
        let row = *random.pick(&rows);
        let Some((kind, action)) = permission(random, scene, row) else { continue };
        let reads_above = kind.read_from_below && action == "read" && random.chance(60);
        let is_reached = |it: &&Scope| match reads_above {
            true => covers(&it.path, &rule.scope),
            false => covers(&rule.scope, &it.path),
        };
        let fits: Vec<&Scope> = scene
            .tenant
            .scopes
            .iter()
            .filter(is_reached)
            .filter(|it| scene.world.policy.is_place(kind, &action, &it.kind))
            .collect();
        if !fits.is_empty() {
            let scope = *random.pick(&fits);
            return Some(Target { action, kind, scope });
        }
    }
    None
}

/// Returns everything that the rule speaks of: its own rows, or those of its role and of what that includes.
pub(crate) fn rows<'a>(scene: &Scene<'a>, rule: &'a Rule) -> Vec<&'a Row> {
    let mut rows: Vec<&Row> = rule.rows.iter().collect();
    let mut waiting: Vec<&str> = rule.role.iter().map(String::as_str).collect();
    while let Some(role) = waiting.pop().and_then(|it| scene.world.role(scene.tenant, it)) {
        let Role { rows: own, includes, .. } = role;
        rows.extend(own);
        waiting.extend(includes.iter().map(String::as_str));
    }
    rows.retain(|it| !it.actions.is_empty());
    rows
}

fn permission<'a>(random: &mut Random, scene: &Scene<'a>, row: &Row) -> Option<(&'a Kind, String)> {
    let kinds: Vec<&Kind> =
        scene.world.policy.kinds.iter().filter(|it| row.kind == "*" || row.kind == it.name).collect();
    let action = match random.pick(&row.actions).as_str() {
        "*" => random.pick(&scene.world.policy.actions).clone(),
        action => action.to_owned(),
    };
    (!kinds.is_empty()).then(|| (*random.pick(&kinds), action))
}

fn blank(random: &mut Random, scene: &Scene<'_>, target: &Target<'_>) -> Ask {
    let is_told = 1 < scene.world.tenants.len() || random.chance(50);
    Ask {
        tenant: is_told.then(|| scene.tenant.name.clone()),
        subject: anybody(random),
        groups: some_groups(random),
        action: target.action.clone(),
        kind: target.kind.name.clone(),
        scope: target.scope.path.clone(),
        cluster: None,
        resource: Vec::new(),
        context: Vec::new(),
        now: *random.pick(&INSTANTS) + *random.pick(&[0, 0, 600, -600]),
        bound: None,
    }
}

/// Returns a user or an application.
pub(crate) fn anybody(random: &mut Random) -> String {
    match random.chance(85) {
        true => format!("user:{}", random.pick(&USERS)),
        false => format!("app:{}", random.pick(&APPS)),
    }
}

fn some_groups(random: &mut Random) -> Option<Vec<String>> {
    let n = random.below(3);
    random.chance(90).then(|| random.some(&GROUPS, n).into_iter().map(str::to_owned).collect())
}

/// Makes the request one of somebody whom the rule is for.
fn address(random: &mut Random, scene: &Scene<'_>, rule: &Rule, ask: &mut Ask) {
    let Some(group) = rule.subject.strip_prefix("group:") else {
        ask.subject = rule.subject.clone();
        return;
    };
    let declared = scene.tenant.groups.iter().find(|(name, _)| *name == rule.subject);
    let members = declared.map_or(&[][..], |(_, members)| members);
    match random.below(20) {
        _ if group == "everyone" => {}
        0 => ask.subject = rule.subject.clone(),
        1 => ask.groups = None,
        2..=8 if !members.is_empty() => ask.subject = random.pick(members).clone(),
        _ => {
            let token = ask.groups.get_or_insert_with(Vec::new);
            token.insert(random.below(token.len() + 1), group.to_owned());
        }
    }
}

/// Names a cluster that the rule admits, where one is to be named.
fn cluster(random: &mut Random, scene: &Scene<'_>, rule: Option<&Rule>, target: &Target<'_>) -> Option<String> {
    let names: Vec<String> = scene.tenant.clusters.iter().map(|it| it.name.clone()).collect();
    if names.is_empty() {
        return None;
    }
    let list = rule.and_then(|it| it.clusters.as_ref()).unwrap_or(&names);
    let around = scene.tenant.scopes.iter().find(|it| it.kind == "cluster" && covers(&it.path, &target.scope.path));
    match around.filter(|_| scene.world.policy.topology == Topology::Nested) {
        Some(cluster) => {
            let name = cluster.path.rsplit('/').next().map(str::to_owned);
            name.filter(|_| random.chance(20))
        }
        None => {
            let percent = if target.kind.concerns_cluster { 92 } else { 15 };
            random.chance(percent).then(|| random.pick(list).clone())
        }
    }
}

/// Asks while the rule holds, or around one of its ends.
fn set_time(random: &mut Random, rule: &Rule, ask: &mut Ask) {
    let bounds: Vec<i64> = [rule.from, rule.until].into_iter().flatten().collect();
    if bounds.is_empty() {
        return;
    }
    if random.chance(60) {
        let bound = *random.pick(&bounds);
        ask.bound = Some(bound);
        ask.now = bound + *random.pick(&[-1, 0, 1]);
        return;
    }
    let is_in = |now: &i64| rule.from.is_none_or(|it| it <= *now) && rule.until.is_none_or(|it| *now < it);
    let inside: Vec<i64> = INSTANTS.into_iter().flat_map(|it| [it - 1, it, it + 500]).filter(is_in).collect();
    if !inside.is_empty() {
        ask.now = *random.pick(&inside);
    }
}

/// Sets attributes so that restrictions let the request through, and the rule's condition holds.
fn set_attributes(random: &mut Random, scene: &Scene<'_>, rule: Option<&Rule>, ask: &mut Ask) {
    for (name, of) in scene.attributes {
        if random.chance(70) {
            let value = datum(random, name, of);
            ask.set(name, value);
        }
    }
    if random.chance(10) {
        ask.context.push(("unread".to_owned(), Datum::Integer(1)));
    }
    let condition = rule.and_then(|it| it.when.as_ref()).filter(|_| random.chance(90));
    if let Some(condition) = condition {
        satisfy(random, scene.attributes, condition, true, ask);
    }
    for restriction in &scene.world.policy.restrictions {
        let has_kind = restriction.kinds.iter().any(|it| it == "*" || *it == ask.kind);
        if !has_kind || random.chance(10) {
            continue;
        }
        match &restriction.test {
            Test::When(condition) => satisfy(random, scene.attributes, condition, false, ask),
            Test::Unless(condition) => satisfy(random, scene.attributes, condition, true, ask),
            Test::Requires(_) => {}
        }
    }
}
