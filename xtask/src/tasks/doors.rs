//! `cargo xtask doors`: the same random questions through Rust, C and Python, and interpreters that end while they ask.

use std::path::PathBuf;
use std::process::Command;

use xtask::tree;

use crate::report;
use crate::shell;
use crate::tasks::{install, python};

/// Asks so many questions at every door, more than a million where no number is given, ends interpreters, and writes docs/doors.md.
/// Ends within a quarter of an hour.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let questions = match arguments {
        [] => "1020000",
        [questions] if questions.parse::<u32>().is_ok() => questions,
        _ => return Err("takes a number of questions at most".to_owned()),
    };
    let python = python::environment().map_err(|missing| format!("the Python package needs {missing}"))?;
    let tests = ["-s", "tests/test_truth.py", "tests/test_exit.py"];
    let heard = python::pytest(&python, &tests, questions)?;
    let figures: Vec<&str> = heard.lines.iter().map(String::as_str).filter(|line| line.contains(FIGURES)).collect();
    let version = shell::ask(Command::new(&python).arg("--version"))?;
    let body = format!("```text\n{}\n```\n\nPython is {version}. {ABOUT}", figures.join("\n"));
    report::write("doors", "One truth through every door", &body)?;
    if heard.is_success { Ok(()) } else { Err("the doors disagree, or an interpreter ended otherwise".to_owned()) }
}

/// Returns the program that answers in Rust.
pub(crate) fn answers() -> Result<PathBuf, String> {
    let build = ["build", "--release", "--quiet", "--package", "bailiwick-oracle", "--bin", "answers"];
    shell::run(&mut shell::cargo(build))?;
    Ok(shell::cargo_target().join("release/answers"))
}

/// Returns the program that answers in C, bound to the library as it is installed.
pub(crate) fn answers_in_c() -> Result<PathBuf, String> {
    let prefix = shell::cargo_target().join("doors");
    install::run(&["--prefix".to_owned(), prefix.display().to_string()])?;
    let (built, lib) = (prefix.join("answers"), prefix.join("lib"));
    let mut cc = Command::new("cc");
    cc.current_dir(tree::root()).args(["-std=c11", "-O1", "-pthread", "bindings/c/tests/answers.c", "-lbailiwick"]);
    cc.arg("-I").arg(prefix.join("include")).arg("-L").arg(&lib).arg("-o").arg(&built);
    shell::run(cc.arg(format!("-Wl,-rpath,{}", lib.display())))?;
    Ok(built)
}

/// What stands in each line that tells figures.
const FIGURES: &str = ", 0 differences: ";

const ABOUT: &str = "\
Each question is random, of a random world, and the same at every door. A program in Rust tells it with the engine's answer; a
program in C, bound to the installed library, and the Python package load the same texts and answer too. Compared are the
decision, its reason, what it rests on (the rule with its subject, role, scope and group, or the restriction) and until when it
is valid; of every tenth the explanation, as text and as JSON. C asks each question by names and by handles, alone and in a batch;
Python alone, in batches, and every fourth by handles. Whatever differs ends the run with the question.

The interpreters end while three threads of each ask, load and keep decisions: by `SystemExit`, `sys.exit`, `os._exit`, an error,
or at the end of the program. Each must end within a minute with the status that it chose, without a panic.";
