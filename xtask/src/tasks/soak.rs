//! `cargo xtask soak`: the engine against the reference evaluator, for as long as it takes.

use crate::report;
use crate::shell::{self, Listen};

/// Compares engine and reference on so many random triples, and writes docs/soak.md; with `--changes` on so many random
/// sequences of changes, and writes docs/soak-changes.md.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let is_number = |it: &str| it.parse::<u64>().is_ok();
    match words[..] {
        [] => soak("soak", "100000000", "soak", "Engine against reference"),
        ["--changes"] => soak("changes", "1000000", "soak-changes", "Changes by the engine and by the reference"),
        ["--changes", n] if is_number(n) => {
            soak("changes", n, "soak-changes", "Changes by the engine and by the reference")
        }
        [n] if is_number(n) => soak("soak", n, "soak", "Engine against reference"),
        _ => Err("takes `--changes` and a number at most".to_owned()),
    }
}

fn soak(binary: &str, n: &str, page: &str, title: &str) -> Result<(), String> {
    let soak = ["run", "--release", "--quiet", "--package", "bailiwick-oracle", "--bin", binary, "--", n];
    let heard = shell::listen(&mut shell::cargo(soak), Listen::Output)?;
    report::write(page, title, &format!("```text\n{}\n```", heard.lines.join("\n")))?;
    if heard.is_success { Ok(()) } else { Err("engine and reference disagree".to_owned()) }
}
