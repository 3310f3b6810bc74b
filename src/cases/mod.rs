//! Policies tested as data: questions with the answers that are expected of them.
//!
//! The same file runs in every language and on the command line. A case never depends on a clock: it says `at` when it
//! is asked. This room decides nothing itself; it asks a snapshot and compares.
//!
//! ```
//! use bailiwick::{Text, cases::Cases};
//!
//! let text = "
//! policy:
//!   kinds: { job: { lives_in: [project] } }
//!   roles: { reader: { permissions: { job: R } } }
//!   tenant: acme
//!   scopes: [acme/vision, acme/vision/detector]
//!   access_rules: [{ subject: user:ana, role: reader, scope: acme/vision }]
//! cases:
//!   - { subject: user:ana, action: read, kind: job, scope: acme/vision/detector, at: 0, expect: allow }
//!   - { subject: user:ben, action: read, kind: job, scope: acme/vision/detector, at: 0, expect: allow }
//! ";
//! let cases = Cases::parse(Text::yaml("acme.cases.yaml", text))?;
//! let policy = cases.policy(&[])?;
//! let outcomes: Vec<bool> = cases.run(&policy, &policy.compile()).map(|outcome| outcome.passes()).collect();
//! assert_eq!(outcomes, [true, false]);
//! # Ok::<(), bailiwick::LoadError>(())
//! ```

mod case;
mod read;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use case::{Case, Expect};

use crate::decide::Decision;
use crate::document::Document;
use crate::load::{LoadError, Policy, Text};
use crate::snapshot::Snapshot;

/// The cases of one text, and the policy they are asked of.
#[derive(Clone, Debug)]
pub struct Cases {
    name: Arc<str>,
    documents: Vec<Document>,
    paths: Vec<PathBuf>,
    cases: Vec<Case>,
}

/// What became of a case.
#[derive(Clone, Copy, Debug)]
pub struct Outcome<'c> {
    /// The case.
    pub case: &'c Case,
    /// What was decided.
    pub decision: Decision,
}

impl Cases {
    /// Reads a file of cases.
    ///
    /// # Errors
    ///
    /// Every finding, where the file cannot be read or a case is malformed.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, LoadError> {
        Self::parse(Text::read(path.as_ref())?)
    }

    /// Reads a text of cases, in YAML or JSON. Paths in it are relative to the directory of its name.
    ///
    /// # Errors
    ///
    /// Every finding, where a case is malformed.
    pub fn parse(text: Text) -> Result<Self, LoadError> {
        let (name, body) = text.into_parts();
        read::read(name, &body)
    }

    /// Returns the cases, in the order written.
    #[must_use]
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Returns the files that the text names, as paths that can be opened.
    #[must_use]
    pub fn paths(&self) -> &[PathBuf] {
        &self.paths
    }

    /// Loads the policy: what is written in the text, the files that it names, and those in `more`, read together.
    ///
    /// A file of `more` that the text names too is read once.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`].
    pub fn policy(&self, more: &[PathBuf]) -> Result<Policy, LoadError> {
        let others = more.iter().filter(|path| !self.paths.contains(path));
        let paths = self.paths.iter().chain(others).cloned();
        Policy::beside(Arc::clone(&self.name), self.documents.clone(), paths)
    }

    /// Asks every case of a snapshot, which is that of `policy`.
    pub fn run(&self, policy: &Policy, snapshot: &Snapshot) -> impl Iterator<Item = Outcome<'_>> {
        self.cases.iter().map(|case| {
            let decision = case.ask(policy, |request| snapshot.check(request));
            Outcome { case, decision }
        })
    }
}

impl Outcome<'_> {
    /// Returns whether the decision is the one expected: see [`Case::is_met_by`].
    #[must_use]
    pub fn passes(&self) -> bool {
        self.case.is_met_by(&self.decision)
    }
}
