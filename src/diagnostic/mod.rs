//! What is wrong with a policy or a directory: where, and what to do about it.
//!
//! Findings are plain data. They are collected, never thrown: reading goes on, so that every finding is
//! reported at once, in the order of the text.

mod code;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

pub use code::{Code, Severity};

use crate::span::Span;

/// One finding.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// The stable code.
    pub code: Code,
    /// One sentence: lower case, no full stop.
    pub message: String,
    /// Where, if it stands in a text.
    pub place: Option<Place>,
    /// What to do.
    pub help: Option<String>,
}

/// A place in a named text.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Place {
    /// The name of the text: a path as it was given.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Length in characters; 0 where it is not known.
    pub length: u32,
}

impl Diagnostic {
    /// Returns whether the finding refuses what it stands in.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        write!(f, "{level}[{}]: {}", self.code.number(), self.message)?;
        if let Some(place) = &self.place {
            write!(f, "\n  --> {}:{}:{}", place.file, place.line, place.column)?;
        }
        if let Some(help) = &self.help {
            write!(f, "\nhelp: {help}")?;
        }
        Ok(())
    }
}

/// Collects findings while texts are read and resolved.
#[derive(Debug, Default)]
pub(crate) struct Sink {
    found: Vec<(Span, Finding)>,
    /// How often a similar name was looked for, which costs as much as there are names.
    n_suggestions: u32,
}

#[derive(Debug)]
struct Finding {
    code: Code,
    message: String,
    help: Option<String>,
}

impl Sink {
    /// Returns an empty sink for a part of what this one collects, to be taken over by [`Sink::absorb`].
    pub(crate) fn part(&self) -> Self {
        Self { found: Vec::new(), n_suggestions: self.n_suggestions }
    }

    /// Returns whether a similar name may be looked for once more: the first findings get suggestions.
    pub(crate) fn may_suggest(&mut self) -> bool {
        self.n_suggestions = self.n_suggestions.saturating_add(1);
        self.n_suggestions <= SUGGESTIONS_MAX
    }

    /// Adds a finding.
    #[cold]
    pub(crate) fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.found.push((span, Finding { code, message: message.into(), help: None }));
    }

    /// Adds a finding with help.
    #[cold]
    pub(crate) fn report_help(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push((span, Finding { code, message: message.into(), help: Some(help.into()) }));
    }

    /// Returns how many errors were found so far.
    pub(crate) fn n_errors(&self) -> usize {
        self.found.iter().filter(|(_, finding)| finding.code.severity() == Severity::Error).count()
    }

    /// Returns the lines of each document on which errors stand.
    pub(crate) fn error_lines(&self) -> BTreeMap<u32, BTreeSet<u32>> {
        let mut lines: BTreeMap<u32, BTreeSet<u32>> = BTreeMap::new();
        for (span, _) in self.found.iter().filter(|(_, finding)| finding.code.severity() == Severity::Error) {
            lines.entry(span.document).or_default().insert(span.line);
        }
        lines
    }

    /// Takes over the findings of another sink.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.n_suggestions = self.n_suggestions.max(other.n_suggestions);
        self.found.extend(other.found);
    }

    /// Returns the findings in the order of the text; `files` are the names of the documents.
    pub(crate) fn into_diagnostics(mut self, files: &[Arc<str>]) -> Vec<Diagnostic> {
        self.found.sort_by(|(a, _), (b, _)| a.reading_order(*b));
        let place = |span: Span| {
            let file = files.get(usize::try_from(span.document).ok()?)?;
            span.is_known().then(|| Place {
                file: Arc::clone(file),
                line: span.line,
                column: span.column,
                length: span.length,
            })
        };
        let diagnose = |(span, finding): (Span, Finding)| Diagnostic {
            code: finding.code,
            message: finding.message,
            place: place(span),
            help: finding.help,
        };
        self.found.into_iter().map(diagnose).collect()
    }
}

/// How many findings get a suggestion.
const SUGGESTIONS_MAX: u32 = 100;
