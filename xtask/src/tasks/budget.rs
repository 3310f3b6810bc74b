//! `cargo xtask budget`: the instructions behind every door, counted by valgrind, against benches/budget.toml.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::budget::{Budget, Finding, instructions};
use xtask::tree;

use crate::shell::{self, Listen};

/// Counts at S and M, and fails where a door takes over 2 % more than the budget says; `--write` makes what is counted
/// the budget.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let is_writing = match arguments {
        [] => false,
        [flag] if flag == "--write" => true,
        _ => return Err("takes `--write` at most".to_owned()),
    };
    let rustc = shell::ask(Command::new("rustc").arg("--version"))?;
    let path = tree::root().join(BUDGET);
    if is_writing {
        let budget = Budget { rustc, rows: count()? };
        fs::write(&path, budget.text()).map_err(|error| format!("{BUDGET} could not be written: {error}"))?;
        println!("written to {BUDGET}");
        return Ok(());
    }
    let text = fs::read_to_string(&path).map_err(|error| format!("{BUDGET} cannot be read: {error}"))?;
    let budget = Budget::parse(&text).map_err(|error| format!("{BUDGET}: {error}"))?;
    if budget.rustc != rustc {
        println!("NOT COMPARED: the budget is that of `{}`, and this is `{rustc}`.", budget.rustc);
        println!("`cargo xtask budget --write` makes it that of this compiler.");
        return Ok(());
    }
    judge(&budget.compare(&count()?))
}

fn judge(findings: &[Finding]) -> Result<(), String> {
    let told = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
    println!("{:<22}{:>12}{:>12}", "instructions for one", "may take", "takes");
    for finding in findings {
        let share = finding.excess().map_or_else(String::new, |excess| format!("{:>+8.2} %", 100.0 * excess));
        let mark = if finding.is_kept() { "" } else { "  <- over" };
        let (allowed, counted) = (told(finding.allowed), told(finding.counted));
        println!("{:<22}{allowed:>12}{counted:>12}{share}{mark}", finding.name);
    }
    let n_over = findings.iter().filter(|it| !it.is_kept()).count();
    if n_over == 0 {
        return Ok(());
    }
    Err(format!("{n_over} over the budget; where that is meant: cargo xtask budget --write, and say why in the commit"))
}

/// Returns the instructions of every door at every size.
fn count() -> Result<Vec<(String, f64)>, String> {
    let dir = tree::root().join(PROFILES);
    fs::create_dir_all(&dir).map_err(|error| format!("{PROFILES}: {error}"))?;
    let mut rows = Vec::new();
    for size in ["S", "M"] {
        rows.extend(count_size(size, &dir)?);
    }
    rows.retain(|(name, _)| !UNSTEADY.contains(&name.as_str()));
    Ok(rows)
}

/// Runs the program that goes through the doors; valgrind leaves two profiles for each, in their order: of what
/// came before, and of the door.
fn count_size(size: &str, dir: &Path) -> Result<Vec<(String, f64)>, String> {
    let profile = format!("{PROFILES}/{size}.profile");
    let valgrind = format!(
        "valgrind --quiet --tool=callgrind --dump-after=*{DOOR}* \
         --callgrind-out-file={profile}"
    );
    let mut command = shell::cargo(["run", "--release", "--quiet", "--locked", "--package", "bailiwick-instructions"]);
    let heard = shell::listen(command.args(["--", size]).env(runner()?, valgrind), Listen::Output)?;
    if !heard.is_success {
        return Err(format!("the doors could not be counted at {size}; is valgrind there? apt-get install valgrind"));
    }
    let door = |(line, at): (&String, usize)| {
        let (name, n) = line.split_once(' ')?;
        let text = fs::read_to_string(dir.join(format!("{size}.profile.{at}"))).ok()?;
        let n: f64 = n.parse().ok()?;
        Some((format!("{size} {name}"), instructions(&text)? as f64 / n))
    };
    heard
        .lines
        .iter()
        .zip((2..).step_by(2))
        .map(|row| door(row).ok_or_else(|| format!("no profile of `{}`", row.0)))
        .collect()
}

/// Returns the variable by which cargo is told what to run programs with.
fn runner() -> Result<String, String> {
    let told = shell::ask(Command::new("rustc").arg("-vV"))?;
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not tell its host")?;
    Ok(format!("CARGO_TARGET_{}_RUNNER", host.to_uppercase().replace('-', "_")))
}

/// What differs by 2 % from run to run, with the seeds of the hashes; at M it does not, and is held there.
const UNSTEADY: &[&str] = &["S compile", "S explain"];
const BUDGET: &str = "benches/budget.toml";
/// The function whose end is the end of a profile.
const DOOR: &str = "counted_door";
const PROFILES: &str = "target/instructions";
