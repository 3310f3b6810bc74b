//! Each program plain, under AddressSanitizer and under valgrind.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::build::{Build, expect_good, has, prefix, program, root, run};

#[test]
fn a_story_ends_as_told() {
    expect_good(&program("story", Build::Plain), &[]);
}

#[test]
fn the_program_of_the_front_page_runs() {
    let page = fs::read_to_string(root().join("README.md")).unwrap();
    let text = page.split("```c\n").nth(1).unwrap().split("```").next().unwrap();
    let source = prefix().join("readme.c");
    fs::write(&source, text).unwrap();
    assert_eq!(said_by_example(&source), "allow\n");
}

#[test]
fn the_tour_prints_what_it_does_in_every_language() {
    let tour = root().join("examples/tour");
    let expected = fs::read_to_string(tour.join("tour.txt")).unwrap();
    assert_eq!(said_by_example(&tour.join("tour.c")), expected);
}

#[test]
fn the_archive_is_as_good() {
    expect_good(&program("story", Build::Static), &[]);
}

#[test]
fn everything_wrong_is_denied() {
    expect_good(&program("hostile", Build::Plain), &[]);
}

#[test]
fn batches_are_answered_as_one_by_one() {
    expect_good(&program("many", Build::Plain), &[]);
}

#[test]
fn changes_do_what_they_say() {
    expect_good(&program("changes", Build::Plain), &[]);
}

#[test]
fn a_million_random_sequences_are_answered_as_the_model_says() {
    expect_good(&program("random", Build::Plain), &["1000000"]);
}

#[test]
fn threads_see_one_revision_each_time() {
    expect_good(&program("threads", Build::Plain), &["3000"]);
}

#[test]
fn a_child_goes_on_alone() {
    expect_good(&program("fork", Build::Plain), &["50"]);
}

#[test]
fn checks_allocate_nothing() {
    expect_good(&program("quiet", Build::Plain), &[]);
}

#[test]
fn the_library_can_be_unloaded() {
    let library = prefix().join("lib/libbailiwick.so.0");
    expect_good(&program("unload", Build::Plain), &[library.to_str().unwrap()]);
}

#[test]
fn the_sanitizer_finds_nothing() {
    expect_good(&program("story", Build::Sanitized), &[]);
    expect_good(&program("hostile", Build::Sanitized), &[]);
    expect_good(&program("many", Build::Sanitized), &[]);
    expect_good(&program("changes", Build::Sanitized), &[]);
    expect_good(&program("random", Build::Sanitized), &["20000"]);
    expect_good(&program("threads", Build::Sanitized), &["300"]);
}

#[test]
fn the_sanitizer_is_there_and_looks() {
    let hostile = program("hostile", Build::Sanitized);
    let symbols = Command::new("nm").args(["--dynamic"]).arg(&hostile).output().unwrap();
    assert!(String::from_utf8_lossy(&symbols.stdout).contains("__asan_init"), "the sanitizer is not linked");
    assert_finds(&run(&hostile, &["overflow"]), "heap-buffer-overflow");
    assert_finds(&run(&hostile, &["leak"]), "LeakSanitizer");
}

#[test]
fn valgrind_finds_nothing() {
    if !has("valgrind") {
        return;
    }
    for (name, arguments) in [("story", &[][..]), ("hostile", &[]), ("random", &["1500"]), ("threads", &["20"])] {
        let output = valgrind(&program(name, Build::Plain), arguments);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {errors}");
        assert!(errors.contains("ERROR SUMMARY: 0 errors"), "{name}: {errors}");
    }
}

#[test]
fn valgrind_looks() {
    if !has("valgrind") {
        return;
    }
    let hostile = program("hostile", Build::Plain);
    assert_finds(&valgrind(&hostile, &["overflow"]), "Invalid write");
    assert_finds(&valgrind(&hostile, &["leak"]), "definitely lost");
    // A length that lies is found in the library itself.
    assert_finds(&valgrind(&hostile, &["length"]), "Invalid read");
}

/// Builds an example as strictly as C99 can be read, runs it at the root of the repository, and returns what it prints.
fn said_by_example(source: &Path) -> String {
    let built = prefix().join(source.file_stem().unwrap());
    let lib = prefix().join("lib");
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Werror", "-pedantic"]).arg(source);
    cc.arg(format!("-I{}", prefix().join("include").display())).arg(format!("-L{}", lib.display())).arg("-lbailiwick");
    assert!(cc.arg(format!("-Wl,-rpath,{}", lib.display())).arg("-o").arg(&built).status().unwrap().success());
    let output = Command::new(&built).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}: {}", source.display(), String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Runs a program under valgrind; what the library keeps for the life of the process is reachable, and no leak.
fn valgrind(program: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("valgrind");
    command.args(["--error-exitcode=9", "--leak-check=full", "--errors-for-leak-kinds=definite,possible"]);
    command.args(["--fair-sched=yes", "--child-silent-after-fork=yes"]);
    command.arg(program).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn assert_finds(output: &Output, what: &str) {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains(what), "a planted fault was not found: {errors}");
}
