//! Ours: every door that there is, on the shipped policy without its restrictions, which no peer is asked for.

use std::collections::HashMap;
use std::sync::Mutex;

use bailiwick::{Decision, Groups, Policy, PreparedRequest, Request, Situation, Snapshot, Subject, Text, Value};
use bailiwick_worlds::{NOW, Restrictions, TextAsk, World, policy_text, write_directory};

use crate::engine::Engine;

/// Asked by what was looked up before: a handle a user, as a service keeps it, and a situation a cluster.
pub(crate) struct Handles {
    snapshot: Snapshot,
    subjects: Mutex<HashMap<&'static str, &'static Subject<'static>>>,
    situations: Mutex<HashMap<&'static str, &'static Situation<'static>>>,
}

/// Asked in names.
pub(crate) struct Strings(Snapshot);

/// What every question says of its context; conditions of rules look at it, where there are any.
const CONTEXT: &[(&str, Value<'static>)] = &[("network", Value::Text("corporate"))];

/// Writes the directory out. Reading it is a part of our loading, as it is of no peer's.
fn source(world: &World) -> String {
    let mut lines = Vec::new();
    write_directory(world, &mut lines).expect("memory takes every byte");
    String::from_utf8(lines).expect("names are text")
}

fn load(lines: &str) -> Snapshot {
    let texts = [Text::yaml("policy.yaml", policy_text(Restrictions::LeftOut)), Text::lines("world.jsonl", lines)];
    let policy = Policy::parse(texts).expect("the world is sound");
    assert!(policy.is_complete(), "every rule is taken");
    policy.compile()
}

impl Engine for Handles {
    type Source = String;
    type Ask = PreparedRequest<'static>;
    type Worker = Vec<Decision>;

    const HAS_BATCH: bool = true;

    fn source(world: &World) -> String {
        source(world)
    }

    fn load(source: &String) -> Self {
        Self { snapshot: load(source), subjects: Mutex::default(), situations: Mutex::default() }
    }

    fn ask(&'static self, ask: &TextAsk) -> PreparedRequest<'static> {
        let snapshot = &self.snapshot;
        let mut subjects = self.subjects.lock().expect("one thread prepares");
        let subject = *subjects.entry(ask.user).or_insert_with(|| {
            let subject = snapshot.subject(Some("acme"), ask.user, Groups::Listed(ask.groups));
            Box::leak(Box::new(subject.expect("the user is well formed")))
        });
        let mut situations = self.situations.lock().expect("one thread prepares");
        let situation = *situations.entry(ask.cluster).or_insert_with(|| {
            let cluster = snapshot.cluster("acme", ask.cluster).expect("the cluster is there");
            Box::leak(Box::new(Situation { cluster: Some(cluster), context: CONTEXT, ..Situation::at(NOW) }))
        });
        PreparedRequest {
            subject,
            permission: snapshot.permission(ask.action, ask.kind).expect("the policy has it"),
            scope: snapshot.scope(ask.scope).expect("the project is there"),
            situation,
        }
    }

    fn worker(&self) -> Vec<Decision> {
        Vec::new()
    }

    fn decide(&self, _: &mut Vec<Decision>, ask: &PreparedRequest<'static>) -> bool {
        ask.subject.check(ask.permission, ask.scope, ask.situation).is_allow()
    }

    fn decide_batch(&self, worker: &mut Vec<Decision>, asks: &[PreparedRequest<'static>], answers: &mut [bool]) {
        worker.resize(asks.len(), Decision::default());
        self.snapshot.check_prepared(asks, worker);
        tell(worker, answers);
    }
}

impl Engine for Strings {
    type Source = String;
    type Ask = Request<'static>;
    type Worker = Vec<Decision>;

    const HAS_BATCH: bool = true;

    fn source(world: &World) -> String {
        source(world)
    }

    fn load(source: &String) -> Self {
        Self(load(source))
    }

    fn ask(&'static self, ask: &TextAsk) -> Request<'static> {
        Request {
            subject: ask.user,
            groups: Groups::Listed(ask.groups),
            action: ask.action,
            kind: ask.kind,
            scope: ask.scope,
            cluster: Some(ask.cluster),
            context: CONTEXT,
            ..Request::at(NOW)
        }
    }

    fn worker(&self) -> Vec<Decision> {
        Vec::new()
    }

    fn decide(&self, _: &mut Vec<Decision>, ask: &Request<'static>) -> bool {
        self.0.check(ask).is_allow()
    }

    fn decide_batch(&self, worker: &mut Vec<Decision>, asks: &[Request<'static>], answers: &mut [bool]) {
        worker.resize(asks.len(), Decision::default());
        self.0.check_batch(asks, worker);
        tell(worker, answers);
    }
}

/// Writes down which decisions allow.
fn tell(decisions: &[Decision], answers: &mut [bool]) {
    for (decision, answer) in decisions.iter().zip(answers) {
        *answer = decision.is_allow();
    }
}
