//! What became of each entry of the feeds.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::diagnostic::{ClosedTenant, Fate, FeedEntry, FeedReport, Place};
use crate::document::Run;
use crate::model::{Fates, Model};
use crate::span::Span;

/// What stands on which line of a feed.
pub(super) struct Entries {
    pub(super) text: u32,
    /// By the position of the part.
    pub(super) tenants: Vec<Option<String>>,
    pub(super) runs: Vec<Run>,
}

/// Tells what became of each entry.
pub(super) fn feed_report(
    feeds: &[Entries],
    bad_lines: &BTreeMap<u32, BTreeSet<u32>>,
    fates: &Fates,
    model: &Model,
    names: &[Arc<str>],
) -> FeedReport {
    let mut report = FeedReport::default();
    let none = BTreeSet::new();
    for Entries { text, tenants, runs } in feeds {
        let bad = bad_lines.get(text).unwrap_or(&none);
        for run in runs {
            let tenant = usize::try_from(run.part).ok().and_then(|part| tenants.get(part)?.as_deref());
            let lines = run.line..run.line.saturating_add(run.n_lines);
            let noted = fates.by_line.range((*text, lines.start)..(*text, lines.end)).map(|((_, line), _)| *line);
            let mut told: Vec<u32> = match tenant {
                Some(_) => noted.chain(bad.range(lines).copied()).collect(),
                None => lines.collect(),
            };
            told.sort_unstable();
            told.dedup();
            let n_told = u32::try_from(told.len()).unwrap_or(u32::MAX);
            report.count(run.kind(), Fate::Taken, run.n_lines.saturating_sub(n_told));
            for line in told {
                let span = Span { document: *text, line, column: 1, length: 0 };
                let note = fates.by_line.get(&(*text, line));
                let is_closing = tenant.is_none()
                    && fates.nameless.binary_search_by_key(&(*text, line), |span| (span.document, span.line)).is_ok();
                // What names no tenant cannot be taken, nor what the reader found bad.
                let fate = if is_closing { Fate::Closing } else { note.map_or(Fate::LeftOut, |note| note.fate) };
                report.add(run.kind(), fate, || {
                    Some(FeedEntry {
                        kind: run.kind(),
                        tenant: tenant.map(str::to_owned),
                        id: note.and_then(|note| note.id.clone()),
                        fate,
                        place: Place::of(span, names)?,
                        by: note.and_then(|note| note.by).and_then(|span| Place::of(span, names)),
                    })
                });
            }
        }
    }
    for tenant in model.tenants.iter().filter(|tenant| tenant.is_closed) {
        let spans = fates.closings.get(&tenant.name).into_iter().flatten();
        let by = spans.filter_map(|span| Place::of(*span, names)).collect();
        report.closed.push(ClosedTenant { tenant: tenant.name.clone(), by });
    }
    report
}
