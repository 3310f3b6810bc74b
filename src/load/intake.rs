//! What a policy is made of, gathered from wherever it comes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::report::{Entries, feed_report};
use super::{Feed, Format, LoadError, Policy, Text, files};
use crate::diagnostic::Sink;
use crate::document::{self, Document, Lines, Part};
use crate::model::{Resolved, resolve};

/// Gathers what a policy is made of: files, texts, documents and feeds, in any order.
///
/// [`Policy::load`], [`Policy::parse`] and [`Policy::resolve`] are short for a loader of one kind of source.
///
/// # Cost
///
/// A feed is read line by line and is never held whole. Of a million access rules of a subject, a role and a scope some
/// 12 MB are held while they are read, beside the names, each once; in the policy 8 MB.
///
/// # Examples
///
/// ```
/// use bailiwick::{Feed, Loader, Request, Text};
///
/// let policy = "kinds: { job: { lives_in: [project] } }\nroles: { viewer: { permissions: { job: R } } }";
/// let mut acme = Feed::new("acme");
/// acme.scope("acme/vision").scope("acme/vision/detector").rule("user:ana", "viewer", "acme/vision");
/// let policy = Loader::new().text(Text::yaml("policy.yaml", policy)).feed(acme).load()?;
/// let decision = policy.compile().check(&Request {
///     tenant: Some("acme"),
///     subject: "user:ana",
///     action: "read",
///     kind: "job",
///     scope: "acme/vision/detector",
///     ..Request::at(1_767_225_600)
/// });
/// assert!(decision.is_allow());
/// # Ok::<(), bailiwick::LoadError>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct Loader<'a> {
    /// The text in which the documents stand that come first, if they stand in one.
    name: Option<Arc<str>>,
    sources: Vec<Source>,
    told: Option<Box<dyn FnMut(Progress) + 'a>>,
}

enum Source {
    File(PathBuf),
    Text(Text),
    Document(Box<Document>),
    Feed(Box<Feed>),
}

/// How far the reading of files has come.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Progress {
    /// The bytes that were read.
    pub bytes_read: u64,
    /// The bytes of all files, as they were when the reading began.
    pub bytes_all: u64,
}

impl<'a> Loader<'a> {
    /// Returns a loader of nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a loader of documents that stand in a text of another kind.
    pub(super) fn beside(name: Arc<str>, documents: Vec<Document>) -> Self {
        documents.into_iter().fold(Self { name: Some(name), ..Self::default() }, Self::document)
    }

    /// Adds a file: `.jsonl` is a feed, anything else YAML or JSON.
    pub fn file(mut self, path: impl AsRef<Path>) -> Self {
        self.sources.push(Source::File(path.as_ref().to_owned()));
        self
    }

    /// Adds files.
    pub fn files<P: AsRef<Path>>(self, paths: impl IntoIterator<Item = P>) -> Self {
        paths.into_iter().fold(self, Self::file)
    }

    /// Adds a text.
    pub fn text(mut self, text: Text) -> Self {
        self.sources.push(Source::Text(text));
        self
    }

    /// Adds a document that a program built.
    pub fn document(mut self, document: Document) -> Self {
        self.sources.push(Source::Document(Box::new(document)));
        self
    }

    /// Adds what a program told of a tenant.
    pub fn feed(mut self, feed: Feed) -> Self {
        self.sources.push(Source::Feed(Box::new(feed)));
        self
    }

    /// Has a function told how the reading of files goes on: every 4 MiB, and after each file.
    pub fn progress(mut self, told: impl FnMut(Progress) + 'a) -> Self {
        self.told = Some(Box::new(told));
        self
    }

    /// Reads everything, and makes a policy of it.
    ///
    /// # Errors
    ///
    /// As [`Policy::load`].
    pub fn load(self) -> Result<Policy, LoadError> {
        let Self { name, sources, told } = self;
        let paths = sources.iter().filter_map(|source| match source {
            Source::File(path) => Some(path),
            _ => None,
        });
        let bytes_all = if told.is_some() { files::sizes(paths) } else { 0 };
        let watch = Watch { told, bytes_read: 0, bytes_all, bytes_told: 0 };
        let mut intake = Intake { names: name.into_iter().collect(), watch, ..Intake::default() };
        for source in sources {
            match source {
                Source::File(path) => intake.file(&path),
                Source::Text(Text { name, body, format }) => intake.text(name, &body, format),
                Source::Document(document) => intake.parts.push(Part::from(*document)),
                Source::Feed(feed) => intake.told(*feed),
            }
        }
        intake.finish()
    }
}

impl fmt::Debug for Loader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loader").field("n_sources", &self.sources.len()).finish_non_exhaustive()
    }
}

/// Tells how the reading of files goes on.
#[derive(Default)]
pub(super) struct Watch<'a> {
    told: Option<Box<dyn FnMut(Progress) + 'a>>,
    bytes_read: u64,
    bytes_all: u64,
    bytes_told: u64,
}

impl Watch<'_> {
    /// Counts bytes that were read.
    pub(super) fn read(&mut self, n_bytes: u64) {
        self.bytes_read = self.bytes_read.saturating_add(n_bytes);
        if TELL_EACH <= self.bytes_read.saturating_sub(self.bytes_told) {
            self.tell();
        }
    }

    fn tell(&mut self) {
        self.bytes_told = self.bytes_read;
        if let Some(told) = &mut self.told {
            told(Progress { bytes_read: self.bytes_read, bytes_all: self.bytes_all });
        }
    }
}

/// Gathers texts and what was found in them.
#[derive(Default)]
struct Intake<'a> {
    names: Vec<Arc<str>>,
    parts: Vec<Part>,
    feeds: Vec<Entries>,
    sink: Sink,
    /// Whether a text could not be read at all: nobody knows what it would have denied.
    is_blind: bool,
    watch: Watch<'a>,
}

impl Intake<'_> {
    fn file(&mut self, path: &Path) {
        let number = self.number();
        self.names.push(Arc::from(path.to_string_lossy()));
        if files::is_feed(path) {
            let lines = files::feed(path, number, &mut self.watch, &mut self.sink);
            self.is_blind |= lines.is_none();
            lines.into_iter().for_each(|lines| self.feed(number, lines));
        } else {
            let text = files::document(path, number, &mut self.sink);
            self.watch.read(text.as_ref().map_or(0, |text| u64::try_from(text.len()).unwrap_or(u64::MAX)));
            self.body(number, text.as_deref());
        }
        self.watch.tell();
    }

    fn text(&mut self, name: Arc<str>, body: &str, format: Format) {
        let number = self.number();
        self.names.push(name);
        match format {
            Format::Document => self.body(number, Some(body)),
            Format::Lines => {
                let lines = document::read_lines(body, number, &mut self.sink);
                self.feed(number, lines);
            }
        }
    }

    /// Takes what a program told.
    fn told(&mut self, feed: Feed) {
        let number = self.number();
        let (name, lines) = feed.into_lines(number);
        self.names.push(name);
        self.feed(number, lines);
    }

    /// Takes a document. Of a text that cannot be read nothing can be said.
    fn body(&mut self, number: u32, body: Option<&str>) {
        let document = body.and_then(|body| Document::read(body, number, &mut self.sink));
        self.is_blind |= document.is_none();
        self.take(number, document.map(Part::from));
    }

    /// Takes what a feed says, and takes note of what stands where.
    fn feed(&mut self, text: u32, lines: Lines) {
        let tenant = |part: &Part| part.document.tenant.value().cloned();
        self.feeds.push(Entries { text, tenants: lines.parts.iter().map(tenant).collect(), runs: lines.runs });
        self.take(text, lines.parts);
    }

    fn take(&mut self, text: u32, parts: impl IntoIterator<Item = Part>) {
        let numbered = |part: Part| Part { document: Document { number: Some(text), ..part.document }, ..part };
        self.parts.extend(parts.into_iter().map(numbered));
    }

    fn number(&self) -> u32 {
        u32::try_from(self.names.len()).unwrap_or(u32::MAX)
    }

    fn finish(mut self) -> Result<Policy, LoadError> {
        let bad_lines = self.sink.take_bad_lines();
        let Resolved { model, refused, fates } = resolve(self.parts, &bad_lines, &mut self.sink);
        let findings = self.sink.into_diagnostics(&self.names);
        let Some(model) = model.filter(|_| !self.is_blind) else { return Err(LoadError { findings }) };
        if !refused.is_empty() && model.tenants.is_empty() {
            return Err(LoadError { findings });
        }
        let feeds = feed_report(&self.feeds, &bad_lines, &fates, &model, &self.names);
        Ok(Policy { model, findings, refused, feeds })
    }
}

/// After how many bytes the progress is told.
const TELL_EACH: u64 = 4 * 1024 * 1024;
