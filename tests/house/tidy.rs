//! A tidy tree: sizes, leftovers, paths of machines, the word that the core does not know.

use std::fs;
use std::path::Path;

use xtask::source::Source;
use xtask::tree;

use super::{File, assert_none, files};

/// Lines of code of a file, comments and blank lines apart.
const FILE_LINES_MAX: usize = 600;
/// Lines of code of the body of a function.
const FUNCTION_LINES_MAX: usize = 70;

#[test]
fn files_are_short() {
    check(too_long);
}

#[test]
fn functions_are_short_or_flat_tables() {
    check(long_functions);
}

#[test]
fn nothing_is_left_over() {
    check(leftovers);
}

#[test]
fn no_machine_is_spelt_out() {
    check(machine_paths);
}

#[test]
fn the_core_has_no_unsafe_code() {
    check(unsafe_code);
}

#[test]
fn both_licences_are_here() {
    for (name, words) in [("LICENSE-APACHE", "Apache License"), ("LICENSE-MIT", "Permission is hereby granted")] {
        assert!(fs::read_to_string(tree::root().join(name)).unwrap().contains(words), "{name}");
    }
}

#[test]
fn every_code_has_a_golden() {
    let codes = codes(&fs::read_to_string(tree::root().join("src/diagnostic/code.rs")).unwrap());
    assert!(40 < codes.len());
    let goldens: Vec<File> = files()
        .into_iter()
        .filter(|file| file.path.starts_with("tests/diagnostics/") && file.ends_in(&[".txt"]))
        .collect();
    assert_none(&without_golden(&codes, &goldens));
}

#[test]
fn planted_breaches_are_caught() {
    let long = "fn f() {}\n".repeat(FILE_LINES_MAX + 1);
    let body = "    g();\n".repeat(FUNCTION_LINES_MAX + 1);
    let marker = concat!("// TO", "DO: later.");
    let path = concat!("read(\"/ho", "me/ana/policy.yaml\")");
    let planted: [(Rule, &str, String); 9] = [
        (too_long, "src/a.rs", long),
        (long_functions, "src/a.rs", format!("fn f() {{\n{body}}}")),
        (leftovers, "src/a.rs", marker.to_owned()),
        (leftovers, "src/a.rs", concat!("fn f() { db", "g!(1); }").to_owned()),
        (leftovers, "docs/b.md", concat!("<<<<", "<<< HEAD").to_owned()),
        (leftovers, "docs/a.md", concat!("FIX", "ME").to_owned()),
        (machine_paths, "src/a.rs", path.to_owned()),
        (machine_paths, "docs/a.md", concat!("see /ro", "ot/x").to_owned()),
        (unsafe_code, "src/a.rs", "fn f() { unsafe { g() } }".to_owned()),
    ];
    for (rule, path, text) in planted {
        assert_eq!(rule(&File::new(path, &text)).len(), 1, "{path}: {text:.40}");
    }
}

#[test]
fn what_is_tidy_is_no_breach() {
    let comments = "// Why.\n\n".repeat(FILE_LINES_MAX);
    let arms = "        A => 1,\n".repeat(FUNCTION_LINES_MAX + 1);
    let table = format!("// A flat table.\nfn f(x: X) -> u8 {{\n    match x {{\n{arms}    }}\n}}");
    let quoted = "/// No unsafe code.\nconst A: &str = \"unsafe\"; // unsafe\n#![forbid(unsafe_code)]";
    let tidy: [(Rule, &str); 4] =
        [(too_long, &comments), (long_functions, &table), (unsafe_code, quoted), (leftovers, "let hacks = todos;")];
    for (rule, text) in tidy {
        assert_none(&rule(&File::new("src/a.rs", text)));
    }
}

#[test]
fn a_code_without_golden_is_caught() {
    let codes = codes("Self::Syntax => \"P0001\",\nSelf::Limit => \"P0002\",\nSelf::IdleAction => \"W0001\",");
    assert_eq!(codes, ["P0001", "P0002", "W0001"]);
    let golden = File::new("tests/diagnostics/a.txt", "error[P0001]: x\nwarning[W0001]: y\n");
    assert_eq!(without_golden(&codes, &[golden]).len(), 1);
}

/// What a rule finds wrong with a file, one line each.
type Rule = fn(&File) -> Vec<String>;

fn check(rule: Rule) {
    assert_none(&files().iter().flat_map(rule).collect::<Vec<_>>());
}

fn too_long(file: &File) -> Vec<String> {
    if !file.ends_in(&[".rs"]) {
        return Vec::new();
    }
    let source = Source::read(&file.text);
    let n_tests = source.n_test_lines();
    let n_lines = source.n_lines() + if tree::is_test(Path::new(&file.path)) { n_tests } else { 0 };
    let is_long = FILE_LINES_MAX < n_lines;
    is_long.then(|| format!("{}: {n_lines} lines of code", file.path)).into_iter().collect()
}

fn long_functions(file: &File) -> Vec<String> {
    if !file.ends_in(&[".rs"]) {
        return Vec::new();
    }
    let functions = Source::read(&file.text).functions();
    let long = functions.iter().filter(|function| FUNCTION_LINES_MAX < function.n_lines && !function.is_table);
    long.map(|function| format!("{}:{}: `{}` has {} lines", file.path, function.line, function.name, function.n_lines))
        .collect()
}

fn leftovers(file: &File) -> Vec<String> {
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("HA", "CK"),
        concat!("db", "g!("),
        concat!("to", "do!("),
        concat!("unimple", "mented!("),
    ];
    if file.ends_in(&[".lock"]) {
        return Vec::new();
    }
    let is_half_merged = |line: &str| ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark));
    let is_left = |line: &str| is_half_merged(line) || marks.iter().any(|mark| has_word(line, mark));
    complain(file, is_left, "left over")
}

fn machine_paths(file: &File) -> Vec<String> {
    let starts = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/tm", "p/"),
        concat!("/fa", "rm/"),
        concat!("/Us", "ers/"),
    ];
    if file.ends_in(&[".lock"]) {
        return Vec::new();
    }
    let is_letter = |rest: &str| rest.starts_with(|first: char| first.is_ascii_alphabetic() || first == '.');
    let follows = |line: &str, start: &str| {
        line.match_indices(start).any(|(at, _)| line.get(at + start.len()..).is_some_and(is_letter))
    };
    complain(file, |line| starts.iter().any(|start| follows(line, start)), "path of a machine")
}

fn unsafe_code(file: &File) -> Vec<String> {
    if !file.path.starts_with("src/") || !file.ends_in(&[".rs"]) {
        return Vec::new();
    }
    let source = Source::read(&file.text);
    let found = source.tokens().filter(|token| token.text == "unsafe");
    found.map(|token| format!("{}:{}: unsafe code in the core", file.path, token.line)).collect()
}

/// Returns the numbers in the table of codes.
fn codes(text: &str) -> Vec<String> {
    let number = |line: &str| {
        let number = line.split_once("=> \"")?.1.split_once('"')?.0;
        (number.len() == 5 && number.starts_with(['P', 'W'])).then(|| number.to_owned())
    };
    text.lines().filter_map(number).collect()
}

fn without_golden(codes: &[String], goldens: &[File]) -> Vec<String> {
    let has_golden = |code: &str| goldens.iter().any(|golden| golden.text.contains(&format!("[{code}]")));
    let missing = codes.iter().filter(|code| !has_golden(code));
    missing.map(|code| format!("{code} has no golden in tests/diagnostics")).collect()
}

/// Returns a complaint for each line that a rule dislikes.
fn complain(file: &File, is_breach: impl Fn(&str) -> bool, what: &str) -> Vec<String> {
    let lines = file.text.lines().zip(1..).filter(|(line, _)| is_breach(line));
    lines.map(|(line, at)| format!("{}:{at}: {what}: {}", file.path, line.trim())).collect()
}

/// Returns whether a line has the word, not as a part of a longer one.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |char: char| char.is_alphanumeric() || char == '_';
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        let after = line.get(at + word.len()..).unwrap_or_default();
        !before.ends_with(is_part) && (word.ends_with('(') || !after.starts_with(is_part))
    })
}
