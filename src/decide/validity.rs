//! Until when a decision stays valid.

use crate::decide::Reason;
use crate::decide::decision::Decision;
use crate::decide::question::Question;
use crate::decide::walk::{Outcome, walk};

/// Decides by the walk, and finds the first later instant at which time alone turns the answer around.
pub(crate) fn decide(question: &Question<'_>) -> Decision {
    let Outcome { reason, basis, boundary } = walk(question, &mut ());
    let valid_until = boundary.and_then(|boundary| turn(question, reason, boundary));
    Decision { reason, basis, revision: question.revision, valid_until }
}

/// Asks again at each instant at which a rule that matters begins or ends.
///
/// After `STEPS_MAX` instants it stops and returns the last: an answer may be asked for again too early, never too late.
fn turn(question: &Question<'_>, reason: Reason, first: i64) -> Option<i64> {
    let is_allow = reason == Reason::Granted;
    let mut instant = first;
    for _ in 0..STEPS_MAX {
        let then = walk(&Question { now: instant, ..*question }, &mut ());
        if (then.reason == Reason::Granted) != is_allow {
            return Some(instant);
        }
        instant = then.boundary?;
    }
    Some(instant)
}

/// How many instants are looked at, which bounds the cost of a decision.
const STEPS_MAX: usize = 256;
