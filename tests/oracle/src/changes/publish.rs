//! Changes made through an engine that others ask meanwhile.

use bailiwick::document::Condition;
use bailiwick::{Engine, Policy, StaleApproval};

use crate::changes::sides::conditions_of;
use crate::changes::step::{Step, with_change};

/// Makes changes through an engine.
pub struct Publisher<'e> {
    engine: &'e Engine,
    conditions: Vec<(Condition, bailiwick::Condition)>,
}

impl<'e> Publisher<'e> {
    /// Returns a publisher of an engine that holds this policy.
    #[must_use]
    pub fn new(engine: &'e Engine, policy: &Policy) -> Self {
        Self { engine, conditions: conditions_of(policy) }
    }

    /// Has a change approved on the current snapshot and applies what is approved of it; returns the revision.
    ///
    /// # Errors
    ///
    /// Another snapshot became current in between.
    pub fn publish(&self, step: &Step) -> Result<u64, StaleApproval> {
        with_change(step, &self.conditions, |actor, change| {
            let approved = self.engine.snapshot().approve(actor, change);
            self.engine.apply(&approved)
        })
    }
}
