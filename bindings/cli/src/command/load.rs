//! `load`: what was taken of feeds, what was left out and what closed its tenant.

use std::path::{Path, PathBuf};

use bailiwick::{ClosedTenant, Fate, FeedCount, FeedEntry, FeedReport, Place, Policy};
use serde::Serialize;

use crate::args::LoadArgs;
use crate::command::Form;
use crate::command::table::Table;
use crate::failure::Failure;
use crate::json::{self, FindingShape};
use crate::screen::{Ink, Screen};
use crate::wrap::shown;
use crate::{Answer, finding, policy};

pub(super) fn run(args: &LoadArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    if let Some(path) = args.feeds.iter().find(|path| !is_feed(path)) {
        let path = shown(&path.to_string_lossy());
        return Err(Failure::Message(format!("`{path}` is no feed: feeds end in `.jsonl`")));
    }
    let paths: Vec<PathBuf> = args.files.policies.iter().chain(&args.feeds).cloned().collect();
    let policy = policy::read(&paths, screen)?;
    let report = policy.feed_report();
    let text = match form {
        Form::Json => json::write("load", LoadShape::of(&policy))?,
        Form::Text => text(&policy, screen),
    };
    Ok(Answer { text, is_yes: report.is_complete() && policy.refused_tenants().is_empty() })
}

fn is_feed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"))
}

/// Writes the report for people: the counts, the entries that count for nothing, the findings, and what is closed.
fn text(policy: &Policy, screen: &Screen) -> String {
    let report = policy.feed_report();
    let mut blocks = vec![counts(report).lay_out(screen.width)];
    let is_told = |entry: &&FeedEntry| matches!(entry.fate, Fate::Repeated | Fate::Mended | Fate::Withdrawn);
    blocks.push(report.entries().iter().filter(is_told).map(line).collect());
    blocks.push(finding::render(policy.findings(), screen.out, screen.width));
    let word = screen.out.paint(Ink::Bad, "closed");
    blocks.push(report.closed().iter().map(|closed| format!("{word}: {}\n", closing(closed))).collect());
    let word = screen.out.paint(Ink::Bad, "refused");
    let refused = policy.refused_tenants().iter();
    blocks.push(refused.map(|tenant| format!("{word}: the directory of tenant `{}`\n", shown(tenant))).collect());
    blocks.retain(|block| !block.is_empty());
    blocks.join("\n")
}

/// Returns a table of kinds and fates; fates that no entry has are left out.
fn counts(report: &FeedReport) -> Table {
    let counts = report.counts();
    let is_told = |fate: &Fate| *fate == Fate::Taken || counts.iter().any(|count| 0 < count.n(*fate));
    let fates: Vec<Fate> = Fate::ALL.into_iter().filter(is_told).collect();
    let words = fates.iter().map(|fate| fate.word().replace('_', " "));
    let row = |count: &FeedCount| {
        let numbers = fates.iter().map(|fate| count.n(*fate).to_string());
        std::iter::once(count.kind.to_owned()).chain(numbers).collect()
    };
    Table {
        heading: std::iter::once("entry".to_owned()).chain(words).collect(),
        rows: counts.iter().map(row).collect(),
    }
}

/// Returns what became of an entry, in a line.
fn line(entry: &FeedEntry) -> String {
    let id = entry.id.as_deref().map(|id| format!(" `{}`", shown(id))).unwrap_or_default();
    let by = entry.by.as_ref().map(|by| format!(" by {}", spot(by))).unwrap_or_default();
    format!("{}: {}{id} is {}{by}\n", spot(&entry.place), entry.kind, entry.fate.word())
}

fn closing(closed: &ClosedTenant) -> String {
    let by: Vec<String> = closed.by.iter().map(spot).collect();
    format!("tenant `{}`, and everything denied there, by {}", shown(&closed.tenant), by.join(", "))
}

/// Returns a file and a line.
fn spot(place: &Place) -> String {
    format!("{}:{}", shown(&place.file), place.line)
}

#[derive(Serialize)]
struct LoadShape<'a> {
    counts: Vec<CountShape<'a>>,
    entries: Vec<EntryShape<'a>>,
    closed: Vec<ClosedShape<'a>>,
    refused: &'a [String],
    findings: Vec<FindingShape<'a>>,
}

#[derive(Serialize)]
struct CountShape<'a> {
    kind: &'a str,
    taken: usize,
    repeated: usize,
    mended: usize,
    withdrawn: usize,
    left_out: usize,
    closing: usize,
}

#[derive(Serialize)]
struct EntryShape<'a> {
    kind: &'a str,
    tenant: Option<&'a str>,
    id: Option<&'a str>,
    fate: &'a str,
    file: &'a str,
    line: u32,
    by: Option<SpotShape<'a>>,
}

#[derive(Serialize)]
struct ClosedShape<'a> {
    tenant: &'a str,
    by: Vec<SpotShape<'a>>,
}

#[derive(Serialize)]
struct SpotShape<'a> {
    file: &'a str,
    line: u32,
}

impl<'a> LoadShape<'a> {
    fn of(policy: &'a Policy) -> Self {
        let report = policy.feed_report();
        let spot = |place: &'a Place| SpotShape { file: &place.file, line: place.line };
        let count = |count: &'a FeedCount| CountShape {
            kind: count.kind,
            taken: count.n(Fate::Taken),
            repeated: count.n(Fate::Repeated),
            mended: count.n(Fate::Mended),
            withdrawn: count.n(Fate::Withdrawn),
            left_out: count.n(Fate::LeftOut),
            closing: count.n(Fate::Closing),
        };
        let entry = |entry: &'a FeedEntry| EntryShape {
            kind: entry.kind,
            tenant: entry.tenant.as_deref(),
            id: entry.id.as_deref(),
            fate: entry.fate.word(),
            file: &entry.place.file,
            line: entry.place.line,
            by: entry.by.as_ref().map(spot),
        };
        let closed =
            |closed: &'a ClosedTenant| ClosedShape { tenant: &closed.tenant, by: closed.by.iter().map(spot).collect() };
        Self {
            counts: report.counts().iter().map(count).collect(),
            entries: report.entries().iter().map(entry).collect(),
            closed: report.closed().iter().map(closed).collect(),
            refused: policy.refused_tenants(),
            findings: policy.findings().iter().map(FindingShape::of).collect(),
        }
    }
}
