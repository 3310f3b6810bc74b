//! `cargo xtask lines`: lines of code per room, tests apart.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use xtask::source::Source;
use xtask::tree;

/// Prints a table: room, lines of code, lines of tests.
pub(crate) fn run(_: &[String]) -> Result<(), String> {
    let root = tree::root();
    let files = tree::files_with(&root, "rs").map_err(|error| format!("the tree cannot be read: {error}"))?;
    let mut rooms: BTreeMap<String, Lines> = BTreeMap::new();
    for path in files {
        let text = fs::read_to_string(root.join(&path)).map_err(|error| format!("{}: {error}", path.display()))?;
        rooms.entry(room(&path)).or_default().add(&path, &Source::read(&text));
    }
    println!("{:<20}{:>8}{:>8}", "room", "code", "tests");
    for (room, lines) in &rooms {
        println!("{room:<20}{:>8}{:>8}", lines.code, lines.tests);
    }
    let total = rooms.values().fold(Lines::default(), |sum, lines| sum.plus(lines.code, lines.tests));
    println!("{:<20}{:>8}{:>8}", "all", total.code, total.tests);
    Ok(())
}

#[derive(Clone, Copy, Default)]
struct Lines {
    code: usize,
    tests: usize,
}

impl Lines {
    fn add(&mut self, path: &Path, source: &Source) {
        let (code, tests) = (source.n_lines(), source.n_test_lines());
        *self = if tree::is_test(path) { self.plus(0, code.saturating_add(tests)) } else { self.plus(code, tests) };
    }

    fn plus(self, code: usize, tests: usize) -> Self {
        Self { code: self.code.saturating_add(code), tests: self.tests.saturating_add(tests) }
    }
}

/// Returns the room of a file: the module for `src`, two names for `bindings` and `tests`, else the first.
fn room(path: &Path) -> String {
    let parts: Vec<String> = path.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    let is_two = |first: &str| ["src", "bindings"].contains(&first);
    match parts.as_slice() {
        [first, second, ..] if is_two(first) => format!("{first}/{}", second.trim_end_matches(".rs")),
        [first, second, _, ..] if first == "tests" => format!("{first}/{second}"),
        [first, ..] => first.clone(),
        [] => String::new(),
    }
}
