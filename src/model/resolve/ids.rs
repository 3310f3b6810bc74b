//! Which rules count: of those that bear one id, and of those that say the same.
//!
//! A feed is a set of entries. Of a bad entry and a good one of the same id the good one counts, and mends the bad one; an
//! id that is withdrawn takes all its entries out; of good entries of one id that differ nobody knows which is meant.

use std::collections::hash_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

use super::fates::Note;
use super::tenant::{Intake, Origin};
use crate::diagnostic::{Code, Fate, Sink};
use crate::document::Field;
use crate::model::directory::{AccessRule, Denied, DenyRule, Extent, Subject};
use crate::name::{self, show};
use crate::span::Span;

/// A rule as it came.
pub(crate) struct Entry<R> {
    origin: Origin,
    span: Span,
    /// The id, where it can be trusted, and where it stands.
    id: Option<(String, Span)>,
    /// Nothing where it is bad.
    rule: Option<R>,
}

/// The withdrawn ids, and the entry that withdraws each.
pub(crate) type Withdrawn = BTreeMap<String, (Origin, Span)>;

/// Takes the ids that feeds withdraw.
pub(crate) fn withdrawn(intake: &mut Intake<'_>) -> Withdrawn {
    let mut withdrawn = Withdrawn::new();
    for (origin, field) in intake.entries(|document| &document.withdrawn) {
        let (id, is_bad) = intake.take(origin, field.span(), |sink| super::lookup::name_of("id", field, sink));
        match id.filter(|_| !is_bad) {
            Some(id) => {
                withdrawn.entry(id.to_owned()).or_insert((origin, field.span()));
            }
            // Nobody knows which rule is to give nothing any more.
            None => intake.close(field.span()),
        }
    }
    withdrawn
}

/// Reads rules one by one, but for those that are withdrawn.
pub(crate) fn read<W, R>(
    intake: &mut Intake<'_>,
    entries: Vec<(Origin, &Field<W>)>,
    withdrawn: &Withdrawn,
    id_of: impl Fn(&W) -> &Field<String>,
    mut resolve: impl FnMut(&Field<W>, &mut Sink) -> Option<R>,
) -> Vec<Entry<R>> {
    let mut read = Vec::with_capacity(entries.len());
    for (origin, field) in entries {
        let span = field.span();
        let id = match field.value().map(&id_of) {
            Some(id) => id.value().filter(|text| name::check(text).is_ok()).map(|text| (text.clone(), id.span())),
            None => intake.id_of_bad(origin, span).map(|id| (id.to_owned(), span)),
        };
        let withdrawn = id.as_ref().and_then(|(id, _)| withdrawn.get(id)).copied();
        match withdrawn {
            Some((_, by)) if origin.is_feed => {
                let id = id.map(|(id, _)| id);
                intake.note(span, Note { fate: Fate::Withdrawn, id, by: Some(by) });
                continue;
            }
            // A feed does not change what people wrote.
            Some((withdrawal, by)) => {
                let id = show(id.as_ref().map_or("", |(id, _)| id));
                let message = format!("the rule `{id}` is written in a directory, and cannot be withdrawn by a feed");
                intake.take(withdrawal, by, |sink| sink.report(Code::Redefined, by, message));
            }
            None => {}
        }
        let (rule, is_bad) = intake.judge(origin, span, |sink| resolve(field, sink));
        read.push(Entry { origin, span, id, rule: rule.filter(|_| !is_bad) });
    }
    read
}

/// What the good entries of one id say.
pub(crate) struct Meaning {
    /// The first of them.
    place: Span,
    /// Whether all say the same.
    is_sure: bool,
}

/// Returns what is meant by each id.
pub(crate) fn meanings(allows: &[Entry<AccessRule>], denies: &[Entry<DenyRule>]) -> BTreeMap<String, Meaning> {
    let allows = allows.iter().filter_map(|entry| {
        let rule = entry.rule.as_ref()?;
        Some((&entry.id, entry.span, Said::Allow(&rule.subject, rule.role, &rule.extent)))
    });
    let denies = denies.iter().filter_map(|entry| {
        let rule = entry.rule.as_ref()?;
        Some((&entry.id, entry.span, Said::Deny(&rule.subject, &rule.denied, &rule.extent)))
    });
    let mut first: BTreeMap<&str, (Said<'_>, Meaning)> = BTreeMap::new();
    for (id, span, said) in allows.chain(denies) {
        let Some((id, _)) = id else { continue };
        match first.get_mut(id.as_str()) {
            Some((known, meaning)) => {
                meaning.is_sure &= *known == said;
                meaning.place = meaning.place.min(span);
            }
            None => {
                first.insert(id, (said, Meaning { place: span, is_sure: true }));
            }
        }
    }
    first.into_iter().map(|(id, (_, meaning))| (id.to_owned(), meaning)).collect()
}

/// What a rule says, but for its id.
#[derive(PartialEq)]
enum Said<'a> {
    Allow(&'a Subject, usize, &'a Extent),
    Deny(&'a Subject, &'a Denied, &'a Extent),
}

/// Leaves out what is bad or not sure; `is_deny` says that the tenant closes for it.
pub(crate) fn settle<R>(
    intake: &mut Intake<'_>,
    entries: &mut [Entry<R>],
    meanings: &BTreeMap<String, Meaning>,
    is_deny: bool,
) {
    for entry in entries {
        let meaning = entry.id.as_ref().and_then(|(id, _)| meanings.get(id));
        match (&entry.rule, meaning, &entry.id) {
            (Some(_), Some(Meaning { is_sure: false, .. }), Some((id, place))) => {
                let message = format!("the id `{}` is given to several rules", show(id));
                intake.judge(entry.origin, entry.span, |sink| sink.report(Code::Redefined, *place, message));
                entry.rule = None;
            }
            (Some(_), ..) => continue,
            (None, Some(Meaning { is_sure: true, place }), Some((id, _))) if entry.origin.is_feed => {
                mended(intake, entry, id, *place);
                continue;
            }
            (None, ..) => {}
        }
        if is_deny {
            intake.close(entry.span);
        }
        let id = entry.id.as_ref().map(|(id, _)| id.clone());
        intake.leave_out(entry.origin, entry.span, id);
    }
}

/// Reports a bad rule that closes nothing, since a good one of its id is there.
fn mended<R>(intake: &mut Intake<'_>, entry: &Entry<R>, id: &str, by: Span) {
    let is_beside = by.is_known() && by.document == entry.span.document;
    let which = if is_beside { format!("on line {}", by.line) } else { "in another text".to_owned() };
    let message = format!("the rule is bad here, and the well-formed one of the id `{}` {which} counts", show(id));
    intake.judge(entry.origin, entry.span, |sink| sink.report(Code::Mended, entry.span, message));
    intake.note(entry.span, Note { fate: Fate::Mended, id: Some(id.to_owned()), by: Some(by) });
}

/// Returns the rules that are left, each once; those that repeat one are reported.
pub(crate) fn once<R, T: Eq + Hash>(intake: &mut Intake<'_>, entries: Vec<Entry<R>>, said: impl Fn(&R) -> T) -> Vec<R> {
    let mut seen: HashMap<T, (Span, Option<String>)> = HashMap::new();
    let mut left = Vec::with_capacity(entries.len());
    for Entry { origin, span, id, rule } in entries {
        let Some(rule) = rule else { continue };
        let id = id.map(|(id, _)| id);
        match seen.entry(said(&rule)) {
            Slot::Vacant(slot) => {
                slot.insert((span, id));
                left.push(rule);
            }
            Slot::Occupied(slot) => {
                let (first, known) = slot.get();
                repeated(intake, origin, span, *first);
                if *known == id {
                    intake.note(span, Note { fate: Fate::Repeated, id, by: Some(*first) });
                } else {
                    intake.leave_out(origin, span, id);
                }
            }
        }
    }
    left
}

/// Reports a rule that repeats another, and which.
fn repeated(intake: &mut Intake<'_>, origin: Origin, span: Span, first: Span) {
    let is_beside = first.is_known() && first.document == span.document;
    let which = if is_beside { format!("the one on line {}", first.line) } else { "another one".to_owned() };
    let message = format!("the rule says the same as {which}");
    intake.judge(origin, span, |sink| sink.report_help(Code::Duplicate, span, message, "remove one of them"));
}
