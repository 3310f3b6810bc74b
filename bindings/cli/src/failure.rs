//! What ends a command without an answer: told on standard error, exit status 2.

use bailiwick::{Diagnostic, LoadError};

use crate::finding;
use crate::screen::{Ink, Screen};

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Failure {
    /// One sentence: lower case, no full stop.
    Message(String),
    /// What was found in the files.
    Findings(Vec<Diagnostic>),
}

impl Failure {
    /// Tells it on standard error.
    pub(crate) fn tell(&self, screen: &Screen) {
        match self {
            Self::Message(message) => screen.tell(&format!("{}: {message}\n", screen.err.paint(Ink::Bad, "error"))),
            Self::Findings(findings) => screen.tell(&finding::render(findings, screen.err, screen.err_width)),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Self::Findings(error.findings().to_vec())
    }
}
