//! Names that mean harm: 100,000 users whose names would crowd a table if its hash had no seed.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};
use std::hint::black_box;
use std::time::{Duration, Instant};

use bailiwick::{Request, Snapshot};
use bailiwick_worlds::{Named, Plan, Sizes, World, plain_name};
use foldhash::quality::FixedState;

use super::{Findings, asks, lines, load, request};
use crate::figures::quantile;

/// Compares decisions by strings about hostile names with those about random ones, and does the same with a table that has
/// no seed, to show that the names are hostile.
pub(crate) fn run(sizes: Sizes, is_quick: bool) -> Findings {
    let sizes = Sizes { users: N_NAMES, rules: 3 * N_NAMES, ..sizes };
    let hostile: Vec<String> = (0..).map(candidate).filter(|name| is_hostile(name)).take(N_NAMES as usize).collect();
    let random: Vec<String> = (0..u64::from(N_NAMES)).map(candidate).collect();
    let time = if is_quick { Duration::from_millis(200) } else { Duration::from_millis(2_000) };
    let mut findings = Findings::new();
    for (kind, names) in [("hostile", &hostile), ("random", &random)] {
        let name = |named: Named| match named {
            Named::User(n) => names[n as usize].clone(),
            other => plain_name(other),
        };
        let world = World::build_named(&Plan::plain(sizes), &name).expect("there is room for the rules");
        let requests: Vec<Request<'static>> = asks(&world).iter().map(request).collect();
        let snapshot = load(lines(&world)).compile();
        let times = decide(&snapshot, &requests, time);
        findings.insert(format!("{kind}_p50"), quantile(times.iter().copied(), 0.5));
        findings.insert(format!("{kind}_p99"), quantile(times, 0.99));
        let times = without_seed(names);
        findings.insert(format!("{kind}_unseeded_p50"), quantile(times.iter().copied(), 0.5));
        findings.insert(format!("{kind}_unseeded_p99"), quantile(times, 0.99));
    }
    findings
}

fn decide(snapshot: &Snapshot, requests: &[Request<'static>], time: Duration) -> Vec<f64> {
    let (mut times, begin) = (Vec::new(), Instant::now());
    for request in requests.iter().cycle() {
        let start = Instant::now();
        _ = black_box(snapshot.check(black_box(request)));
        times.push(start.elapsed().as_nanos() as f64);
        if time < begin.elapsed() {
            break;
        }
    }
    times
}

/// Times look-ups in a table of the same names whose hash has no seed.
fn without_seed(names: &[String]) -> Vec<f64> {
    let table = Unseeded::new(names);
    let look_up = |name: &String| {
        let start = Instant::now();
        black_box(table.find(black_box(name)));
        start.elapsed().as_nanos() as f64
    };
    names.iter().step_by(10).map(look_up).collect()
}

/// A table as Bailiwick's is, but for the seed: each name in the first free slot from where its hash points.
struct Unseeded<'n> {
    slots: Vec<Option<&'n str>>,
}

impl<'n> Unseeded<'n> {
    fn new(names: &'n [String]) -> Self {
        let mut table = Self { slots: vec![None; (names.len() * 4 / 3 + 1).next_power_of_two()] };
        // From where on a start is taken: filling in order would take as long as the names want it to.
        let mut next: HashMap<usize, usize> = HashMap::new();
        for name in names {
            let start = table.start(name);
            let mut at = next.get(&start).copied().unwrap_or(start);
            while table.slots[at].is_some() {
                at = (at + 1) % table.slots.len();
            }
            table.slots[at] = Some(name);
            next.insert(start, at);
        }
        table
    }

    fn start(&self, name: &str) -> usize {
        hash(name) as usize % self.slots.len()
    }

    fn find(&self, name: &str) -> bool {
        let mut at = self.start(name);
        while let Some(other) = self.slots[at] {
            if other == name {
                return true;
            }
            at = (at + 1) % self.slots.len();
        }
        false
    }
}

fn candidate(n: u64) -> String {
    format!("mallory-{n:09x}@example.org")
}

/// Returns whether a name would go where all hostile names go: one start of 1,024, in a table of any size.
fn is_hostile(name: &str) -> bool {
    hash(name) % 1_024 == 0
}

fn hash(name: &str) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(name.as_bytes());
    hasher.finish()
}

const N_NAMES: u32 = 100_000;
