//! Random changes, one after another: of actors, and of the host.

use crate::catalogue::attributes;
use crate::changes::aims::Stage;
use crate::changes::directory::{NOW, subject};
use crate::changes::mistakes::garble;
use crate::changes::rules::{add_denies, add_rules, pick, remove_denies, remove_rules};
use crate::changes::step::{Act, Step, Who};
use crate::plain::{Scope, Topology, World};
use crate::pools::{APPS, GROUPS, SCOPES, USERS};
use crate::random::Random;

/// Returns the next change of a world.
pub(crate) fn step(random: &mut Random, world: &World) -> Step {
    let now = NOW + *random.pick(&[0, 0, 0, 1, 1_800, 3_599, 3_600]);
    let favoured = if random.chance(70) { 0 } else { random.below(world.tenants.len()) };
    let tenant = &world.tenants[favoured];
    let attributes = attributes(&world.policy);
    let stage = Stage { world, tenant, attributes: &attributes, now };
    let (who, act) = act(random, &stage);
    let is_told = 1 < world.tenants.len() || random.chance(60);
    let mut step = Step {
        actor: if random.chance(11) { Who::Host } else { who },
        tenant: is_told.then(|| tenant.name.clone()),
        is_forced: random.chance(10),
        now,
        act,
    };
    if step.is_of_the_host() && random.chance(94) {
        step.actor = Who::Host;
    }
    if random.chance(5) {
        garble(random, &stage, &mut step);
    }
    step
}

fn act(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    match random.below(100) {
        0..=29 => add_rules(random, stage),
        30..=47 => remove_rules(random, stage),
        48..=54 => add_denies(random, stage),
        55..=59 => remove_denies(random, stage),
        60..=70 => older(random, stage),
        71..=77 => able(random, stage),
        78..=83 => move_scope(random, stage),
        84..=90 => (stage.anybody(random), people(random, stage)),
        _ => (stage.anybody(random), places(random, stage)),
    }
}

/// The older form: aimed as rules are, without limits.
fn older(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let policy = &stage.world.policy;
    let held: Vec<(&str, &str)> =
        stage.tenant.older.iter().flat_map(|it| it.roles.iter().map(|role| (&*it.subject, &**role))).collect();
    let placed: Vec<(&str, &str)> =
        stage.tenant.older.iter().flat_map(|it| it.organizations.iter().map(|at| (&*it.subject, &**at))).collect();
    let root = &stage.tenant.name;
    match random.below(4) {
        1 if !held.is_empty() => {
            let (subject, role) = *random.pick(&held);
            let who = stage.giver(random, "delete", Some(role), root);
            (who, Act::TakeRole { subject: subject.to_owned(), role: role.to_owned() })
        }
        2 if !placed.is_empty() => {
            let (subject, scope) = *random.pick(&placed);
            let aim = stage.aim(random, policy.place_right.as_deref(), "delete");
            let who = aim.map_or_else(|| stage.anybody(random), |it| it.who);
            (who, Act::Displace { subject: subject.to_owned(), scope: scope.to_owned() })
        }
        0 | 1 => {
            let roles = stage.roles();
            let role = *random.pick(&roles);
            let who = stage.giver(random, "create", Some(&role.name), root);
            (who, Act::GiveRole { subject: older_subject(random, stage), role: role.name.clone() })
        }
        _ => {
            let aim = stage.aim(random, policy.place_right.as_deref(), "create");
            let is_organization = |it: &&Scope| policy.organizations.contains(&it.kind) || random.clone().chance(5);
            let fits = |it: &&Scope| aim.as_ref().is_none_or(|aim| aim.admits_place(it));
            let places: Vec<&Scope> = stage.tenant.scopes.iter().filter(is_organization).filter(fits).collect();
            let scope = pick(random, &places).map_or_else(|| root.clone(), |it| it.path.clone());
            let who = aim.map_or_else(|| stage.anybody(random), |it| it.who);
            (who, Act::Place { subject: older_subject(random, stage), scope })
        }
    }
}

/// Returns a subject that is listed or has roles already, most often.
fn older_subject(random: &mut Random, stage: &Stage<'_>) -> String {
    let older: Vec<&String> = stage.tenant.older.iter().map(|it| &it.subject).collect();
    let listed: Vec<&String> =
        stage.tenant.listed.iter().map(|it| &it.name).chain(stage.tenant.groups.iter().map(|(name, _)| name)).collect();
    let from = if random.chance(50) && !older.is_empty() { older } else { listed };
    let known = pick(random, &from).cloned().filter(|_| random.chance(85));
    known.unwrap_or_else(|| subject(random))
}

fn able(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let who = match stage.world.policy.disable_right.as_deref() {
        Some(kind) => stage.aim(random, Some(kind), "update").map(|it| it.who),
        None => None,
    };
    let who = who.unwrap_or_else(|| stage.giver(random, "update", None, &stage.tenant.name));
    let is_disabled = random.chance(55);
    let accounts: Vec<&String> =
        stage.tenant.listed.iter().filter(|it| it.is_disabled != is_disabled).map(|it| &it.name).collect();
    let mut subjects: Vec<String> = Vec::new();
    for _ in 0..*random.pick(&[1, 1, 1, 2, 3]) {
        let known = pick(random, &accounts).cloned().filter(|_| random.chance(88));
        subjects.push(known.unwrap_or_else(|| format!("user:{}", random.pick(&USERS[..4]))));
    }
    (who, if is_disabled { Act::Disable(subjects) } else { Act::Enable(subjects) })
}

fn move_scope(random: &mut Random, stage: &Stage<'_>) -> (Who, Act) {
    let below: Vec<&Scope> = stage.tenant.scopes.iter().filter(|it| it.path.contains('/')).collect();
    let Some(scope) = pick(random, &below) else { return (stage.anybody(random), people(random, stage)) };
    let above = scope.path.rsplit_once('/').map_or("", |(above, _)| above);
    let kind = stage.tenant.scope(above).map_or("", |it| it.kind.as_str());
    let fits = |it: &&Scope| it.kind == kind && (it.path != above || random.clone().chance(20));
    let parents: Vec<&Scope> = stage.tenant.scopes.iter().filter(fits).collect();
    let to = match pick(random, &parents).filter(|_| random.chance(92)) {
        Some(to) => to.path.clone(),
        None => random.pick(&stage.tenant.scopes).path.clone(),
    };
    let aim = stage.aim(random, Some(kind), "update");
    let who = aim.map_or_else(|| stage.anybody(random), |it| it.who);
    (who, Act::MoveScope { scope: scope.path.clone(), to })
}

/// Subjects, members and roles: the host's edits.
fn people(random: &mut Random, stage: &Stage<'_>) -> Act {
    let tenant = stage.tenant;
    let user = |random: &mut Random| match random.chance(80) {
        true => format!("user:{}", random.pick(&USERS[..4])),
        false => format!("app:{}", random.pick(&APPS[..2])),
    };
    let group = |random: &mut Random| (*random.pick(&GROUPS[..3])).to_owned();
    match random.below(10) {
        0 | 1 => {
            let gone: Vec<&String> = tenant.deleted.iter().collect();
            let again = pick(random, &gone).cloned().filter(|_| random.chance(60));
            let subject = again.unwrap_or_else(|| subject(random));
            Act::CreateSubject { is_internal: subject.starts_with("user:") && random.chance(20), subject }
        }
        2 | 3 => Act::DeleteSubject(subject(random)),
        4 | 5 => Act::AddMember { group: group(random), member: user(random) },
        6 | 7 => {
            let members = tenant.groups.iter().flat_map(|(name, members)| members.iter().map(move |it| (name, it)));
            let members: Vec<(&String, &String)> = members.collect();
            if members.is_empty() {
                return Act::RemoveMember { group: group(random), member: user(random) };
            }
            let (name, member) = *random.pick(&members);
            Act::RemoveMember { group: name.trim_start_matches("group:").to_owned(), member: member.clone() }
        }
        8 => Act::DisableRole(random.pick(&stage.roles()).name.clone()),
        _ => {
            let disabled: Vec<&String> = tenant.disabled_roles.iter().collect();
            let role = pick(random, &disabled).cloned();
            Act::EnableRole(role.unwrap_or_else(|| random.pick(&stage.roles()).name.clone()))
        }
    }
}

/// Scopes and clusters: the host's edits.
fn places(random: &mut Random, stage: &Stage<'_>) -> Act {
    let (world, tenant) = (stage.world, stage.tenant);
    let below: Vec<&Scope> = tenant.scopes.iter().filter(|it| it.path.contains('/')).collect();
    let scope = pick(random, &below).map_or_else(|| tenant.name.clone(), |it| it.path.clone());
    let name = (*random.pick(&SCOPES)).to_owned();
    let cluster = (*random.pick(&["west", "east", "West"])).to_owned();
    let is_axis = world.policy.topology == Topology::Axis;
    match random.below(10) {
        0..=3 => create_scope(random, stage),
        4 | 5 => Act::DeleteScope(scope),
        6 => Act::RenameScope { scope, name },
        7 if is_axis || random.chance(10) => {
            Act::CreateCluster { name: cluster, id: random.chance(40).then(|| format!("c-{}", random.below(3))) }
        }
        8 if is_axis || random.chance(10) => {
            Act::RenameCluster { cluster, name: (*random.pick(&["west", "east", "far"])).to_owned() }
        }
        9 if is_axis || random.chance(10) => Act::DeleteCluster(cluster),
        _ => create_scope(random, stage),
    }
}

fn create_scope(random: &mut Random, stage: &Stage<'_>) -> Act {
    let above = random.pick(&stage.tenant.scopes);
    let kinds = &stage.world.policy.scope_kinds;
    let possible: Vec<&String> =
        kinds.iter().filter(|(_, parent)| parent.as_ref() == Some(&above.kind)).map(|(name, _)| name).collect();
    let kind = pick(random, &possible).cloned().filter(|_| 1 < possible.len() || random.chance(30));
    let is_cluster = possible.iter().any(|it| *it == "cluster");
    let name = if is_cluster { *random.pick(&["west", "east", "West"]) } else { *random.pick(&SCOPES) };
    let id = random.chance(25).then(|| format!("s-{}", random.below(9)));
    Act::CreateScope { path: format!("{}/{name}", above.path), id, kind }
}
