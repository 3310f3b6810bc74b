//! The pages: every relative link leads somewhere.

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
