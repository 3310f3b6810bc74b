//! `cargo xtask test`: everything that can be told right from wrong, and one line of counts at the end.

use std::path::PathBuf;

use xtask::counts::Counts;
use xtask::tree;

use crate::packages::{self, Tool};
use crate::shell::{self, Listen};
use crate::tasks::python::{self, Outcome};
use crate::tasks::{header, schema};

/// What the tests in C are built with and looked at with.
const TOOLS: [Tool; 8] = [
    Tool { program: "cc", package: "gcc" },
    Tool { program: "c++", package: "g++" },
    Tool { program: "nm", package: "binutils" },
    Tool { program: "pkg-config", package: "pkgconf" },
    Tool { program: "valgrind", package: "valgrind" },
    Tool { program: "nginx", package: "nginx-light" },
    Tool { program: "/usr/lib/nginx/modules/ngx_http_lua_module.so", package: "libnginx-mod-http-lua" },
    Tool { program: "go", package: "golang-go" },
];

/// Runs every test and prints `N passed, M failed` last, alone on its line.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    packages::need(&TOOLS);
    let counts: Counts = [rust_tests()?, schema_check(), header_check(), cases()?, python_tests()?].into_iter().sum();
    println!("{counts}");
    if counts.failed == 0 { Ok(()) } else { Err(String::new()) }
}

/// Runs the Rust tests of every crate, documentation included.
fn rust_tests() -> Result<Counts, String> {
    heading("tests");
    counted(&["test", "--workspace", "--no-fail-fast", "--quiet"])
}

/// Runs every cases file through the command line.
fn cases() -> Result<Counts, String> {
    heading("cases");
    let files = cases_files()?;
    if files.is_empty() {
        return Ok(Counts::default());
    }
    let mut arguments: Vec<&str> = vec!["run", "--quiet", "--package", "bailiwick-cli", "--", "test"];
    arguments.extend(files.iter().filter_map(|path| path.to_str()));
    counted(&arguments)
}

/// Tests the Python package, or says in a line what that needs.
fn python_tests() -> Result<Counts, String> {
    heading("python");
    match python::tests()? {
        Outcome::Ran(counts) => Ok(counts),
        Outcome::Skipped(why) => {
            println!("{why}");
            Ok(Counts::default())
        }
    }
}

/// Returns `policies/*.cases.yaml` and `tests/cases/*.yaml`, from the root of the repository.
fn cases_files() -> Result<Vec<PathBuf>, String> {
    let mut files =
        tree::files_with(&tree::root(), "yaml").map_err(|error| format!("the tree cannot be read: {error}"))?;
    files.retain(|path| {
        let is_cases = path.to_string_lossy().ends_with(".cases.yaml");
        path.parent().is_some_and(|parent| parent == "tests/cases" || parent == "policies" && is_cases)
    });
    Ok(files)
}

fn schema_check() -> Counts {
    heading("schema");
    let result = schema::run(&["--check".to_owned()]);
    if let Err(message) = &result {
        println!("{message}");
    }
    Counts::of_check(result.is_ok())
}

fn header_check() -> Counts {
    heading("header");
    let result = header::run(&["--check".to_owned()]);
    if let Err(message) = &result {
        println!("{message}");
    }
    Counts::of_check(result.is_ok())
}

/// Runs cargo and sums the counts it prints; a run that fails without telling a failed test counts as one.
fn counted(arguments: &[&str]) -> Result<Counts, String> {
    let heard = shell::listen(&mut shell::cargo(arguments), Listen::Output)?;
    let counts: Counts = heard.lines.iter().filter_map(|line| Counts::of_line(line)).sum();
    let is_silent_failure = !heard.is_success && counts.failed == 0;
    Ok([counts, Counts { passed: 0, failed: u64::from(is_silent_failure) }].into_iter().sum())
}

fn heading(text: &str) {
    println!("-- {text}");
}
