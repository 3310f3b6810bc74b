//! Laws: what holds in every world, each on some thousands of questions, the same ones on every machine.

mod exhaustive;
mod explain;
mod feeds;
mod fields;
mod forms;
mod names;
mod numbers;
mod order;
mod plain;
mod rules;
mod sizes;
mod time;
mod world;

use std::cell::Cell;

use proptest::prelude::Strategy;
use proptest::test_runner::{Config, TestCaseResult, TestRng, TestRunner};

/// How many worlds each law is tried in, with 24 requests each.
const CASES: u32 = 512;

/// Tries a law on the values of a strategy; a failure is shrunk. The random numbers are the same in every run.
fn law<S: Strategy>(strategy: S, check: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config { cases: CASES, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let random = TestRng::deterministic_rng(config.rng_algorithm);
    let failure = TestRunner::new_with_rng(config, random).run(&strategy, check).err();
    assert!(failure.is_none(), "{}", failure.map_or_else(String::new, |failure| failure.to_string()));
}

/// Counts how often a law had something to say: a law that never does proves nothing.
#[derive(Default)]
struct Witnessed(Cell<u32>);

impl Witnessed {
    fn count(&self) {
        self.0.set(self.0.get() + 1);
    }

    /// Fails where the law spoke less often than it should.
    fn at_least(&self, n: u32) {
        assert!(n <= self.0.get(), "only {} times", self.0.get());
    }
}
