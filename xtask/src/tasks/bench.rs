//! `cargo xtask bench`: the engine beside its peers, in a crate outside the workspace.

use xtask::tree;

use crate::report;
use crate::shell;

/// Measures S and M, or L with `--large`, and writes docs/benchmarks.md and its picture; `--output DIR` writes
/// elsewhere. What else is given goes to the crate that measures.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let is_large = arguments.iter().any(|argument| argument == "--large");
    let mut rest = arguments.iter().filter(|argument| *argument != "--large");
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
    // At L the slowest that can hold it takes minutes to load.
    command.args(if is_large { &["L", "--cap", "360"][..] } else { &["S", "M", "--cap", "60"] });
    command.args(["--origin", &report::origin()]);
    for (flag, file) in [("--keep", "json"), ("--page", "md"), ("--picture", "svg")] {
        command.arg(flag).arg(dir.join("benchmarks").with_extension(file));
    }
    shell::run(command.args(passed))?;
    println!("written to {}", dir.join("benchmarks.md").display());
    Ok(())
}

const MANIFEST: &str = "benches/peers/Cargo.toml";
