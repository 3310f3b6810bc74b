//! What Bailiwick was asked alone, as tables of a size.

use std::fmt::Write as _;

use crate::format::{bytes, ratio, time};
use crate::kept::Size;

/// Returns the tables, or nothing where nothing was found.
pub(crate) fn alone(size: &Size) -> String {
    let mut text = String::new();
    for probe in &size.probes {
        if let Err(why) = &probe.rounds {
            let _ = writeln!(text, "`{}` found nothing: {why}.\n", probe.name);
        }
    }
    let times = rows(size, TIMES, |found| Some([time(found("p50")?), time(found("p99")?)].join(" | ")));
    let loads = rows(size, LOADS, |found| {
        let cells = [
            time(found("time")?),
            time(found("time_per_million")?),
            bytes(found("heap")?),
            format!("{} B", ratio(found("heap_per_rule")?)),
            bytes(found("heap_peak")?),
            ratio(found("peak_over_final")?),
        ];
        Some(cells.join(" | "))
    });
    if !times.is_empty() {
        let rate = size.found("live", "published_per_second").map_or_else(String::new, |rate| {
            format!("{rate:.0} updates a second were published where they are spoken of below. ")
        });
        let _ = write!(
            text,
            "{rate}Each time is that of one.\n\n| Bailiwick alone | p50 | p99 |\n| --- | ---: | ---: |\n{times}\n"
        );
    }
    if !loads.is_empty() {
        let _ = write!(
            text,
            "| load | time | a million rules | heap | heap a rule | most at once | over what stays |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n{loads}\n"
        );
    }
    text
}

/// A row: what it says, the probe that found it, and how the names of its figures begin.
type Told = (&'static str, &'static str, &'static str);

/// Returns a row for each that was found.
fn rows(size: &Size, told: &[Told], cells: impl Fn(&dyn Fn(&str) -> Option<f64>) -> Option<String>) -> String {
    let mut rows = String::new();
    for (title, probe, prefix) in told {
        if let Some(cells) = cells(&|part| size.found(probe, &format!("{prefix}{part}"))) {
            let _ = writeln!(rows, "| {title} | {cells} |");
        }
    }
    rows
}

const TIMES: &[Told] = &[
    ("a rule comes or goes for every reader, by the host", "updates", "host_"),
    ("a rule comes or goes for every reader, an administrator's rights being asked", "updates", "approval_"),
    ("a decision by strings through the engine, in quiet", "live", "quiet_"),
    ("a decision by strings through the engine, while updates are published", "live", "busy_"),
    ("a decision by strings, 100,000 users with random names", "hostile", "random_"),
    ("a decision by strings, 100,000 users with hostile names", "hostile", "hostile_"),
    ("a look-up in a table whose hash has no seed, the same random names", "hostile", "random_unseeded_"),
    ("a look-up in a table whose hash has no seed, the same hostile names", "hostile", "hostile_unseeded_"),
];

const LOADS: &[Told] = &[("told by a program", "load-api", ""), ("JSON Lines in memory", "load-lines", "")];
