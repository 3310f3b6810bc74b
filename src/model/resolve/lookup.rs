//! Looking names up, with a finding and a suggestion where they are not there.

use std::borrow::Borrow;
use std::collections::{BTreeMap, HashSet};
use std::hash::Hash;

use foldhash::quality::RandomState;
use indexmap::IndexMap;

use crate::diagnostic::{Code, Sink};
use crate::document::{Document, Field, Table};
use crate::model::bit;
use crate::name::{self, show, shown};
use crate::span::Span;
use crate::suggest::closest;

/// Names that texts choose, in no order.
pub(crate) type NameSet = HashSet<String, RandomState>;

/// Returns the position of `name`, or reports that `what` of that name does not exist.
pub(crate) fn find<'a>(
    what: &str,
    code: Code,
    field: &Field<String>,
    known: impl Iterator<Item = &'a str> + Clone,
    sink: &mut Sink,
) -> Option<usize> {
    let name = field.value()?;
    let position = known.clone().position(|candidate| candidate == name);
    if position.is_none() {
        unknown(what, code, name, field.span(), known, sink);
    }
    position
}

/// Like [`find`], in a table with look-up by name.
pub(crate) fn find_in<K: Borrow<str> + Eq + Hash, V>(
    what: &str,
    code: Code,
    field: &Field<String>,
    known: &IndexMap<K, V>,
    sink: &mut Sink,
) -> Option<usize> {
    let name = field.value()?;
    let position = known.get_index_of(name.as_str());
    if position.is_none() {
        unknown(what, code, name, field.span(), known.keys().map(Borrow::borrow), sink);
    }
    position
}

/// Like [`find`], in a table of positions by name.
pub(crate) fn lookup<K: Borrow<str> + Ord>(
    what: &str,
    code: Code,
    field: &Field<String>,
    known: &BTreeMap<K, usize>,
    sink: &mut Sink,
) -> Option<usize> {
    let name = field.value()?;
    let position = known.get(name.as_str()).copied();
    if position.is_none() {
        unknown(what, code, name, field.span(), known.keys().map(Borrow::borrow), sink);
    }
    position
}

/// Reports that `what` of a name does not exist.
#[cold]
pub(crate) fn unknown<'a>(
    what: &str,
    code: Code,
    name: &str,
    span: Span,
    known: impl Iterator<Item = &'a str>,
    sink: &mut Sink,
) {
    let message = format_args!("{what} `{}` is not defined", shown(name));
    let mut n_compared = 0_usize;
    let compared = known.take(sink.n_comparisons()).inspect(|_| n_compared = n_compared.saturating_add(1));
    let similar = closest(name, compared);
    sink.compared(n_compared);
    match similar {
        Some(similar) => {
            let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
            let help = format!("{article} {what} with a similar name exists: `{}`", show(similar));
            sink.report_help(code, span, message, help);
        }
        None => sink.report(code, span, message),
    }
}

/// Checks a name; reports it where it is none.
pub(crate) fn name_of<'a>(what: &str, field: &'a Field<String>, sink: &mut Sink) -> Option<&'a str> {
    let text = field.value()?;
    match name::check(text) {
        Ok(()) => Some(text),
        Err(fault) => {
            sink.report(Code::InvalidName, field.span(), format!("{what} `{}` {fault}", show(text)));
            None
        }
    }
}

/// Like [`name_of`], for a field that must be there; `owner` is where its absence is reported.
pub(crate) fn required_name<'a>(
    what: &str,
    key: &str,
    field: &'a Field<String>,
    owner: Span,
    sink: &mut Sink,
) -> Option<&'a str> {
    if field.is_missing() {
        sink.report(Code::MissingKey, owner, format!("the {what} has no `{key}`"));
    }
    name_of(what, field, sink)
}

/// Returns the mask of a list of scope kinds, or nothing where the list was left out.
pub(crate) fn scope_kind_mask(
    field: &Field<Vec<Field<String>>>,
    scope_kinds: &IndexMap<String, Option<usize>>,
    sink: &mut Sink,
) -> Option<u64> {
    let listed = field.value()?;
    if listed.is_empty() {
        sink.report_help(
            Code::InvalidSection,
            field.span(),
            "the list of scope kinds is empty",
            "leave the key out for any scope kind",
        );
    }
    let mut mask = 0;
    for entry in listed {
        mask |= find_in("scope kind", Code::UnknownScopeKind, entry, scope_kinds, sink).map_or(0, bit);
    }
    Some(mask)
}

/// Returns the named entries of one section over all documents, each name once; reports the later ones.
pub(crate) fn entries<'a, V>(
    what: &str,
    documents: &'a [Document],
    section: impl Fn(&'a Document) -> &'a Field<Table<V>>,
    sink: &mut Sink,
) -> Vec<(&'a str, Span, &'a Field<V>)> {
    let mut found: IndexMap<&str, (Span, &Field<V>)> = IndexMap::new();
    let tables = documents.iter().filter_map(|document| section(document).value());
    for (key, value) in tables.flat_map(|table| &table.0) {
        let Some(name) = key.value() else { continue };
        if found.contains_key(name.as_str()) {
            sink.report(Code::Redefined, key.span(), format!("{what} `{}` is defined twice", show(name)));
        } else {
            found.insert(name, (key.span(), value));
        }
    }
    found.into_iter().map(|(name, (span, value))| (name, span, value)).collect()
}

/// Returns the one document's section that is present; reports the later ones.
pub(crate) fn single<'a, V>(
    what: &str,
    documents: &'a [Document],
    section: impl Fn(&'a Document) -> &'a Field<V>,
    sink: &mut Sink,
) -> Option<&'a Field<V>> {
    let mut present = documents.iter().map(section).filter(|field| !field.is_missing());
    let first = present.next();
    for field in present {
        sink.report(Code::Redefined, field.span(), format!("`{what}` is given twice"));
    }
    first
}
