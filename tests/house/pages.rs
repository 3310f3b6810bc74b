//! The pages: every relative link leads somewhere, and every call of the table of languages is made by a program that runs.

use xtask::tree;

use super::{File, assert_none, files};

#[test]
fn relative_links_resolve() {
    let exists = |path: &str| tree::root().join(path).exists();
    let pages = files().into_iter().filter(|file| file.ends_in(&[".md"]));
    assert_none(&pages.flat_map(|page| dead_links(&page, exists)).collect::<Vec<_>>());
}

#[test]
fn planted_dead_links_are_caught() {
    let page = File::new("docs/a.md", "See [b](b.md), [up](../README.md#top), [c](c/d.md \"title\").\n![p](e.svg)\n");
    let there = ["docs/b.md", "README.md"];
    let dead = dead_links(&page, |path| there.contains(&path));
    assert_eq!(dead, ["docs/a.md:1: no `docs/c/d.md`", "docs/a.md:2: no `docs/e.svg`"]);
}

#[test]
fn other_links_are_left_alone() {
    let text = "[a](https://example.org/x) [b](#below) [c](mailto:a@b.c)\n```\n[d](e.md)\n```\n`[f](g.md)`\n";
    assert_none(&dead_links(&File::new("README.md", text), |_| false));
}

#[test]
fn every_call_of_the_table_is_made_by_the_tour_of_its_language() {
    let files = files();
    let text = |path: &str| files.iter().find(|file| file.path == path).unwrap().text.as_str();
    let tours = ["rs", "c", "py"].map(|end| text(&format!("examples/tour/tour.{end}")));
    let page = text("README.md");
    assert!(30 < calls(page).len());
    assert_none(&calls_not_made(page, tours));
}

#[test]
fn planted_calls_that_nobody_makes_are_caught() {
    let page =
        "| in Rust | in C | in Python |\n| --- | --- | --- |\n| `a.b(&c)` | `bw_b`, or `bw_d` | `a.b` |\n\n| `e` |\n";
    assert_none(&calls_not_made(page, ["a.b(&c);", "bw_b(1); bw_d(1)", "print(a.b)"]));
    let not_made = calls_not_made(page, ["a.b(&d);", "bw_b(1); bw_details()", "a.b_many()"]);
    assert_eq!(not_made, ["Rust: `a.b(&c)`", "C: `bw_d`", "Python: `a.b`"]);
}

/// Returns the calls of the table that the program in their language does not make.
fn calls_not_made(page: &str, tours: [&str; 3]) -> Vec<String> {
    let is_made = |tour: &str, call: &str| {
        let is_word = |rest: &str| rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
        tour.match_indices(call).any(|(at, _)| !is_word(&tour[at + call.len()..]))
    };
    let missing = calls(page).into_iter().filter(|(language, call)| !is_made(tours[*language], call));
    missing.map(|(language, call)| format!("{}: `{call}`", ["Rust", "C", "Python"][language])).collect()
}

/// Returns the calls of the table of languages, each with its column.
fn calls(page: &str) -> Vec<(usize, &str)> {
    let table = page.lines().skip_while(|line| *line != "| in Rust | in C | in Python |").skip(2);
    let rows = table.take_while(|line| line.starts_with('|'));
    let cells = rows.flat_map(|row| row.split('|').skip(1).take(3).enumerate());
    cells.flat_map(|(column, cell)| cell.split('`').skip(1).step_by(2).map(move |call| (column, call))).collect()
}

/// Returns the relative links of a page that lead nowhere, one line each.
fn dead_links(page: &File, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut is_fenced = false;
    for (line, at) in page.text.lines().zip(1..) {
        is_fenced ^= line.trim_start().starts_with("```");
        if is_fenced {
            continue;
        }
        for target in targets(line) {
            let path = join(&page.path, target);
            if !exists(&path) {
                found.push(format!("{}:{at}: no `{path}`", page.path));
            }
        }
    }
    found
}

/// Returns the targets of the relative links in a line; code in backticks is none.
fn targets(line: &str) -> Vec<&str> {
    let prose = line.split('`').step_by(2);
    let links = prose.flat_map(|text| text.split("](").skip(1));
    let targets = links.filter_map(|rest| rest.split(')').next()?.split_whitespace().next()?.split('#').next());
    targets.filter(|target| !target.is_empty() && !target.contains(':')).collect()
}

/// Returns a target as a path from the root, `..` resolved.
fn join(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}
