//! Goldens of findings: `NAME.yaml`, or several texts in the directory `NAME`, beside `NAME.txt`.
//!
//! A golden holds every finding as people read it, in order, then which tenants are refused and which are closed.
//! Run with `BLESS=1` in the environment to write the goldens anew; then read what changed.

mod feeds;
mod limits;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use bailiwick::{Code, Diagnostic, Policy};

#[test]
fn findings_read_as_the_goldens_say() {
    let is_blessed = std::env::var_os("BLESS").is_some();
    let mut changed = Vec::new();
    for (name, texts) in cases() {
        let path = Path::new(ROOM).join(format!("{name}.txt"));
        let found = render(&load(&texts));
        if is_blessed {
            fs::write(&path, &found).unwrap();
        }
        let expected = fs::read_to_string(&path).unwrap_or_default();
        if found != expected {
            changed.push(format!("{name}:\n-- expected --\n{expected}-- found --\n{found}"));
        }
    }
    assert!(changed.is_empty(), "{}", changed.join("\n"));
}

#[test]
fn every_code_has_a_golden_of_its_own() {
    let found: BTreeSet<Code> =
        cases().iter().flat_map(|(_, texts)| load(texts).findings).map(|finding| finding.code).collect();
    let missing: Vec<Code> = Code::ALL.into_iter().filter(|code| !found.contains(code)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_finding_has_a_file_a_line_and_a_column() {
    for (name, texts) in cases() {
        for finding in load(&texts).findings {
            let place = finding.place.as_ref();
            assert!(place.is_some_and(|place| 0 < place.line && 0 < place.column), "{name}: {finding}");
        }
    }
}

#[test]
fn every_finding_is_one_short_line_of_plain_words() {
    for (name, texts) in cases() {
        for finding in load(&texts).findings {
            for text in [Some(&finding.message), finding.help.as_ref()].into_iter().flatten() {
                assert!(!text.ends_with('.') && !text.contains('\n') && text.chars().count() < 400, "{name}: {text}");
                assert!(!text.starts_with(|first: char| first.is_uppercase()), "{name}: {text}");
            }
        }
    }
}

#[test]
fn no_golden_is_left_without_its_text() {
    let names: BTreeSet<String> = cases().into_iter().map(|(name, _)| name).collect();
    for entry in fs::read_dir(ROOM).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(path.extension().is_none_or(|extension| extension != "txt") || names.contains(&stem), "{stem}");
    }
}

/// What the texts of a case came to.
struct Outcome {
    findings: Vec<Diagnostic>,
    refused: Vec<String>,
    closed: Vec<String>,
    is_loaded: bool,
}

fn load(texts: &[PathBuf]) -> Outcome {
    match Policy::load(texts) {
        Ok(policy) => Outcome {
            findings: policy.findings().to_vec(),
            refused: policy.refused_tenants().to_vec(),
            closed: policy.closed_tenants().into_iter().map(str::to_owned).collect(),
            is_loaded: true,
        },
        Err(error) => {
            Outcome { findings: error.findings().to_vec(), refused: Vec::new(), closed: Vec::new(), is_loaded: false }
        }
    }
}

fn render(outcome: &Outcome) -> String {
    let mut blocks: Vec<String> = outcome.findings.iter().map(ToString::to_string).collect();
    let mut what = |title: &str, names: &[String]| {
        if !names.is_empty() {
            blocks.push(format!("{title}: {}", names.join(", ")));
        }
    };
    what("refused", &outcome.refused);
    what("closed", &outcome.closed);
    blocks.push(if outcome.is_loaded { "loaded\n".to_owned() } else { "not loaded\n".to_owned() });
    blocks.join("\n\n")
}

/// Returns the name and the texts of every case, in the order of names.
fn cases() -> Vec<(String, Vec<PathBuf>)> {
    let mut found = Vec::new();
    for path in listed(Path::new(ROOM)) {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.push((name, listed(&path)));
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push((name, vec![path]));
        }
    }
    assert!(60 < found.len(), "{}", found.len());
    found
}

fn listed(directory: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

const ROOM: &str = "tests/diagnostics";
