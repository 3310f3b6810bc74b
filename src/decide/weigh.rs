//! What gathered rules tell where some of them have limits.

use crate::decide::condition::{Truth, evaluate};
use crate::decide::decision::{Decision, Reason, RuleId};
use crate::decide::question::Question;
use crate::snapshot::Limits;

/// The rules that give a permission, weighed one by one in the order of the walk.
///
/// It tells what the walk would, or nothing: where a rule begins while others hold, a list of clusters meets a question without
/// one, or something errs. Conditions and restrictions read no clock, so that windows alone turn a decision around later.
#[derive(Default)]
pub(crate) struct Weighed {
    /// The first rule that holds now.
    granted: Option<RuleId>,
    is_granted_for_good: bool,
    /// When the last of those that hold now ends.
    end: Option<i64>,
    /// When the first of those to come begins.
    beginning: Option<i64>,
}

impl Weighed {
    /// Weighs an access rule that covers the question and gives its permission; returns whether it can be weighed.
    pub(crate) fn add(&mut self, question: &Question<'_>, rule: RuleId, limits: Option<&Limits>) -> bool {
        match hold(question, limits) {
            Some(Hold::Never) => {}
            Some(Hold::ForGood) => {
                self.granted.get_or_insert(rule);
                self.is_granted_for_good = true;
            }
            Some(Hold::Until(until)) => {
                self.granted.get_or_insert(rule);
                self.end = self.end.max(Some(until));
            }
            Some(Hold::From(from)) => self.beginning = Some(self.beginning.map_or(from, |first| first.min(from))),
            None => return false,
        }
        true
    }

    /// Returns whether no further rule can matter.
    pub(crate) fn is_settled(&self) -> bool {
        self.is_granted_for_good
    }

    /// Returns what the rules tell; `refusal` is the reason where none holds.
    pub(crate) fn decision(self, refusal: Reason, revision: u64) -> Option<Decision> {
        let Self { granted, is_granted_for_good, end, beginning } = self;
        let is_relieved = beginning.zip(end).is_some_and(|(beginning, end)| beginning <= end);
        match granted {
            Some(rule) if is_granted_for_good => Some(Decision::grant(rule, revision)),
            Some(_) if is_relieved => None,
            Some(rule) => Some(Decision { valid_until: end, ..Decision::grant(rule, revision) }),
            None => Some(Decision { valid_until: beginning, ..Decision::denial(refusal, revision) }),
        }
    }
}

/// When a rule holds that covers a question.
#[derive(Clone, Copy)]
pub(crate) enum Hold {
    /// Not any more, or on other terms than the question's.
    Never,
    ForGood,
    /// Now, until an instant.
    Until(i64),
    /// From an instant to come.
    From(i64),
}

/// Returns when a rule holds; nothing where that cannot be told.
pub(crate) fn hold(question: &Question<'_>, limits: Option<&Limits>) -> Option<Hold> {
    let Some(Limits { clusters, from, until, condition }) = limits else { return Some(Hold::ForGood) };
    if let Some(clusters) = clusters
        && !clusters.contains(question.cluster?.index())
    {
        return Some(Hold::Never);
    }
    match condition.as_ref().map_or(Truth::True, |condition| evaluate(question, condition, &mut ())) {
        Truth::True => {}
        Truth::False => return Some(Hold::Never),
        Truth::Error => return None,
    }
    match (from.filter(|from| question.now < *from), *until) {
        (Some(from), Some(until)) if until <= from => None,
        (Some(from), _) => Some(Hold::From(from)),
        (None, Some(until)) if until <= question.now => Some(Hold::Never),
        (None, Some(until)) => Some(Hold::Until(until)),
        (None, None) => Some(Hold::ForGood),
    }
}
