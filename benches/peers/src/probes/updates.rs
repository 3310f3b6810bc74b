//! Updates: a rule comes or goes, is approved, and is what every reader sees.

use std::time::Instant;

use bailiwick::{Actor, Change, Edit, Engine, Groups, Rules};
use bailiwick_worlds::{NOW, Sizes, TextAsk};

use super::{CONTEXT, Findings, asks, lines, load, world};
use crate::figures::quantile;

/// Publishes rules one by one and takes them away again, each change timed from the question whether it may be made to
/// the moment at which readers see it: by the host, and by an administrator whose rights are asked.
pub(crate) fn run(sizes: Sizes, is_quick: bool) -> Findings {
    let world = world(sizes);
    let asks = asks(&world);
    let engine = Engine::new(&load(lines(&world)));
    let boss = Rules { subjects: &["user:boss"], roles: &["admin", "editor"], scopes: &["acme"], ..Rules::default() };
    publish(&engine, &Actor::Host, Edit::AddRules(boss));
    let pairs = new_pairs(&engine, &asks, if is_quick { 200 } else { CHANGES });
    let boss = Actor::Subject { subject: "user:boss", groups: Groups::Listed(&[]), context: CONTEXT };
    let mut findings = Findings::new();
    for (name, actor) in [("host", Actor::Host), ("approval", boss)] {
        let mut times = Vec::with_capacity(2 * pairs.len());
        for (user, scope) in &pairs {
            let (users, scopes) = ([*user], [*scope]);
            for is_added in [true, false] {
                let start = Instant::now();
                publish(&engine, &actor, edit(is_added, rule(&users, &scopes)));
                times.push(start.elapsed().as_nanos() as f64);
            }
        }
        for (part, share) in [("p50", 0.5), ("p99", 0.99)] {
            findings.insert(format!("{name}_{part}"), quantile(times.iter().copied(), share));
        }
    }
    findings
}

/// Returns whom a rule can be given, and where, that is not there yet.
pub(crate) fn new_pairs(engine: &Engine, asks: &[TextAsk], n: usize) -> Vec<(&'static str, &'static str)> {
    let mut scratch = engine.snapshot();
    let mut pairs = Vec::new();
    for ask in asks {
        let (users, scopes) = ([ask.user], [ask.scope]);
        let approved = scratch.approve(&Actor::Host, &Change::at(NOW, Edit::AddRules(rule(&users, &scopes))));
        if approved.is_complete() {
            scratch = scratch.apply(&approved).expect("it was just approved");
            pairs.push((ask.user, ask.scope));
        }
        if pairs.len() == n {
            break;
        }
    }
    pairs
}

pub(crate) fn rule<'a>(subjects: &'a [&'a str], scopes: &'a [&'a str]) -> Rules<'a> {
    Rules { subjects, roles: &["researcher"], scopes, ..Rules::default() }
}

pub(crate) fn edit(is_added: bool, rules: Rules<'_>) -> Edit<'_> {
    if is_added { Edit::AddRules(rules) } else { Edit::RemoveRules(rules) }
}

pub(crate) fn publish(engine: &Engine, actor: &Actor<'_>, edit: Edit<'_>) {
    let approved = engine.snapshot().approve(actor, &Change::at(NOW, edit));
    assert!(approved.is_complete(), "{:?}", approved.answers());
    engine.apply(&approved).expect("nobody else publishes");
}

/// How many rules come, and go again.
const CHANGES: usize = 5_000;
