//! Time: a decision says exactly until when it holds.

use proptest::prelude::*;

use super::world::{is_allowed, scene};
use super::{Witnessed, law};

#[test]
fn valid_until_is_exact() {
    let spoken = Witnessed::default();
    law(scene(), |(world, asks)| {
        let snapshot = world.snapshot();
        let mut instants: Vec<i64> = world.bounds().iter().flat_map(|bound| [bound - 1, *bound, bound + 1]).collect();
        instants.push(i64::MAX);
        for ask in &asks {
            let decision = snapshot.check(&ask.request());
            let at = |now: i64| {
                let mut later = ask.clone();
                later.now = now;
                is_allowed(&snapshot, &later)
            };
            let until = decision.valid_until();
            let holds = |instant: &&i64| ask.now <= **instant && until.is_none_or(|until| **instant < until);
            for instant in instants.iter().filter(holds) {
                prop_assert_eq!(at(*instant), decision.is_allow(), "{:?} at {}, until {:?}", ask, instant, until);
            }
            if let Some(until) = until {
                prop_assert!(ask.now < until, "{:?} until {}", ask, until);
                prop_assert_eq!(at(until), !decision.is_allow(), "{:?} until {}", ask, until);
                spoken.count();
            }
        }
        Ok(())
    });
    spoken.at_least(500);
}
