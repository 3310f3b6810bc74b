//! The files of the repository.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Returns the root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().map_or_else(|| package.to_path_buf(), Path::to_path_buf)
}

/// Returns every file below `dir`, sorted, as paths from there; build output, fuzzing finds and hidden directories
/// other than `.ci` and `.cargo` are left out.
///
/// # Errors
///
/// Fails where a directory cannot be read.
pub fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![PathBuf::new()];
    while let Some(below) = open.pop() {
        for entry in fs::read_dir(dir.join(&below))? {
            let entry = entry?;
            let path = below.join(entry.file_name());
            if !entry.file_type()?.is_dir() {
                found.push(path);
            } else if is_kept(&entry.file_name()) {
                open.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the files below `dir` that end in `.extension`, as [`files`] does.
///
/// # Errors
///
/// Fails where a directory cannot be read.
pub fn files_with(dir: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut found = files(dir)?;
    found.retain(|path| path.extension() == Some(OsStr::new(extension)));
    Ok(found)
}

/// Returns whether a Rust file holds nothing but tests: it is called `tests.rs` or lies below a `tests` directory.
#[must_use]
pub fn is_test(path: &Path) -> bool {
    path.file_name() == Some(OsStr::new("tests.rs")) || path.iter().any(|part| part == "tests")
}

fn is_kept(dir: &OsStr) -> bool {
    let name = dir.to_string_lossy();
    let is_hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
    !is_hidden && !["target", "artifacts", "__pycache__"].contains(&&*name)
}
