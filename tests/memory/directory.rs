//! What a large directory takes: while it is told, and for as long as it is asked.

use std::fmt::Write as _;

use allocation_counter::measure;
use bailiwick::{Feed, Loader, Text};

const POLICY: &str = "kinds: { job: { lives_in: [project] } }\nroles: { viewer: { permissions: { job: R } } }";

const N_USERS: usize = 50_000;
const N_PROJECTS: usize = 2_500;
/// Three of each user.
const N_RULES: usize = 3 * N_USERS;

/// Tells of rules in an order that helps nobody.
fn feed() -> Feed {
    let mut feed = Feed::new("acme");
    feed.scope("acme/d");
    let (mut subject, mut scope) = (String::new(), String::new());
    for at in 0..N_PROJECTS {
        scope.clear();
        let _ = write!(scope, "acme/d/p{at}");
        feed.scope(&scope);
    }
    for at in 0..N_RULES {
        subject.clear();
        let _ = write!(subject, "user:u{}@acme.io", at * 7_919 % N_USERS);
        scope.clear();
        let _ = write!(scope, "acme/d/p{}", (at * 31 + at / N_USERS) % N_PROJECTS);
        feed.rule(&subject, "viewer", &scope);
    }
    feed
}

#[test]
fn a_rule_takes_forty_bytes_with_all_names_and_little_more_on_its_way() {
    let mut told = None;
    let telling = measure(|| told = Some(feed()));
    let mut policy = None;
    let loader = Loader::new().text(Text::yaml("policy.yaml", POLICY)).feed(told.unwrap());
    let loading = measure(|| policy = loader.load().ok());
    let policy = policy.unwrap();
    assert_eq!(policy.findings().first(), None);
    let mut snapshot = None;
    let compiling = measure(|| snapshot = Some(policy.compile()));
    assert!(snapshot.is_some());

    let n_rules = u64::try_from(N_RULES).unwrap();
    let kept = u64::try_from(compiling.bytes_current).unwrap();
    assert!(kept < 40 * n_rules, "{kept} bytes are kept");
    let n_more = compiling.bytes_max - kept;
    assert!(n_more < 8 * n_rules, "{n_more} bytes more while it is compiled");
    assert!(telling.bytes_max < 50 * n_rules, "{} bytes while it is told", telling.bytes_max);
    assert!(loading.bytes_max < 24 * n_rules, "{} bytes more while it is loaded", loading.bytes_max);
}
