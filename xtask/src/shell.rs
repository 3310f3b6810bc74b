//! Other programs: started, listened to, and believed only by their exit status.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Which of a program's outputs is read while it is passed on.
#[derive(Clone, Copy)]
pub(crate) enum Listen {
    Output,
    Errors,
}

/// What a program said, and whether it ended well.
pub(crate) struct Heard {
    pub(crate) lines: Vec<String>,
    pub(crate) is_success: bool,
}

/// Returns a call of the cargo that runs us, at the root of the repository.
pub(crate) fn cargo<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(xtask::tree::root()).args(arguments).stdin(Stdio::null());
    command
}

/// Returns where cargo builds.
pub(crate) fn cargo_target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| xtask::tree::root().join("target"), PathBuf::from)
}

/// Runs a program and passes everything on.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` failed: {status}", words(command))) }
}

/// Runs a program, passes on what it says, and returns the lines of one of its outputs.
pub(crate) fn listen(command: &mut Command, to: Listen) -> Result<Heard, String> {
    match to {
        Listen::Output => command.stdout(Stdio::piped()),
        Listen::Errors => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    let mut lines = Vec::new();
    let mut hear = |bytes: Vec<u8>| {
        let line = String::from_utf8_lossy(&bytes).into_owned();
        match to {
            Listen::Output => println!("{line}"),
            Listen::Errors => eprintln!("{line}"),
        }
        lines.push(line);
    };
    if let Some(output) = child.stdout.take() {
        BufReader::new(output).split(b'\n').map_while(Result::ok).for_each(&mut hear);
    }
    if let Some(errors) = child.stderr.take() {
        BufReader::new(errors).split(b'\n').map_while(Result::ok).for_each(&mut hear);
    }
    let status = child.wait().map_err(|error| format!("`{}` was lost: {error}", words(command)))?;
    Ok(Heard { lines, is_success: status.success() })
}

/// Returns what a program prints, trimmed; an error where it fails.
pub(crate) fn ask(command: &mut Command) -> Result<String, String> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| not_started(command, &error))?;
    if !output.status.success() {
        return Err(format!("`{}` failed: {}", words(command), String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` could not be started: {error}", words(command))
}

fn words(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}
