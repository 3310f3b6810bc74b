//! What becomes of the entries of feeds, by the lines on which they stand.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::Fate;
use crate::span::Span;

/// The fates of entries that are not simply taken. Entries that a program built stand nowhere and have none.
#[derive(Debug, Default)]
pub(crate) struct Fates {
    /// By document and line.
    pub(crate) by_line: BTreeMap<(u32, u32), Note>,
    /// What closed each tenant.
    pub(crate) closings: BTreeMap<String, BTreeSet<Span>>,
    /// Entries without a tenant that closed every tenant of their feed, sorted; they have no note.
    pub(crate) nameless: Vec<Span>,
}

/// The fate of one entry.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) fate: Fate,
    /// The id of the rule.
    pub(crate) id: Option<String>,
    /// The entry that counts instead, or that withdraws it.
    pub(crate) by: Option<Span>,
}

impl Fates {
    /// Takes note of an entry; of several fates the worst counts.
    pub(crate) fn note(&mut self, span: Span, note: Note) {
        if !span.is_known() {
            return;
        }
        let place = (span.document, span.line);
        if self.by_line.get(&place).is_none_or(|known| known.fate < note.fate) {
            self.by_line.insert(place, note);
        }
    }

    /// Takes note of an entry that closes a tenant.
    pub(crate) fn close(&mut self, tenant: &str, span: Span) {
        self.note(span, Note { fate: Fate::Closing, id: None, by: None });
        if !span.is_known() {
            return;
        }
        let closings = self.closings.entry(tenant.to_owned()).or_default();
        if closings.len() < CLOSINGS_KEPT_MAX {
            closings.insert(span);
        }
    }

    /// Takes over the fates of another part of the work.
    pub(crate) fn absorb(&mut self, other: Self) {
        self.by_line.extend(other.by_line);
        self.nameless.extend(other.nameless);
        for (tenant, spans) in other.closings {
            self.closings.entry(tenant).or_default().extend(spans);
        }
    }
}

/// The most entries that are kept of those that closed one tenant.
const CLOSINGS_KEPT_MAX: usize = 100;
