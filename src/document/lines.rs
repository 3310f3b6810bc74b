//! JSON Lines: a feed of entries, each taken by itself, grouped into one document a tenant.
//!
//! Whatever cannot be told apart from a deny counts as one: it stands in [`Document::unreadable`].

use indexmap::IndexMap;
use serde::Deserialize;

use crate::diagnostic::{Code, Sink};
use crate::document::decode::{decode, unknown_key};
use crate::document::tree::{Entry, Node, Value};
use crate::document::yaml::{self, Source};
use crate::document::{App, Cell, Document, Field, Gate, Group, Role, Table, User};
use crate::name;
use crate::span::Span;

/// Reads a feed; findings go to `sink`.
///
/// Entries whose tenant cannot be read are in a document without a tenant. Of an entry with a finding nothing is
/// left but a malformed field; a user or app keeps its name, with a malformed `disabled`, and a group keeps its
/// name, with malformed `members`. Where only `roles` and `organizations` are bad, they alone are malformed.
pub(crate) fn read_lines(text: &str, document: u32, sink: &mut Sink) -> Lines {
    let mut feed = Feed { document, ..Feed::default() };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (lines_before, line) in (0..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        if !line.trim_ascii().is_empty() {
            // Findings of a line are counted by themselves: they say whether the entry is good.
            let mut own = sink.part();
            feed.line(line, lines_before, &mut own);
            sink.absorb(own);
        }
    }
    feed.finish(sink)
}

/// A feed as read.
#[derive(Default)]
pub(crate) struct Lines {
    /// One document a tenant, and one for entries whose tenant cannot be read.
    pub(crate) documents: Vec<Document>,
    /// What stands on which line.
    pub(crate) entries: Vec<Line>,
}

/// An entry of a feed.
#[derive(Clone, Copy)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) line: u32,
    /// The key that says what it is, or [`UNREADABLE`].
    pub(crate) kind: &'static str,
    /// The position of its document.
    pub(crate) document: usize,
}

#[derive(Default)]
struct Feed {
    document: u32,
    version: Field<i64>,
    /// By tenant; `None` for entries whose tenant cannot be read.
    documents: IndexMap<Option<String>, Document>,
    entries: Vec<Line>,
    /// Where the facts of each document stand.
    facts: IndexMap<usize, Vec<Span>>,
    n_lines: usize,
}

impl Feed {
    fn line(&mut self, line: &str, lines_before: u32, sink: &mut Sink) {
        self.n_lines = self.n_lines.saturating_add(1);
        let place = Span { document: self.document, line: lines_before.saturating_add(1), column: 1, length: 0 };
        if LINE_BYTES_MAX < line.len() {
            sink.report_help(Code::Limit, place, "the line is longer than 64 KiB", "write one entry a line");
            return self.unreadable(None, place);
        }
        if !line.trim_ascii_start().starts_with('{') {
            sink.report_help(Code::Syntax, place, "the line is not a JSON object", "write one entry a line");
            return self.unreadable(None, place);
        }
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
            [Entry { key, value }] if self.n_lines == 1 && key.text() == Some(VERSION) => {
                self.version = decode(value, sink).unwrap_or_default();
            }
            entries => self.entry(entries, place, sink),
        }
    }

    /// Takes one entry to its tenant.
    fn entry(&mut self, entries: &[Entry<'_>], place: Span, sink: &mut Sink) {
        // That nobody knows whose the entry is does not make what it says bad.
        let mut own = sink.part();
        let tenant: Field<String> = match entries.iter().find(|entry| entry.key.text() == Some(TENANT)) {
            Some(entry) => tenant_of(&entry.value, &mut own),
            None => {
                own.report(Code::MissingKey, place, "key `tenant` is missing");
                Field::default()
            }
        };
        self.content(tenant, entries, place, sink);
        sink.absorb(own);
    }

    fn content(&mut self, tenant: Field<String>, entries: &[Entry<'_>], place: Span, sink: &mut Sink) {
        let Some((kind, node)) = content(entries, place, sink) else { return self.unreadable(Some(tenant), place) };
        take(kind, node, self.tenant(Some(tenant), kind, place), sink);
        if let Some(Line { document, .. }) = self.entries.last().filter(|_| kind == FACTS) {
            self.facts.entry(*document).or_default().push(node.span);
        }
    }

    /// Takes note of an entry that may be anything.
    fn unreadable(&mut self, tenant: Option<Field<String>>, place: Span) {
        self.tenant(tenant, UNREADABLE, place).unreadable.push(place);
    }

    /// Returns the document of an entry's tenant, and counts the entry.
    fn tenant(&mut self, tenant: Option<Field<String>>, kind: &'static str, place: Span) -> &mut Document {
        let tenant = tenant.unwrap_or_default();
        let slot = self.documents.entry(tenant.value().cloned());
        self.entries.push(Line { line: place.line, kind, document: slot.index() });
        let document = slot.or_insert_with(|| Document { is_feed: true, ..Document::default() });
        if document.tenant.is_missing() && tenant.value().is_some() {
            document.tenant = tenant;
        }
        document
    }

    /// Writes the version into every document, so that none escapes it, and drops facts that are told twice: nobody knows
    /// which are meant.
    fn finish(mut self, sink: &mut Sink) -> Lines {
        let is_told = !self.version.is_missing();
        if is_told && self.documents.is_empty() {
            self.documents.insert(None, Document { is_feed: true, ..Document::default() });
        }
        for (document, spans) in self.facts.iter().filter(|(_, spans)| 1 < spans.len()) {
            for span in spans {
                sink.report(Code::Redefined, *span, "the facts of the tenant are told twice");
            }
            if let Some((_, document)) = self.documents.get_index_mut(*document) {
                document.facts = Field::malformed(document.facts.span());
            }
        }
        let mut documents: Vec<Document> = self.documents.into_values().collect();
        for document in documents.iter_mut().filter(|_| is_told) {
            document.bailiwick = self.version.clone();
        }
        Lines { documents, entries: self.entries }
    }
}

/// Returns the tenant of an entry. A malformed name is nobody's: it cannot be told whom the entry concerns.
fn tenant_of(node: &Node<'_>, sink: &mut Sink) -> Field<String> {
    let tenant: Field<String> = decode(node, sink).unwrap_or_default();
    let fault = tenant.value().and_then(|name| name::check_scope(name).err().map(|fault| (name, fault)));
    let Some((name, fault)) = fault else { return tenant };
    sink.report(Code::InvalidName, tenant.span(), format!("tenant `{}` {fault}", name::show(name)));
    Field::malformed(tenant.span())
}

/// Returns what an entry says, beside its tenant: exactly one thing that is known.
///
/// A key that is not known may be a misspelt deny: then the entry says nothing that could be trusted.
fn content<'n, 't>(entries: &'n [Entry<'t>], place: Span, sink: &mut Sink) -> Option<(&'static str, &'n Node<'t>)> {
    let mut found: Vec<(&'static str, &'n Node<'t>)> = vec![];
    let mut is_known = true;
    for Entry { key, value } in entries {
        let written = key.text().unwrap_or_default();
        match KEYS.iter().find(|known| **known == written) {
            Some(&TENANT) => {}
            Some(known) => found.push((known, value)),
            None => {
                unknown_key(key.span, written, &KEYS, sink);
                is_known = false;
            }
        }
    }
    match found.as_slice() {
        [content] => Some(*content).filter(|_| is_known),
        [] if !is_known => None,
        [] => {
            let help = format!("name one of `{}`", KEYS.get(1..).unwrap_or_default().join("`, `"));
            sink.report_help(Code::MissingKey, place, "the entry does not say what it is", help);
            None
        }
        [(first, _), (second, _), ..] => {
            let message = format!("the entry is both `{first}` and `{second}`");
            sink.report_help(Code::Ambiguous, place, message, "write one entry a line");
            None
        }
    }
}

/// Adds what an entry says to the document of its tenant.
fn take(kind: &'static str, node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    match kind {
        FACTS => document.facts = whole(node, sink),
        "cluster" => push(&mut document.clusters, whole(node, sink)),
        "scope" => push(&mut document.scopes, whole(node, sink)),
        "user" => take_user(node, document, sink),
        "app" => take_app(node, document, sink),
        "group" => take_group(node, document, sink),
        "custom_role" => take_role(node, document, sink),
        "disabled_role" => push(&mut document.disabled_roles, telling(node, &mut document.unreadable, sink)),
        "deleted_subject" => push(&mut document.deleted_subjects, telling(node, &mut document.unreadable, sink)),
        "access_rule" => {
            let rule = rule(node, &mut document.ids_of_bad, sink);
            push(&mut document.access_rules, rule);
        }
        "deny_rule" => {
            let rule = rule(node, &mut document.ids_of_bad, sink);
            push(&mut document.deny_rules, rule);
        }
        "withdrawn" => push(&mut document.withdrawn, telling(node, &mut document.unreadable, sink)),
        _ => document.unreadable.push(node.span),
    }
}

/// Reads an entry that is good as a whole or not at all.
fn whole<'n, T: Deserialize<'n>>(node: &'n Node<'_>, sink: &mut Sink) -> Field<T> {
    let value: Field<T> = decode(node, sink).unwrap_or_default();
    if sink.n_errors() == 0 { value } else { Field::malformed(node.span) }
}

/// Reads a rule; of a bad one the id is kept, if all around it can be trusted: another entry may mend it.
fn rule<'n, T: Deserialize<'n>>(node: &'n Node<'_>, ids: &mut Vec<(Span, String)>, sink: &mut Sink) -> Field<T> {
    let is_trusted = sink.n_errors() == 0;
    let rule: Field<T> = whole(node, sink);
    if rule.is_malformed() && is_trusted {
        ids.extend(id_of(node, sink).map(|id| (node.span, id)));
    }
    rule
}

/// Returns the id of a bad rule.
fn id_of(node: &Node<'_>, sink: &Sink) -> Option<String> {
    let Value::Mapping(entries) = &node.value else { return None };
    let id = entries.iter().find(|entry| entry.key.text() == Some("id"))?;
    // What is wrong with it was reported where the rule was read.
    let id: Field<String> = decode(&id.value, &mut sink.part())?;
    id.into_value().filter(|id| name::check(id).is_ok())
}

/// Reads a name that takes something away: where it cannot be read nobody knows from whom.
fn telling(node: &Node<'_>, unreadable: &mut Vec<Span>, sink: &mut Sink) -> Field<String> {
    let name: Field<String> = whole(node, sink);
    if name.is_malformed() {
        unreadable.push(node.span);
    }
    name
}

fn take_user(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let mut user: Field<User> = decode(node, sink).unwrap_or_default();
    if 0 < sink.n_errors() {
        match user.value_mut() {
            Some(user) if user.name.value().is_some() => {
                if !forget_placement(&mut user.roles, &mut user.organizations, node.span, sink) {
                    user.disabled = Field::malformed(node.span);
                }
            }
            // Nobody knows who was perhaps to be disabled.
            _ => return document.unreadable.push(node.span),
        }
    }
    push(&mut document.users, user);
}

fn take_app(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let mut app: Field<App> = decode(node, sink).unwrap_or_default();
    if 0 < sink.n_errors() {
        match app.value_mut() {
            Some(app) if app.name.value().is_some() => {
                if !forget_placement(&mut app.roles, &mut app.organizations, node.span, sink) {
                    app.disabled = Field::malformed(node.span);
                }
            }
            // Nobody knows which was perhaps to be disabled.
            _ => return document.unreadable.push(node.span),
        }
    }
    push(&mut document.apps, app);
}

fn take_group(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let mut group: Field<Group> = decode(node, sink).unwrap_or_default();
    if 0 < sink.n_errors() {
        match group.value_mut() {
            Some(group) if group.name.value().is_some() => {
                if !forget_placement(&mut group.roles, &mut group.organizations, node.span, sink) {
                    group.members = Field::malformed(node.span);
                }
            }
            _ => group = Field::malformed(node.span),
        }
    }
    push(&mut document.groups, group);
}

/// Leaves the roles and organizations of a bad entry out; returns whether nothing else of it is bad.
fn forget_placement(roles: &mut Names, organizations: &mut Names, span: Span, sink: &Sink) -> bool {
    let n_malformed = |names: &Names| match names.value() {
        Some(listed) => listed.iter().filter(|name| name.is_malformed()).count(),
        None => usize::from(names.is_malformed()),
    };
    // Each malformed value is one error.
    let is_alone = sink.n_errors() <= n_malformed(roles).saturating_add(n_malformed(organizations));
    (*roles, *organizations) = (Field::malformed(span), Field::malformed(span));
    is_alone
}

/// A list of names as written.
type Names = Field<Vec<Field<String>>>;

/// A role as a feed writes it: with its name inside.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct NamedRole {
    name: Field<String>,
    title: Field<String>,
    held_at: Field<Vec<Field<String>>>,
    includes: Field<Vec<Field<String>>>,
    permissions: Field<Table<Cell>>,
    requires: Field<Gate>,
}

fn take_role(node: &Node<'_>, document: &mut Document, sink: &mut Sink) {
    let NamedRole { name, title, held_at, includes, permissions, requires } = decode(node, sink).unwrap_or_default();
    if name.is_missing() && sink.n_errors() == 0 {
        sink.report(Code::MissingKey, node.span, "key `name` is missing");
    }
    let name = if name.is_missing() { Field::malformed(node.span) } else { name };
    let role = match sink.n_errors() {
        0 => Field::at(Role { title, held_at, includes, permissions, requires }, node.span),
        _ => Field::malformed(node.span),
    };
    match document.custom_roles.value_mut() {
        Some(Table(roles)) => roles.push((name, role)),
        None => document.custom_roles = Field::at(Table(vec![(name, role)]), node.span),
    }
}

fn push<T>(list: &mut Field<Vec<Field<T>>>, item: Field<T>) {
    match list.value_mut() {
        Some(items) => items.push(item),
        None => {
            let span = item.span();
            *list = Field::at(vec![item], span);
        }
    }
}

const VERSION: &str = "bailiwick";
const TENANT: &str = "tenant";
const FACTS: &str = "facts";

/// The tenant first, then what an entry can be.
const KEYS: [&str; 13] = [
    TENANT,
    FACTS,
    "cluster",
    "scope",
    "user",
    "app",
    "group",
    "deleted_subject",
    "custom_role",
    "disabled_role",
    "access_rule",
    "deny_rule",
    "withdrawn",
];

/// What an entry is called that may be anything.
const UNREADABLE: &str = "unreadable";

/// The longest line, in bytes.
pub(crate) const LINE_BYTES_MAX: usize = 64 * 1024;
