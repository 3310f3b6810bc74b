//! `cargo xtask soak`: the engine against the reference evaluator, for as long as it takes.

use crate::report;
use crate::shell::{self, Listen};

/// Compares engine and reference on so many random triples, and writes docs/soak.md; with `--changes` on so many random
/// sequences of changes, and writes docs/soak-changes.md; with `--safety` looks whether anybody comes to hold more than
/// delegation allows in so many, and writes docs/soak-safety.md.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_number = |it: &str| it.parse::<u64>().is_ok();
    match words[..] {
        [] => soak(TRIPLES, "100000000"),
        [n] if is_number(n) => soak(TRIPLES, n),
        ["--changes"] => soak(CHANGES, "1000000"),
        ["--changes", n] if is_number(n) => soak(CHANGES, n),
        ["--safety"] => soak(SAFETY, "1000000"),
        ["--safety", n] if is_number(n) => soak(SAFETY, n),
        _ => Err("takes `--changes` or `--safety`, and a number, at most".to_owned()),
    }
}

/// A program, the page it is told on, and the title of that page.
type Soak = [&'static str; 3];

const TRIPLES: Soak = ["soak", "soak", "Engine against reference"];
const CHANGES: Soak = ["changes", "soak-changes", "Changes by the engine and by the reference"];
const SAFETY: Soak = ["safety", "soak-safety", "Nobody holds more than delegation allows"];

fn soak([binary, page, title]: Soak, n: &str) -> Result<(), String> {
    let soak = ["run", "--release", "--quiet", "--package", "bailiwick-oracle", "--bin", binary, "--", n];
    let heard = shell::listen(&mut shell::cargo(soak), Listen::Output)?;
    report::write(page, title, &format!("```text\n{}\n```", heard.lines.join("\n")))?;
    if heard.is_success { Ok(()) } else { Err("engine and reference disagree".to_owned()) }
}
