//! The ways in: files that are read line by line, feeds that a program tells, and what is told of how it goes on.

use std::fs;
use std::path::{Path, PathBuf};

use bailiwick::{Diagnostic, Feed, Loader, Policy, Text};

const POLICY: &str = "kinds: { job: { lives_in: [project] } }\nroles: { viewer: { permissions: { job: R } } }";

/// A file that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, body: impl AsRef<[u8]>) -> Self {
        let path = std::env::temp_dir().join(format!("bailiwick-loading-{}-{name}", std::process::id()));
        fs::write(&path, body).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn found(loaded: Result<Policy, bailiwick::LoadError>) -> Vec<Diagnostic> {
    match loaded {
        Ok(policy) => policy.findings().to_vec(),
        Err(error) => error.findings().to_vec(),
    }
}

fn beside(loader: Loader<'_>) -> Loader<'_> {
    loader.text(Text::yaml("policy", POLICY))
}

#[test]
fn a_file_of_lines_means_what_the_text_means() {
    let long = format!("{{\"tenant\": \"acme\", \"user\": \"{}\"}}", "u".repeat(70_000));
    let rule = |who: &str| {
        format!(
            "{{\"tenant\":\"acme\",\"access_rule\":{{\"subject\":\"user:{who}\",\"role\":\"viewer\",\"scope\":\"acme\"}}}}"
        )
    };
    let bodies = [
        String::new(),
        "\n\n \n".to_owned(),
        format!("\u{feff}{}\r\n{}\r\n", rule("ana"), rule("ana")),
        format!("{}\n{long}\n{}", rule("ana"), rule("ben")),
        format!("{long}{long}{long}"),
        format!("\n{}\nnonsense\n{{\"tenant\": \"acme\"}}\n\u{feff}{}", rule("größe"), rule("ana")),
    ];
    for (at, body) in bodies.iter().enumerate() {
        let file = Scratch::new(&format!("{at}.jsonl"), body);
        let name = file.0.to_string_lossy();
        let read = beside(Loader::new().file(&file.0)).load();
        let parsed = beside(Loader::new().text(Text::lines(&name, body.as_str()))).load();
        match (&read, &parsed) {
            (Ok(read), Ok(parsed)) => assert_eq!(read.feed_report(), parsed.feed_report(), "{at}"),
            (read, parsed) => assert_eq!(read.is_ok(), parsed.is_ok(), "{at}"),
        }
        assert_eq!(found(read), found(parsed), "{at}");
    }
}

#[test]
fn a_file_of_lines_that_is_not_text_is_refused_where_it_is_not() {
    let mut body = b"\xEF\xBB\xBFnonsense\n{\"tenant\": \"gr\xC3\xB6\xFF\"}\n".to_vec();
    let file = Scratch::new("latin.jsonl", &body);
    let findings = found(beside(Loader::new().file(&file.0)).load());
    let place = findings[0].place.as_ref().unwrap();
    assert_eq!((findings.len(), findings[0].code.number(), place.line, place.column), (1, "P0008", 2, 16));
    body.truncate(5);
    body.push(0xFF);
    let file = Scratch::new("short.jsonl", &body);
    let findings = found(beside(Loader::new().file(&file.0)).load());
    let place = findings[0].place.as_ref().unwrap();
    assert_eq!((findings.len(), place.line, place.column), (1, 1, 3));
    let findings = found(beside(Loader::new().file(Path::new("no-such-file.jsonl"))).load());
    assert_eq!((findings.len(), findings[0].code.number()), (1, "P0008"));
}

#[test]
fn a_program_tells_what_lines_say() {
    let mut told = Feed::new("acme");
    told.scope("acme/vision").scope_as("acme/vision/detector", Some("p-17"), Some("project")).user("ana").app("ci");
    told.group("ml", ["user:ana", "app:ci"]).rule("user:ana", "viewer", "acme/vision");
    told.rule_as("r-1", "group:ml", "viewer", "acme/vision/detector").rule("user:ana", "viewer", "acme/gone");
    told.rule("user:ana", "viewer", "acme/vision").scope("acme/a/b").group("everyone", []).user("ana");
    let lines = r#"{"tenant": "acme", "scope": "acme/vision"}
{"tenant": "acme", "scope": {"path": "acme/vision/detector", "id": "p-17", "kind": "project"}}
{"tenant": "acme", "user": "ana"}
{"tenant": "acme", "app": "ci"}
{"tenant": "acme", "group": {"name": "ml", "members": ["user:ana", "app:ci"]}}
{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme/vision"}}
{"tenant": "acme", "access_rule": {"id": "r-1", "subject": "group:ml", "role": "viewer", "scope": "acme/vision/detector"}}
{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme/gone"}}
{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "viewer", "scope": "acme/vision"}}
{"tenant": "acme", "scope": "acme/a/b"}
{"tenant": "acme", "group": {"name": "everyone", "members": []}}
{"tenant": "acme", "user": "ana"}"#;
    assert_eq!(told.n_entries(), lines.lines().count());
    // Other texts come first, so that places are of the right one.
    let told = beside(Loader::new()).feed(told).load().unwrap();
    let written = beside(Loader::new()).text(Text::lines("feed:acme", lines)).load().unwrap();
    let seen = |policy: &Policy| {
        let line = |finding: &Diagnostic| finding.place.as_ref().map(|place| (place.file.clone(), place.line));
        policy.findings().iter().map(|finding| (line(finding), finding.message.clone())).collect::<Vec<_>>()
    };
    assert_eq!(seen(&told), seen(&written));
    assert_eq!(seen(&told).len(), 5, "{:?}", seen(&told));
    assert_eq!(told.feed_report().counts(), written.feed_report().counts());
    assert_eq!(told.compile().directory("acme"), written.compile().directory("acme"));
}

#[test]
fn a_tenant_whose_name_is_none_is_refused() {
    let mut feed = Feed::new("a/b");
    feed.rule("user:ana", "viewer", "a/b");
    let findings = found(beside(Loader::new()).feed(feed).load());
    assert!(findings.iter().any(|finding| finding.code.number() == "P0010"), "{findings:?}");
}

#[test]
fn progress_is_told_up_to_the_end() {
    let lines: String = (0..400_000).map(|at| format!("{{\"tenant\": \"acme\", \"user\": \"u{at}\"}}\n")).collect();
    let bytes_all = u64::try_from(lines.len() + POLICY.len()).unwrap();
    let (lines, policy) = (Scratch::new("progress.jsonl", &lines), Scratch::new("progress.yaml", POLICY));
    let mut told = Vec::new();
    let loader = Loader::new().files([&lines.0, &policy.0]).progress(|progress| told.push(progress));
    assert!(loader.load().is_ok());
    assert!(4 <= told.len(), "{}", told.len());
    assert!(told.iter().all(|progress| progress.bytes_all == bytes_all));
    assert!(told.is_sorted_by_key(|progress| progress.bytes_read));
    assert_eq!(told.last().map(|progress| progress.bytes_read), Some(bytes_all));
}
