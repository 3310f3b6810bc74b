//! The goals, beside what was measured: ratios within one run, and absolute figures where a goal is one.

use std::fmt::Write as _;

use crate::format::{ratio, time};
use crate::kept::Size;
use crate::page::fastest_peer;

/// A goal: a figure that is not to exceed a limit, or to reach one.
struct Goal {
    title: &'static str,
    /// The limits at S, M and L; none where nothing is asked.
    limits: [Option<f64>; 3],
    is_at_most: bool,
    tell: fn(f64) -> String,
    /// The figure at a size; the first is S, where the growth is told.
    figure: fn(&Size, &[Size]) -> Option<f64>,
}

/// Returns the table of goals.
pub(crate) fn goals(kept: &[Size]) -> String {
    let mut table = String::from("## Goals\n\nEach figure with its limit; **bold** is one that is missed.\n\n| goal |");
    kept.iter().for_each(|size| _ = write!(table, " {} |", size.letter));
    table.push_str("\n| --- |");
    kept.iter().for_each(|_| table.push_str(" ---: |"));
    table.push('\n');
    for goal in GOALS {
        let cells: Vec<String> = kept.iter().map(|size| cell(goal, size, kept)).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            let _ = writeln!(table, "| {} | {} |", goal.title, cells.join(" | "));
        }
    }
    table.push_str(
        "\nA decision allocates nothing and takes no lock; the tests count that. Why some goals are missed: \
         [performance.md](performance.md).\n\n",
    );
    table
}

fn cell(goal: &Goal, size: &Size, kept: &[Size]) -> String {
    let Some(figure) = (goal.figure)(size, kept) else { return String::new() };
    let told = (goal.tell)(figure);
    let at = ["S", "M", "L"].iter().position(|letter| *letter == size.letter);
    let Some(limit) = at.and_then(|at| goal.limits[at]) else { return told };
    let is_met = if goal.is_at_most { figure <= limit } else { limit <= figure };
    let told = if is_met { told } else { format!("**{told}**") };
    format!("{told} ({} {})", if goal.is_at_most { "≤" } else { "≥" }, (goal.tell)(limit))
}

const HANDLES: &str = "bailiwick-handles";
const STRINGS: &str = "bailiwick-strings";

fn over(size: &Size, one: &str, other: &str) -> Option<f64> {
    Some(size.mean(one)? / size.mean(other)?)
}

fn peer_over(size: &Size, ours: &str) -> Option<f64> {
    Some(fastest_peer(size)?.1 / size.mean(ours)?)
}

fn batch(size: &Size, name: &str) -> Option<f64> {
    size.row(name)?.mid(|figures| figures.uniform.batch)
}

fn threads(size: &Size, name: &str) -> Option<f64> {
    size.row(name)?.mid(|figures| figures.threads)
}

fn found_over(size: &Size, probe: &str, one: &str, other: &str) -> Option<f64> {
    Some(size.found(probe, one)? / size.found(probe, other)?)
}

/// Returns by how much a figure grows from the smallest size.
fn growth(size: &Size, kept: &[Size], name: &str) -> Option<f64> {
    let first = kept.first().filter(|first| first.letter == "S" && first.letter != size.letter)?;
    Some(size.mean(name)? / first.mean(name)?)
}

/// Returns the exponent with which the time of loading grows from the size before.
fn exponent(size: &Size, kept: &[Size], probe: &str) -> Option<f64> {
    let at = kept.iter().position(|other| other.letter == size.letter)?;
    let before = kept.get(at.checked_sub(1)?)?;
    let rules = |size: &Size| crate::rounds::sizes(&size.letter).map(|sizes| f64::from(sizes.rules));
    let time = size.found(probe, "time")? / before.found(probe, "time")?;
    Some(time.ln() / (rules(size)? / rules(before)?).ln())
}

const fn all(limit: f64) -> [Option<f64>; 3] {
    [Some(limit), Some(limit), Some(limit)]
}

const fn at(s: f64, m: f64, l: f64) -> [Option<f64>; 3] {
    [Some(s), Some(m), Some(l)]
}

const fn at_large(limit: f64) -> [Option<f64>; 3] {
    [None, None, Some(limit)]
}

const fn at_most(
    title: &'static str,
    limits: [Option<f64>; 3],
    tell: fn(f64) -> String,
    figure: fn(&Size, &[Size]) -> Option<f64>,
) -> Goal {
    Goal { title, limits, is_at_most: true, tell, figure }
}

const fn at_least(title: &'static str, limits: [Option<f64>; 3], figure: fn(&Size, &[Size]) -> Option<f64>) -> Goal {
    Goal { title, limits, is_at_most: false, tell: ratio, figure }
}

/// Every goal, in the order in which they are told.
const GOALS: &[Goal] = &[
    at_most("handles, over the floor", all(1.25), ratio, |size, _| over(size, HANDLES, "floor-handles")),
    at_least("handles, times faster than the fastest peer", at(150.0, 150.0, 75.0), |size, _| peer_over(size, HANDLES)),
    at_most("strings, over the floor", at(1.0, 1.0, 0.6), ratio, |size, _| over(size, STRINGS, "floor-strings")),
    at_least("strings, times faster than the fastest peer", at(75.0, 75.0, 40.0), |size, _| peer_over(size, STRINGS)),
    at_most("batch of handles, over the floor's batch or single, whichever is less", all(1.0), ratio, |size, _| {
        let floor = batch(size, "floor-handles")?.min(size.mean("floor-handles")?);
        Some(batch(size, HANDLES)? / floor)
    }),
    at_least("batch of handles, times faster than one by one", at_large(2.5), |size, _| {
        Some(size.mean(HANDLES)? / batch(size, HANDLES)?)
    }),
    at_least("batch of strings, times faster than one by one", [None; 3], |size, _| {
        Some(size.mean(STRINGS)? / batch(size, STRINGS)?)
    }),
    at_most("handles, one rule in ten more than plain, over plain", all(1.5), ratio, |size, _| {
        over(size, "bailiwick-handles-rich", HANDLES)
    }),
    at_most("strings, one rule in ten more than plain, over plain", all(1.5), ratio, |size, _| {
        over(size, "bailiwick-strings-rich", STRINGS)
    }),
    at_least("two threads over one, handles, for each second of processor time", all(1.95), |size, _| {
        threads(size, HANDLES)
    }),
    at_least("two threads over one, strings, for each second of processor time", all(1.95), |size, _| {
        threads(size, STRINGS)
    }),
    at_most("load of a million rules by a program", at_large(0.3e9), time, |size, _| {
        size.found("load-api", "time_per_million")
    }),
    at_most("load of a million rules of JSON Lines", at_large(0.55e9), time, |size, _| {
        size.found("load-lines", "time_per_million")
    }),
    at_most("most memory at once over what stays, by a program", at_large(1.5), ratio, |size, _| {
        size.found("load-api", "peak_over_final")
    }),
    at_most("most memory at once over what stays, JSON Lines", at_large(1.5), ratio, |size, _| {
        size.found("load-lines", "peak_over_final")
    }),
    at_most("bytes of memory for each rule, all in", at_large(40.0), ratio, |size, _| {
        size.found("load-lines", "heap_per_rule")
    }),
    at_most(
        "a rule comes or goes for every reader, by the host: median",
        at(500.0, 700.0, 2_000.0),
        time,
        |size, _| size.found("updates", "host_p50"),
    ),
    at_most("... 99 in 100", at_large(20_000.0), time, |size, _| size.found("updates", "host_p99")),
    at_most("a rule comes or goes, an administrator's rights being asked: median", [None; 3], time, |size, _| {
        size.found("updates", "approval_p50")
    }),
    at_most("... 99 in 100", [None; 3], time, |size, _| size.found("updates", "approval_p99")),
    at_most(
        "99 in 100 decisions while 1,000 updates a second are published, over quiet",
        all(2.0),
        ratio,
        |size, _| found_over(size, "live", "busy_p99", "quiet_p99"),
    ),
    at_most("99 in 100 decisions about 100,000 hostile names, over random ones", all(2.0), ratio, |size, _| {
        found_over(size, "hostile", "hostile_p99", "random_p99")
    }),
    at_most("handles, growth from S", at_large(15.0), ratio, |size, kept| growth(size, kept, HANDLES)),
    at_most("strings, growth from S", at_large(15.0), ratio, |size, kept| growth(size, kept, STRINGS)),
    at_most("growth of loading by a program: rules to the power of", at_large(1.1), ratio, |size, kept| {
        exponent(size, kept, "load-api")
    }),
    at_most("growth of loading JSON Lines: rules to the power of", at_large(1.1), ratio, |size, kept| {
        exponent(size, kept, "load-lines")
    }),
];
