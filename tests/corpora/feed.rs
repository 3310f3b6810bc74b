//! What must hold for any lines of a feed; shared with the fuzz target `feed`.

use bailiwick::{Fate, Groups, Policy, Request, Text};

/// A catalogue for feeds.
pub(crate) const CATALOGUE: &str = "
kinds:
  job: { lives_in: [project], concerns_cluster: true }
  asset: { lives_in: [tenant, department, project] }
  giving: { lives_in: [tenant, department, project] }
  placing: { lives_in: [tenant, department, project] }
attributes: { context.network: text }
delegation: { role_right: giving, place_right: placing, organizations: [department, project] }
roles:
  worker: { held_at: [project], permissions: { job: CRUD, asset: R } }
  viewer: { permissions: { job: R, asset: R } }
";

/// Reads lines in their own order, backwards and shuffled: the answers, what is closed and what is found are the same.
pub(crate) fn compare(text: &str) {
    let mut lines: Vec<&str> = text.split('\n').collect();
    let expected = outcome(&lines);
    lines.reverse();
    assert_same(&outcome(&lines), &expected);
    let seed = text.bytes().fold(1, |seed: u64, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
    shuffle(&mut lines, seed);
    assert_same(&outcome(&lines), &expected);
}

fn assert_same(found: &Outcome, expected: &Outcome) {
    assert_eq!((&found.closed, &found.found), (&expected.closed, &expected.found));
    assert_eq!(found.fates, expected.fates);
    for (found, expected) in found.answers.iter().zip(&expected.answers) {
        assert_eq!(found, expected);
    }
}

/// All that anybody sees of a feed, but for the lines on which it stands.
struct Outcome {
    closed: Vec<String>,
    found: Vec<String>,
    fates: Vec<(&'static str, Fate, usize)>,
    answers: Vec<String>,
}

fn outcome(lines: &[&str]) -> Outcome {
    // The version may stand in the first line alone.
    let feed = format!("{{\"bailiwick\": 1}}\n{}", lines.join("\n"));
    let texts = [Text::yaml("catalogue.yaml", CATALOGUE), Text::lines("feed.jsonl", feed)];
    let policy = Policy::parse(texts).unwrap();
    let mut found: Vec<String> = policy.findings().iter().map(|finding| unplaced(&finding.message)).collect();
    found.sort_unstable();
    if 500 < lines.len() {
        // Past the limits findings are left out, and the first are kept.
        found.clear();
    }
    let counts = policy.feed_report().counts().iter();
    let fates = counts.flat_map(|count| Fate::ALL.map(|fate| (count.kind, fate, count.n(fate))));
    let fates = fates.filter(|(_, _, n)| 0 < *n).collect();
    let closed = policy.closed_tenants().into_iter().map(str::to_owned).collect();
    Outcome { closed, found, fates, answers: answers(&policy) }
}

/// Returns a message without the numbers of lines.
fn unplaced(message: &str) -> String {
    let mut parts = message.split(" on line ");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, rest| format!("{text} on line {}", rest.trim_start_matches(|c: char| c.is_ascii_digit())))
}

fn answers(policy: &Policy) -> Vec<String> {
    let snapshot = policy.compile();
    let mut answers = Vec::new();
    for tenant in ["t", "u"] {
        for subject in ["user:a", "user:b", "app:c"] {
            for path in ["", "/d", "/d/p", "/e/q"] {
                for (kind, action) in [("job", "create"), ("job", "read"), ("asset", "read")] {
                    let scope = format!("{tenant}{path}");
                    let groups = Groups::Listed(&["g"]);
                    let request = Request {
                        tenant: Some(tenant),
                        subject,
                        groups,
                        action,
                        kind,
                        scope: &scope,
                        cluster: Some("w").filter(|_| kind == "job"),
                        ..Request::at(100)
                    };
                    let decision = snapshot.check(&request);
                    let (reason, until) = (decision.reason().code(), decision.valid_until());
                    answers.push(format!(
                        "{subject} {action} {kind} {scope}: {reason} {until:?} {:?}",
                        snapshot.source(&decision)
                    ));
                }
            }
        }
    }
    answers
}

fn shuffle(lines: &mut [&str], mut seed: u64) {
    for last in (1..lines.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let at = usize::try_from(seed >> 33).unwrap_or(0) % (last + 1);
        lines.swap(last, at);
    }
}
