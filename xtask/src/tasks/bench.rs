//! `cargo xtask bench`: the engine beside its peers, in a crate outside the workspace, and Python beside its own.

use std::fs;
use std::path::Path;
use std::process::Command;

use xtask::tree;

use crate::report;
use crate::shell;
use crate::tasks::{generate, python};

/// Measures S and M, or L with `--large`, or Python with `--python`, and writes docs/benchmarks.md and its picture;
/// `--output DIR` writes elsewhere. What else is given goes to the crate that measures.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let is_given = |flag: &str| arguments.iter().any(|argument| argument == flag);
    let mut rest = arguments.iter().filter(|argument| !["--large", "--python"].contains(&argument.as_str()));
    let mut dir = tree::root().join("docs");
    let mut passed = Vec::new();
    while let Some(argument) = rest.next() {
        if argument == "--output" {
            let output = rest.next().ok_or("`--output` lacks its directory")?;
            dir = std::path::absolute(output).map_err(|error| format!("`{output}`: {error}"))?;
        } else {
            passed.push(argument);
        }
    }
    let mut command = shell::cargo(["run", "--release", "--quiet", "--locked", "--manifest-path", MANIFEST, "--"]);
    let section = dir.join("benchmarks.python.md");
    match (is_given("--python"), is_given("--large")) {
        (true, true) => return Err("`--python` measures S and M".to_owned()),
        (true, false) => from_python(&section)?,
        // At L the slowest that can hold it takes minutes to load.
        (false, true) => drop(command.args(["L", "--cap", "360"])),
        (false, false) => drop(command.args(["S", "M", "--cap", "60"])),
    }
    command.args(["--origin", &report::origin()]);
    for (flag, file) in [("--keep", "json"), ("--page", "md"), ("--picture", "svg")] {
        command.arg(flag).arg(dir.join("benchmarks").with_extension(file));
    }
    if section.exists() {
        command.arg("--section").arg(section);
    }
    shell::run(command.args(passed))?;
    println!("written to {}", dir.join("benchmarks.md").display());
    Ok(())
}

/// Measures the Python package, dictionaries by hand and cedarpy, and writes what it found as a section of the page.
fn from_python(section: &Path) -> Result<(), String> {
    let python = python::environment().map_err(|missing| format!("Python is not measured: it needs {missing}"))?;
    python::install(&python)?;
    python::fetch(&python, CEDARPY)?;
    let version = shell::ask(Command::new(&python).arg("--version"))?;
    let mut text = format!("## From Python\n\n{} {version}, {CEDARPY}.\n\n{PYTHON}\n", report::origin());
    for size in ["S", "M"] {
        let files = ["jsonl", "requests.jsonl"].map(|end| shell::cargo_target().join(format!("{size}.{end}")));
        let [directory, requests] = files.each_ref().map(|file| file.display().to_string());
        generate::run(&[size, "--output", &directory, "--requests", &requests].map(str::to_owned))?;
        let mut latency = Command::new(&python);
        latency.current_dir(tree::root()).arg("bindings/python/benches/latency.py").args([directory, requests]);
        text = format!("{text}\n### {size}, from Python\n\n{}\n", shell::ask(&mut latency)?);
    }
    fs::write(section, text).map_err(|error| format!("{} could not be written: {error}", section.display()))
}

const MANIFEST: &str = "benches/peers/Cargo.toml";
const CEDARPY: &str = "cedarpy==4.12.2";
const PYTHON: &str = "\
Nanoseconds of processor time a question, the loop around it included: the least of fifteen rounds, of ten passes each over the same
1,000 questions (500 for cedarpy). Every answer was compared with the one expected first.
The questions are few enough to lie near, as those of a server do that has just read them. `dictionaries by hand` are what a
program of a page would keep: roles by holder and scope, permissions by role. cedarpy is asked with handles of its policies and
entities.
";
