//! Who may name whom: the rooms of `src/`, and what each of them may know.

use std::collections::BTreeSet;

use xtask::source::{NamedPath, Source};
use xtask::tree;

use super::{File, assert_none, files};

/// Each room and the rooms that it may name. `lib` is the front door: it re-exports, and may name all.
const ROOMS: [(&str, &[&str]); 25] = [
    ("span", &[]),
    ("name", &[]),
    ("id", &[]),
    ("bits", &[]),
    ("number", &[]),
    ("suggest", &[]),
    ("time", &[]),
    ("attribute", &["number", "time"]),
    ("diagnostic", &["span"]),
    ("document", &["diagnostic", "name", "span", "suggest"]),
    ("model", &["attribute", "document", "diagnostic", "name", "number", "span", "suggest", "time"]),
    ("matrix", &["model"]),
    ("snapshot", &["attribute", "model", "name", "id", "bits"]),
    ("compile", &["attribute", "model", "snapshot", "name", "id", "bits"]),
    ("decide", &["attribute", "number", "snapshot", "name", "id", "bits"]),
    ("explain", &["attribute", "decide", "snapshot", "name", "id", "suggest", "time"]),
    ("query", &["decide", "snapshot", "name", "id"]),
    ("audit", &["decide", "snapshot"]),
    ("admin", &["compile", "decide", "model", "snapshot", "name", "id", "bits", "suggest"]),
    ("export", &["attribute", "document", "model", "number", "snapshot", "name", "id", "span", "time"]),
    ("analysis", &["query", "admin", "decide", "snapshot", "model", "diagnostic"]),
    ("bundle", &["snapshot", "name", "id", "bits"]),
    ("load", &["attribute", "document", "matrix", "model", "compile", "snapshot", "diagnostic", "span"]),
    (
        "cases",
        &["attribute", "decide", "diagnostic", "document", "load", "name", "snapshot", "span", "suggest", "time"],
    ),
    ("engine", &["audit", "decide", "load", "snapshot", "admin"]),
];

/// What only one file may name.
const ONLY: [(&[&str], &str); 2] = [(&["serde_saphyr"], "src/document/yaml.rs"), (&["std", "fs"], "src/load/files.rs")];

/// What no file of the core may name: input and output, clocks, threads, the environment.
const NOWHERE: [&[&str]; 8] = [
    &["std", "env"],
    &["std", "net"],
    &["std", "process"],
    &["std", "thread"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["jiff", "Timestamp", "now"],
    &["jiff", "Zoned", "now"],
];

#[test]
fn rooms_name_only_what_their_row_allows() {
    let core = files().into_iter().filter(|file| file.path.starts_with("src/") && file.ends_in(&[".rs"]));
    let breaches: Vec<String> = core.flat_map(|file| breaches(&file)).collect();
    assert_none(&breaches);
}

#[test]
fn every_row_names_rooms_that_have_a_row() {
    let rooms: BTreeSet<&str> = ROOMS.iter().map(|(room, _)| *room).collect();
    assert_eq!(rooms.len(), ROOMS.len());
    assert!(ROOMS.iter().flat_map(|(_, named)| *named).all(|named| rooms.contains(named)));
}

#[test]
fn the_page_shows_the_same_rows() {
    let page = files().into_iter().find(|file| file.path == "ARCHITECTURE.md").unwrap();
    let shown = shown(&page.text);
    for (room, named) in &shown {
        let named: BTreeSet<&str> = named.iter().copied().collect();
        assert_eq!(row(room).map(|row| row.iter().copied().collect()), Some(named), "{room}");
    }
    for file in files().iter().filter(|file| file.path.starts_with("src/")) {
        let room = room(&file.path);
        assert!(room == "lib" || shown.iter().any(|(shown, _)| *shown == room), "`{room}` is not on the page");
    }
}

#[test]
fn no_room_can_reach_itself_through_others() {
    for (room, _) in ROOMS {
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = row(room).unwrap().to_vec();
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(row(next).unwrap());
            }
        }
        assert!(!reached.contains(room), "`{room}` reaches itself");
    }
}

#[test]
fn planted_breaches_are_caught() {
    let planted = [
        ("src/decide/walk.rs", "use crate::model::Model;"),
        ("src/decide/walk.rs", "use crate::{bits::Bits, snapshot::{self, Rule}, document::Field};"),
        ("src/decide/walk.rs", "use crate::{\n    id,\n    compile,\n};"),
        ("src/decide/walk.rs", "fn f() { crate::engine::Engine::new() }"),
        ("src/decide/walk.rs", "use super::super::model::Model;"),
        ("src/decide/mod.rs", "use super::model::Model;"),
        ("src/compile.rs", "use super::engine;"),
        ("src/decide/walk.rs", "use crate::*;"),
        ("src/decide/walk.rs", "use crate::Engine;"),
        ("src/hall.rs", "fn f() {}"),
        ("src/model/resolve.rs", "use serde_saphyr::from_str;"),
        ("src/model/resolve.rs", "use std::{fmt, fs};"),
        ("src/decide/walk.rs", "use std::time::{Duration, Instant};"),
        ("src/decide/walk.rs", "use std::time;\nfn f() { time::SystemTime::now(); }"),
        ("src/load/mod.rs", "fn f() { std::thread::spawn(f); }"),
        ("src/document/time.rs", "use jiff::Timestamp;\nfn f() { Timestamp::now(); }"),
    ];
    for (path, text) in planted {
        assert_eq!(breaches(&File::new(path, text)).len(), 1, "{path}: {text}");
    }
}

#[test]
fn what_the_rows_allow_is_no_breach() {
    let allowed = [
        ("src/decide/walk.rs", "use crate::{bits::Bits, decide::Request, id, snapshot::{Rule, *}};"),
        (
            "src/decide/walk.rs",
            "//! Unlike crate::model::Model.\n/* crate::engine */ const A: &str = \"crate::engine\";",
        ),
        ("src/decide/walk.rs", "use super::Request;\npub(crate) fn f() {}"),
        ("src/decide/walk.rs", "#[cfg(test)]\nmod tests {\n    use crate::compile::compile;\n    use std::thread;\n}"),
        ("src/decide/tests.rs", "use crate::compile::compile;"),
        ("src/lib.rs", "mod engine;\npub use crate::engine::Engine;"),
        ("src/load/files.rs", "use std::fs;\nuse std::time::Duration;"),
        ("src/document/yaml.rs", "use serde_saphyr::Spanned;"),
    ];
    for (path, text) in allowed {
        assert_none(&breaches(&File::new(path, text)));
    }
}

/// Returns the rows of the table on the page: each room, and what it may name.
fn shown(page: &str) -> Vec<(&str, Vec<&str>)> {
    let table = page.lines().skip_while(|line| *line != "| module | may name |").skip(2);
    let rows = table.map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "));
    let in_core = rows.filter(|(rooms, named)| *rooms != "bindings" && *named != "as they are built");
    let list = |cell: &'static str, text| if text == cell { Vec::new() } else { str::split(text, ", ").collect() };
    in_core
        .flat_map(|(rooms, named)| rooms.split(", ").map(move |room| (room, list("nothing of ours", named))))
        .collect()
}

/// Returns what a source file of the core names and may not, one line each.
fn breaches(file: &File) -> Vec<String> {
    if tree::is_test(file.path.as_ref()) {
        return Vec::new();
    }
    let room = room(&file.path);
    let Some(row) = row(room) else {
        return vec![format!("{}: room `{room}` has no row in the table of rooms", file.path)];
    };
    let mut found: Vec<String> = Vec::new();
    for path in Source::read(&file.text).paths() {
        if let Some(complaint) = complaint(file, room, row, &path) {
            found.push(format!("{}:{}: {complaint}", file.path, path.line));
        }
    }
    found
}

/// Returns what is wrong with naming a path in a file.
fn complaint(file: &File, room: &str, row: &[&str], path: &NamedPath) -> Option<String> {
    let spelt = path.segments.join("::");
    let first = path.segments.first()?.as_str();
    let second = path.segments.get(1)?.as_str();
    let is_root =
        file.path == format!("src/{room}.rs") || file.name() == "mod.rs" && file.path.matches('/').count() == 2;
    if first == "super" && (second == "super" || is_root) && room != "lib" {
        return Some(format!("`{spelt}` leaves the room: write `crate::`"));
    }
    if first == "crate" && room != "lib" && second != room && !row.contains(&second) {
        return Some(format!("`{room}` may not name `{spelt}`"));
    }
    if NOWHERE.iter().any(|banned| names(path, banned)) {
        return Some(format!("the core may not name `{spelt}`"));
    }
    let elsewhere = ONLY.iter().find(|(banned, only)| names(path, banned) && file.path != *only);
    elsewhere.map(|(_, only)| format!("only {only} may name `{spelt}`"))
}

/// Returns whether a path names something, be it through a module that was brought in before.
fn names(path: &NamedPath, banned: &[&str]) -> bool {
    let tail = banned.get(1..).unwrap_or_default();
    path.starts_with(banned) || 1 < tail.len() && path.starts_with(tail)
}

fn room(path: &str) -> &str {
    let below = path.strip_prefix("src/").unwrap_or(path);
    below.split('/').next().unwrap_or(below).trim_end_matches(".rs")
}

fn row(room: &str) -> Option<&'static [&'static str]> {
    if room == "lib" {
        return Some(&[]);
    }
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, row)| *row)
}
