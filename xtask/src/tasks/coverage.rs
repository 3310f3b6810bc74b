//! `cargo xtask coverage`: which lines of `src/` the tests run; test code itself does not count.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::source::Source;
use xtask::tree;

use crate::report;
use crate::shell;

/// Runs the tests with counters, but for the random millions, prints the line coverage of `src/` and writes docs/coverage.md.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let tools = llvm_tools()?;
    install()?;
    // A test that fails is told and does not hide the figures: the page that we write may be what it misses.
    let mut command = shell::cargo(["llvm-cov", "--workspace", "--ignore-run-fail", "--lcov", "--output-path", RECORD]);
    // A test that kills its child leaves half a record. Under counters the random worlds take hours of what other tests run too.
    command.args(["--failure-mode", "all", "--", "--skip", "agreement"]);
    command.env("LLVM_COV", tools.cov).env("LLVM_PROFDATA", tools.profdata);
    shell::run(&mut command)?;
    let text =
        fs::read_to_string(tree::root().join(RECORD)).map_err(|error| format!("the record cannot be read: {error}"))?;
    let files = lines_of_src(&text)?;
    let hit: u64 = files.values().map(|file| file.hit).sum();
    let all: u64 = files.values().map(|file| file.all).sum();
    let mut table = format!("Lines of `src/`, tests apart: **{}** ({hit} of {all}).\n\n", percent(hit, all));
    table.push_str("| file | lines | run | |\n| --- | ---: | ---: | ---: |\n");
    for (path, file) in &files {
        table.push_str(&format!("| {path} | {} | {} | {} |\n", file.all, file.hit, percent(file.hit, file.all)));
    }
    println!("lines of src/: {}", percent(hit, all));
    report::write("coverage", "Coverage", &table)
}

#[derive(Clone, Copy, Default)]
struct Lines {
    hit: u64,
    all: u64,
}

struct Tools {
    cov: String,
    profdata: String,
}

/// Finds the tools of the compiler's LLVM; installs Debian's where we may.
fn llvm_tools() -> Result<Tools, String> {
    let tools = || Tools { cov: "llvm-cov-22".to_owned(), profdata: "llvm-profdata-22".to_owned() };
    let is_there = || shell::ask(Command::new("llvm-profdata-22").arg("--version")).is_ok();
    if is_there() {
        return Ok(tools());
    }
    let is_root = shell::ask(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    if is_root {
        shell::run(Command::new("apt-get").args(["install", "-y", "--no-install-recommends", "llvm-22"]))?;
    }
    if is_there() { Ok(tools()) } else { Err("llvm-cov of LLVM 22 is missing: apt-get install llvm-22".to_owned()) }
}

fn install() -> Result<(), String> {
    if shell::ask(&mut shell::cargo(["llvm-cov", "--version"])).is_ok() {
        return Ok(());
    }
    shell::run(&mut shell::cargo(["install", "cargo-llvm-cov", "--locked"]))
        .map_err(|error| format!("{error}; install it by hand: cargo install cargo-llvm-cov --locked"))
}

/// Sums the line records of the files in `src/` of the core.
fn lines_of_src(record: &str) -> Result<BTreeMap<String, Lines>, String> {
    let root = tree::root();
    let mut files: BTreeMap<String, Lines> = BTreeMap::new();
    let mut current: Option<(String, Source)> = None;
    for line in record.lines() {
        if let Some(path) = line.strip_prefix("SF:") {
            current = source_of_core(&root, Path::new(path))?;
        }
        let (Some((path, source)), Some(counts)) = (&current, line.strip_prefix("DA:")) else { continue };
        let Some((at, hits)) = counts.split_once(',') else { continue };
        if at.parse().is_ok_and(|at: usize| !source.is_test_line(at)) {
            let file = files.entry(path.clone()).or_default();
            file.all = file.all.saturating_add(1);
            file.hit = file.hit.saturating_add(u64::from(!hits.starts_with('0')));
        }
    }
    Ok(files)
}

/// Reads a file if it lies in `src/` of the core and is no test.
fn source_of_core(root: &Path, path: &Path) -> Result<Option<(String, Source)>, String> {
    let Ok(relative) = path.strip_prefix(root) else { return Ok(None) };
    if !relative.starts_with("src") || tree::is_test(relative) {
        return Ok(None);
    }
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", relative.display()))?;
    Ok(Some((relative.display().to_string(), Source::read(&text))))
}

/// Returns a share as per cent with one place, rounded down.
fn percent(hit: u64, all: u64) -> String {
    let tenths = hit.saturating_mul(1000).checked_div(all).unwrap_or(0);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Where the line records go, from the root of the repository.
const RECORD: &str = "target/coverage.lcov";
