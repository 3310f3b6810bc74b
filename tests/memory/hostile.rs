//! Hostile text is refused, or read rightly, where it stands and in little memory.

use std::fs;
use std::path::PathBuf;

use allocation_counter::measure;
use bailiwick::{Code, Diagnostic, Policy, Text};

use super::texts::{self, Hostile};

/// The policy that stands beside a feed.
const POLICY: &str = "kinds: { job: { lives_in: [tenant] } }";

/// What reading any hostile text may take, beside the text itself.
const BYTES_MAX: u64 = 64 * 1024 * 1024;

fn load(text: Hostile) -> Vec<Diagnostic> {
    let hostile = if text.is_feed { Text::lines("text", text.body) } else { Text::yaml("text", text.body) };
    let beside = text.is_feed.then(|| Text::yaml("policy", POLICY));
    found(Policy::parse([hostile].into_iter().chain(beside)))
}

fn found(loaded: Result<Policy, bailiwick::LoadError>) -> Vec<Diagnostic> {
    match loaded {
        Ok(policy) => policy.findings().to_vec(),
        Err(error) => error.findings().to_vec(),
    }
}

fn place(finding: &Diagnostic) -> (&'static str, u32, u32) {
    let place = finding.place.as_ref();
    (finding.code.number(), place.map_or(0, |it| it.line), place.map_or(0, |it| it.column))
}

#[test]
fn hostile_text_is_found_where_it_stands_and_takes_little_memory() {
    let mut wrong = Vec::new();
    for text in texts::hostile() {
        let (name, first) = (text.name, text.first);
        let mut findings = Vec::new();
        let cost = measure(|| findings = load(text));
        let found = findings.first().map(place);
        if found != first {
            wrong.push(format!("{name}: expected {first:?}, found {found:?}: {:?}", findings.first()));
        }
        if BYTES_MAX < cost.bytes_max {
            wrong.push(format!("{name}: {} bytes", cost.bytes_max));
        }
        if 1_001 < findings.len() {
            wrong.push(format!("{name}: {} findings", findings.len()));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn messages_about_hostile_text_are_short_and_show_nothing_that_moves_the_cursor() {
    for text in texts::hostile() {
        let name = text.name;
        for finding in load(text) {
            let is_hidden = |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}');
            let is_plain = |text: &str| !text.chars().any(is_hidden);
            assert!(is_plain(&finding.message) && finding.help.as_deref().is_none_or(is_plain), "{name}: {finding:?}");
            assert!(finding.message.len() < 2_400, "{name}: {} bytes", finding.message.len());
        }
    }
}

#[test]
fn circles_of_every_length_are_told_from_their_first_member() {
    for n in 1..=64 {
        let findings = found(Policy::parse([Text::yaml("text", texts::circle(n))]));
        let circles: Vec<_> = findings.iter().filter(|finding| finding.code == Code::Cycle).map(place).collect();
        assert_eq!(circles, [("P0021", 2, 3)], "{n}");
    }
    for n in 1..=63 {
        let findings = found(Policy::parse([Text::yaml("text", texts::circle_of_scope_kinds(n))]));
        let circles = findings.iter().filter(|finding| finding.code == Code::Cycle).map(place);
        let expected: Vec<_> = (3..).take(n).map(|line| ("P0021", line, 3)).collect();
        assert_eq!(circles.collect::<Vec<_>>(), expected, "{n}");
    }
}

/// A file that is gone when the test is over.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, body: &str) -> Self {
        let path = std::env::temp_dir().join(format!("bailiwick-{}-{name}", std::process::id()));
        fs::write(&path, body).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn files_of_100_mb_are_not_read_whole() {
    let policy = Scratch::new("policy.yaml", POLICY);
    for (name, body) in [
        ("scalar.yaml", format!("policy: {}", "x".repeat(100_000_000))),
        ("line.jsonl", format!("{{\"tenant\": \"{}\"}}", "x".repeat(100_000_000))),
    ] {
        let file = Scratch::new(name, &body);
        drop(body);
        let mut findings = Vec::new();
        let cost = measure(|| findings = found(Policy::load([&file.0, &policy.0])));
        assert_eq!(findings.first().map(place), Some(("P0002", 1, 1)), "{name}");
        assert!(cost.bytes_max <= BYTES_MAX, "{name}: {} bytes", cost.bytes_max);
    }
}

#[test]
fn a_large_feed_is_never_held_whole() {
    const N_RULES: u64 = 150_000;
    let rule = |at: u64| {
        let (user, level) = (at * 7_919 % (N_RULES / 3), at / (N_RULES / 3));
        let scope = format!("acme/p{}", (user + level) % 1_000);
        format!(
            "{{\"tenant\":\"acme\",\"access_rule\":{{\"subject\":\"user:u{user}\",\"role\":\"r{level}\",\"scope\":\"{scope}\"}}}}\n"
        )
    };
    let scopes = (0..1_000).map(|at| format!("{{\"tenant\":\"acme\",\"scope\":\"acme/p{at}\"}}\n"));
    let body: String = scopes.chain((0..N_RULES).map(rule)).collect();
    let policy = "scope_kinds: { tenant: , project: { parent: tenant } }\nkinds: { job: { lives_in: [project] } }
roles: { r0: { permissions: { job: R } }, r1: { permissions: { job: U } }, r2: { permissions: { job: D } } }";
    let (policy, file) = (Scratch::new("large.yaml", policy), Scratch::new("large.jsonl", &body));
    drop(body);
    let mut loaded = None;
    let cost = measure(|| loaded = Some(Policy::load([&policy.0, &file.0])));
    assert!(loaded.unwrap().unwrap().is_complete());
    // In the policy stay 8 bytes a rule and, of each name, its bytes and 9 more.
    let left = u64::try_from(cost.bytes_current).unwrap() / N_RULES;
    assert!(cost.bytes_max / N_RULES <= 72 && left <= 20, "{} bytes a rule, {left} left", cost.bytes_max / N_RULES);
}

#[test]
fn clusters_share_what_their_gates_leave_of_the_roles() {
    let roles = (0..500).map(|n| format!("  r{n}: {{ includes: [gated] }}\n")).collect::<String>();
    let gated = "  gated: { permissions: { job: R }, requires: { connected: true, of: cluster } }\n";
    let clusters = (0..8_000).map(|n| format!("  - {{ name: c{n}, connected: {} }}\n", n % 2 == 0)).collect::<String>();
    let directory = format!("tenant: acme\ncustom_roles:\n{gated}{roles}clusters:\n{clusters}");
    let policy = Policy::parse([Text::yaml("policy", POLICY), Text::yaml("acme", directory)]).unwrap();
    let cost = measure(|| drop(policy.compile()));
    assert!(cost.bytes_max < 8 * 1024 * 1024, "{} bytes", cost.bytes_max);
}
