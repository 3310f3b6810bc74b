//! `cargo xtask criterion`: what a decision costs, bench by bench.

use crate::report;
use crate::shell::{self, Listen};

/// Runs every benchmark and writes docs/criterion.md.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let mut command = shell::cargo(["bench", "--package", "bailiwick", "--benches"]);
    if !arguments.is_empty() {
        command.arg("--").args(arguments);
    }
    let heard = shell::listen(&mut command, Listen::Output)?;
    if !heard.is_success {
        return Err("a benchmark failed".to_owned());
    }
    let mut table = String::from("| bench | low | estimate | high |\n| --- | ---: | ---: | ---: |\n");
    for row in rows(&heard.lines) {
        table.push_str(&row);
    }
    report::write("criterion", "Criterion benches", &table)
}

/// Returns a table row for each `NAME time: [a u b u c u]`; a long name stands on the line before.
fn rows(lines: &[String]) -> Vec<String> {
    let mut name = "";
    let mut rows = Vec::new();
    for line in lines {
        let Some((head, times)) = line.split_once("time:") else {
            name = line.trim();
            continue;
        };
        let name = if head.trim().is_empty() { name } else { head.trim() };
        let parts: Vec<&str> = times.trim_matches([' ', '[', ']']).split_whitespace().collect();
        if let [low, low_unit, mid, mid_unit, high, high_unit] = parts.as_slice() {
            rows.push(format!("| {name} | {low} {low_unit} | {mid} {mid_unit} | {high} {high_unit} |\n"));
        }
    }
    rows
}
