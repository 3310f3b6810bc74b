//! Documents to a model: the one step from what is written to what is meant.
//!
//! All documents are read together and their order never matters. Every finding is reported; what a finding
//! refuses depends on where it stands: a policy is refused whole, a directory refuses its tenant, a feed is
//! taken entry by entry.

mod catalogue;
mod condition;
mod cycles;
mod fates;
mod ids;
mod kinds;
mod lint;
mod lookup;
mod people;
mod placements;
mod plain;
mod plain_rules;
mod restrictions;
mod roles;
mod rules;
mod scopes;
mod tenant;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(crate) use condition::resolve as resolve_condition;
pub(crate) use cycles::finishing_order;
pub(crate) use fates::{Fates, Note};

use crate::diagnostic::{BadLines, Code, Sink};
use crate::document::{Document, Field, Part, Plain};
use crate::model::Model;
use crate::span::Span;

/// What a set of documents came to.
#[derive(Debug)]
pub(crate) struct Resolved {
    /// The model, unless the policy is refused.
    pub(crate) model: Option<Model>,
    /// Tenants whose directory is refused.
    pub(crate) refused: Vec<String>,
    /// What became of the entries of feeds.
    pub(crate) fates: Fates,
}

/// Resolves documents. `sink` holds what the readers found, on `bad_lines`, and takes what is found here.
pub(crate) fn resolve(parts: Vec<Part>, bad_lines: &BadLines, sink: &mut Sink) -> Resolved {
    let (documents, mut plain): (Vec<Document>, Vec<Plain>) =
        parts.into_iter().map(|Part { document, plain }| (document, plain)).unzip();
    let documents = documents.as_slice();
    let unread = Unread { lines: bad_lines };
    check_format(documents, sink);
    let (catalogue, n_errors) = sink.part(|sink| catalogue::resolve(documents, sink));
    let is_refused =
        0 < n_errors || documents.iter().any(|document| has_catalogue(document) && unread.has_errors(document));

    let mut tenants = Vec::new();
    let mut refused = Vec::new();
    let mut fates = Fates::default();
    let is_lonely = report_no_policy(documents, sink);
    let directories = if is_lonely { BTreeMap::new() } else { by_tenant(documents, sink) };
    let is_blind = documents
        .iter()
        .any(|document| has_directory(document) && !document.is_feed && document.tenant.value().is_none());
    for (name, parts) in &directories {
        let own = parts.iter().map(|at| plain.get_mut(*at).map(std::mem::take).unwrap_or_default()).collect();
        let parts: Vec<&Document> = parts.iter().filter_map(|at| documents.get(*at)).collect();
        let ((tenant, found), _) = sink.part(|sink| tenant::resolve(name, &parts, own, &catalogue, &unread, sink));
        fates.absorb(found);
        match tenant {
            Some(tenant) => tenants.push(tenant),
            None => refused.push(name.clone()),
        }
    }
    close_for_nameless(documents, &mut tenants, &mut fates);
    let model = (!is_refused && !is_blind && !is_lonely).then(|| Model { catalogue: Arc::new(catalogue), tenants });
    // Where errors are left out, warnings would be too.
    if let Some(model) = model.as_ref().filter(|_| !sink.is_full()) {
        lint::warn(documents, model, sink);
    }
    Resolved { model, refused, fates }
}

/// Reports documents of another format, each place once.
fn check_format(documents: &[Document], sink: &mut Sink) {
    let mut told: BTreeSet<Span> = BTreeSet::new();
    for field in documents.iter().filter(|document| is_other_format(document)).map(|document| &document.bailiwick) {
        // A malformed version was reported by the reader.
        if let Some(version) = field.value().filter(|_| told.insert(field.span())) {
            let message = format!("format version `{version}` is not known");
            sink.report_help(Code::FormatVersion, field.span(), message, "this release reads version 1");
        }
    }
}

/// Returns whether a document is of a format that this release does not know.
fn is_other_format(document: &Document) -> bool {
    let field = &document.bailiwick;
    field.is_malformed() || field.value().is_some_and(|version| *version != 1)
}

/// Reports a directory that no policy was given beside; returns whether there is one.
fn report_no_policy(documents: &[Document], sink: &mut Sink) -> bool {
    let directory = documents.iter().find(|document| has_directory(document));
    let Some(directory) = directory.filter(|_| !documents.iter().any(has_catalogue)) else { return false };
    let help = "read the policy together with it: kinds and roles are declared there";
    sink.report_help(Code::NoPolicy, directory.tenant.span(), "the directory has no policy beside it", help);
    true
}

/// Where the readers found errors.
pub(crate) struct Unread<'a> {
    lines: &'a BadLines,
}

impl<'a> Unread<'a> {
    /// Returns the lines of a document on which errors stand. A document that a program built was not read.
    pub(crate) fn lines(&self, document: &Document) -> &'a [(u32, u32)] {
        document.number.map_or(&[], |number| self.lines.of(number))
    }

    /// Returns whether nobody can say what a document means.
    fn has_errors(&self, document: &Document) -> bool {
        !self.lines(document).is_empty() || is_other_format(document)
    }
}

/// Returns whether a document holds a part of the policy.
fn has_catalogue(document: &Document) -> bool {
    let Document { policy, scope_kinds, axes, actions, kinds, attributes, roles, matrix, .. } = document;
    let Document { table, qualifiers, delegation, restrictions, .. } = document;
    let named = !policy.is_missing() || !scope_kinds.is_missing() || !axes.is_missing() || !actions.is_missing();
    let declares = !kinds.is_missing() || !attributes.is_missing() || !roles.is_missing() || !matrix.is_missing();
    let rules =
        !table.is_missing() || !qualifiers.is_missing() || !delegation.is_missing() || !restrictions.is_missing();
    named || declares || rules
}

/// Returns whether a document holds a part of a directory.
fn has_directory(document: &Document) -> bool {
    let Document { tenant, facts, clusters, scopes, users, apps, groups, .. } = document;
    let Document { deleted_subjects, custom_roles, disabled_roles, access_rules, deny_rules, .. } = document;
    let places = !tenant.is_missing() || !facts.is_missing() || !clusters.is_missing() || !scopes.is_missing();
    let people = !users.is_missing() || !apps.is_missing() || !groups.is_missing() || !deleted_subjects.is_missing();
    let roles = !custom_roles.is_missing() || !disabled_roles.is_missing();
    places || people || roles || !access_rules.is_missing() || !deny_rules.is_missing()
}

/// Sorts the positions of the directory parts by tenant; reports those that name none.
fn by_tenant(documents: &[Document], sink: &mut Sink) -> BTreeMap<String, Vec<usize>> {
    let mut tenants: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, document) in documents.iter().enumerate() {
        if !has_directory(document) {
            continue;
        }
        match document.tenant.value() {
            Some(name) => {
                tenants.entry(name.clone()).or_default().push(at);
            }
            None if document.tenant.is_missing() && !document.is_feed => {
                let line = document.number.map_or(0, |_| 1);
                let span = Span { document: document.number.unwrap_or(0), line, column: line, length: 0 };
                let help = "add `tenant: NAME` at the top: scopes, subjects and rules belong to one tenant";
                sink.report_help(Code::MissingKey, span, "this directory names no `tenant`", help);
            }
            None => {}
        }
    }
    tenants
}

/// Closes every tenant of a feed in which something that takes away, or may, names no tenant: nobody knows from whom.
fn close_for_nameless(documents: &[Document], tenants: &mut [crate::model::Tenant], fates: &mut Fates) {
    let nameless = |document: &&Document| document.is_feed && document.tenant.value().is_none();
    let mut feeds: BTreeMap<Option<u32>, Vec<Span>> = BTreeMap::new();
    for document in documents.iter().filter(nameless) {
        let taking = taking(document);
        if !taking.is_empty() {
            feeds.entry(document.number).or_default().extend(taking);
        }
    }
    for document in documents.iter().filter(|document| document.is_feed) {
        let Some((spans, tenant)) = feeds.get(&document.number).zip(document.tenant.value()) else { continue };
        for tenant in tenants.iter_mut().filter(|other| other.name == *tenant) {
            tenant.is_closed = true;
            spans.iter().take(CLOSINGS_TOLD_MAX).for_each(|span| fates.close(&tenant.name, *span));
        }
    }
    fates.nameless.extend(feeds.into_values().flatten().filter(|span| span.is_known()));
    fates.nameless.sort_unstable();
}

/// Returns the entries of a feed that take something away, or may.
fn taking(document: &Document) -> Vec<Span> {
    fn spans<T>(field: &Field<Vec<Field<T>>>) -> impl Iterator<Item = Span> {
        field.value().into_iter().flatten().map(Field::span)
    }
    fn disables<T>(field: &Field<T>, disabled: impl Fn(&T) -> &Field<bool>) -> bool {
        let disabled = field.value().map(disabled);
        disabled.is_none_or(|disabled| disabled.is_malformed() || disabled.value() == Some(&true))
    }
    let users = document.users.value().into_iter().flatten();
    let apps = document.apps.value().into_iter().flatten();
    let mut found = document.unreadable.clone();
    found.extend(spans(&document.deny_rules).chain(spans(&document.disabled_roles)));
    found.extend(spans(&document.deleted_subjects).chain(spans(&document.withdrawn)));
    found.extend(users.filter(|user| disables(user, |user| &user.disabled)).map(Field::span));
    found.extend(apps.filter(|app| disables(app, |app| &app.disabled)).map(Field::span));
    found.sort_unstable();
    found
}

/// How many entries of a feed are told that closed a tenant without naming it.
const CLOSINGS_TOLD_MAX: usize = 20;
