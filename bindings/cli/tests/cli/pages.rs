//! The pages and the help: what they say to type works, and prints what they show.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{BINARY, Run, file, room, root, run};

/// A command of a page and the lines shown below it.
struct Example {
    line: String,
    shown: String,
}

#[test]
fn docs_cli_shows_what_is_printed() {
    let path = root().join("docs/cli.md");
    let page = fs::read_to_string(&path).unwrap();
    let examples = examples(&page, "$ bailiwick ");
    assert!(8 < examples.len());
    for example in examples {
        let run = shell(&example.line);
        assert_eq!(run.out.trim_end(), example.shown, "{}", example.line);
    }
}

#[test]
fn docs_delegation_shows_what_is_printed() {
    let room = room("pages-delegation");
    fs::create_dir(room.join("policies")).unwrap();
    for name in ["runai-2.13", "runai-2.18", "acme", "acme-2.18"] {
        let path = format!("policies/{name}.yaml");
        fs::copy(root().join(&path), room.join(&path)).unwrap();
    }
    let page = fs::read_to_string(root().join("docs/delegation.md")).unwrap();
    let examples = examples(&page, "$ bailiwick ");
    assert!(15 < examples.len());
    for example in examples {
        let run = shell_in(&room, &example.line);
        assert_eq!(run.out.trim_end(), example.shown, "{}", example.line);
    }
}

#[test]
fn the_readme_shows_what_is_printed() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let page = page.replace("$ cargo xtask test", "");
    for example in examples(&page, "$ cargo run -- ") {
        assert_eq!(shell(&example.line).out.trim_end(), example.shown, "{}", example.line);
    }
}

#[test]
fn the_cases_of_docs_cli_pass() {
    let page = fs::read_to_string(root().join("docs/cli.md")).unwrap();
    let cases = page.split("```yaml\n").nth(1).unwrap().split("```").next().unwrap();
    assert_eq!(run(&format!("test {}", file("page.cases.yaml", cases))).out, "2 passed, 0 failed\n");
}

#[test]
fn policies_readme_works_word_by_word() {
    let page = fs::read_to_string(root().join("policies/README.md")).unwrap();
    let runs: Vec<Run> = examples(&page, "$ cargo run -- ").iter().map(|example| shell(&example.line)).collect();
    let statuses: Vec<Option<i32>> = runs.iter().map(|run| run.status).collect();
    assert_eq!(statuses, [Some(0), Some(1), Some(0), Some(0), Some(0)], "{runs:#?}");
    assert!(runs[0].out.starts_with("allow: granted\n") && runs[1].out.contains("contractors"));
}

#[test]
fn the_examples_of_the_help_work() {
    let mut n_examples = 0;
    for command in ["", "check", "explain", "test", "matrix", "lint", "load", "assign", "may-assign", "covers"] {
        let help = run(&format!("{command} --help")).out;
        let help = help.lines().map(|line| line.strip_prefix("  bailiwick ").map_or(line.to_owned(), in_console));
        let page = format!("```console\n{}\n```\n", help.collect::<Vec<_>>().join("\n"));
        for example in examples(&page, "$ bailiwick ") {
            let run = shell(&example.line);
            assert!(run.status == Some(0) || command == "explain" && run.status == Some(1), "{}", example.line);
            n_examples += 1;
        }
    }
    assert_eq!(n_examples, 15);
}

fn in_console(rest: &str) -> String {
    format!("$ bailiwick {rest}")
}

/// Runs what follows the name of the program, as a shell does; what goes to standard error is shown with the rest.
fn shell(rest: &str) -> Run {
    shell_in(&root(), rest)
}

fn shell_in(room: &Path, rest: &str) -> Run {
    let mut shell = Command::new("sh");
    shell.current_dir(room).args(["-c", &format!("\"$BAILIWICK\" {rest} 2>&1")]).env("BAILIWICK", BINARY);
    Run::from(shell.output().unwrap())
}

/// Returns the commands in the `console` blocks of a page; a backslash at the end of a line carries it on.
fn examples(page: &str, prompt: &str) -> Vec<Example> {
    let blocks = page.split("```console\n").skip(1).filter_map(|rest| rest.split("\n```").next());
    let commands =
        blocks.flat_map(|block| format!("\n{block}").split("\n$ ").skip(1).map(str::to_owned).collect::<Vec<_>>());
    let program = prompt.strip_prefix("$ ").unwrap();
    let example = |command: String| {
        let command = command.replace("\\\n", " ");
        let (line, shown) = command.split_once('\n').unwrap_or((&command, ""));
        Example { line: line.strip_prefix(program).unwrap().to_owned(), shown: shown.to_owned() }
    };
    commands.map(example).collect()
}
