//! The house rules, as tests: who may name whom, and a tidy tree.

mod layers;
mod manifests;
mod pages;
mod tidy;

use std::fs;

use xtask::tree;

/// A file of the repository: its path from the root, with `/`, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    fn new(path: &str, text: &str) -> Self {
        Self { path: path.to_owned(), text: text.to_owned() }
    }

    /// Returns the file name.
    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Returns whether the name ends in one of these.
    fn ends_in(&self, ends: &[&str]) -> bool {
        ends.iter().any(|end| self.path.ends_with(end))
    }
}

/// Returns every file of the repository that is text.
fn files() -> Vec<File> {
    let root = tree::root();
    let paths = tree::files(&root).unwrap();
    let read = |path: &std::path::PathBuf| {
        let text = String::from_utf8(fs::read(root.join(path)).unwrap()).ok()?;
        Some(File { path: path.to_string_lossy().into_owned(), text })
    };
    paths.iter().filter_map(read).collect()
}

/// Fails with one breach a line.
fn assert_none(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}
