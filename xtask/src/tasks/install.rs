//! `cargo xtask install`: the C library, its header and its pkg-config file, where other programs find them.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use xtask::tree;

use crate::shell;

/// Builds the library and puts it below a directory, as `include`, `lib` and `lib/pkgconfig`.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let [flag, prefix] = arguments else { return Err("say where: `--prefix DIR`".to_owned()) };
    if flag != "--prefix" {
        return Err(format!("`{flag}` is not known; say where: `--prefix DIR`"));
    }
    let prefix = std::path::absolute(prefix).map_err(|error| format!("`{prefix}` is no directory: {error}"))?;
    shell::run(&mut shell::cargo(["build", "--quiet", "--release", "--package", "bailiwick-c"]))?;
    place(&prefix).map_err(|error| format!("`{}` could not be written: {error}", prefix.display()))
}

fn place(prefix: &Path) -> std::io::Result<()> {
    let built = shell::cargo_target().join("release");
    let (include, lib) = (prefix.join("include"), prefix.join("lib"));
    fs::create_dir_all(&include)?;
    fs::create_dir_all(lib.join("pkgconfig"))?;
    let shared = format!("libbailiwick.so.{VERSION}");
    replace(&tree::root().join("bindings/c/include/bailiwick.h"), &include.join("bailiwick.h"))?;
    replace(&built.join("libbailiwick_c.a"), &lib.join("libbailiwick.a"))?;
    replace(&built.join("libbailiwick_c.so"), &lib.join(&shared))?;
    for (link, to) in [("libbailiwick.so.0", shared.as_str()), ("libbailiwick.so", "libbailiwick.so.0")] {
        let link = lib.join(link);
        let _ = fs::remove_file(&link);
        symlink(to, link)?;
    }
    fs::write(lib.join("pkgconfig/bailiwick.pc"), description(prefix))
}

/// Copies a file beside its place and renames it, so that a program that uses the old one keeps it.
fn replace(from: &Path, to: &Path) -> std::io::Result<()> {
    let beside = to.with_extension("new");
    fs::copy(from, &beside)?;
    fs::rename(beside, to)
}

/// Returns the text of the pkg-config file.
fn description(prefix: &Path) -> String {
    let prefix = prefix.display();
    format!(
        "prefix={prefix}\nincludedir=${{prefix}}/include\nlibdir=${{prefix}}/lib\n\n\
         Name: bailiwick\nDescription: An embeddable authorization engine\nVersion: {VERSION}\n\
         Cflags: -I${{includedir}}\nLibs: -L${{libdir}} -lbailiwick\nLibs.private: -lpthread -ldl -lm -lgcc_s\n"
    )
}

const VERSION: &str = env!("CARGO_PKG_VERSION");
