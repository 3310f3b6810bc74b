//! `explain`: the tree, its width and its colours.

use crate::support::{ACME, POLICY, command, file, run};

fn line(name: &str, rest: &str) -> String {
    let policy = file(&format!("explain-{name}-policy.yaml"), POLICY);
    let acme = file(&format!("explain-{name}-acme.yaml"), ACME);
    let asked = "--subject user:ana --action delete --kind job --scope acme/vision/detector --at 1000 --no-groups";
    format!("explain -p {policy} -p {acme} {asked} {rest}")
}

const TREE: &str = "\
deny: denied_by_rule
├─ access rules
│  └─ applies r-1: user:ana as researcher at acme/vision
└─ deny rules
   └─ applies d-1: user:ana at acme/vision/detector
";

#[test]
fn the_tree_is_whole_and_plain_without_a_terminal() {
    let run = run(&line("plain", ""));
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(1), TREE, ""));
}

#[test]
fn the_tree_fits_the_width() {
    let run = run(&line("width", "--width 40"));
    let tree = "\
deny: denied_by_rule
├─ access rules
│  └─ applies r-1: user:ana as
│       researcher at acme/vision
└─ deny rules
   └─ applies d-1: user:ana at
        acme/vision/detector
";
    assert_eq!(run.out, tree);
}

#[test]
fn what_makes_a_request_invalid_is_a_branch_among_the_others() {
    let policy = file("explain-fault-policy.yaml", POLICY);
    let acme = file("explain-fault-acme.yaml", ACME);
    let line = format!("explain -p {policy} -p {acme} --subject ana --action read --kind job --scope acme");
    let fault = "`ana` is no subject: write `user:`, `group:` or `app:` and a name";
    let tree = format!("deny: invalid_request\n├─ {fault}\n└─ the groups of the token are not known\n");
    assert_eq!(run(&line).out, tree);
    assert_eq!(run(&format!("{line} --no-groups")).out, format!("deny: invalid_request\n└─ {fault}\n"));
}

#[test]
fn colours_come_when_asked_for() {
    let colored = run(&line("always", "--color always")).out;
    assert!(colored.starts_with("\u{1b}[31mdeny\u{1b}[0m: denied_by_rule\n"), "{colored}");
    let plain = colored.replace("\u{1b}[31m", "").replace("\u{1b}[1m", "").replace("\u{1b}[0m", "");
    assert_eq!(plain, TREE);
}

#[test]
fn colours_stay_away_otherwise() {
    for choice in ["", "--color auto", "--color never"] {
        let output = command(&line("away", choice)).env("CLICOLOR_FORCE", "1").output().unwrap();
        assert!(!output.stdout.contains(&0x1b), "{choice}");
    }
    let output = command(&line("no-color", "--color always")).env("NO_COLOR", "1").output().unwrap();
    assert!(output.stdout.contains(&0x1b), "an argument says more than the environment");
}

#[test]
fn json_tells_what_a_rule_lacks() {
    let answer = run(&line("json", "--json").replace("user:ana", "user:office")).json("explain");
    assert_eq!(answer["decision"], "deny");
    assert_eq!(answer["knows_groups"], true);
    assert_eq!(answer["n_others"], 1);
    let answer = run(&line("json", "--json").replace("user:ana", "user:office").replace("delete", "read"));
    let rule = &answer.json("explain")["access_rules"][0];
    assert_eq!(rule["verdict"], "error");
    assert_eq!(rule["lacks"]["code"], "condition");
    let test = serde_json::json!({
        "test": "context.network equals `office`", "seen": "nothing", "answer": "error",
    });
    assert_eq!(rule["tests"][0], test);
}
