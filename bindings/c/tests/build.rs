//! Programs in C: built once, run, and believed by their exit status.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};

/// How a program is built.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Build {
    Plain,
    /// Bound to the archive instead of the shared library.
    Static,
    /// With AddressSanitizer, which finds leaks too.
    Sanitized,
}

/// Returns where the library is installed, which is done once.
pub(crate) fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        let prefix = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c");
        let mut install = Command::new(env!("CARGO"));
        install.current_dir(root()).args(["run", "--quiet", "--package", "xtask", "--", "install", "--prefix"]);
        assert!(install.arg(&prefix).status().unwrap().success(), "the library could not be installed");
        prefix
    })
}

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Builds a program of this directory, once: one that runs cannot be written.
pub(crate) fn program(name: &str, build: Build) -> PathBuf {
    static BUILT: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());
    let prefix = prefix();
    let built = prefix.join(format!("{name}-{build:?}"));
    let mut all = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    if all.contains(&built) {
        return built;
    }
    let lib = prefix.join("lib");
    let mut cc = Command::new("cc");
    cc.current_dir(root()).args(["-std=c11", "-g", "-O1", "-Wall", "-Wextra", "-Werror", "-pedantic", "-pthread"]);
    cc.arg("-Ibindings/c/tests").arg(format!("-I{}", prefix.join("include").display()));
    cc.arg(format!("bindings/c/tests/{name}.c"));
    match build {
        Build::Static => cc.arg(lib.join("libbailiwick.a")).args(["-ldl", "-lm", "-lgcc_s"]),
        Build::Plain => cc.arg(format!("-L{}", lib.display())).arg("-lbailiwick"),
        Build::Sanitized => cc
            .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"])
            .arg(format!("-L{}", lib.display()))
            .arg("-lbailiwick"),
    };
    cc.arg(format!("-Wl,-rpath,{}", lib.display())).arg("-ldl").arg("-o").arg(&built);
    let output = cc.output().unwrap();
    assert!(output.status.success(), "{name} could not be built: {}", String::from_utf8_lossy(&output.stderr));
    all.push(built.clone());
    built
}

/// Runs a program to its end.
pub(crate) fn run(program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).env("ASAN_OPTIONS", "detect_leaks=1");
    command.output().unwrap()
}

/// Runs a program, which must end well and say nothing of errors.
pub(crate) fn expect_good(program: &Path, arguments: &[&str]) {
    let output = run(program, arguments);
    let (told, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {}\n{errors}", program.display(), output.status);
    assert_eq!(errors, "", "{}", program.display());
    println!("{told}");
}

/// Returns whether a tool of the machine is there; says so where it is not.
pub(crate) fn has(tool: &str) -> bool {
    let is_there = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_there {
        assert!(std::env::var_os("CI").is_none(), "{tool} is missing: apt-get install {tool}");
        println!("SKIPPED: {tool} is missing: apt-get install {tool}");
    }
    is_there
}
