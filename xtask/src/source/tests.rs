use super::*;

fn paths(text: &str) -> Vec<String> {
    Source::read(text).paths().iter().map(|path| path.segments.join("::")).collect()
}

#[test]
fn comments_and_blank_lines_are_no_code() {
    let text = "//! Docs.\n\n/* a\n /* nested */\n b */\nfn f() {} // Why.\n\"//\nno comment\";\n";
    assert_eq!(Source::read(text).n_lines(), 3);
}

#[test]
fn literals_hide_no_code_and_are_none() {
    let text = "let a = ['\"', '\\'', '{']; fn f<'a>(x: &'a str) { r#\"crate::x \" \"#; b\"\\\"}\" }\nfn g() {}";
    let names: Vec<String> = Source::read(text).functions().into_iter().map(|function| function.name).collect();
    assert_eq!(names, ["f", "g"]);
    assert_eq!(paths(text), [""; 0]);
}

#[test]
fn items_for_tests_are_apart() {
    let text =
        "fn f() {}\n#[cfg(test)]\nmod tests {\n    use crate::model::Model;\n}\nfn g() {}\n#[cfg(test)]\nmod more;\n";
    let source = Source::read(text);
    assert_eq!((source.n_lines(), source.n_test_lines()), (2, 6));
    assert_eq!(source.paths(), []);
}

#[test]
fn groups_are_spread_out() {
    let text = "use crate::{a::{b, c::D as E}, f, g::*};\nuse std::fmt;\nlet x = crate::h::i(j, k::L);";
    let expected = ["crate::a::b", "crate::a::c::D", "crate::f", "crate::g::*", "std::fmt", "crate::h::i", "k::L"]
        .map(str::to_owned);
    assert_eq!(paths(text), expected);
}

#[test]
fn a_group_over_several_lines_keeps_its_lines() {
    let source = Source::read("use crate::{\n    a,\n    b::{\n        c,\n    },\n};\n");
    let lines: Vec<usize> = source.paths().iter().map(|path| path.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn a_table_is_one_match_and_says_so() {
    let table = "// A flat table.\n#[must_use]\nfn f(x: X) -> &'static str {\n    match x {\n        X::A => \"a\",\n    }\n}\n";
    let functions = Source::read(table).functions();
    assert_eq!(functions.first().map(|function| (function.n_lines, function.is_table)), Some((3, true)));
    let silent = table.replace("flat ", "");
    assert!(Source::read(&silent).functions().iter().all(|function| !function.is_table));
    let more = table.replace("    match", "    let y = x;\n    match");
    assert!(Source::read(&more).functions().iter().all(|function| !function.is_table));
}
