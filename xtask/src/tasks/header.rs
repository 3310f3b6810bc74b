//! `cargo xtask header`: the C header, made from the sources of `bindings/c`.

use std::fs;

use xtask::tree;

use crate::shell;

/// Writes `bindings/c/include/bailiwick.h`; with `--check`, fails where the file is not what would be written.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let is_check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("takes nothing or `--check`".to_owned()),
    };
    let example = ["run", "--quiet", "--package", "bailiwick-c", "--example", "header"];
    let header = format!("{}\n", shell::ask(&mut shell::cargo(example))?);
    let path = tree::root().join(FILE);
    if !is_check {
        return fs::write(&path, header).map_err(|error| format!("{FILE} could not be written: {error}"));
    }
    let committed = fs::read_to_string(&path).map_err(|error| format!("{FILE} cannot be read: {error}"))?;
    if committed == header { Ok(()) } else { Err(format!("{FILE} is out of date: run `cargo xtask header`")) }
}

const FILE: &str = "bindings/c/include/bailiwick.h";
