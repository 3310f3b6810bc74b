//! Figures on record: a page under docs/ that says when, on what commit and on what kind of machine.

use std::fs;
use std::process::Command;

use xtask::tree;

use crate::shell;

/// Writes `docs/NAME.md` and says so.
pub(crate) fn write(name: &str, title: &str, body: &str) -> Result<(), String> {
    let page = format!("# {title}\n\n{}\n\n{}\n", origin(), body.trim_end());
    let path = tree::root().join("docs").join(name).with_extension("md");
    fs::write(&path, page).map_err(|error| format!("docs/{name}.md could not be written: {error}"))?;
    println!("written to docs/{name}.md");
    Ok(())
}

/// Returns one line: date, commit, cores, memory, compiler.
pub(crate) fn origin() -> String {
    let date = told(Command::new("date").args(["-u", "+%F"]));
    let commit =
        told(Command::new("git").current_dir(tree::root()).args(["describe", "--always", "--dirty", "--abbrev=10"]));
    let n_cores = std::thread::available_parallelism().map_or(1, usize::from);
    let rustc = told(Command::new("rustc").arg("--version"));
    format!("Measured on {date} at commit {commit}; {n_cores} cores, {} memory, {rustc}.", memory())
}

fn memory() -> String {
    let info = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kibibytes =
        info.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse().ok());
    kibibytes
        .map_or_else(|| "unknown".to_owned(), |kibibytes: u64| format!("{} GiB", (kibibytes >> 20).saturating_add(1)))
}

fn told(command: &mut Command) -> String {
    shell::ask(command).unwrap_or_else(|_| "unknown".to_owned())
}
