//! Loading: told by a program, name by name, or read from JSON Lines; and compiled, ready to decide.

use std::collections::HashSet;

use bailiwick::{Feed, Loader, Snapshot};
use bailiwick_worlds::{Limit, Place, Sizes, World};
use cpu_time::ThreadTime;

use super::{Findings, complete, lines, load, policy, world};
use crate::facts::Facts;

/// Loads what a program tells. A feed has no clusters: the rules at clusters are told at the tenant, those that are there already
/// left out.
pub(crate) fn by_api(sizes: Sizes, _: bool) -> Findings {
    let world: &World = Box::leak(Box::new(world(sizes)));
    let facts: &Facts = Box::leak(Box::new(Facts::of(world)));
    assert!(world.rules.iter().all(|rule| rule.limit == Limit::None));
    let at = |scope: usize| match world.scopes[scope].place {
        Place::Cluster => "acme",
        _ => facts.scopes[scope].path.as_str(),
    };
    let mut seen = HashSet::new();
    let rules = facts.rules.iter().map(|rule| (rule.subject.as_str(), rule.role, at(rule.scope)));
    let rules: Vec<_> = rules.filter(|rule| seen.insert(*rule)).collect();
    drop(seen);
    timed(sizes, 0.0, || {
        let mut feed = Feed::new("acme");
        for (scope, place) in facts.scopes.iter().zip(&world.scopes) {
            if matches!(place.place, Place::Department | Place::Project) {
                feed.scope(&scope.path);
            }
        }
        for (subject, role, scope) in &rules {
            feed.rule(subject, role, scope);
        }
        complete(Loader::new().text(policy()).feed(feed).load().expect("the world is sound")).compile()
    })
}

/// Loads JSON Lines that lie in memory. The text is part of what is held at once: who loads has it.
pub(crate) fn by_lines(sizes: Sizes, _: bool) -> Findings {
    let text = lines(Box::leak(Box::new(world(sizes))));
    let n_bytes = text.capacity() as f64;
    timed(sizes, n_bytes, || load(text).compile())
}

/// Times a load, and counts what it holds. What it is given, of which it frees so many bytes, was held before the counting began.
fn timed(sizes: Sizes, freed: f64, build: impl FnOnce() -> Snapshot) -> Findings {
    let mut loaded = None;
    let mut time = 0.0;
    let heap = allocation_counter::measure(|| {
        let start = ThreadTime::now();
        loaded = Some(build());
        time = start.elapsed().as_nanos() as f64;
    });
    assert!(loaded.is_some());
    let n_rules = f64::from(sizes.rules);
    let (kept, most) = (heap.bytes_current as f64 + freed, heap.bytes_max as f64 + freed);
    let findings = [
        ("time", time),
        ("time_per_million", time / n_rules * 1e6),
        ("heap", kept),
        ("heap_per_rule", kept / n_rules),
        ("heap_peak", most),
        ("peak_over_final", most / kept),
    ];
    findings.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}
