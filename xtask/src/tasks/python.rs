//! `cargo xtask python`: the Python package, built as a wheel, installed and tested in an environment of its own.

use std::path::PathBuf;
use std::process::Command;

use xtask::counts::Counts;
use xtask::tree;

use crate::shell::{self, Heard, Listen};
use crate::tasks::doors;

/// Runs the tests of the Python package.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    match tests()? {
        Outcome::Ran(counts) => {
            println!("{counts}");
            if counts.failed == 0 { Ok(()) } else { Err(String::new()) }
        }
        Outcome::Skipped(why) => Err(why),
    }
}

/// Builds a wheel that installs on older systems too, and says where it lies.
pub(crate) fn wheel(_: &[String]) -> Result<(), String> {
    let python = environment().map_err(|missing| format!("a wheel needs {missing}"))?;
    let zig = shell::ask(pip(&python).args(["install", "--quiet", "ziglang>=0.13"]));
    let linker: &[&str] = match zig {
        Ok(_) => &["--zig", "--compatibility", "manylinux2014"],
        Err(_) => {
            println!("ziglang cannot be had from PyPI: the wheel is for systems as new as this one");
            &[]
        }
    };
    build(&python, linker)
}

/// What became of the tests.
pub(crate) enum Outcome {
    /// They ran.
    Ran(Counts),
    /// Something that they need cannot be had here: what.
    Skipped(String),
}

/// Builds, installs and tests the package.
pub(crate) fn tests() -> Result<Outcome, String> {
    let python = match environment() {
        Ok(python) => python,
        Err(missing) => return Ok(Outcome::Skipped(format!("the Python package is not tested: it needs {missing}"))),
    };
    let heard = pytest(&python, &[], RANDOM_QUESTIONS)?;
    let counts = heard.lines.iter().rev().find_map(|line| Counts::of_line(line)).unwrap_or_default();
    let is_silent_failure = !heard.is_success && counts.failed == 0;
    Ok(Outcome::Ran(Counts { failed: counts.failed.saturating_add(u64::from(is_silent_failure)), ..counts }))
}

/// Builds the package, installs it into an environment and runs tests of it there; so many random questions go through Rust,
/// C and Python.
pub(crate) fn pytest(python: &PathBuf, arguments: &[&str], questions: &str) -> Result<Heard, String> {
    install(python)?;
    let mut pytest = Command::new(python);
    pytest.current_dir(tree::root().join("bindings/python"));
    pytest.args(["-m", "pytest", "-qq", "-p", "no:cacheprovider"]).args(arguments);
    pytest.env("BAILIWICK_QUESTIONS", questions);
    pytest.env("BAILIWICK_ANSWERS", doors::answers()?).env("BAILIWICK_ANSWERS_IN_C", doors::answers_in_c()?);
    shell::listen(&mut pytest, Listen::Output)
}

/// Builds the package and installs it into an environment.
pub(crate) fn install(python: &PathBuf) -> Result<(), String> {
    let wheels = target().join("wheels");
    // A wheel of before could be installed in place of the one that is built.
    let _ = std::fs::remove_dir_all(&wheels);
    build(python, &[])?;
    let built = tree::files_with(&wheels, "whl").map_err(|error| format!("no wheel was built: {error}"))?;
    let wheel = built.first().ok_or("no wheel was built")?;
    let mut install = pip(python);
    install.args(["install", "--quiet", "--no-deps", "--force-reinstall"]).arg(wheels.join(wheel));
    shell::run(&mut install)
}

/// Installs a package from PyPI into an environment.
pub(crate) fn fetch(python: &PathBuf, package: &str) -> Result<(), String> {
    shell::run(pip(python).args(["install", "--quiet", package]))
}

/// Returns the interpreter of an environment with all that building and testing need, or what is missing for one.
pub(crate) fn environment() -> Result<PathBuf, String> {
    let base = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let is_new = "import sys; sys.exit(sys.version_info < (3, 10))";
    shell::ask(Command::new(&base).args(["-c", is_new])).map_err(|_| "Python 3.10 or later (`PYTHON` names it)")?;
    let home = target().join("venv");
    shell::ask(Command::new(&base).args(["-m", "venv"]).arg(&home)).map_err(|_| "the module `venv` of Python")?;
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let requirements = tree::root().join("bindings/python/requirements.txt");
    let mut install = pip(&python);
    install.args(["install", "--quiet", "--requirement"]).arg(requirements);
    shell::ask(&mut install)
        .map_err(|_| "maturin, pytest and the rest of bindings/python/requirements.txt from PyPI")?;
    Ok(python)
}

/// Builds a wheel. Cargo's own directory is left alone: what is linked for Python is linked otherwise.
fn build(python: &PathBuf, arguments: &[&str]) -> Result<(), String> {
    let mut maturin = Command::new(python);
    maturin.current_dir(tree::root().join("bindings/python")).env("CARGO_TARGET_DIR", target());
    maturin.args(["-m", "maturin", "build", "--release", "--quiet", "--interpreter"]).arg(python);
    maturin.arg("--out").arg(target().join("wheels")).args(arguments);
    shell::run(&mut maturin)?;
    println!("the wheel lies in {}", target().join("wheels").display());
    Ok(())
}

fn pip(python: &PathBuf) -> Command {
    let mut pip = Command::new(python);
    pip.args(["-m", "pip", "--disable-pip-version-check"]);
    pip
}

/// Returns where the package is built.
fn target() -> PathBuf {
    shell::cargo_target().join("py")
}

/// How many random questions the tests of the package ask; `cargo xtask doors` asks more.
const RANDOM_QUESTIONS: &str = "100000";
