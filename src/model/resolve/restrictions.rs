//! Restrictions: denies for everybody.

use indexmap::IndexMap;

use super::condition;
use super::kinds::gate;
use super::lookup::{entries, find_in, name_of};
use super::roles::{Permits, cell};
use crate::diagnostic::{Code, Sink};
use crate::document::{self, Document, Field, KindSet};
use crate::model::catalogue::{Catalogue, Requirement, Restriction};
use crate::name::show;
use crate::span::Span;

/// Resolves the restrictions.
pub(crate) fn resolve(documents: &[Document], catalogue: &Catalogue, sink: &mut Sink) -> IndexMap<String, Restriction> {
    let mut resolved = IndexMap::new();
    for (name, span, field) in entries("restriction", documents, |document| &document.restrictions, sink) {
        name_of("restriction", &Field::at(name.to_owned(), span), sink);
        let Some(written) = field.value() else { continue };
        let kinds = kinds(name, span, &written.kinds, catalogue, sink);
        let actions = actions(name, span, written, catalogue, sink);
        if let Some(requirement) = requirement(name, span, written, catalogue, sink) {
            resolved.insert(name.to_owned(), Restriction { kinds, actions, requirement });
        }
    }
    resolved
}

/// The kinds that a restriction covers.
fn kinds(name: &str, span: Span, field: &Field<KindSet>, catalogue: &Catalogue, sink: &mut Sink) -> Vec<usize> {
    match field.value() {
        Some(KindSet::Star(text)) if text == "*" => (0..catalogue.kinds.len()).collect(),
        Some(KindSet::Star(text)) => {
            let message = format!("`{}` is no list of resource kinds", show(text));
            sink.report_help(Code::WrongType, field.span(), message, "write `[kind, ...]`, or \"*\" for all kinds");
            Vec::new()
        }
        Some(KindSet::Listed(listed)) => {
            if listed.is_empty() {
                sink.report(Code::InvalidSection, field.span(), format!("restriction `{}` covers no kind", show(name)));
            }
            let found = listed
                .iter()
                .filter_map(|kind| find_in("resource kind", Code::UnknownKind, kind, &catalogue.kinds, sink));
            found.collect()
        }
        None => {
            if field.is_missing() {
                sink.report(Code::MissingKey, span, format!("restriction `{}` has no `kinds`", show(name)));
            }
            Vec::new()
        }
    }
}

/// The actions that a restriction covers.
fn actions(name: &str, span: Span, written: &document::Restriction, catalogue: &Catalogue, sink: &mut Sink) -> u64 {
    if written.actions.is_missing() {
        sink.report(Code::MissingKey, span, format!("restriction `{}` has no `actions`", show(name)));
    }
    let n_errors = sink.n_errors();
    let Permits { actions, .. } = cell(&written.actions, Permits::UNQUALIFIED, catalogue, sink);
    let is_read = written.actions.value().is_some() && sink.n_errors() == n_errors;
    if actions == 0 && is_read {
        sink.report(
            Code::InvalidSection,
            written.actions.span(),
            format!("restriction `{}` covers no action", show(name)),
        );
    }
    actions
}

/// What a restriction asks: exactly one of three.
fn requirement(
    name: &str,
    span: Span,
    written: &document::Restriction,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Requirement> {
    let given = [!written.when.is_missing(), !written.unless.is_missing(), !written.requires.is_missing()];
    if given.iter().filter(|is_given| **is_given).count() != 1 {
        let message = format!("restriction `{}` needs exactly one of `when`, `unless` and `requires`", show(name));
        sink.report(Code::Ambiguous, span, message);
    }
    let when = condition::resolve(&written.when, catalogue, sink).map(Requirement::When);
    let unless = condition::resolve(&written.unless, catalogue, sink).map(Requirement::Unless);
    let gate = gate(&written.requires, catalogue.topology, sink).map(Requirement::Gate);
    when.or(unless).or(gate)
}
