//! From files and texts to a policy: the only room that reads files.
//!
//! Every finding of every text is reported at once. A policy with an error is refused whole; a directory written by
//! people refuses its tenant; a feed is taken entry by entry.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::attribute::AttributeType;
use crate::compile::{compile, compile_condition};
use crate::diagnostic::{ClosedTenant, Code, Diagnostic, Fate, FeedEntry, FeedReport, Place, Severity, Sink};
use crate::document::{self, Document, Line, Lines};
use crate::matrix::Matrix;
use crate::model::{Fates, Model, Resolved, resolve, resolve_condition};
use crate::snapshot::{Condition, Snapshot};
use crate::span::Span;

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
        match read_text(path, Format::Document, 0, &mut sink) {
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
        let mut intake = Intake::default();
        for path in paths {
            intake.file(path.as_ref());
        }
        intake.finish()
    }

    /// Reads texts, as [`Policy::load`] reads files.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`].
    pub fn parse(texts: impl IntoIterator<Item = Text>) -> Result<Self, LoadError> {
        let mut intake = Intake::default();
        for text in texts {
            intake.text(Arc::clone(&text.name), &text.body, text.format);
        }
        intake.finish()
    }

    /// Takes documents built by a program, as [`Policy::load`] takes files.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`]; findings have no place.
    pub fn resolve(documents: impl IntoIterator<Item = Document>) -> Result<Self, LoadError> {
        let documents = documents.into_iter().collect();
        Intake { documents, ..Intake::default() }.finish()
    }

    /// Takes documents that stand in a text of another kind, and reads files beside them.
    ///
    /// The spans of the documents are those of the text, which is the first.
    pub(crate) fn beside(
        name: Arc<str>,
        documents: Vec<Document>,
        paths: impl IntoIterator<Item = PathBuf>,
    ) -> Result<Self, LoadError> {
        let mut intake = Intake { names: vec![name], documents, ..Intake::default() };
        for path in paths {
            intake.file(&path);
        }
        intake.finish()
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
        let mut sink = Sink::default();
        let written = document::read_condition(text, &mut sink);
        let condition = resolve_condition(&written, &self.model.catalogue, &mut sink);
        match condition.filter(|_| sink.n_errors() == 0) {
            Some(condition) => Ok(compile_condition(&condition)),
            None => Err(LoadError { findings: sink.into_diagnostics(&[Arc::from("condition")]) }),
        }
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

/// Gathers texts and what was found in them.
#[derive(Default)]
struct Intake {
    names: Vec<Arc<str>>,
    documents: Vec<Document>,
    /// The entries of feeds, each with the number of its text and its tenant.
    entries: Vec<(u32, Option<Arc<str>>, Line)>,
    sink: Sink,
    /// Whether a text could not be read at all: nobody knows what it would have denied.
    is_blind: bool,
}

impl Intake {
    fn file(&mut self, path: &Path) {
        let name: Arc<str> = Arc::from(path.to_string_lossy());
        let is_feed = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"));
        let format = if is_feed { Format::Lines } else { Format::Document };
        match read_text(path, format, self.number(), &mut self.sink) {
            Some(text) => self.text(name, &text, format),
            None => self.unread(name),
        }
    }

    fn text(&mut self, name: Arc<str>, body: &str, format: Format) {
        let number = self.number();
        self.names.push(name);
        let read = match format {
            Format::Document => {
                let document = Document::read(body, number, &mut self.sink);
                self.is_blind |= document.is_none();
                document.into_iter().collect()
            }
            Format::Lines => {
                let Lines { documents, entries } = document::read_lines(body, number, &mut self.sink);
                let tenants: Vec<Option<Arc<str>>> =
                    documents.iter().map(|document| document.tenant.value().map(|name| Arc::from(&**name))).collect();
                let tenant = |line: &Line| tenants.get(line.document).cloned().flatten();
                self.entries.extend(entries.into_iter().map(|line| (number, tenant(&line), line)));
                documents
            }
        };
        self.documents.extend(read.into_iter().map(|document| Document { number: Some(number), ..document }));
    }

    /// Takes note of a text of which nothing can be said.
    fn unread(&mut self, name: Arc<str>) {
        self.names.push(name);
        self.is_blind = true;
    }

    fn number(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX)
    }

    fn finish(mut self) -> Result<Policy, LoadError> {
        let bad_lines = self.sink.error_lines();
        let Resolved { model, refused, fates } = resolve(&self.documents, &mut self.sink);
        let findings = self.sink.into_diagnostics(&self.names);
        let Some(model) = model.filter(|_| !self.is_blind) else { return Err(LoadError { findings }) };
        if !refused.is_empty() && model.tenants.is_empty() {
            return Err(LoadError { findings });
        }
        let feeds = feed_report(&self.entries, &bad_lines, &fates, &model, &self.names);
        Ok(Policy { model, findings, refused, feeds })
    }
}

/// Tells what became of each entry.
fn feed_report(
    entries: &[(u32, Option<Arc<str>>, Line)],
    bad_lines: &BTreeMap<u32, BTreeSet<u32>>,
    fates: &Fates,
    model: &Model,
    names: &[Arc<str>],
) -> FeedReport {
    let mut report = FeedReport::default();
    for (document, tenant, line) in entries {
        let span = Span { document: *document, line: line.line, column: 1, length: 0 };
        let note = fates.by_line.get(&(*document, line.line));
        // What names no tenant cannot be taken, nor what the reader found bad.
        let is_bad = tenant.is_none() || bad_lines.get(document).is_some_and(|lines| lines.contains(&line.line));
        let fate = note.map_or(if is_bad { Fate::LeftOut } else { Fate::Taken }, |note| note.fate);
        report.add(line.kind, fate, || {
            Some(FeedEntry {
                kind: line.kind,
                tenant: tenant.as_deref().map(str::to_owned),
                id: note.and_then(|note| note.id.clone()),
                fate,
                place: Place::of(span, names)?,
                by: note.and_then(|note| note.by).and_then(|span| Place::of(span, names)),
            })
        });
    }
    for tenant in model.tenants.iter().filter(|tenant| tenant.is_closed) {
        let spans = fates.closings.get(&tenant.name).into_iter().flatten();
        let by = spans.filter_map(|span| Place::of(*span, names)).collect();
        report.closed.push(ClosedTenant { tenant: tenant.name.clone(), by });
    }
    report
}

/// Reads a file as text, or reports why that cannot be done.
fn read_text(path: &Path, format: Format, number: u32, sink: &mut Sink) -> Option<String> {
    let read = match format {
        Format::Document => read_document(path),
        Format::Lines => read_feed(path),
    };
    let bytes = match read {
        Ok(bytes) => bytes,
        Err(error) => {
            let span = Span { document: number, line: 1, column: 1, length: 0 };
            sink.report(Code::Unreadable, span, format!("the file cannot be read: {error}"));
            return None;
        }
    };
    String::from_utf8(bytes).map_err(|error| document::utf8(error.as_bytes(), number, sink).is_some()).ok()
}

/// Reads a file, but no more than would be accepted of one written by people.
fn read_document(path: &Path) -> std::io::Result<Vec<u8>> {
    let bytes_max = u64::try_from(document::TEXT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)?.take(bytes_max).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Reads a file line by line; of a line that is too long for an entry only its length is kept, to be refused for it.
fn read_feed(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = BufReader::new(File::open(path)?);
    let mut bytes = Vec::new();
    let mut n_in_line = 0_usize;
    loop {
        let chunk = file.fill_buf()?;
        if chunk.is_empty() {
            return Ok(bytes);
        }
        let n_read = chunk.len();
        for part in chunk.split_inclusive(|byte| *byte == b'\n') {
            n_in_line = n_in_line.saturating_add(part.len());
            if n_in_line <= LINE_KEPT_MAX {
                bytes.extend_from_slice(part);
            } else {
                spoil_line(&mut bytes, part.ends_with(b"\n"));
            }
            if part.ends_with(b"\n") {
                n_in_line = 0;
            }
        }
        file.consume(n_read);
    }
}

/// Writes the line that was begun as one that is too long, whatever stood in it.
fn spoil_line(bytes: &mut Vec<u8>, is_ended: bool) {
    let start = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
    bytes.truncate(start);
    bytes.resize(start.saturating_add(document::LINE_BYTES_MAX).saturating_add(1), b'x');
    if is_ended {
        bytes.push(b'\n');
    }
}

/// The longest line that is kept: an entry and its end.
const LINE_KEPT_MAX: usize = document::LINE_BYTES_MAX.saturating_add(2);
