//! What must agree: the answers, the reasons afterwards, a fresh build, and questions that change nothing.

use bailiwick::document::Document;

use crate::ask::{Ask, with_requests};
use crate::changes::answers::Item;
use crate::changes::questions::queries;
use crate::changes::render::render;
use crate::changes::sides::Side;
use crate::changes::step::{Act, Bulk, Step};
use crate::plain::World;

/// Where two that should agree do not.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Difference {
    /// What was compared.
    pub(crate) what: &'static str,
    pub(crate) expected: String,
    pub(crate) found: String,
    /// The first two codes that differ.
    pub(crate) pair: (&'static str, &'static str),
}

impl Difference {
    /// Returns what tells one sort of difference from another.
    pub(crate) fn pair(&self) -> (&'static str, &'static str, &'static str) {
        (self.what, self.pair.0, self.pair.1)
    }

    fn of_items(what: &'static str, expected: &[Item], found: &[Item]) -> Self {
        let code = |items: &[Item], at: usize| items.get(at).map_or("nothing", |it| it.code);
        let n = expected.len().max(found.len());
        let at = (0..n).find(|at| expected.get(*at) != found.get(*at)).unwrap_or(0);
        let pair = (code(expected, at), code(found, at));
        Self { what, expected: list(expected), found: list(found), pair }
    }
}

/// Compares the answers, item by item.
pub(crate) fn compare_items(expected: &[Item], found: &[Item]) -> Result<(), Difference> {
    if expected == found {
        return Ok(());
    }
    Err(Difference::of_items("the answers", expected, found))
}

fn list(items: &[Item]) -> String {
    let item = |it: &Item| match &it.about {
        Some((subject, role, scope)) => format!("{} ({subject}, {role:?}, {scope})", it.code),
        None => it.code.to_owned(),
    };
    items.iter().map(item).collect::<Vec<_>>().join(", ")
}

pub(crate) fn compare_reasons(
    what: &'static str,
    expected: &[&'static str],
    found: &[&'static str],
) -> Result<(), Difference> {
    let mut pairs = expected.iter().zip(found).enumerate();
    match pairs.find(|(_, (expected, found))| expected != found) {
        None => Ok(()),
        Some((at, (expected, found))) => Err(Difference {
            what,
            expected: format!("request {at}: {expected}"),
            found: format!("request {at}: {found}"),
            pair: (*expected, *found),
        }),
    }
}

/// A dry run answers twice the same, and a bulk answers what its items answer one by one.
pub(crate) fn compare_dry<S: Side>(side: &S, step: &Step) -> Result<(), Difference> {
    let (first, second) = (side.ask(step), side.ask(step));
    if first != second {
        return Err(Difference::of_items("two dry runs", &first, &second));
    }
    let singles = singles(step);
    let is_whole = first.iter().any(|it| it.code == "invalid_request" || it.code == "unknown_tenant");
    if singles.len() < 2 || is_whole {
        return Ok(());
    }
    let mut other = side.clone();
    let one_by_one: Vec<Item> = singles.iter().flat_map(|it| other.change(it)).collect();
    if first == one_by_one {
        return Ok(());
    }
    Err(Difference::of_items("bulk and one by one", &one_by_one, &first))
}

/// Returns the steps that say the same one by one.
fn singles(step: &Step) -> Vec<Step> {
    let of = |act: Act| Step { act, ..step.clone() };
    let alone = |it: &String| vec![it.clone()];
    match &step.act {
        Act::AddRules(bulk) => bulk.singles().into_iter().map(|it| of(Act::AddRules(it))).collect(),
        Act::RemoveRules(bulk) => bulk.singles().into_iter().map(|it| of(Act::RemoveRules(it))).collect(),
        Act::AddDenies(bulk) => bulk.singles().into_iter().map(|it| of(Act::AddDenies(it))).collect(),
        Act::RemoveDenies(bulk) => bulk.singles().into_iter().map(|it| of(Act::RemoveDenies(it))).collect(),
        Act::Disable(subjects) => subjects.iter().map(|it| of(Act::Disable(alone(it)))).collect(),
        Act::Enable(subjects) => subjects.iter().map(|it| of(Act::Enable(alone(it)))).collect(),
        _ => Vec::new(),
    }
}

impl Bulk {
    fn singles(&self) -> Vec<Self> {
        let roles: Vec<Vec<String>> = match &self.permissions {
            Some(_) => vec![Vec::new()],
            None => self.roles.iter().map(|it| vec![it.clone()]).collect(),
        };
        let mut found = Vec::new();
        for subject in &self.subjects {
            for roles in &roles {
                for scope in &self.scopes {
                    let (subjects, scopes) = (vec![subject.clone()], vec![scope.clone()]);
                    found.push(Self { subjects, roles: roles.clone(), scopes, ..self.clone() });
                }
            }
        }
        found
    }
}

/// Writes the changed world as documents, reads them, and asks both the same.
pub(crate) fn compare_with_fresh<S: Side>(
    side: &S,
    world: &World,
    documents: &[Document],
    asks: &[Ask],
) -> Result<(), Difference> {
    let mut fresh: Vec<Document> = documents.iter().filter(|it| it.tenant.is_missing()).cloned().collect();
    fresh.extend(world.tenants.iter().map(|it| render(world, it)));
    let built = S::open(&fresh, None).map_err(|refusal| refused("a fresh build is refused", refusal))?;
    with_requests(asks, |requests| {
        let found = side.reasons(requests);
        compare_reasons("the reasons of a fresh build", &built.reasons(requests), &found)?;
        let Some(exported) = side.export(world) else { return Ok(()) };
        fresh.retain(|it| it.tenant.is_missing());
        fresh.extend(exported);
        let built =
            S::open(&fresh, None).map_err(|refusal| refused("the directory as it stands is refused", refusal))?;
        compare_reasons("the reasons of the directory as it stands", &found, &built.reasons(requests))
    })
}

fn refused(what: &'static str, refusal: String) -> Difference {
    Difference { what, expected: String::new(), found: refusal, pair: ("a build", "a refusal") }
}

/// Asks both who covers what and what could be given, all over the world.
pub(crate) fn compare_questions<S: Side>(side: &S, world: &World) -> Result<(), Difference> {
    for (at, query) in queries(world).iter().enumerate() {
        let (expected, found) = (world.covers(query), side.covers(query));
        if expected != found {
            let (what, expected) = ("who covers what", format!("{expected} to {query:?}"));
            return Err(Difference { what, expected, found: found.to_owned(), pair: ("covers", "covers") });
        }
        let (expected, found) = if at % 3 == 0 { (world.assignable(query), side.assignable(query)) } else { continue };
        if expected != found {
            let (what, expected) = ("what could be given", format!("{expected:?} to {query:?}"));
            return Err(Difference { what, expected, found: format!("{found:?}"), pair: ("gives", "gives") });
        }
    }
    Ok(())
}
