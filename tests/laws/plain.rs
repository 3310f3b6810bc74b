//! Plain entries of feeds are read fast and resolved in bulk, and mean what they would mean one by one.

use bailiwick::document::Document;
use bailiwick::{Diagnostic, FeedReport, Policy, Text};
use proptest::prelude::*;

use super::feeds::{entry, pick};
use super::{Witnessed, law};
use crate::corpora::feed::CATALOGUE;

/// An entry, whether it stands in the second of two feeds, and whether it is spelt so that it is read with care.
type Line = (String, bool, bool);

/// Everything that anybody sees of feeds.
#[derive(Debug, PartialEq)]
struct Seen {
    findings: Vec<Diagnostic>,
    report: FeedReport,
    closed: Vec<String>,
    directories: Vec<Option<Document>>,
}

fn see(lines: &[Line], is_careful: impl Fn(&Line) -> bool) -> Seen {
    let mut feeds = [String::new(), String::new()];
    for line in lines {
        let feed = &mut feeds[usize::from(line.1)];
        feed.push_str(&line.0);
        // A tab behind the entry means nothing and moves nothing.
        feed.push_str(if is_careful(line) { "\t\n" } else { "\n" });
    }
    let [first, second] = feeds;
    let feeds = [Text::lines("first.jsonl", first), Text::lines("second.jsonl", second)];
    let policy = Policy::parse([Text::yaml("catalogue.yaml", CATALOGUE)].into_iter().chain(feeds)).unwrap();
    let snapshot = policy.compile();
    Seen {
        findings: policy.findings().to_vec(),
        report: policy.feed_report().clone(),
        closed: policy.closed_tenants().into_iter().map(str::to_owned).collect(),
        directories: ["t", "u"].map(|tenant| snapshot.directory(tenant)).to_vec(),
    }
}

/// Returns a plain entry of few names, so that many say the same.
fn plain() -> impl Strategy<Value = String> {
    let id = || pick(&["", "", "", "\"id\": \"1\", ", "\"id\": \"2\", ", "\"id\": \"4\", ", "\"id\": \" \", "]);
    let subject = || pick(&["user:a", "user:b", "user:b", "app:c", "group:g", "group:everyone", "user:", "b"]);
    let role = || pick(&["worker", "viewer", "viewer", "own", "nobody"]);
    let scope = || pick(&["t", "t/d", "t/d/p", "t/d/p", "t/e/q", "t/gone"]);
    let rule = (id(), subject(), role(), scope()).prop_map(|(id, subject, role, scope)| {
        format!("{{\"tenant\":\"t\",\"access_rule\": {{{id}\"subject\":\"{subject}\", \"role\":\"{role}\",\"scope\":\"{scope}\"}}}}")
    });
    let account = (pick(&["user", "app"]), pick(&["a", "b", "c", "d", " "]), any::<bool>());
    let account = account.prop_map(|(kind, name, is_short)| match is_short {
        true => format!("{{\"tenant\":\"t\", \"{kind}\":\"{name}\"}}"),
        false => format!("{{\"{kind}\":{{\"name\": \"{name}\"}},\"tenant\":\"t\"}}"),
    });
    let scope =
        pick(&["t/d", "t/d/p", "t/e", "t/e/q"]).prop_map(|path| format!("{{\"tenant\":\"t\",\"scope\":\"{path}\"}}"));
    prop_oneof![8 => rule, 2 => account, 2 => scope]
}

#[test]
fn entries_mean_the_same_fast_and_with_care() {
    let spoken = Witnessed::default();
    let line = prop_oneof![2 => plain(), 1 => entry()];
    law(prop::collection::vec((line, any::<bool>(), any::<bool>()), 1..40), |lines| {
        let careful = see(&lines, |_| true);
        prop_assert_eq!(&see(&lines, |_| false), &careful);
        prop_assert_eq!(&see(&lines, |(_, _, is_careful)| *is_careful), &careful);
        spoken.count();
        Ok(())
    });
    spoken.at_least(500);
}
