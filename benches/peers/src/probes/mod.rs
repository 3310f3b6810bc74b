//! What is asked of Bailiwick alone, for no peer has it: updates, decisions while updates are published, names that mean
//! harm, and loading in two ways. Each runs in a process of its own, as an engine does.

mod hostile;
mod live;
mod loading;
mod updates;

use std::collections::BTreeMap;

use bailiwick::{Groups, Policy, Request, Text, Value};
use bailiwick_worlds::{
    Draw, NOW, Plan, Reference, Restrictions, Sizes, TextAsk, World, draw_asks, policy_text, texts, write_directory,
};

/// What a probe found out: times in nanoseconds, memory in bytes.
pub(crate) type Findings = BTreeMap<String, f64>;

/// Something that is found out about Bailiwick.
pub(crate) struct Probe {
    /// What it is called on the command line and in the figures.
    pub(crate) name: &'static str,
    /// At which sizes it says something.
    pub(crate) letters: &'static [&'static str],
    pub(crate) run: fn(Sizes, bool) -> Findings,
}

/// Every probe, in the order of a round.
pub(crate) const PROBES: &[Probe] = &[
    Probe { name: "load-api", letters: &["S", "M", "L"], run: loading::by_api },
    Probe { name: "load-lines", letters: &["S", "M", "L"], run: loading::by_lines },
    Probe { name: "updates", letters: &["S", "M", "L"], run: updates::run },
    Probe { name: "live", letters: &["S", "M", "L"], run: live::run },
    Probe { name: "hostile", letters: &["M"], run: hostile::run },
];

fn world(sizes: Sizes) -> World {
    World::build(&Plan::plain(sizes)).expect("the sizes are those that are measured")
}

/// Draws questions about a world and writes them out.
fn asks(world: &World) -> Vec<TextAsk> {
    let drawn = draw_asks(world, &Reference::new(world), Draw::Uniform, world.sizes.asks, 1);
    texts(world, &drawn)
}

fn lines(world: &World) -> String {
    let mut lines = Vec::new();
    write_directory(world, &mut lines).expect("memory takes every byte");
    String::from_utf8(lines).expect("names are text")
}

/// Loads a directory in JSON Lines under the shipped policy, as the engine beside its peers is loaded.
fn load(lines: String) -> Policy {
    let texts = [policy(), Text::lines("world.jsonl", lines)];
    complete(Policy::parse(texts).expect("the world is sound"))
}

fn policy() -> Text {
    Text::yaml("policy.yaml", policy_text(Restrictions::LeftOut))
}

fn complete(policy: Policy) -> Policy {
    assert!(policy.is_complete(), "every rule is taken: {:?}", policy.findings().first());
    policy
}

fn request(ask: &TextAsk) -> Request<'static> {
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

/// What every question says of its context.
const CONTEXT: &[(&str, Value<'static>)] = &[("network", Value::Text("corporate"))];
