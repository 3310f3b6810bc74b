//! One change to a request, so that it misses its aim by a little.

use crate::ask::{Ask, Datum};
use crate::plain::covers;
use crate::pools::{CLUSTERS, GROUPS, INSTANTS};
use crate::premise::{Attribute, datum};
use crate::random::Random;
use crate::requests::{Scene, anybody};

/// Changes one dimension of a request.
pub(crate) fn mutate(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    match random.below(100) {
        99 => ask.now = *random.pick(&[i64::MIN, i64::MAX, 0, -1]),
        _ => mutate_often(random, scene, ask),
    }
}

fn mutate_often(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    match random.below(33) {
        0 | 1 => ask.now = *random.pick(&INSTANTS) + *random.pick(&[-1, 0, 1]),
        2..=5 => move_scope(random, scene, ask),
        6..=8 => visit(random, scene, ask),
        9..=11 => change_cluster(random, scene, ask),
        12 => ask.cluster = None,
        13 | 14 => change_groups(random, ask),
        15 => ask.groups = None,
        16..=20 => spoil_attribute(random, scene, ask),
        21 | 22 => misname(random, ask),
        23 | 24 => garble(random, ask),
        25 | 26 => ask.action.clone_from(random.pick(&scene.world.policy.actions)),
        27 => ask.kind.clone_from(&random.pick(&scene.world.policy.kinds).name),
        28..=30 => change_subject(random, scene, ask),
        31 => ask.tenant = None,
        _ => change_case(random, ask),
    }
}

/// Asks at the scope above, below, beside, or anywhere.
fn move_scope(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    let here = ask.scope.clone();
    let above = here.rsplit_once('/').map_or("", |(above, _)| above);
    let wanted = random.below(4);
    let fits = |path: &str| match wanted {
        0 => path == above,
        1 => path != here && covers(&here, path),
        2 => path != here && !above.is_empty() && path.rsplit_once('/').is_some_and(|(it, _)| it == above),
        _ => true,
    };
    let found: Vec<&String> = scene.tenant.scopes.iter().map(|it| &it.path).filter(|it| fits(it)).collect();
    if !found.is_empty() {
        ask.scope = (*random.pick(&found)).clone();
    }
}

/// Asks the same of another tenant: at its scope, or as one of its own.
fn visit(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    let loaded = scene.world.tenants.iter().map(|it| &it.name).filter(|it| **it != scene.tenant.name);
    let others: Vec<&String> = loaded.chain(&scene.world.refused).collect();
    if others.is_empty() {
        return;
    }
    let other = *random.pick(&others);
    let twin = match ask.scope.find('/') {
        Some(at) => format!("{other}{}", &ask.scope[at..]),
        None => other.clone(),
    };
    match random.below(5) {
        0 => ask.scope = twin,
        1 => ask.tenant = Some(other.clone()),
        _ => {
            ask.scope = twin;
            ask.tenant = Some(other.clone());
        }
    }
}

fn change_cluster(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    let known: Vec<&str> = scene.tenant.clusters.iter().map(|it| it.name.as_str()).collect();
    let name = if known.is_empty() || random.chance(10) { *random.pick(&CLUSTERS) } else { *random.pick(&known) };
    ask.cluster = Some(name.to_owned());
}

fn change_groups(random: &mut Random, ask: &mut Ask) {
    let token = ask.groups.get_or_insert_with(Vec::new);
    match random.below(6) {
        0 => token.clear(),
        1 if !token.is_empty() => {
            token.remove(random.below(token.len()));
        }
        2 => token.insert(0, (*random.pick(&["", " ml", "ml\u{200B}", "everyone", "group:ml"])).to_owned()),
        3 => token.insert(0, (*random.pick(&GROUPS)).to_owned()),
        4 => token.extend(token.first().cloned()),
        _ => token.push((*random.pick(&GROUPS)).to_owned()),
    }
}

/// Takes an attribute away, or makes it null, of another type, or no number.
fn spoil_attribute(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    let (name, _) = random.pick(scene.attributes);
    let (_, other) = random.pick(scene.attributes);
    let numbers: Vec<&Attribute> = scene.attributes.iter().filter(|(_, of)| of == "number").collect();
    match random.below(10) {
        0..=2 => ask.unset(name),
        3 | 4 => ask.set(name, Datum::Null),
        5 | 6 if !numbers.is_empty() => {
            let (name, _) = *random.pick(&numbers);
            ask.set(name, Datum::Decimal(*random.pick(&[f64::NAN, f64::INFINITY, -0.0])));
        }
        7 => ask.set(name, Datum::List(vec![Datum::Null, Datum::Text("red".to_owned())])),
        8 => {
            let reserved = *random.pick(&["context.now", "context.subject", "context.subject.id"]);
            ask.set(reserved, Datum::Text("user:ana".to_owned()));
        }
        _ => {
            let value = datum(random, name, other);
            ask.set(name, value);
        }
    }
}

/// Names something that is not there.
fn misname(random: &mut Random, ask: &mut Ask) {
    match random.below(9) {
        0 | 1 => ask.tenant = Some((*random.pick(&["nowhere", "*"])).to_owned()),
        2 | 3 => ask.action = (*random.pick(&["fly", "*", "Read", "CRUD"])).to_owned(),
        4 => ask.kind = (*random.pick(&["spaceship", "*", "jobs"])).to_owned(),
        5 | 6 => ask.scope = format!("{}/{}", ask.scope, random.pick(&["ghost", "*", "..", "web"])),
        7 => ask.cluster = Some((*random.pick(&["ghost", "*"])).to_owned()),
        _ => ask.subject = (*random.pick(&["user:ghost", "app:ghost", "group:ghost"])).to_owned(),
    }
}

/// Names something that cannot be named.
fn garble(random: &mut Random, ask: &mut Ask) {
    let (longest, long) = ("\u{E9}".repeat(128), "x".repeat(257));
    let name =
        *random.pick(&["", &longest, " ", " x", "x ", "a\u{0}b", "a\nb", "a\u{AD}b", "a\u{2028}b", "a\u{A0}b", &long]);
    match random.below(9) {
        0 => ask.tenant = Some(name.to_owned()),
        1 => ask.subject = format!("user:{name}"),
        2 => ask.subject = (*random.pick(&["ana", "robot:ana", "User:ana", "", ":", "user"])).to_owned(),
        3 => ask.action = name.to_owned(),
        4 => ask.kind = name.to_owned(),
        5 => ask.scope = format!("{}/{name}", ask.scope),
        6 => ask.scope = format!("{name}/{}", ask.scope),
        7 => ask.cluster = Some(name.to_owned()),
        _ => ask.scope = ask.scope.replacen('/', "//", 1),
    }
}

fn change_subject(random: &mut Random, scene: &Scene<'_>, ask: &mut Ask) {
    let disabled: Vec<&String> = scene.tenant.listed.iter().filter(|it| it.is_disabled).map(|it| &it.name).collect();
    match random.below(6) {
        0 => ask.subject = format!("group:{}", random.pick(&GROUPS)),
        1 => ask.subject = "group:everyone".to_owned(),
        2 if !disabled.is_empty() => ask.subject = (*random.pick(&disabled)).clone(),
        3 => {
            let name = ask.subject.split_once(':').map_or("", |(_, name)| name).to_owned();
            ask.subject = format!("{}:{name}", random.pick(&["user", "app", "group"]));
        }
        _ => ask.subject = anybody(random),
    }
}

/// Writes one name in the other case.
fn change_case(random: &mut Random, ask: &mut Ask) {
    let name = match random.below(5) {
        0 => &mut ask.subject,
        1 => &mut ask.kind,
        2 => &mut ask.action,
        3 => ask.cluster.get_or_insert_with(|| "west".to_owned()),
        _ => &mut ask.scope,
    };
    let start = name.rfind([':', '/']).map_or(0, |at| at + 1);
    let Some(first) = name[start..].chars().next() else { return };
    let is_lower = first.is_lowercase();
    let changed: String = if is_lower { first.to_uppercase().collect() } else { first.to_lowercase().collect() };
    name.replace_range(start..start + first.len_utf8(), &changed);
}
