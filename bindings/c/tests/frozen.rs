//! What programs were built against: the header, the symbols, the name of the library.

use std::fs;
use std::process::Command;

use crate::build::{Build, has, prefix, program, root};

#[test]
fn the_header_is_clean_in_c99_and_in_cpp() {
    let include = prefix().join("include");
    let standards = [("cc", "c", "c99"), ("cc", "c", "c17"), ("c++", "c++", "c++98"), ("c++", "c++", "c++17")];
    for (compiler, language, standard) in standards {
        // Fixed-size integers and SIZE_MAX are of C99; a C++98 compiler has them as an extension.
        let strict: &[&str] = &["-Wall", "-Wextra", "-Werror", "-pedantic", "-fsyntax-only"];
        let mut command = Command::new(compiler);
        command.args(strict).arg(format!("-std={standard}")).args(["-x", language]);
        let output = command.arg(include.join("bailiwick.h")).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).replace("pragma once in main file", "");
        assert!(output.status.success(), "{standard}: {errors}");
    }
}

#[test]
fn two_thirds_of_the_header_are_prose() {
    let header = fs::read_to_string(root().join("bindings/c/include/bailiwick.h")).unwrap();
    let (mut prose, mut code, mut is_comment) = (0_u32, 0_u32, false);
    for line in header.lines().filter(|line| !line.trim().is_empty()) {
        is_comment |= line.contains("/*");
        *(if is_comment { &mut prose } else { &mut code }) += 1;
        is_comment &= !line.contains("*/");
    }
    assert!(2 * code <= prose + prose / 20, "{prose} lines of prose, {code} of code");
}

#[test]
fn the_symbols_are_those_listed() {
    let library = prefix().join("lib/libbailiwick.so");
    let output = Command::new("nm").args(["--dynamic", "--defined-only", "--format=posix"]).arg(library).output();
    let told = String::from_utf8(output.unwrap().stdout).unwrap();
    let mut symbols: Vec<&str> = told.lines().filter_map(|line| line.split(' ').next()).collect();
    symbols.sort_unstable();
    let listed = fs::read_to_string(root().join("bindings/c/symbols.txt")).unwrap();
    assert_eq!(symbols, listed.lines().collect::<Vec<_>>(), "symbols are added at will, and never taken away");
    let header = fs::read_to_string(root().join("bindings/c/include/bailiwick.h")).unwrap();
    assert!(symbols.iter().all(|symbol| header.contains(&format!("{symbol}("))));
}

#[test]
fn the_library_knows_its_name() {
    let output = Command::new("readelf").arg("--dynamic").arg(prefix().join("lib/libbailiwick.so")).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("Library soname: [libbailiwick.so.0]"), "{told}");
    let needed: Vec<&str> = told.lines().filter(|line| line.contains("(NEEDED)")).collect();
    let is_known =
        |line: &&&str| ["libgcc_s.so.1", "libc.so.6", "libm.so.6", "ld-linux"].iter().any(|it| line.contains(it));
    assert_eq!(needed.iter().filter(is_known).count(), needed.len(), "{needed:?}");
}

#[test]
fn programs_find_the_library_by_pkg_config() {
    if !has("pkg-config") {
        return;
    }
    let mut command = Command::new("pkg-config");
    command.env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig")).args(["--cflags", "--libs", "bailiwick"]);
    let flags = String::from_utf8(command.output().unwrap().stdout).unwrap();
    let built = prefix().join("by-pkg-config");
    let mut cc = Command::new("cc");
    cc.current_dir(root()).args(["-std=c99", "bindings/c/tests/story.c"]).args(flags.split_whitespace());
    assert!(cc.arg("-o").arg(&built).status().unwrap().success(), "{flags}");
    let status = Command::new(&built).env("LD_LIBRARY_PATH", prefix().join("lib")).status().unwrap();
    assert!(status.success());
    assert!(program("story", Build::Plain).exists());
}
