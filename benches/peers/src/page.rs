//! The page: a table that says it in short, then one table a size.

use std::fmt::Write as _;

use crate::alone::alone;
use crate::engines::{ENTRIES, Entry, Role};
use crate::format::{bytes, ratio, time};
use crate::goals::goals;
use crate::kept::{Row, Size};

/// Returns the page, with a section of others behind the sizes.
pub(crate) fn page(kept: &[Size], picture: Option<&str>, other: &str) -> String {
    let mut page = format!("# Benchmarks\n\n{ABOUT}\n\n");
    if let Some(picture) = picture {
        let _ = writeln!(page, "![Time of a decision, by engine and size]({picture})\n");
    }
    page.push_str(&summary(kept));
    page.push_str(&goals(kept));
    for size in kept {
        page.push_str(&section(size));
    }
    let _ = writeln!(page, "{other}");
    let _ = writeln!(page, "## Versions\n\n{}.\n", versions().join(", "));
    page.push_str(METHOD);
    page
}

/// Returns the fastest peer of a size, and its uniform mean.
pub(crate) fn fastest_peer(size: &Size) -> Option<(&'static Entry, f64)> {
    let peers = size.rows.iter().filter(|row| row.entry.role == Role::Peer);
    let means = peers.filter_map(|row| Some((row.entry, size.mean(row.entry.name)?)));
    means.min_by(|one, other| one.1.total_cmp(&other.1))
}

/// Returns the uniform mean of the floor that is asked as an engine is.
fn floor(size: &Size, entry: &Entry) -> Option<f64> {
    size.mean(if entry.is_by_names { "floor-strings" } else { "floor-handles" })
}

fn summary(kept: &[Size]) -> String {
    let mut table = String::from("## In short\n\nA decision, uniform draw, median of the rounds.\n\n| engine |");
    kept.iter().for_each(|size| _ = write!(table, " {} |", size.letter));
    table.push_str("\n| --- |");
    kept.iter().for_each(|_| table.push_str(" ---: |"));
    table.push('\n');
    for entry in ENTRIES {
        for is_batch in [false, true] {
            let cell = |size: &Size| {
                let row = size.rows.iter().find(|row| row.entry.name == entry.name)?;
                let figure = row.mid(|it| if is_batch { it.uniform.batch } else { Some(it.uniform.mean) });
                figure.map(time).or_else(|| (!is_batch && row.rounds.is_err()).then(|| "left out".to_owned()))
            };
            let cells: Vec<Option<String>> = kept.iter().map(cell).collect();
            if cells.iter().any(Option::is_some) {
                let _ = write!(table, "| {}{} |", entry.title, if is_batch { ", in batches" } else { "" });
                cells.iter().for_each(|cell| _ = write!(table, " {} |", cell.as_deref().unwrap_or("-")));
                table.push('\n');
            }
        }
    }
    table.push('\n');
    table
}

fn section(size: &Size) -> String {
    let counts = crate::rounds::sizes(&size.letter).map(|sizes| {
        format!(
            "{} users, {} groups, {} projects in {} departments and {} clusters, {} rules; {} questions",
            sizes.users, sizes.groups, sizes.projects, sizes.departments, sizes.clusters, sizes.rules, sizes.asks
        )
    });
    let mut text = format!("## {}\n\n{}.\n\n{}\n\n", size.letter, counts.unwrap_or_default(), size.origin);
    text.push_str(&decisions(size));
    text.push_str(&rest(size));
    text.push_str(&alone(size));
    text
}

fn decisions(size: &Size) -> String {
    let peer = fastest_peer(size);
    let name = peer.map_or("-", |(entry, _)| entry.title);
    let mut table = format!(
        "`/ F` is the time over that of the floor asked in the same way, `P /` that of the fastest peer ({name}) over \
         the time.\n\n| engine | uniform | p50 | p99 | spread | / F | P / | Zipf | p50 | p99 | batch | batch, Zipf |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for row in &size.rows {
        let _ = match &row.rounds {
            Ok(_) => writeln!(table, "| {} | {} |", row.entry.title, figures(size, row, peer).join(" | ")),
            Err(why) => writeln!(table, "| {} | left out: {why} {}|", row.entry.title, "| ".repeat(10)),
        };
    }
    table.push('\n');
    table
}

fn figures(size: &Size, row: &Row, peer: Option<(&Entry, f64)>) -> Vec<String> {
    let mean = row.mid(|it| Some(it.uniform.mean));
    let over_floor = mean.zip(floor(size, row.entry)).map(|(mean, floor)| mean / floor);
    let peer_over = mean.zip(peer).map(|(mean, (_, peer))| peer / mean);
    let told = |figure: Option<f64>, tell: fn(f64) -> String| figure.map_or_else(String::new, tell);
    vec![
        told(mean, time),
        told(row.mid(|it| Some(it.uniform.p50)), time),
        told(row.mid(|it| Some(it.uniform.p99)), time),
        told(row.spread(), ratio),
        told(over_floor, ratio),
        told(peer_over, ratio),
        told(row.mid(|it| Some(it.zipf.mean)), time),
        told(row.mid(|it| Some(it.zipf.p50)), time),
        told(row.mid(|it| Some(it.zipf.p99)), time),
        told(row.mid(|it| it.uniform.batch), time),
        told(row.mid(|it| it.zipf.batch), time),
    ]
}

fn rest(size: &Size) -> String {
    let mut table = String::from(
        "| engine | load | heap | heap a rule | most at once | resident | two threads | checked / wrong | rounds |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    let n_rules = crate::rounds::sizes(&size.letter).map_or(1.0, |sizes| f64::from(sizes.rules));
    for row in &size.rows {
        let Ok(rounds) = &row.rounds else { continue };
        let checked = rounds.iter().map(|it| it.checked).max().unwrap_or(0);
        let wrong: u64 = rounds.iter().map(|it| it.wrong).sum();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} B | {} | {} | {} | {checked} / {wrong} | {} |",
            row.entry.title,
            row.mid(|it| Some(it.load_ms * 1e6)).map_or_else(String::new, time),
            row.mid(|it| Some(it.heap_bytes)).map_or_else(String::new, bytes),
            row.mid(|it| Some(it.heap_bytes / n_rules)).map_or_else(String::new, ratio),
            row.mid(|it| Some(it.heap_peak_bytes)).map_or_else(String::new, bytes),
            row.mid(|it| Some(it.resident_bytes)).map_or_else(String::new, bytes),
            row.mid(|it| it.threads).map_or_else(|| "not asked".to_owned(), ratio),
            rounds.len(),
        );
    }
    let _ = writeln!(
        table,
        "\nAn engine is left out that is not done with a round within {} s, or grows beyond {}; one of \
         which a round takes more than a minute is measured once.\n",
        size.cap_seconds,
        bytes(size.cap_bytes)
    );
    table
}

/// Returns each peer with the version that the lock file of this crate holds.
fn versions() -> Vec<String> {
    let mut packages: Vec<&str> = ENTRIES.iter().filter_map(|entry| entry.package).collect();
    packages.sort_unstable();
    packages.dedup();
    let version = |package: &&str| {
        let after = LOCK.split_once(&format!("name = \"{package}\"\nversion = \""))?.1;
        Some(format!("{package} {}", after.split_once('"')?.0))
    };
    packages.iter().filter_map(version).collect()
}

const LOCK: &str = include_str!("../Cargo.lock");

const ABOUT: &str = "\
Written by `cargo xtask bench`, which measures S and M, and `cargo xtask bench --large`, which measures L. The floor is no \
product: names are
interned, a rule is one number, the rules of a subject lie beside each other, and there is nothing else.";

const METHOD: &str = "\
## How it was measured

The worlds are those of `cargo xtask generate`: one tenant, the seven roles and nineteen resource kinds of release 2.13, one rule in five a
group's, 85 of a hundred at projects, 13 at departments, one at a cluster, one at the tenant. A user carries up to three groups. Half of the
questions are allowed, a quarter denied where the user holds a role, a quarter denied anywhere.

- Every engine decides up to 10,000 questions before the first round, 1,000 before the others, and is compared with a reference that is none of them; one that is wrong is not timed.
- Each engine runs in a process of its own, the whole list once a round. Times are processor times of the thread: means of blocks of about a
  millisecond, of which the median is told. Single calls below 5 us are timed by the clock of the wall, and the clock is in them.
- Spread is the largest mean of a round over the smallest. Other work on a machine takes caches and memory: differences below the spread mean nothing.
- Two threads: decisions per second of processor time, both threads together, over those of one.
- Loading is from rules in memory; for Bailiwick alone it includes reading them as JSON Lines. Heap is what loading allocated and kept; resident is
  by how much the process grew, with what its allocator has not given back.
- An update is timed from the question whether it may be made to the moment at which every reader sees it: a rule is added to somebody and removed again, then to the next.
  While updates are published one thread decides and another publishes, in turns with quiet. Hostile names are 100,000 names that a table of 2^n slots
  would put into one slot of 1,024 if the hash had no seed; the last two rows do that.
- A cluster is a scope above its departments to everybody but Bailiwick, whose policy has it beside the tree: its questions also name the cluster.
- Peers are asked for the role matrix alone, and Bailiwick runs the shipped policy without its restrictions. Peers are modelled in their favour:
  groups and scopes of cedar-policy are built ahead and its requests are not validated; casbin compares before it looks for roles; the rules of
  regorus are found by key; oso looks into hash maps of the application's own.
";
