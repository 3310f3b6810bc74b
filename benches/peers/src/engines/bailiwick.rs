//! Ours: every door that there is, on the shipped policy without its restrictions, which no peer is asked for.

use bailiwick::{Groups, Permission, Policy, Request, Scope, Situation, Snapshot, Subject, Text, Value};
use bailiwick_worlds::{NOW, Restrictions, TextAsk, World, policy_text, write_directory};

use crate::engine::Engine;

/// Asked by what was looked up before.
pub(crate) struct Handles(Snapshot);

/// Asked in names.
pub(crate) struct Strings(Snapshot);

/// What every question says of its context; conditions of rules look at it, where there are any.
const CONTEXT: &[(&str, Value<'static>)] = &[("network", Value::Text("corporate"))];

/// A question by handles.
pub(crate) struct Ask {
    subject: Subject<'static>,
    permission: Permission<'static>,
    scope: Scope<'static>,
    situation: Situation<'static>,
}

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
    type Ask = Ask;
    type Worker = ();

    fn source(world: &World) -> String {
        source(world)
    }

    fn load(source: &String) -> Self {
        Self(load(source))
    }

    fn ask(&'static self, ask: &TextAsk) -> Ask {
        let snapshot = &self.0;
        let subject = snapshot.subject(Some("acme"), ask.user, Groups::Listed(ask.groups));
        let cluster = snapshot.cluster("acme", ask.cluster).expect("the cluster is there");
        Ask {
            subject: subject.expect("the user is well formed"),
            permission: snapshot.permission(ask.action, ask.kind).expect("the policy has it"),
            scope: snapshot.scope(ask.scope).expect("the project is there"),
            situation: Situation { cluster: Some(cluster), context: CONTEXT, ..Situation::at(NOW) },
        }
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &Ask) -> bool {
        ask.subject.check(ask.permission, ask.scope, &ask.situation).is_allow()
    }
}

impl Engine for Strings {
    type Source = String;
    type Ask = TextAsk;
    type Worker = ();

    fn source(world: &World) -> String {
        source(world)
    }

    fn load(source: &String) -> Self {
        Self(load(source))
    }

    fn ask(&'static self, ask: &TextAsk) -> TextAsk {
        *ask
    }

    fn worker(&self) {}

    fn decide(&self, (): &mut (), ask: &TextAsk) -> bool {
        let request = Request {
            subject: ask.user,
            groups: Groups::Listed(ask.groups),
            action: ask.action,
            kind: ask.kind,
            scope: ask.scope,
            cluster: Some(ask.cluster),
            context: CONTEXT,
            ..Request::at(NOW)
        };
        self.0.check(&request).is_allow()
    }
}
