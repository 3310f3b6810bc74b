//! From files, texts and what programs tell to a policy: the only room that reads files.
//!
//! Every finding of every text is reported at once. A policy with an error is refused whole; a directory written by
//! people refuses its tenant; a feed is taken entry by entry.

mod feed;
mod files;
mod intake;
mod report;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use feed::Feed;
pub use intake::{Loader, Progress};

use crate::attribute::AttributeType;
use crate::compile::{compile, compile_condition};
use crate::diagnostic::{Diagnostic, FeedReport, Severity, Sink};
use crate::document::{self, Document};
use crate::matrix::Matrix;
use crate::model::{Catalogue, Model, resolve_condition};
use crate::snapshot::{Condition, Snapshot};

/// A policy with the directories that were read beside it.
///
/// # Examples
///
/// ```
/// use bailiwick::{Policy, Text};
///
/// let policy = Text::yaml("policy.yaml", "roles: { reader: { permissions: { jbo: R } } }");
/// let kinds = Text::yaml("kinds.yaml", "kinds: { job: { lives_in: [project] } }");
/// let error = Policy::parse([policy, kinds]).unwrap_err();
/// assert_eq!(
///     error.findings()[0].to_string(),
///     "error[P0012]: resource kind `jbo` is not defined\n  --> policy.yaml:1:35\n\
///      help: a resource kind with a similar name exists: `job`",
/// );
/// ```
#[derive(Debug)]
pub struct Policy {
    model: Model,
    findings: Vec<Diagnostic>,
    refused: Vec<String>,
    feeds: FeedReport,
}

/// A named text.
#[derive(Clone, Debug)]
pub struct Text {
    name: Arc<str>,
    body: String,
    format: Format,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Format {
    Document,
    Lines,
}

impl Text {
    /// Returns a text in YAML or JSON: one document. The name stands in findings.
    #[must_use]
    pub fn yaml(name: &str, body: impl Into<String>) -> Self {
        Self { name: Arc::from(name), body: body.into(), format: Format::Document }
    }

    /// Returns a text in JSON Lines: a feed. The name stands in findings.
    #[must_use]
    pub fn lines(name: &str, body: impl Into<String>) -> Self {
        Self { name: Arc::from(name), body: body.into(), format: Format::Lines }
    }

    /// Returns the name and the body, for a room that makes something else of them than a policy.
    pub(crate) fn into_parts(self) -> (Arc<str>, String) {
        (self.name, self.body)
    }

    /// Reads a file of which something else is made than a policy.
    pub(crate) fn read(path: &Path) -> Result<Self, LoadError> {
        let name: Arc<str> = Arc::from(path.to_string_lossy());
        let mut sink = Sink::default();
        match files::document(path, 0, &mut sink) {
            Some(body) => Ok(Self { name, body, format: Format::Document }),
            None => Err(LoadError { findings: sink.into_diagnostics(&[name]) }),
        }
    }
}

/// What refused a policy: every finding, in the order of the texts.
#[derive(Debug, thiserror::Error)]
pub struct LoadError {
    findings: Vec<Diagnostic>,
}

impl LoadError {
    /// Returns what refuses a text that is no policy.
    pub(crate) fn of(findings: Vec<Diagnostic>) -> Self {
        Self { findings }
    }

    /// Returns every finding: the errors that refused, and what else was found beside them.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, finding) in self.findings.iter().enumerate() {
            let gap = if idx == 0 { "" } else { "\n\n" };
            write!(f, "{gap}{finding}")?;
        }
        Ok(())
    }
}

impl Policy {
    /// Reads files: `.jsonl` is a feed, anything else YAML or JSON.
    ///
    /// Where only some directories are refused the others are loaded; [`Policy::findings`] and
    /// [`Policy::refused_tenants`] tell. A host that wants all or nothing asks [`Policy::is_complete`].
    ///
    /// # Errors
    ///
    /// Every finding, where the policy is refused, a file cannot be read, or no directory is left of those given.
    pub fn load<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>) -> Result<Self, LoadError> {
        Loader::new().files(paths).load()
    }

    /// Reads texts, as [`Policy::load`] reads files.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`].
    pub fn parse(texts: impl IntoIterator<Item = Text>) -> Result<Self, LoadError> {
        texts.into_iter().fold(Loader::new(), Loader::text).load()
    }

    /// Takes documents built by a program, as [`Policy::load`] takes files.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`]; findings have no place. A large directory is told to a [`Feed`] instead.
    pub fn resolve(documents: impl IntoIterator<Item = Document>) -> Result<Self, LoadError> {
        documents.into_iter().fold(Loader::new(), Loader::document).load()
    }

    /// Takes documents that stand in a text of another kind, and reads files beside them.
    ///
    /// The spans of the documents are those of the text, which is the first.
    pub(crate) fn beside(
        name: Arc<str>,
        documents: Vec<Document>,
        paths: impl IntoIterator<Item = PathBuf>,
    ) -> Result<Self, LoadError> {
        let beside = Loader::beside(name, documents);
        beside.files(paths).load()
    }

    /// Returns what was found beside what is loaded: errors of refused directories and of entries that a feed left
    /// out, and warnings. No more than the first thousand errors are kept, with a last one that counts the rest, and no
    /// more than the first thousand warnings.
    #[must_use]
    pub fn findings(&self) -> &[Diagnostic] {
        &self.findings
    }

    /// Returns the tenants whose directory is refused, sorted: they are not loaded.
    #[must_use]
    pub fn refused_tenants(&self) -> &[String] {
        &self.refused
    }

    /// Returns the tenants in which everything is denied, since a deny of their feed could not be taken; sorted.
    #[must_use]
    pub fn closed_tenants(&self) -> Vec<&str> {
        let closed = self.model.tenants.iter().filter(|tenant| tenant.is_closed);
        closed.map(|tenant| tenant.name.as_str()).collect()
    }

    /// Returns what became of the entries of the feeds that were read as texts.
    #[must_use]
    pub fn feed_report(&self) -> &FeedReport {
        &self.feeds
    }

    /// Returns whether nothing was refused and nothing left out: there are no findings but warnings.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity() == Severity::Warning)
    }

    /// Returns the role matrix: roles by resource kinds, in the order written.
    #[must_use]
    pub fn matrix(&self) -> Matrix {
        Matrix::of(&self.model)
    }

    /// Reads a condition in YAML or JSON, for the rules of a change.
    ///
    /// # Errors
    ///
    /// Every finding.
    pub fn condition(&self, text: &str) -> Result<Condition, LoadError> {
        condition(text, &self.model.catalogue)
    }

    /// Returns the declared type of an attribute, by its full name: `context.network`.
    #[must_use]
    pub fn attribute_type(&self, name: &str) -> Option<AttributeType> {
        self.model.catalogue.attributes.get(name).copied()
    }

    /// Returns the declared attributes of requests by full name, with their types, in the order declared.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, AttributeType)> {
        self.model.catalogue.attributes.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    /// Compiles the policy to a snapshot of revision 1.
    ///
    /// # Cost
    ///
    /// Proportional to the rules, times the logarithm of their number.
    #[must_use]
    pub fn compile(&self) -> Snapshot {
        self.compile_at(1)
    }

    /// Compiles the policy to a snapshot of a revision that the host counts.
    #[must_use]
    pub fn compile_at(&self, revision: u64) -> Snapshot {
        compile(&self.model, revision)
    }
}

impl Snapshot {
    /// Reads a condition in YAML or JSON, for the rules of a change, as [`Policy::condition`] does where the policy is not kept.
    ///
    /// # Errors
    ///
    /// Every finding.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Policy, Text};
    ///
    /// let policy = Policy::parse([Text::yaml("policy.yaml", "attributes: { context.network: text }")])?;
    /// let condition = "{ equals: { context.network: corporate } }";
    /// assert_eq!(policy.compile().condition(condition)?, policy.condition(condition)?);
    /// assert!(policy.compile().condition("{ equals: { context.netwrk: x } }").is_err());
    /// # Ok::<(), bailiwick::LoadError>(())
    /// ```
    pub fn condition(&self, text: &str) -> Result<Condition, LoadError> {
        condition(text, &self.tables.policy.catalogue)
    }
}

/// Reads a condition over the attributes of a catalogue.
fn condition(text: &str, catalogue: &Catalogue) -> Result<Condition, LoadError> {
    let mut sink = Sink::default();
    let written = document::read_condition(text, &mut sink);
    let condition = resolve_condition(&written, catalogue, &mut sink);
    match condition.filter(|_| sink.n_errors() == 0) {
        Some(condition) => Ok(compile_condition(&condition)),
        None => Err(LoadError { findings: sink.into_diagnostics(&[Arc::from("condition")]) }),
    }
}
