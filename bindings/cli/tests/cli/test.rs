//! `test`: what passes, what fails, what is wrong with the cases.

use std::fs;

use crate::support::{ACME, POLICY, bare, file, root, run};

/// Returns the shipped files of cases.
fn shipped() -> Vec<String> {
    let list = |folder: &str| {
        let entries = fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.map(|name| format!("{folder}/{name}")).collect::<Vec<_>>()
    };
    let cases = list("policies").into_iter().filter(|path| path.ends_with(".cases.yaml"));
    let mut all: Vec<String> = cases.chain(list("tests/cases")).collect();
    all.sort();
    all
}

#[test]
fn the_shipped_cases_pass() {
    let run = run(&format!("test {}", shipped().join(" ")));
    assert_eq!((run.status, run.err.as_str()), (Some(0), ""), "{}", run.out);
    let n_passed: usize = run.out.split(' ').next().unwrap().parse().unwrap();
    assert!(2_000 < n_passed, "{}", run.out);
    assert!(run.out.ends_with(" passed, 0 failed\n"));
}

/// Writes a world with its cases and returns the path of the cases.
fn world(name: &str, cases: &str) -> String {
    file(&format!("test-{name}-policy.yaml"), POLICY);
    file(&format!("test-{name}-acme.yaml"), ACME);
    let policy = format!("policy: [test-{name}-policy.yaml, test-{name}-acme.yaml]");
    file(&format!("test-{name}.cases.yaml"), &format!("{policy}\ncases:\n{cases}"))
}

const FAILING: &str = "\
- { name: ana reads, subject: user:ana, action: read, kind: job, scope: acme/vision/detector, at: 0, expect: deny }
- { subject: user:ana, action: delete, kind: job, scope: acme/vision/detector, at: 0, expect: deny, reason: not_granted }
- { subject: user:ana, action: read, kind: job, scope: acme/vision/detector, at: 0, expect: allow }
";

#[test]
fn what_fails_is_listed_with_its_place() {
    let run = run(&format!("test {}", world("failing", FAILING)));
    let text = "\
FAIL test-failing.cases.yaml:3:3: ana reads
  expected deny, got allow: granted, by access rule `r-1`: user:ana as researcher at acme/vision, valid until 2027-01-01T00:00:00Z
FAIL test-failing.cases.yaml:4:3: user:ana delete job at acme/vision/detector
  expected deny: not_granted, got deny: denied_by_rule, by deny rule `d-1`: user:ana at acme/vision/detector
1 passed, 2 failed
";
    assert_eq!((run.status, bare(&run.out).as_str(), run.err.as_str()), (Some(1), text, ""));
}

#[test]
fn json_lists_the_same() {
    let path = world("json", FAILING);
    let answer = run(&format!("test --json {path}")).json("test");
    assert_eq!((&answer["passed"], &answer["failed"]), (&1.into(), &2.into()));
    let failure = serde_json::json!({
        "name": "ana reads", "file": path, "line": 3, "column": 3, "expect": "deny", "expect_reason": null,
        "decision": "allow", "reason": "granted", "valid_until": 1_798_761_600,
        "basis": "by access rule `r-1`: user:ana as researcher at acme/vision, valid until 2027-01-01T00:00:00Z",
    });
    assert_eq!(answer["failures"][0], failure);
    assert!(answer.get("coverage").is_none());
}

#[test]
fn bad_cases_are_all_told() {
    let cases = "\
- { subject: user:ana, action: read, knd: job, scope: acme, at: 0, expect: alow }
- { subject: user:ana, action: read, kind: job, scope: acme, reason: not_grantd }
- { subject: 5, action: read, kind: job, scope: acme, at: noon, expect: deny, reason: granted }
- { subject: user:ana, groups: ml, action: read, kind: job, scope: acme, at: 0, expect: deny, context: { a: {} } }
";
    let run = run(&format!("test {}", world("bad", cases)));
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""));
    let err = bare(&run.err);
    let heads: Vec<(&str, &str)> = err
        .lines()
        .zip(err.lines().skip(1))
        .filter_map(|(head, place)| {
            let place = place.strip_prefix("  --> test-bad.cases.yaml:")?;
            Some((head.strip_prefix("error")?, place))
        })
        .collect();
    let expected = [
        ("[P0007]: key `kind` is missing", "3:3"),
        ("[P0005]: key `knd` is not known here", "3:38"),
        ("[P0006]: expected `allow` or `deny`, found the text `alow`", "3:76"),
        ("[P0007]: key `expect` is missing", "4:3"),
        ("[P0007]: key `at` is missing", "4:3"),
        ("[P0006]: there is no reason `not_grantd`", "4:70"),
        ("[P0006]: expected text, found the number `5`", "5:14"),
        ("[P0035]: the time is neither RFC 3339 nor seconds", "5:59"),
        ("[P0029]: the case expects deny, and `granted` never is the reason for it", "5:87"),
        ("[P0006]: expected a list, found the text `ml`", "6:32"),
        ("[P0006]: expected text, a number, `true`, `false`, null or a list of them, found a mapping", "6:109"),
    ];
    assert_eq!(heads, expected);
    for help in ["did you mean `kind`?", "did you mean `allow`?", "did you mean `not_granted`?"] {
        assert!(err.contains(help), "{help}");
    }
}

#[test]
fn texts_that_are_no_cases_are_told() {
    for (name, text, code) in [
        ("empty", "", "P0007"),
        ("list", "[1]", "P0006"),
        ("broken", "cases: [", "P0001"),
        ("key", "case: []\ncases: []", "P0005"),
        ("policy", "policy: 5\ncases: []", "P0006"),
    ] {
        let run = run(&format!("test {}", file(&format!("test-no-{name}.yaml"), text)));
        assert_eq!(run.status, Some(2), "{name}");
        assert!(run.err.contains(&format!("error[{code}]: ")), "{name}: {}", run.err);
    }
}

#[test]
fn what_is_wrong_with_an_inline_policy_has_its_place_in_the_cases() {
    let text = "policy:\n  roles: { reader: { includes: [writer] } }\ncases: []\n";
    let run = run(&format!("test {}", file("test-inline.yaml", text)));
    assert_eq!(run.status, Some(2));
    assert!(
        bare(&run.err).contains("error[P0014]: role `writer` is not defined\n  --> test-inline.yaml:2:33\n"),
        "{}",
        run.err
    );
}

#[test]
fn files_of_the_command_line_are_read_beside() {
    let policy = file("test-beside-policy.yaml", POLICY);
    let acme = file("test-beside-acme.yaml", ACME);
    let text =
        "cases: [{ subject: user:ana, action: read, kind: job, scope: acme/vision/detector, at: 0, expect: allow }]";
    let cases = file("test-beside.cases.yaml", text);
    assert_eq!(run(&format!("test {cases} -p {policy} -p {acme}")).out, "1 passed, 0 failed\n");
    assert_eq!(run(&format!("test {cases}")).status, Some(1));
}

#[test]
fn a_refused_tenant_is_an_error() {
    let beta = file("test-refused-beta.yaml", "tenant: beta\ndisabled_roles: [nobody]\n");
    let run = run(&format!("test {} -p {beta}", world("refused", FAILING)));
    assert_eq!(run.status, Some(2));
    assert!(run.err.contains("tenant `beta` is refused, so no case can be asked"), "{}", run.err);
}

#[test]
fn a_denial_in_a_tenant_that_is_closed_proves_nothing() {
    let feed = file("test-closed.jsonl", "{\"tenant\": \"acme\", \"deny_rule\": {\"subject\": 7}}\n");
    let asked = "subject: user:ana, action: delete, kind: job, scope: acme/vision/detector, at: 0, expect: deny";
    let cases = format!("- {{ {asked} }}\n- {{ {asked}, reason: tenant_closed }}\n");
    let run = run(&format!("test {} -p {feed}", world("closed", &cases)));
    assert_eq!(run.status, Some(1), "{}", run.err);
    assert!(run.out.contains("1 passed, 1 failed"), "{}", run.out);
}

#[test]
fn coverage_tells_what_no_case_touches() {
    let cases = "\
- { subject: user:ana, action: read, kind: job, scope: acme/vision/detector, at: 0, expect: allow }
- { subject: user:ana, action: delete, kind: job, scope: acme/vision/detector, at: 0, expect: deny }
- { subject: group:ml, action: create, kind: job, scope: acme/vision/detector, at: 0, expect: deny }
";
    let path = world("coverage", cases);
    let text = "\
3 passed, 0 failed

test-coverage.cases.yaml
touched 2 of 5 cells that give something, 1 of 3 that give nothing
  untouched: researcher on job: create, update
  untouched: reader on job: read
";
    assert_eq!(bare(&run(&format!("test --coverage {path}")).out), text);
    let answer = run(&format!("test --coverage --json {path}")).json("test");
    let coverage = &answer["coverage"][0];
    assert_eq!((&coverage["giving"]["cells"], &coverage["giving"]["touched"]), (&5.into(), &2.into()));
    let cell = serde_json::json!({ "role": "reader", "kind": "job", "action": "update" });
    assert_eq!(coverage["not_giving"]["untouched"][0], cell);
}
