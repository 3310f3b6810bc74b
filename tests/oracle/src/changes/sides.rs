//! Two that keep a world and change it: the engine behind its public names, and the reference.

use bailiwick::document::{Condition, Document};
use bailiwick::{Actor, ChangeCode, Given, Holder, Policy, Request, Snapshot};

use crate::changes::answers::Item;
use crate::changes::catalogue::conditions;
use crate::changes::faults::ChangeFault;
use crate::changes::questions::Query;
use crate::changes::step::{Step, with_change, with_context};
use crate::engine::differs_by_handles;
use crate::plain::World;

/// Keeps a world and changes it. A clone goes its own way.
pub(crate) trait Side: Clone {
    /// Reads documents in which nothing is wrong, or tells what is.
    fn open(documents: &[Document], fault: Option<ChangeFault>) -> Result<Self, String>;

    /// Answers a change without making it.
    fn ask(&self, step: &Step) -> Vec<Item>;

    /// Answers a change and makes it, as far as it is approved.
    fn change(&mut self, step: &Step) -> Vec<Item>;

    /// Decides, and returns the codes of the reasons.
    fn reasons(&self, requests: &[Request<'_>]) -> Vec<&'static str>;

    /// Writes the directories as they stand; none where it cannot.
    fn export(&self, world: &World) -> Option<Vec<Document>>;

    /// Returns whether somebody covers a rule, as a code.
    fn covers(&self, query: &Query) -> &'static str;

    /// Returns the roles that somebody could give, and whether on every cluster.
    fn assignable(&self, query: &Query) -> Vec<(String, bool)>;
}

/// The engine.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    snapshot: Snapshot,
    conditions: Vec<(Condition, bailiwick::Condition)>,
}

impl Side for Engine {
    fn open(documents: &[Document], _fault: Option<ChangeFault>) -> Result<Self, String> {
        let policy = Policy::resolve(documents.to_vec()).map_err(|it| it.to_string())?;
        if !policy.refused_tenants().is_empty() {
            return Err(policy.findings().iter().map(|it| format!("\n    {it}")).collect());
        }
        Ok(Self { snapshot: policy.compile(), conditions: conditions_of(&policy) })
    }

    fn ask(&self, step: &Step) -> Vec<Item> {
        with_change(step, &self.conditions, |actor, change| read(step, self.snapshot.approve(actor, change).answers()))
    }

    fn change(&mut self, step: &Step) -> Vec<Item> {
        let (items, next) = with_change(step, &self.conditions, |actor, change| {
            let approved = self.snapshot.approve(actor, change);
            let is_complete = approved.answers().iter().all(|it| it.code == ChangeCode::Ok);
            let mut items = read(step, approved.answers());
            if is_complete != approved.is_complete() {
                items.push(told("complete, or not complete"));
            }
            (items, self.snapshot.apply(&approved))
        });
        let Ok(next) = next else { return vec![told("the approval is stale")] };
        if next.revision() != self.snapshot.revision() + 1 {
            return vec![told("the revision is not the next")];
        }
        self.snapshot = next;
        items
    }

    fn reasons(&self, requests: &[Request<'_>]) -> Vec<&'static str> {
        let reason = |(at, request): (usize, &Request<'_>)| {
            let decision = self.snapshot.check(request);
            // Every fourth: a subject is prepared for each.
            let differs = if at % 4 == 0 { differs_by_handles(&self.snapshot, request, decision) } else { None };
            differs.unwrap_or(decision.reason().code())
        };
        requests.iter().enumerate().map(reason).collect()
    }

    fn export(&self, world: &World) -> Option<Vec<Document>> {
        world.tenants.iter().map(|it| self.snapshot.directory(&it.name)).collect()
    }

    fn covers(&self, query: &Query) -> &'static str {
        with_context(query.groups.as_deref(), &[], |groups, _| {
            let clusters: Option<Vec<&str>> = query.clusters.as_ref().map(|it| it.iter().map(String::as_str).collect());
            let holder = Holder { tenant: Some(&query.tenant), subject: &query.subject, groups };
            let given = Given { role: &query.role, scope: &query.scope, clusters: clusters.as_deref() };
            self.snapshot.covers(&holder, &given, query.now).code.code()
        })
    }

    fn assignable(&self, query: &Query) -> Vec<(String, bool)> {
        with_context(query.groups.as_deref(), &[], |groups, context| {
            let actor = Actor::Subject { subject: &query.subject, groups, context };
            let found = self.snapshot.may_assign(&actor, Some(&query.tenant), &query.scope, query.now);
            found.unwrap_or_default().into_iter().map(|it| (it.role, it.clusters.is_none())).collect()
        })
    }
}

/// Returns the conditions that steps may name, as the policy reads them.
pub(crate) fn conditions_of(policy: &Policy) -> Vec<(Condition, bailiwick::Condition)> {
    let made = |it: Condition| {
        let text = serde_json::to_string(&it).ok()?;
        Some((it, policy.condition(&text).ok()?))
    };
    conditions().into_iter().filter_map(made).collect()
}

/// Makes changes one after another by the reference and by the engine, and returns the answers.
///
/// # Errors
///
/// Says why the documents are refused, or where the two differ.
pub fn change_by_both(documents: &[Document], steps: &[Step]) -> Result<Vec<Vec<Item>>, String> {
    let mut reference = Reference::open(documents, None)?;
    let mut engine = Engine::open(documents, None)?;
    let mut all = Vec::new();
    for step in steps {
        let (expected, found) = (reference.change(step), engine.change(step));
        if expected != found {
            return Err(format!("{step}\nthe reference answers {expected:?}\nthe engine answers {found:?}"));
        }
        all.push(expected);
    }
    Ok(all)
}

fn told(what: &'static str) -> Item {
    Item { code: what, about: None }
}

/// Reads answers; what they are about is compared for rules alone.
fn read(step: &Step, answers: &[bailiwick::Answer]) -> Vec<Item> {
    let is_whole = |code: ChangeCode| matches!(code, ChangeCode::InvalidRequest | ChangeCode::UnknownTenant);
    let item = |it: &bailiwick::Answer| {
        let has_about = step.bulk().is_some() && !is_whole(it.code);
        let about = has_about.then(|| (it.subject.clone(), it.role.clone(), it.scope.clone().unwrap_or_default()));
        Item { code: it.code.code(), about }
    };
    answers.iter().map(item).collect()
}

/// The reference, perhaps with a mistake.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) world: World,
    fault: Option<ChangeFault>,
}

impl Side for Reference {
    fn open(documents: &[Document], fault: Option<ChangeFault>) -> Result<Self, String> {
        let world = World::new(documents);
        if world.refused.is_empty() { Ok(Self { world, fault }) } else { Err(format!("refused: {:?}", world.refused)) }
    }

    fn ask(&self, step: &Step) -> Vec<Item> {
        self.world.clone().change(step, self.fault)
    }

    fn change(&mut self, step: &Step) -> Vec<Item> {
        self.world.change(step, self.fault)
    }

    fn reasons(&self, requests: &[Request<'_>]) -> Vec<&'static str> {
        requests.iter().map(|it| self.world.reason(it)).collect()
    }

    fn export(&self, _world: &World) -> Option<Vec<Document>> {
        None
    }

    fn covers(&self, query: &Query) -> &'static str {
        self.world.covers(query)
    }

    fn assignable(&self, query: &Query) -> Vec<(String, bool)> {
        self.world.assignable(query)
    }
}
