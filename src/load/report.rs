//! What became of each entry of the feeds.

use std::iter::Peekable;
use std::sync::Arc;

use crate::diagnostic::{BadLines, ClosedTenant, Fate, FeedCount, FeedEntry, FeedReport, Place};
use crate::document::Run;
use crate::model::{Fates, Model, Note};
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
    bad_lines: &BadLines,
    fates: &Fates,
    model: &Model,
    names: &[Arc<str>],
) -> FeedReport {
    let mut report = FeedReport::default();
    for Entries { text, tenants, runs } in feeds {
        let mut said = Said::of(*text, bad_lines, fates);
        for run in runs {
            let tenant = usize::try_from(run.part).ok().and_then(|part| tenants.get(part)?.as_deref());
            said.run(run, tenant, names, &mut report);
        }
    }
    for tenant in model.tenants.iter().filter(|tenant| tenant.is_closed) {
        let spans = fates.closings.get(&tenant.name).into_iter().flatten();
        let by = spans.filter_map(|span| Place::of(*span, names)).collect();
        report.closed.push(ClosedTenant { tenant: tenant.name.clone(), by });
    }
    report
}

/// What is said of the lines of one text, from the line on that is asked for next: a feed may have a finding on every line.
struct Said<'a, N: Iterator<Item = (u32, &'a Note)>> {
    text: u32,
    /// The lines that have a note.
    notes: Peekable<N>,
    /// The lines that the reader found bad.
    bad: &'a [(u32, u32)],
    /// The entries that close without naming a tenant.
    nameless: &'a [Span],
}

impl<'a> Said<'a, std::iter::Empty<(u32, &'a Note)>> {
    fn of(text: u32, bad_lines: &'a BadLines, fates: &'a Fates) -> Said<'a, impl Iterator<Item = (u32, &'a Note)>> {
        let notes = fates.by_line.range((text, 0)..=(text, u32::MAX)).map(|((_, line), note)| (*line, note));
        let start = fates.nameless.partition_point(|span| span.document < text);
        let end = fates.nameless.partition_point(|span| span.document <= text);
        let nameless = fates.nameless.get(start..end).unwrap_or_default();
        Said { text, notes: notes.peekable(), bad: bad_lines.of(text), nameless }
    }
}

impl<'a, N: Iterator<Item = (u32, &'a Note)>> Said<'a, N> {
    /// Tells what became of the entries of a run, which comes after those that were told before.
    fn run(&mut self, run: &Run, tenant: Option<&str>, names: &[Arc<str>], report: &mut FeedReport) {
        let mut counts = FeedCount::of(run.kind());
        let end = run.line.saturating_add(run.n_lines);
        let (mut line, mut n_told) = (run.line, 0_u32);
        while let Some(told) = self.next(line, tenant).filter(|told| *told < end) {
            let note = self.note(told);
            // What names no tenant cannot be taken, nor what the reader found bad.
            let is_closing = tenant.is_none() && self.is_nameless(told);
            let fate = if is_closing { Fate::Closing } else { note.map_or(Fate::LeftOut, |note| note.fate) };
            counts.add(fate, 1);
            let span = Span { document: self.text, line: told, column: 1, length: 0 };
            report.keep(|| {
                Some(FeedEntry {
                    kind: run.kind(),
                    tenant: tenant.map(str::to_owned),
                    id: note.and_then(|note| note.id.clone()),
                    fate,
                    place: Place::of(span, names)?,
                    by: note.and_then(|note| note.by).and_then(|span| Place::of(span, names)),
                })
            });
            n_told = n_told.saturating_add(1);
            line = told.saturating_add(1);
        }
        counts.add(Fate::Taken, run.n_lines.saturating_sub(n_told));
        report.add(&counts);
    }

    /// Returns the next line, from one on, that was not simply taken; of entries without a tenant none was.
    fn next(&mut self, from: u32, tenant: Option<&str>) -> Option<u32> {
        if tenant.is_none() {
            return Some(from);
        }
        let note = self.note_from(from).map(|(line, _)| line);
        let bad = skip(&mut self.bad, from, |place| place.1).map(|place| place.1);
        note.into_iter().chain(bad).min()
    }

    fn note(&mut self, line: u32) -> Option<&'a Note> {
        self.note_from(line).filter(|(noted, _)| *noted == line).map(|(_, note)| note)
    }

    fn note_from(&mut self, line: u32) -> Option<(u32, &'a Note)> {
        while self.notes.next_if(|(noted, _)| *noted < line).is_some() {}
        self.notes.peek().copied()
    }

    fn is_nameless(&mut self, line: u32) -> bool {
        skip(&mut self.nameless, line, |span| span.line).is_some_and(|span| span.line == line)
    }
}

/// Drops what stands before a line, and returns what is first then.
fn skip<'a, T>(places: &mut &'a [T], line: u32, line_of: impl Fn(&T) -> u32) -> Option<&'a T> {
    while let Some((_, rest)) = places.split_first().filter(|(first, _)| line_of(first) < line) {
        *places = rest;
    }
    places.first()
}
