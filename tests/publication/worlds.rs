//! Random worlds and every sort of change; afterwards the reference is asked about each revision that was seen.

use std::collections::BTreeSet;
use std::thread;

use bailiwick::document::Document;
use bailiwick::{Decision, Engine, Policy, PreparedRequest, Reason, Request, Situation, Snapshot};
use bailiwick_oracle::{Ask, Publisher, Random, Step, World, asks, changing_documents, random_steps, with_requests};

use super::{Curtain, Stage};

const SEED: u64 = 20_260_401;
const N_WORLDS: u64 = 6;
/// How often the policy is loaded anew, and how many changes follow each time.
const N_RELOADS: usize = 6;
const N_STEPS: usize = 40;
const N_ASKS: usize = 40;

#[test]
fn every_decision_is_that_of_the_revision_it_names() {
    let mut n_sightings = 0;
    for index in 0..N_WORLDS {
        let play = Play::new(index);
        let seen = play.perform();
        let wrong = play.wrong(&seen);
        assert!(wrong.is_empty(), "world {index}: {} of {} wrong: {:?}", wrong.len(), seen.len(), &wrong[..1]);
        n_sightings += seen.len();
    }
    println!("{n_sightings} different decisions of {N_WORLDS} worlds");
}

/// Of one world: the revisions are told apart by their answers, so that a decision under another's name is found.
#[test]
fn a_decision_of_the_revision_before_is_found() {
    let play = Play::new(0);
    let late = |(revision, ask, reason, until): Sighting| (revision + 1, ask, reason, until);
    let seen: BTreeSet<Sighting> = play.perform().into_iter().map(late).filter(|it| it.0 <= play.last()).collect();
    let n_wrong = play.wrong(&seen).len();
    println!("{n_wrong} of {} decisions are not those of the revision after", seen.len());
    assert!(10 < n_wrong, "{n_wrong}");
}

/// What one decision said: revision, question, reason, until when.
type Sighting = (u64, usize, Reason, Option<i64>);

/// A world, what happens to it, and what is asked all along.
struct Play {
    documents: Vec<Document>,
    /// What leads to each revision but the first.
    acts: Vec<Act>,
    /// The world at each revision, as the reference has it.
    worlds: Vec<World>,
    asks: Vec<Ask>,
}

enum Act {
    Change(Box<Step>),
    Reload,
}

impl Play {
    fn new(index: u64) -> Self {
        let mut random = Random::of_world(SEED, index);
        let documents = changing_documents(&mut random);
        let base = World::new(&documents);
        let mut play = Self { acts: Vec::new(), worlds: vec![base.clone()], asks: Vec::new(), documents };
        for _ in 0..N_RELOADS {
            for step in random_steps(&mut random, &play.documents, N_STEPS) {
                let mut world = play.worlds.last().unwrap().clone();
                world.change(&step, None);
                play.worlds.push(world);
                play.acts.push(Act::Change(Box::new(step)));
            }
            let world = play.worlds.last().unwrap();
            play.asks.extend(asks(&mut random, world, N_ASKS / N_RELOADS));
            play.acts.push(Act::Reload);
            play.worlds.push(base.clone());
        }
        play
    }

    fn last(&self) -> u64 {
        u64::try_from(self.worlds.len()).unwrap()
    }

    /// Lets one thread change and two ask, and returns all that was answered.
    fn perform(&self) -> BTreeSet<Sighting> {
        let policy = Policy::resolve(self.documents.clone()).unwrap();
        let engine = Engine::new(&policy);
        let stage = Stage::default();
        thread::scope(|scope| {
            let curtain = Curtain(&stage.is_over);
            let (engine, stage) = (&engine, &stage);
            let ask = |reader: usize, round: Round| {
                scope.spawn(move || with_requests(&self.asks, |requests| read(reader, stage, engine, requests, round)))
            };
            let readers = [ask(0, one_by_one), ask(1, together)];
            self.publish(engine, &policy, || stage.wait(|reader| readers[reader].is_finished()));
            drop(curtain);
            let seen = readers.map(|reader| reader.join().unwrap());
            for seen in &seen {
                let n_revisions = seen.iter().map(|it| it.0).collect::<BTreeSet<u64>>().len();
                assert!(self.worlds.len() / 4 < n_revisions, "only {n_revisions} revisions were seen");
            }
            seen.into_iter().flatten().collect()
        })
    }

    /// Makes the changes as fast as that goes, but that after every third the others have a turn.
    fn publish(&self, engine: &Engine, policy: &Policy, wait: impl Fn()) {
        let publisher = Publisher::new(engine, policy);
        for (act, before) in self.acts.iter().zip(1_u64..) {
            let revision = match act {
                Act::Change(step) => publisher.publish(step).unwrap(),
                Act::Reload => engine.replace(policy),
            };
            assert_eq!(revision, before + 1);
            if before.is_multiple_of(3) {
                wait();
            }
        }
    }

    /// Returns what was seen and is not what the reference answers at that revision.
    fn wrong(&self, seen: &BTreeSet<Sighting>) -> Vec<String> {
        with_requests(&self.asks, |requests| {
            let expected = |sighting: &Sighting| {
                let world = &self.worlds[usize::try_from(sighting.0).unwrap() - 1];
                world.decide(&requests[sighting.1], None)
            };
            let wrong = seen.iter().filter_map(|sighting| {
                let (revision, ask, reason, until) = *sighting;
                let answer = expected(sighting);
                let is_right = (answer.reason, answer.valid_until) == (reason.code(), until);
                (!is_right).then(|| {
                    let (expected, ask) = (answer.reason, &self.asks[ask]);
                    format!("revision {revision}: {reason} until {until:?}, expected {expected}: {ask:?}")
                })
            });
            wrong.collect()
        })
    }
}

/// Asks everything once.
type Round = fn(&Engine, &[Request<'_>], &mut dyn FnMut(usize, &Decision));

/// Asks until it is over; the revisions never go back.
fn read(reader: usize, stage: &Stage, engine: &Engine, requests: &[Request<'_>], round: Round) -> BTreeSet<Sighting> {
    let mut seen = BTreeSet::new();
    let mut last = 1;
    stage.read(reader, || {
        round(engine, requests, &mut |ask, decision| {
            let revision = decision.revision();
            assert!(last <= revision, "revision {revision} after {last}");
            last = revision;
            seen.insert((revision, ask, decision.reason(), decision.valid_until()));
        });
    });
    seen
}

fn one_by_one(engine: &Engine, requests: &[Request<'_>], told: &mut dyn FnMut(usize, &Decision)) {
    for (ask, request) in requests.iter().enumerate() {
        told(ask, &engine.check(request));
    }
}

/// Asks in batches: every decision of one names the one revision that was taken.
fn together(engine: &Engine, requests: &[Request<'_>], told: &mut dyn FnMut(usize, &Decision)) {
    let snapshot = engine.snapshot();
    let mut decisions = vec![Decision::default(); requests.len()];
    assert_eq!(snapshot.check_batch(requests, &mut decisions), requests.len());
    let (asks, handled) = by_handles(&snapshot, requests);
    for (ask, decision) in (0..).zip(&decisions).chain(asks.into_iter().zip(&handled)) {
        assert_eq!(decision.revision(), snapshot.revision());
        told(ask, decision);
    }
}

/// Asks what has handles by them; returns which that is, and the decisions.
fn by_handles(snapshot: &Snapshot, requests: &[Request<'_>]) -> (Vec<usize>, Vec<Decision>) {
    let handles = requests.iter().enumerate().filter_map(|(ask, request)| {
        let Request { tenant, subject, groups, action, kind, scope, cluster, resource, context, now } = *request;
        let home = tenant.or_else(|| snapshot.tenants().next())?;
        let cluster = cluster.map(|name| snapshot.cluster(home, name)).transpose().ok()?;
        let situation = Situation { cluster, resource, context, now };
        let subject = snapshot.subject(tenant, subject, groups).ok()?;
        Some((ask, subject, snapshot.permission(action, kind).ok()?, snapshot.scope(scope).ok()?, situation))
    });
    let handles: Vec<_> = handles.collect();
    let prepared = handles.iter().map(|(_, subject, permission, scope, situation)| PreparedRequest {
        subject,
        permission: *permission,
        scope: *scope,
        situation,
    });
    let prepared: Vec<PreparedRequest<'_>> = prepared.collect();
    let mut decisions = vec![Decision::default(); prepared.len()];
    assert_eq!(snapshot.check_prepared(&prepared, &mut decisions), prepared.len());
    (handles.iter().map(|it| it.0).collect(), decisions)
}
