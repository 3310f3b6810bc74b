//! Published failures of others: each row of `docs/advisories.md` is answered by tests, or by a reason.

mod border;
mod denies;
mod keys;
mod names;

use std::collections::BTreeSet;
use std::fs;

use xtask::source::Source;
use xtask::tree;

const PAGE: &str = "docs/advisories.md";

#[test]
fn every_failure_is_answered_by_tests_that_exist() {
    let page = fs::read_to_string(tree::root().join(PAGE)).unwrap();
    let unanswered = unanswered(&page, &tests());
    assert!(unanswered.is_empty(), "\n{}\n", unanswered.join("\n"));
}

#[test]
fn no_failure_is_left_out() {
    let page = fs::read_to_string(tree::root().join(PAGE)).unwrap();
    let numbers: Vec<String> = rows(&page).map(|row| row.number.to_owned()).collect();
    let advisories = (1..=63).map(|number| number.to_string());
    let defects = (1..=17).map(|number| format!("d{number}"));
    assert_eq!(numbers, advisories.chain(defects).collect::<Vec<_>>());
}

#[test]
fn planted_gaps_are_caught() {
    let tests: BTreeSet<String> = ["here".to_owned()].into();
    let page = "| 1 | x | went wrong | `here` |
| 2 | x | went wrong | `here`, `gone` |
| 3 | x | went wrong | |
| 4 | x | went wrong | cannot occur: |
| 5 | x | went wrong | cannot occur: there is nothing of the kind here |
| d1 | went wrong | later |
";
    let unanswered = unanswered(page, &tests);
    let numbers: Vec<&str> = unanswered.iter().filter_map(|line| line.split(':').next()).collect();
    assert_eq!(numbers, ["row 2", "row 3", "row 4", "row d1"]);
}

/// A row of a table of the page.
struct Row<'a> {
    number: &'a str,
    /// The last cell.
    answer: &'a str,
}

fn rows(page: &str) -> impl Iterator<Item = Row<'_>> {
    page.lines().filter_map(|line| {
        let cells: Vec<&str> =
            line.strip_prefix('|')?.trim_end().strip_suffix('|')?.split('|').map(str::trim).collect();
        let number = *cells.first()?;
        let is_row = number.trim_start_matches('d').parse::<u32>().is_ok();
        is_row.then_some(Row { number, answer: cells.last()? })
    })
}

/// Returns what is wrong with the answers, one line a row.
fn unanswered(page: &str, tests: &BTreeSet<String>) -> Vec<String> {
    let complaint = |row: Row<'_>| {
        if let Some(reason) = row.answer.strip_prefix("cannot occur:") {
            let is_reason = 4 < reason.split_whitespace().count();
            return (!is_reason).then(|| format!("row {}: no reason is given", row.number));
        }
        let named: Vec<&str> = row.answer.split('`').skip(1).step_by(2).collect();
        if named.is_empty() {
            return Some(format!("row {}: no test is named", row.number));
        }
        let missing = named.into_iter().find(|name| !tests.contains(*name))?;
        Some(format!("row {}: there is no test `{missing}`", row.number))
    };
    rows(page).filter_map(complaint).collect()
}

/// Returns the names of the functions under `#[test]` in the repository.
fn tests() -> BTreeSet<String> {
    let root = tree::root();
    let mut found = BTreeSet::new();
    for path in tree::files_with(&root, "rs").unwrap() {
        let text = fs::read_to_string(root.join(path)).unwrap();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        let is_test =
            |line: usize| lines.get(..line.saturating_sub(1)).and_then(|above| above.last()) == Some(&"#[test]");
        let functions = Source::read(&text).functions();
        found.extend(functions.into_iter().filter(|function| is_test(function.line)).map(|function| function.name));
    }
    found
}
