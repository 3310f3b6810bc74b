//! `load`: what becomes of the entries of feeds.

use crate::support::{POLICY, bare, file, run};

const GOOD: &str = "\
{\"tenant\": \"acme\", \"scope\": \"acme/vision\"}
{\"tenant\": \"acme\", \"access_rule\": {\"id\": \"r-1\", \"subject\": \"user:ana\", \"role\": \"reader\", \"scope\": \"acme\"}}
";

/// Writes a policy and a feed; returns the arguments that load them.
fn feed(name: &str, lines: &str) -> String {
    let policy = file(&format!("{name}.yaml"), POLICY);
    let feed = file(&format!("{name}.jsonl"), lines);
    format!("load -p {policy} --feed {feed}")
}

#[test]
fn a_feed_that_is_taken_is_status_0() {
    let run = run(&feed("load-good", GOOD));
    assert_eq!((run.status, run.err.as_str()), (Some(0), ""));
    assert!(run.out.starts_with("entry        taken\naccess_rule  1\nscope        1\n"), "{}", run.out);
}

#[test]
fn what_is_left_out_is_status_1_with_its_line() {
    let bad = GOOD.replace("reader", "raeder");
    let run = run(&feed("load-left-out", &bad));
    assert_eq!((run.status, run.err.as_str()), (Some(1), ""));
    assert!(run.out.starts_with("entry        taken  left out\naccess_rule  0      1\n"), "{}", run.out);
    assert!(
        bare(&run.out).contains("error[P0014]: role `raeder` is not defined\n  --> load-left-out.jsonl:2:"),
        "{}",
        run.out
    );
}

#[test]
fn a_closed_tenant_is_told_with_the_lines_that_closed_it() {
    let deny = "{\"tenant\": \"acme\", \"deny_rule\": {\"subject\": \"user:ana\", \"role\": \"raeder\", \"scope\": \"acme\"}}\n";
    let run = run(&feed("load-closed", &format!("{GOOD}{deny}nonsense\n")));
    assert_eq!(run.status, Some(1));
    let told = "closed: tenant `acme`, and everything denied there, by load-closed.jsonl:3, load-closed.jsonl:4\n";
    assert!(bare(&run.out).ends_with(told), "{}", run.out);
}

#[test]
fn what_is_mended_or_withdrawn_is_status_0() {
    let bad = GOOD.replace("access_rule", "deny_rule").replace("reader", "raeder");
    let lines = format!("{bad}{}{{\"tenant\": \"acme\", \"withdrawn\": \"r-2\"}}\n", GOOD.lines().nth(1).unwrap());
    let lines = lines.replace("}{", "}\n{");
    let run = run(&feed("load-mended", &lines));
    assert_eq!(run.status, Some(0), "{}", run.out);
    let told = "load-mended.jsonl:2: deny_rule `r-1` is mended by load-mended.jsonl:3\n";
    assert!(bare(&run.out).contains(told), "{}", run.out);
}

#[test]
fn json_has_every_line() {
    let bad = GOOD.replace("access_rule", "deny_rule").replace("reader", "raeder");
    let run = run(&format!("{} --json", feed("load-json", &bad)));
    assert_eq!(run.status, Some(1));
    let answer = run.json("load");
    assert_eq!(answer["counts"][0]["closing"], 1);
    assert_eq!((&answer["entries"][0]["fate"], &answer["entries"][0]["line"]), (&"closing".into(), &2.into()));
    assert_eq!((&answer["closed"][0]["tenant"], &answer["closed"][0]["by"][0]["line"]), (&"acme".into(), &2.into()));
    let findings = answer["findings"].as_array().unwrap();
    assert!(findings.iter().any(|finding| finding["code"] == "P0014"), "{findings:?}");
}

#[test]
fn a_directory_beside_the_feed_that_is_refused_is_status_1() {
    let directory = file("load-refused.yaml", "tenant: beta\nusers: [ana, ana]\n");
    let run = run(&format!("{} -p {directory}", feed("load-beside", GOOD)));
    assert_eq!(run.status, Some(1));
    assert!(run.out.ends_with("refused: the directory of tenant `beta`\n"), "{}", run.out);
}

#[test]
fn what_is_no_feed_or_no_policy_is_status_2() {
    let policy = file("load-policy.yaml", POLICY);
    let none = run(&format!("load -p {policy} --feed {policy}"));
    assert_eq!((none.status, none.out.as_str()), (Some(2), ""));
    assert!(none.err.contains("is no feed: feeds end in `.jsonl`"), "{}", none.err);
    let nowhere = run(&format!("load -p {policy} --feed nowhere.jsonl"));
    assert_eq!((nowhere.status, nowhere.out.as_str()), (Some(2), ""));
}
