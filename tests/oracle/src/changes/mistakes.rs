//! Names that are not there, names that cannot be, and changes that say nothing: in small doses.

use crate::ask::Datum;
use crate::changes::aims::Stage;
use crate::changes::step::{Act, Bulk, Step, Who};
use crate::random::Random;

const MALFORMED: [&str; 8] = ["", " ", "x ", "a\u{0}b", "a\nb", "a\u{AD}b", "a\u{2028}b", "a\u{A0}b"];

/// Makes one thing about the change wrong.
pub(crate) fn garble(random: &mut Random, stage: &Stage<'_>, step: &mut Step) {
    match random.below(14) {
        0 if 1 < stage.world.tenants.len() => step.tenant = None,
        0 | 1 => step.tenant = Some((*random.pick(&["nowhere", "*"])).to_owned()),
        2 => step.act = empty(random, step),
        3 => step.actor = spoilt(random, &step.actor),
        4 => step.act = Act::Disable(vec![(*random.pick(&["group:everyone", "group:ml"])).to_owned()]),
        5 => {
            let scope = if random.chance(50) { &stage.tenant.scopes[0] } else { random.pick(&stage.tenant.scopes) };
            step.act = Act::MoveScope { scope: scope.path.clone(), to: format!("{}/deeper", scope.path) };
        }
        6 => step.act = Act::DeleteScope(stage.tenant.name.clone()),
        _ => match step.bulk() {
            Some(bulk) => {
                let mut bulk = bulk.clone();
                misname(random, stage, &mut bulk);
                step.act = with(&step.act, bulk);
            }
            None => misname_other(random, stage, &mut step.act),
        },
    }
}

fn with(act: &Act, bulk: Bulk) -> Act {
    match act {
        Act::RemoveRules(_) => Act::RemoveRules(bulk),
        Act::AddDenies(_) => Act::AddDenies(bulk),
        Act::RemoveDenies(_) => Act::RemoveDenies(bulk),
        _ => Act::AddRules(bulk),
    }
}

fn empty(random: &mut Random, step: &Step) -> Act {
    let Some(bulk) = step.bulk() else { return Act::Enable(Vec::new()) };
    let mut bulk = bulk.clone();
    match (random.below(3), &mut bulk.permissions) {
        (0, _) => bulk.subjects.clear(),
        (1, _) => bulk.scopes.clear(),
        (_, Some(permissions)) => permissions.clear(),
        (_, None) => bulk.roles.clear(),
    }
    with(&step.act, bulk)
}

fn spoilt(random: &mut Random, who: &Who) -> Who {
    let Who::Subject { subject, groups, context } = who else { return who.clone() };
    let (mut subject, mut context) = (subject.clone(), context.clone());
    match random.below(3) {
        0 => subject = (*random.pick(&["ana", "robot:ana", "user:", "user: ana", "user:a\nb"])).to_owned(),
        1 => context.push(("subject".to_owned(), Datum::Text("user:bob".to_owned()))),
        _ => context.push(((*random.pick(&["subject.id", "now"])).to_owned(), Datum::Integer(1))),
    }
    Who::Subject { subject, groups: groups.clone(), context }
}

/// Puts a name that is not there, or cannot be, at some place of some list.
fn misname(random: &mut Random, stage: &Stage<'_>, bulk: &mut Bulk) {
    let bad = (*random.pick(&MALFORMED)).to_owned();
    let is_bad = random.chance(50);
    let root = &stage.tenant.name;
    match random.below(4) {
        0 => insert(random, &mut bulk.subjects, if is_bad { format!("user:{bad}") } else { "robot:ana".to_owned() }),
        1 => insert(random, &mut bulk.scopes, if is_bad { format!("{root}/{bad}") } else { format!("{root}/ghost") }),
        2 => {
            let mut list = bulk.clusters.clone().unwrap_or_default();
            insert(random, &mut list, if is_bad { bad } else { "ghost".to_owned() });
            bulk.clusters = Some(list);
        }
        _ => match &mut bulk.permissions {
            Some(permissions) => {
                let kind = if is_bad { bad } else { (*random.pick(&["spaceship", "page"])).to_owned() };
                let action = if kind == "page" { "fly" } else { "read" };
                permissions.retain(|(it, _)| *it != kind);
                permissions.push((kind, vec![action.to_owned()]));
            }
            None => insert(random, &mut bulk.roles, if is_bad { bad } else { "nobody".to_owned() }),
        },
    }
}

fn insert(random: &mut Random, list: &mut Vec<String>, name: String) {
    list.insert(random.below(list.len() + 1), name);
}

fn misname_other(random: &mut Random, stage: &Stage<'_>, act: &mut Act) {
    let bad = (*random.pick(&MALFORMED)).to_owned();
    let ghost = if random.chance(50) { bad.clone() } else { "ghost".to_owned() };
    let scope = format!("{}/{ghost}", stage.tenant.name);
    let subject = if random.chance(50) { format!("user:{bad}") } else { "app:ghost".to_owned() };
    *act = match random.below(12) {
        0 => Act::GiveRole { subject, role: random.pick(&stage.roles()).name.clone() },
        1 => Act::GiveRole { subject: "user:ana".to_owned(), role: ghost },
        2 => Act::Place { subject: "user:ana".to_owned(), scope },
        3 => Act::Disable(vec!["user:bob".to_owned(), subject]),
        4 => Act::MoveScope { scope, to: stage.tenant.name.clone() },
        5 => Act::RenameScope { scope: random.pick(&stage.tenant.scopes).path.clone(), name: bad },
        6 => Act::DeleteScope(scope),
        7 => Act::DisableRole(ghost),
        8 => Act::CreateSubject {
            subject: (*random.pick(&["group:everyone", "user:", "ana"])).to_owned(),
            is_internal: false,
        },
        9 => Act::AddMember {
            group: (*random.pick(&["everyone", "ghost", ""])).to_owned(),
            member: "user:ana".to_owned(),
        },
        10 => Act::AddMember { group: "ml".to_owned(), member: "group:ops".to_owned() },
        _ => Act::CreateScope { path: format!("{scope}/deep"), id: None, kind: None },
    };
}
