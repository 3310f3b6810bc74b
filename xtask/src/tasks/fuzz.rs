//! `cargo xtask fuzz`: every fuzz target for a while; what it finds stays out of the committed corpora.

use std::fs;
use std::path::Path;

use xtask::tree;

use crate::report;
use crate::shell::{self, Listen};

/// Runs each target for so many seconds, 60 where none are given, and writes docs/fuzz.md.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let seconds: u32 = match arguments {
        [] => 60,
        [seconds] => seconds.parse().map_err(|_| format!("`{seconds}` is no number of seconds"))?,
        _ => return Err("takes a number of seconds at most".to_owned()),
    };
    install()?;
    let mut rows = String::from("| target | runs | seconds | finding |\n| --- | ---: | ---: | --- |\n");
    let mut failed = Vec::new();
    for target in targets()? {
        println!("-- {target}");
        let (runs, is_clean) = fuzz(&target, seconds)?;
        rows.push_str(&format!("| {target} | {runs} | {seconds} | {} |\n", if is_clean { "none" } else { "yes" }));
        if !is_clean {
            failed.push(target);
        }
    }
    report::write("fuzz", "Fuzzing", &rows)?;
    if failed.is_empty() { Ok(()) } else { Err(format!("findings in {}", failed.join(", "))) }
}

/// Installs cargo-fuzz where it is missing.
fn install() -> Result<(), String> {
    if shell::ask(&mut shell::cargo(["fuzz", "--version"])).is_ok() {
        return Ok(());
    }
    shell::run(&mut shell::cargo(["install", "cargo-fuzz", "--locked"]))
        .map_err(|error| format!("{error}; install it by hand: cargo install cargo-fuzz --locked"))
}

/// Returns the names of the targets, sorted.
fn targets() -> Result<Vec<String>, String> {
    let dir = tree::root().join("fuzz/fuzz_targets");
    let files = tree::files_with(&dir, "rs").map_err(|error| format!("fuzz/fuzz_targets cannot be read: {error}"))?;
    Ok(files.iter().filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned())).collect())
}

/// Runs one target; returns how many inputs it saw, and whether all went well.
fn fuzz(target: &str, seconds: u32) -> Result<(u64, bool), String> {
    let finds = format!("fuzz/target/corpus/{target}");
    let seeds = format!("fuzz/corpus/{target}");
    fs::create_dir_all(tree::root().join(&finds)).map_err(|error| format!("{finds}: {error}"))?;
    let limit = format!("-max_total_time={seconds}");
    // The proxy of rustup understands `+nightly`; the cargo that runs us may be past it.
    let mut command = std::process::Command::new("cargo");
    command.current_dir(tree::root()).stdin(std::process::Stdio::null());
    // The core has no unsafe code for a sanitizer to watch, and without one `decide` saw seven times as many worlds
    // (2026-11-22: 1848 runs in 31 s, 508 in 60 s with it).
    command.env_remove("RUSTUP_TOOLCHAIN").args(["+nightly", "fuzz", "run", "--sanitizer", "none", target, &finds]);
    if Path::new(&tree::root()).join(&seeds).is_dir() {
        command.arg(&seeds);
    }
    let heard = shell::listen(command.args(["--", &limit, "-timeout=10", "-rss_limit_mb=2048"]), Listen::Errors)?;
    Ok((heard.lines.iter().filter_map(|line| runs(line)).max().unwrap_or(0), heard.is_success))
}

/// Returns N of `Done N runs in M second(s)`.
fn runs(line: &str) -> Option<u64> {
    line.strip_prefix("Done ")?.split_whitespace().next()?.parse().ok()
}
