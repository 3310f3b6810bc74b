//! What is wrong with a policy or a directory: where, and what to do about it.
//!
//! Findings are plain data. They are collected, never thrown: reading goes on, so that every finding is
//! reported at once, in the order of the text.

mod code;
mod feed;

use std::fmt;
use std::sync::Arc;

pub use code::{Code, Severity};
pub use feed::{ClosedTenant, Fate, FeedCount, FeedEntry, FeedReport};

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

impl Place {
    /// Returns where a span stands; `files` are the names of the documents.
    pub(crate) fn of(span: Span, files: &[Arc<str>]) -> Option<Self> {
        let file = files.get(usize::try_from(span.document).ok()?)?;
        let place = || Self { file: Arc::clone(file), line: span.line, column: span.column, length: span.length };
        span.is_known().then(place)
    }
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
///
/// Hostile text has a finding every few bytes. Every error is counted, but only the first thousand are kept, and one
/// more finding tells how many are not; of warnings, no more than the first thousand are kept.
#[derive(Debug)]
pub(crate) struct Sink {
    found: Vec<(Span, Finding)>,
    n_errors: usize,
    n_kept_errors: usize,
    n_kept_warnings: usize,
    /// How many errors and warnings may be kept: of a part of the work, as many as the whole has room for.
    room: [usize; 2],
    /// The documents and lines on which errors stand, perhaps several times.
    error_lines: Vec<(u32, u32)>,
    /// How many names may still be compared with misspelt ones.
    n_comparisons: usize,
}

/// The lines on which errors stand.
#[derive(Debug, Default)]
pub(crate) struct BadLines {
    /// Documents and lines, sorted, each once.
    places: Vec<(u32, u32)>,
}

impl BadLines {
    /// Returns the document and the line of each that is in a document, sorted.
    pub(crate) fn of(&self, document: u32) -> &[(u32, u32)] {
        let start = self.places.partition_point(|place| place.0 < document);
        let end = self.places.partition_point(|place| place.0 <= document);
        self.places.get(start..end).unwrap_or_default()
    }
}

#[derive(Debug)]
struct Finding {
    code: Code,
    message: String,
    help: Option<String>,
}

impl Default for Sink {
    fn default() -> Self {
        Self {
            found: Vec::new(),
            n_errors: 0,
            n_kept_errors: 0,
            n_kept_warnings: 0,
            room: [KEPT_MAX; 2],
            error_lines: Vec::new(),
            n_comparisons: COMPARISONS_MAX,
        }
    }
}

impl Sink {
    /// Does a part of the work, within which errors are counted from zero; returns what it came to and how many there were.
    pub(crate) fn part<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> (T, usize) {
        let n_before = std::mem::take(&mut self.n_errors);
        let done = work(self);
        let n_found = self.n_errors;
        self.n_errors = n_before.saturating_add(n_found);
        (done, n_found)
    }

    /// Returns an empty sink for what may not be told in the end, to be taken over by [`Sink::absorb`].
    pub(crate) fn apart(&self) -> Self {
        let [errors, warnings] = self.room;
        let room = [errors.saturating_sub(self.n_kept_errors), warnings.saturating_sub(self.n_kept_warnings)];
        Self { n_comparisons: self.n_comparisons, room, ..Self::default() }
    }

    /// Adds a finding.
    #[cold]
    pub(crate) fn report(&mut self, code: Code, span: Span, message: impl fmt::Display) {
        if self.count(code, span) {
            self.found.push((span, Finding { code, message: message.to_string(), help: None }));
        }
    }

    /// Adds a finding with help.
    #[cold]
    pub(crate) fn report_help(&mut self, code: Code, span: Span, message: impl fmt::Display, help: impl fmt::Display) {
        if self.count(code, span) {
            let help = Some(help.to_string());
            self.found.push((span, Finding { code, message: message.to_string(), help }));
        }
    }

    /// Returns how many errors were found so far, those not kept included.
    pub(crate) fn n_errors(&self) -> usize {
        self.n_errors
    }

    /// Returns whether there are more errors than are told.
    pub(crate) fn is_full(&self) -> bool {
        KEPT_MAX <= self.n_errors()
    }

    /// Hands over the lines on which errors stand so far.
    pub(crate) fn take_bad_lines(&mut self) -> BadLines {
        let mut places = std::mem::take(&mut self.error_lines);
        places.sort_unstable();
        places.dedup();
        BadLines { places }
    }

    /// Returns how many known names may be compared with a misspelt one: none where the finding would not be kept.
    pub(crate) fn n_comparisons(&self) -> usize {
        let [errors, _] = self.room;
        if self.n_kept_errors < errors { self.n_comparisons } else { 0 }
    }

    /// Takes note of names that were compared.
    pub(crate) fn compared(&mut self, n_names: usize) {
        self.n_comparisons = self.n_comparisons.saturating_sub(n_names);
    }

    /// Takes over the findings of another sink.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.n_errors = self.n_errors.saturating_add(other.n_errors);
        self.n_comparisons = self.n_comparisons.min(other.n_comparisons);
        other.error_lines.into_iter().for_each(|place| self.bad_line(place));
        for (span, finding) in other.found {
            if self.take_room(finding.code) {
                self.found.push((span, finding));
            }
        }
    }

    /// Counts a finding, and returns whether it is to be kept.
    fn count(&mut self, code: Code, span: Span) -> bool {
        if code.severity() == Severity::Error {
            self.n_errors = self.n_errors.saturating_add(1);
            self.bad_line((span.document, span.line));
        }
        self.take_room(code)
    }

    fn bad_line(&mut self, place: (u32, u32)) {
        if self.error_lines.last() != Some(&place) {
            self.error_lines.push(place);
        }
    }

    /// Takes the room for a finding while there is some.
    fn take_room(&mut self, code: Code) -> bool {
        let [errors, warnings] = self.room;
        let (n_kept, room) = match code.severity() {
            Severity::Error => (&mut self.n_kept_errors, errors),
            Severity::Warning => (&mut self.n_kept_warnings, warnings),
        };
        let has_room = *n_kept < room;
        *n_kept = n_kept.saturating_add(usize::from(has_room));
        has_room
    }

    /// Returns the findings in the order of the text; `files` are the names of the documents.
    pub(crate) fn into_diagnostics(mut self, files: &[Arc<str>]) -> Vec<Diagnostic> {
        self.found.sort_by(|(a, _), (b, _)| a.reading_order(*b));
        let diagnose = |(span, finding): (Span, Finding)| Diagnostic {
            code: finding.code,
            message: finding.message,
            place: Place::of(span, files),
            help: finding.help,
        };
        let mut diagnostics: Vec<Diagnostic> = self.found.into_iter().map(diagnose).collect();
        let n_left_out = self.n_errors.saturating_sub(self.n_kept_errors);
        if 0 < n_left_out {
            let message = format!("{n_left_out} more errors were found and are left out");
            let help = Some("mend those above first".to_owned());
            diagnostics.push(Diagnostic { code: Code::Limit, message, place: None, help });
        }
        diagnostics
    }
}

/// The most errors, and the most warnings, that are kept.
const KEPT_MAX: usize = 1_000;

/// The most names that are compared with misspelt ones, over all texts that are read together.
const COMPARISONS_MAX: usize = 50_000;
