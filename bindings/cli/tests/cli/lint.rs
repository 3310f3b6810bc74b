//! `lint`: findings with their lines.

use crate::support::{bare, file, run};

#[test]
fn a_clean_policy_is_status_0() {
    let run = run("lint -p policies/runai-2.13.yaml -p policies/acme.yaml");
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), "0 errors, 0 warnings\n", ""));
}

const WRONG: &str = "kinds: { job: { lives_in: [project] } }\nroles: { reader: { permissions: { jbo: R } } }\n";

#[test]
fn an_error_is_status_1_with_its_line() {
    let path = file("lint-error.yaml", WRONG);
    let run = run(&format!("lint -p {path}"));
    assert_eq!((run.status, run.err.as_str()), (Some(1), ""));
    let text = "\
error[P0012]: resource kind `jbo` is not defined
  --> lint-error.yaml:2:35
  |
2 | roles: { reader: { permissions: { jbo: R } } }
  |                                   ^^^
help: a resource kind with a similar name exists: `job`

1 error, 0 warnings
";
    assert_eq!(bare(&run.out), text);
}

#[test]
fn warnings_alone_are_status_0() {
    let path = file("lint-warning.yaml", "attributes: { context.a: text }\n");
    let run = run(&format!("lint -p {path}"));
    assert_eq!(run.status, Some(0));
    assert!(run.out.starts_with("warning[W0003]: ") && run.out.ends_with("0 errors, 1 warning\n"), "{}", run.out);
}

#[test]
fn json_has_every_place() {
    let path = file("lint-json.yaml", WRONG);
    let run = run(&format!("lint --json -p {path}"));
    assert_eq!(run.status, Some(1));
    let finding = serde_json::json!({
        "severity": "error", "code": "P0012", "message": "resource kind `jbo` is not defined", "file": path,
        "line": 2, "column": 35, "length": 3, "help": "a resource kind with a similar name exists: `job`",
    });
    let answer = run.json("lint");
    assert_eq!((&answer["errors"], &answer["warnings"], &answer["findings"][0]), (&1.into(), &0.into(), &finding));
}

#[test]
fn a_file_that_cannot_be_read_is_status_2() {
    let run = run("lint -p nowhere.yaml");
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""));
    assert!(run.err.starts_with("error[P0008]: the file cannot be read: "), "{}", run.err);
}

const WIDE: &str = "policy: 漢字\nroles: { 漢字: { permissions: { x: R } } }\n";

#[test]
fn wide_characters_keep_the_mark_in_place() {
    let run = run(&format!("lint -p {}", file("lint-wide.yaml", WIDE)));
    let snippet = "\
2 | roles: { 漢字: { permissions: { x: R } } }
  |                                 ^
";
    assert!(run.out.contains(snippet), "{}", run.out);
}

#[test]
fn lines_are_cut_and_messages_broken_to_the_width() {
    let run = run(&format!("lint --width 40 -p {}", file("lint-cut.yaml", WIDE)));
    let finding = "\
error[P0012]: resource kind `x` is not
  defined
  --> lint-cut.yaml:2:31
  |
2 | …{ permissions: { x: R } } }
  |                   ^

1 error, 0 warnings
";
    assert_eq!(bare(&run.out), finding);
}
