//! Loading: told by a program, name by name, or read from JSON Lines; and compiled, ready to decide.

use bailiwick::{Feed, Loader, Snapshot};
use bailiwick_worlds::{Limit, Place, Sizes, World};
use cpu_time::ThreadTime;

use super::{Findings, complete, lines, load, policy, world};
use crate::facts::Facts;

/// Loads what a program tells. A feed has no clusters: the rules at clusters are told at the tenant.
pub(crate) fn by_api(sizes: Sizes, _: bool) -> Findings {
    let world: &World = Box::leak(Box::new(world(sizes)));
    let facts: &Facts = Box::leak(Box::new(Facts::of(world)));
    assert!(world.rules.iter().all(|rule| rule.limit == Limit::None));
    timed(sizes, || {
        let mut feed = Feed::new("acme");
        for (scope, place) in facts.scopes.iter().zip(&world.scopes) {
            if matches!(place.place, Place::Department | Place::Project) {
                feed.scope(&scope.path);
            }
        }
        for rule in &facts.rules {
            let is_at_cluster = world.scopes[rule.scope].place == Place::Cluster;
            let scope = if is_at_cluster { "acme" } else { facts.scopes[rule.scope].path.as_str() };
            feed.rule(&rule.subject, rule.role, scope);
        }
        complete(Loader::new().text(policy()).feed(feed).load().expect("the world is sound")).compile()
    })
}

/// Loads JSON Lines that lie in memory. The text is part of what is held at once: who loads has it.
pub(crate) fn by_lines(sizes: Sizes, _: bool) -> Findings {
    let text = lines(Box::leak(Box::new(world(sizes))));
    let n_bytes = text.len() as f64;
    let mut findings = timed(sizes, || load(text).compile());
    findings.insert("text".to_owned(), n_bytes);
    findings
}

fn timed(sizes: Sizes, build: impl FnOnce() -> Snapshot) -> Findings {
    let mut loaded = None;
    let mut time = 0.0;
    let heap = allocation_counter::measure(|| {
        let start = ThreadTime::now();
        loaded = Some(build());
        time = start.elapsed().as_nanos() as f64;
    });
    assert!(loaded.is_some());
    let n_rules = f64::from(sizes.rules);
    let findings = [
        ("time", time),
        ("time_per_million", time / n_rules * 1e6),
        ("heap", heap.bytes_current as f64),
        ("heap_per_rule", heap.bytes_current as f64 / n_rules),
        ("heap_peak", heap.bytes_max as f64),
        ("peak_over_final", heap.bytes_max as f64 / heap.bytes_current as f64),
    ];
    findings.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
}
