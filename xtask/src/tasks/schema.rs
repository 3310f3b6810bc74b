//! `cargo xtask schema`: the JSON Schema of the documents, for editors, made from the structs that read them.

use std::fs;

use xtask::tree;

use crate::shell;

/// Writes `docs/bailiwick.schema.json`; with `--check`, fails where the file is not what would be written.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let is_check = match arguments {
        [] => false,
        [flag] if flag == "--check" => true,
        _ => return Err("takes nothing or `--check`".to_owned()),
    };
    let example = ["run", "--quiet", "--package", "bailiwick", "--features", "schema", "--example", "schema"];
    let schema = format!("{}\n", shell::ask(&mut shell::cargo(example))?);
    let path = tree::root().join(FILE);
    if !is_check {
        return fs::write(&path, schema).map_err(|error| format!("{FILE} could not be written: {error}"));
    }
    let committed = fs::read_to_string(&path).map_err(|error| format!("{FILE} cannot be read: {error}"))?;
    if committed == schema { Ok(()) } else { Err(format!("{FILE} is out of date: run `cargo xtask schema`")) }
}

const FILE: &str = "docs/bailiwick.schema.json";
