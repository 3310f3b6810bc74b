//! Delegated administration: who may change access, and the one way in which the directory changes.

mod answer;
mod approve;
mod change;
mod covers;
mod draft;
mod last;
mod names;
mod placement;
mod places;
mod question;
mod rights;
mod rules;
mod subjects;

use std::sync::Arc;

pub use answer::{Answer, ChangeCode, Missing};
pub use change::{Actor, Change, Denied, Denies, Edit, RuleLimits, Rules};
pub use question::{Assignable, Given, Holder};

use crate::snapshot::{Snapshot, Tables};

/// What of a change is approved, and the snapshot that it leads to. Only [`Snapshot::approve`] makes one.
#[derive(Clone, Debug)]
#[must_use = "an approval that is not applied changes nothing"]
pub struct Approved {
    answers: Vec<Answer>,
    /// The tables that were asked, and the revision under which they were.
    asked: Arc<Tables>,
    revision: u64,
    next: Arc<Tables>,
}

/// The approval was given on another snapshot than the current one; ask again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the approval was given on another snapshot")]
pub struct StaleApproval;

impl Approved {
    /// Returns the answers, one for each item.
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
    /// Asks whether an actor may make a change, item by item; nothing changes until the approval is applied, so this is the
    /// dry run too.
    pub fn approve(&self, actor: &Actor<'_>, change: &Change<'_>) -> Approved {
        let (answers, next) = approve::answer(&self.tables, actor, change);
        Approved { answers, asked: Arc::clone(&self.tables), revision: self.revision, next: Arc::new(next) }
    }

    /// Returns the snapshot that an approval leads to, one revision later. Items that were refused are left out.
    ///
    /// # Errors
    ///
    /// The approval was given on another snapshot.
    pub fn apply(&self, approved: &Approved) -> Result<Self, StaleApproval> {
        let is_asked = Arc::ptr_eq(&self.tables, &approved.asked) && self.revision == approved.revision;
        let next = || Self { tables: Arc::clone(&approved.next), revision: self.revision.saturating_add(1) };
        if is_asked { Ok(next()) } else { Err(StaleApproval) }
    }
}
