//! `cargo xtask soak`: the engine against the reference evaluator, for as long as it takes.

use crate::report;
use crate::shell::{self, Listen};

/// Compares engine and reference on so many random triples, and writes docs/soak.md.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let triples = match arguments {
        [] => "100000000",
        [triples] if triples.parse::<u64>().is_ok() => triples,
        _ => return Err("takes a number of triples at most".to_owned()),
    };
    let soak = ["run", "--release", "--quiet", "--package", "bailiwick-oracle", "--bin", "soak", "--", triples];
    let heard = shell::listen(&mut shell::cargo(soak), Listen::Output)?;
    report::write("soak", "Engine against reference", &format!("```text\n{}\n```", heard.lines.join("\n")))?;
    if heard.is_success { Ok(()) } else { Err("engine and reference disagree".to_owned()) }
}
