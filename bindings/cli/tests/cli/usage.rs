//! Wrong usage, help, completions, and readers that go away.

use std::process::Stdio;

use crate::support::{command, run};

#[test]
fn wrong_usage_is_status_2_on_standard_error() {
    let asked = "--subject user:a --action read --kind job --scope acme";
    let files = "-p policies/runai-2.13.yaml -p policies/acme.yaml";
    for (line, message) in [
        (String::new(), "Usage: bailiwick"),
        ("chekc".to_owned(), "'check'"),
        (format!("check {asked}"), "--policy <FILE>"),
        (format!("check {files}"), "--subject <SUBJECT>"),
        (format!("check {files} {asked} --no-groups --group g"), "cannot be used with"),
        (format!("check {files} {asked} --context network"), "expected `name=value`"),
        (format!("check {files} {asked} --context =x"), "expected `name=value`"),
        (format!("check {files} {asked} --at noon"), "expected RFC 3339"),
        (format!("check {files} {asked} --color blue"), "possible values: auto, always, never"),
        (format!("check {files} {asked} extra"), "unexpected argument"),
        (format!("matrix {files} --format xml"), "possible values: text, markdown, csv"),
        (format!("matrix {files} --format csv --json"), "cannot be used with"),
        ("test".to_owned(), "<CASES.yaml>"),
        ("lint".to_owned(), "--policy <FILE>"),
        (format!("assign {files} --subject user:a --role r --scope acme"), "--actor <ACTOR>"),
        (format!("assign {files} --actor user:a --role r --scope acme"), "--subject <SUBJECT>"),
        (format!("assign {files} --actor user:a --subject user:b --role --scope acme"), "--role <ROLE>"),
        (format!("assign {files} --actor user:a --actor-group g --actor-no-groups"), "cannot be used with"),
        (format!("assign {files} --actor user:a --until noon"), "expected RFC 3339"),
        (format!("may-assign {files} --actor user:a"), "--scope <SCOPE>"),
        (format!("covers {files} --holder user:a --scope acme"), "--role <ROLE>"),
        (format!("load {files}"), "--feed <FILE.jsonl>"),
        ("completions tcsh".to_owned(), "possible values"),
    ] {
        let run = run(&line);
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{line}");
        assert!(run.err.contains(message), "{line}: {}", run.err);
    }
}

#[test]
fn help_and_version_are_status_0() {
    for line in [
        "--help",
        "-h",
        "help",
        "check --help",
        "explain --help",
        "test --help",
        "matrix --help",
        "lint --help",
        "assign --help",
        "may-assign --help",
        "covers --help",
        "load --help",
    ] {
        let run = run(line);
        assert_eq!((run.status, run.err.as_str()), (Some(0), ""), "{line}");
        assert!(run.out.contains("Usage: bailiwick"), "{line}");
    }
    assert_eq!(run("--version").out, format!("bailiwick {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_name_the_commands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let run = run(&format!("completions {shell}"));
        assert_eq!(run.status, Some(0));
        assert!(
            ["explain", "no-groups", "assign", "actor-group", "may-assign", "holder", "feed"]
                .iter()
                .all(|name| run.out.contains(name)),
            "{shell}"
        );
    }
    assert_eq!(run("completions bash --json").json("completions")["shell"], "bash");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child =
        command("matrix -p policies/runai-2.18.yaml").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &[][..]));
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_told() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let bad = OsStr::from_bytes(b"user:\xff");
    let output =
        command("check -p policies/acme.yaml --action read --kind job --scope acme --subject").arg(bad).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("invalid UTF-8"));
}

#[test]
fn what_an_argument_holds_does_not_move_the_cursor() {
    let run = run(
        "check -p policies/runai-2.13.yaml -p policies/acme.yaml --subject \u{1b}[2J --action a --kind b --scope c",
    );
    assert!(!run.out.contains('\u{1b}'), "{:?}", run.out);
}
