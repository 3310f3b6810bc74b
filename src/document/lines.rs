//! JSON Lines: a feed of entries, each taken by itself, grouped into one document a tenant.
//!
//! Whatever cannot be told apart from a deny counts as one: it stands in [`Document::unreadable`]. Plain entries, of which
//! a large feed is made, are read by `fast` into tables; everything else by `entries` into the document.

use std::hash::{Hash, Hasher};
use std::str::Utf8Error;

use indexmap::{Equivalent, IndexMap};

use crate::diagnostic::{Code, Sink};
use crate::document::decode::decode;
use crate::document::entries::{self, FACTS, KEYS, RULE, TENANT, push};
use crate::document::fast::{self, Plainly, Says};
use crate::document::pattern::Pattern;
use crate::document::plain::{At, Plain, Word};
use crate::document::tree::{Entry, Node, Value};
use crate::document::yaml::{self, Source};
use crate::document::{Document, Field, Group, Scope};
use crate::name::{self, SubjectKind};
use crate::span::Span;

/// Reads a feed line by line; findings go to the sinks of the lines.
///
/// Entries whose tenant cannot be read are in a document without a tenant. Of an entry with a finding nothing is
/// left but a malformed field; a user or app keeps its name, with a malformed `disabled`, and a group keeps its
/// name, with malformed `members`. Where only `roles` and `organizations` are bad, they alone are malformed.
#[derive(Debug, Default)]
pub(crate) struct LineReader {
    document: u32,
    /// Whether nothing is read fast, so that tests can compare.
    is_careful: bool,
    version: Field<i64>,
    /// By tenant; `None` for entries whose tenant cannot be read.
    tenants: IndexMap<Option<String>, Part>,
    /// The position of the tenant of the last entry.
    last: usize,
    runs: Vec<Run>,
    /// Where the facts of each document stand.
    facts: IndexMap<usize, Vec<Span>>,
    /// Lines, and those that are not empty.
    n_lines: u32,
    n_entries: usize,
    /// What a subject is put together in.
    subject: String,
    /// How the last rule is written, which is one of the tenant at this position.
    pattern: Pattern,
    pattern_of: usize,
}

/// What a feed says of one tenant.
#[derive(Debug, Default)]
pub(crate) struct Part {
    pub(crate) document: Document,
    pub(crate) plain: Plain,
}

impl From<Document> for Part {
    fn from(document: Document) -> Self {
        Self { document, plain: Plain::default() }
    }
}

/// A feed as read.
#[derive(Debug)]
pub(crate) struct Lines {
    /// One a tenant, and one for entries whose tenant cannot be read.
    pub(crate) parts: Vec<Part>,
    /// What stands on which line.
    pub(crate) runs: Vec<Run>,
}

/// Entries of one kind and one tenant on lines that follow each other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// The first line, from 1.
    pub(crate) line: u32,
    pub(crate) n_lines: u32,
    /// The position of its part.
    pub(crate) part: u32,
    kind: u8,
}

impl Run {
    /// Returns the key that says what the entries are, or `unreadable`.
    pub(crate) fn kind(self) -> &'static str {
        KEYS.get(usize::from(self.kind)).copied().unwrap_or(UNREADABLE)
    }
}

/// Reads a feed that is at hand as a whole; findings go to `sink`.
pub(crate) fn read_lines(text: &str, document: u32, sink: &mut Sink) -> Lines {
    read(text, LineReader::new(document), sink)
}

fn read(text: &str, mut reader: LineReader, sink: &mut Sink) -> Lines {
    for line in text.split('\n') {
        reader.line(line, sink);
    }
    reader.finish(sink)
}

/// Reads a feed as [`read_lines`], but every line with care.
#[cfg(test)]
pub(crate) fn read_lines_with_care(text: &str, document: u32, sink: &mut Sink) -> Lines {
    read(text, LineReader { is_careful: true, ..LineReader::new(document) }, sink)
}

impl LineReader {
    /// Returns a feed of which nothing was read.
    pub(crate) fn new(document: u32) -> Self {
        Self { document, ..Self::default() }
    }

    /// Returns a reader of what a program tells of one tenant; the index that spans carry is known at the end.
    pub(crate) fn of_program(tenant: &str) -> Self {
        let mut reader = Self::default();
        let at = reader.part(&Field::from(tenant));
        if let Some((_, part)) = reader.tenants.get_index_mut(at) {
            part.plain.is_built = true;
        }
        reader
    }

    /// Takes the next entry that a program tells.
    pub(crate) fn tell(&mut self, says: &Says<'_>) {
        self.n_lines = self.n_lines.saturating_add(1);
        self.n_entries = self.n_entries.saturating_add(1);
        // Tables are full at 4 GiB of names: what does not fit is left out of all.
        let _ = self.says(0, says);
    }

    /// Returns how many entries were read.
    pub(crate) fn n_entries(&self) -> usize {
        self.n_entries
    }

    /// Returns what a program told, as a text of an index.
    pub(crate) fn finish_program(self, document: u32) -> Lines {
        let mut lines = self.finish(&mut Sink::default());
        for part in &mut lines.parts {
            part.plain.document = document;
            place_in(document, &mut part.document);
        }
        lines
    }

    /// Reads the next line, without its line feed.
    pub(crate) fn line(&mut self, line: &str, sink: &mut Sink) {
        let is_first = self.n_lines == 0;
        let line = line.strip_prefix('\u{feff}').filter(|_| is_first).unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        self.n_lines = self.n_lines.saturating_add(1);
        if line.trim_ascii().is_empty() {
            return;
        }
        self.n_entries = self.n_entries.saturating_add(1);
        if !self.is_careful && line.len() <= LINE_BYTES_MAX && self.fast(line).is_some() {
            return;
        }
        // Findings of a line are counted by themselves: they say whether the entry is good.
        sink.part(|sink| self.careful(line, sink));
    }

    /// Takes note of a line of which nothing is known but that it is longer than an entry may be.
    pub(crate) fn long_line(&mut self, sink: &mut Sink) {
        self.n_lines = self.n_lines.saturating_add(1);
        self.n_entries = self.n_entries.saturating_add(1);
        self.too_long(self.place(), sink);
    }

    /// Returns where the next line is not UTF-8.
    pub(crate) fn broken_line(&self, line: &[u8], error: Utf8Error) -> Span {
        let valid = line.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok());
        let valid = valid.unwrap_or_default();
        let valid = valid.strip_prefix('\u{feff}').filter(|_| self.n_lines == 0).unwrap_or(valid);
        let column = u32::try_from(valid.chars().count()).unwrap_or(u32::MAX).saturating_add(1);
        Span { document: self.document, line: self.n_lines.saturating_add(1), column, length: 0 }
    }

    /// Takes a plain entry to the tables of its tenant; nothing where it is none, they are full, or the tenant is nobody's.
    fn fast(&mut self, line: &str) -> Option<()> {
        if let Some(rule) = self.pattern.read(line) {
            return self.says(self.pattern_of, &Says::Rule(rule));
        }
        let Plainly { tenant, says } = fast::read(line)?;
        let at = self.part_of(&tenant)?;
        if let Says::Rule(rule) = &says {
            self.pattern.learn(line, rule);
            self.pattern_of = at;
        }
        self.says(at, &says)
    }

    /// Takes what a plain entry says to the part of its tenant; nothing where the tables are full.
    fn says(&mut self, at: usize, says: &Says<'_>) -> Option<()> {
        let (_, Part { document, plain }) = self.tenants.get_index_mut(at)?;
        let place = At { document: self.document, line: self.n_lines, is_built: plain.is_built };
        let kind = match says {
            Says::Rule(rule) => {
                plain.push_rule(rule, place.line)?;
                // No key is looked for.
                self.count_of(RULE, at);
                return Some(());
            }
            Says::User(column, name) | Says::App(column, name) => {
                let kind = if matches!(says, Says::App(..)) { SubjectKind::App } else { SubjectKind::User };
                self.subject.clear();
                self.subject.extend([kind.word(), ":", name.text]);
                plain.push_account(&self.subject, *column, name.column, place.line)?;
                kind.word()
            }
            Says::Scope(column, words) => {
                push(&mut document.scopes, place.scope(*column, words)?);
                "scope"
            }
            Says::Group(column, name, members) => {
                push(&mut document.groups, place.group(*column, *name, members.as_ref()));
                "group"
            }
        };
        self.count(kind, at);
        Some(())
    }

    /// Returns the position of a tenant's part; nothing where its name is none.
    fn part_of(&mut self, tenant: &Word<'_>) -> Option<usize> {
        let is_last = self.tenants.get_index(self.last).is_some_and(|(name, _)| name.as_deref() == Some(tenant.text));
        if is_last {
            return Some(self.last);
        }
        self.last = match self.tenants.get_index_of(&Whose(Some(tenant.text))) {
            Some(at) => at,
            None => {
                name::check_scope(tenant.text).ok()?;
                let at = At { document: self.document, line: self.n_lines, is_built: false };
                self.part(&at.field(*tenant))
            }
        };
        Some(self.last)
    }

    fn careful(&mut self, line: &str, sink: &mut Sink) {
        let place = self.place();
        if LINE_BYTES_MAX < line.len() {
            return self.too_long(place, sink);
        }
        if !line.trim_ascii_start().starts_with('{') {
            sink.report_help(Code::Syntax, place, "the line is not a JSON object", "write one entry a line");
            return self.unreadable(None, place);
        }
        let lines_before = self.n_lines.saturating_sub(1);
        let source = Source { document: self.document, lines_before, is_json_line: true };
        let entries = match yaml::parse(line, source, sink) {
            Some(Node { value: Value::Mapping(entries), .. }) => entries,
            _ => {
                if sink.n_errors() == 0 {
                    sink.report(Code::Syntax, place, "the line is not JSON");
                }
                return self.unreadable(None, place);
            }
        };
        match entries.as_slice() {
            [Entry { key, value }] if self.n_entries == 1 && key.text() == Some(VERSION) => {
                self.version = decode(value, sink).unwrap_or_default();
            }
            entries => self.entry(entries, place, sink),
        }
    }

    fn too_long(&mut self, place: Span, sink: &mut Sink) {
        sink.report_help(Code::Limit, place, "the line is longer than 64 KiB", "write one entry a line");
        self.unreadable(None, place);
    }

    /// Returns the place of the line that was read last.
    fn place(&self) -> Span {
        Span { document: self.document, line: self.n_lines, column: 1, length: 0 }
    }

    /// Takes one entry to its tenant.
    fn entry(&mut self, written: &[Entry<'_>], place: Span, sink: &mut Sink) {
        // That nobody knows whose the entry is does not make what it says bad.
        let mut own = sink.apart();
        let tenant: Field<String> = match written.iter().find(|entry| entry.key.text() == Some(TENANT)) {
            Some(entry) => entries::tenant_of(&entry.value, &mut own),
            None => {
                own.report(Code::MissingKey, place, "key `tenant` is missing");
                Field::default()
            }
        };
        self.content(&tenant, written, place, sink);
        sink.absorb(own);
    }

    fn content(&mut self, tenant: &Field<String>, written: &[Entry<'_>], place: Span, sink: &mut Sink) {
        let Some((kind, node)) = entries::content(written, place, sink) else {
            return self.unreadable(Some(tenant), place);
        };
        let at = self.part(tenant);
        self.count(kind, at);
        if let Some((_, part)) = self.tenants.get_index_mut(at) {
            entries::take(kind, node, &mut part.document, sink);
        }
        if kind == FACTS {
            self.facts.entry(at).or_default().push(node.span);
        }
    }

    /// Takes note of an entry that may be anything.
    fn unreadable(&mut self, tenant: Option<&Field<String>>, place: Span) {
        let at = self.part(tenant.unwrap_or(&Field::default()));
        self.count(UNREADABLE, at);
        if let Some((_, part)) = self.tenants.get_index_mut(at) {
            part.document.unreadable.push(place);
        }
    }

    /// Returns the position of the part of an entry's tenant.
    fn part(&mut self, tenant: &Field<String>) -> usize {
        let whose = tenant.value().map(String::as_str);
        if self.tenants.get_index(self.last).is_some_and(|(name, _)| name.as_deref() == whose) {
            return self.last;
        }
        let at = self.tenants.get_index_of(&Whose(whose));
        let at = at.unwrap_or_else(|| self.tenants.insert_full(tenant.value().cloned(), self.empty_part()).0);
        if let Some((_, Part { document, .. })) = self.tenants.get_index_mut(at)
            && document.tenant.is_missing()
            && tenant.value().is_some()
        {
            document.tenant = tenant.clone();
        }
        self.last = at;
        at
    }

    fn empty_part(&self) -> Part {
        Part { document: Document { is_feed: true, ..Document::default() }, plain: Plain::of(self.document) }
    }

    /// Counts the entry on the line that was read last.
    fn count(&mut self, kind: &str, at: usize) {
        let kind = KEYS.iter().position(|key| *key == kind).unwrap_or(KEYS.len());
        self.count_of(u8::try_from(kind).unwrap_or(u8::MAX), at);
    }

    /// Counts the entry of a kind on the line that was read last.
    fn count_of(&mut self, kind: u8, at: usize) {
        let (line, part) = (self.n_lines, u32::try_from(at).unwrap_or(u32::MAX));
        match self.runs.last_mut() {
            Some(run) if run.part == part && run.kind == kind && run.line.saturating_add(run.n_lines) == line => {
                run.n_lines = run.n_lines.saturating_add(1);
            }
            _ => self.runs.push(Run { line, n_lines: 1, part, kind }),
        }
    }

    /// Writes the version into every document, so that none escapes it, and drops facts that are told twice: nobody knows
    /// which are meant.
    pub(crate) fn finish(mut self, sink: &mut Sink) -> Lines {
        let is_told = !self.version.is_missing();
        if is_told && self.tenants.is_empty() {
            self.part(&Field::default());
        }
        for (at, spans) in self.facts.iter().filter(|(_, spans)| 1 < spans.len()) {
            for span in spans {
                sink.report(Code::Redefined, *span, "the facts of the tenant are told twice");
            }
            if let Some((_, Part { document, .. })) = self.tenants.get_index_mut(*at) {
                document.facts = Field::malformed(document.facts.span());
            }
        }
        let mut parts: Vec<Part> = self.tenants.into_values().collect();
        parts.iter_mut().for_each(|part| part.plain.settle());
        for part in parts.iter_mut().filter(|_| is_told) {
            part.document.bailiwick = self.version.clone();
        }
        Lines { parts, runs: self.runs }
    }
}

/// A tenant by a borrowed name.
struct Whose<'a>(Option<&'a str>);

impl Hash for Whose<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl Equivalent<Option<String>> for Whose<'_> {
    fn equivalent(&self, key: &Option<String>) -> bool {
        self.0 == key.as_deref()
    }
}

/// Moves what a program told to the text of an index.
fn place_in(index: u32, document: &mut Document) {
    for scope in document.scopes.value_mut().into_iter().flatten() {
        scope.place_in(index);
        let Some(Scope { path, id, kind }) = scope.value_mut() else { continue };
        [path, id, kind].into_iter().for_each(|field| field.place_in(index));
    }
    for group in document.groups.value_mut().into_iter().flatten() {
        group.place_in(index);
        let Some(Group { name, members, .. }) = group.value_mut() else { continue };
        name.place_in(index);
        members.place_in(index);
        members.value_mut().into_iter().flatten().for_each(|member| member.place_in(index));
    }
}

const VERSION: &str = "bailiwick";

/// What an entry is called that may be anything.
const UNREADABLE: &str = "unreadable";

/// The longest line, in bytes.
pub(crate) const LINE_BYTES_MAX: usize = 64 * 1024;
