//! Texts that mean harm, and texts that mean something else than they seem to.

use super::{accepted, read, refused, worded};
use crate::diagnostic::Sink;
use crate::document::Document;
use crate::document::read::utf8;

#[test]
fn five_lines_are_a_document() {
    let document = accepted(
        "kinds: { job: { lives_in: [project], concerns_cluster: true } }
roles: { researcher: { permissions: { job: CRUD } } }
tenant: acme
scopes: [acme/vision, acme/vision/detector]
access_rules: [{ subject: user:ana@acme.io, role: researcher, scope: acme/vision }]
",
    );
    assert_eq!(document.scopes.value().unwrap()[1].value().unwrap().path.value().unwrap(), "acme/vision/detector");
}

#[test]
fn every_finding_is_reported_at_once() {
    let found = refused("polcy: x\nroles: [a]\npolicy: 1.10\ntenant: 3\ntenant: 4\n");
    assert_eq!(
        found,
        [
            "P0005 1:1+5 key `polcy` is not known here | did you mean `policy`?",
            "P0006 2:8+0 expected a mapping, found a list",
            "P0006 3:9+4 expected text, found the number `1.10` | write it in quotes: \"1.10\"",
            "P0006 4:9+1 expected text, found the number `3` | write it in quotes: \"3\"",
            "P0004 5:1+6 key `tenant` is given twice | keep one of them",
        ]
    );
}

#[test]
fn an_alias_bomb_is_refused_where_it_starts() {
    let mut text = "a: &a [x]\n".to_owned();
    for pair in ["ab", "bc", "cd"] {
        let (before, name) = pair.split_at(1);
        text.push_str(&format!("{name}: &{name} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    let found = refused(&text);
    let features: Vec<_> = found.iter().filter(|found| found.starts_with("P0003")).collect();
    assert_eq!(features.len(), 4 + 27);
    assert_eq!(
        features[0],
        "P0003 1:4+2 anchor `&a`: anchors are not used in policies | write the value out: a policy says things once"
    );
}

#[test]
fn depth_is_limited_in_every_spelling() {
    assert_eq!(refused(&"[".repeat(10_000)), ["P0002 1:33+0 the text nests deeper than 32 levels"]);
    assert_eq!(refused(&"{a: ".repeat(10_000)), ["P0002 1:129+0 the text nests deeper than 32 levels"]);
    assert_eq!(refused(&"- ".repeat(10_000)), ["P0002 1:65+0 the text nests deeper than 32 levels"]);
    let lines: String = (0..4_000).map(|depth| format!("{}a:\n", " ".repeat(depth.min(100)))).collect();
    assert_eq!(refused(&lines), ["P0002 33:33+0 the text nests deeper than 32 levels"]);
}

#[test]
fn the_deepest_text_is_read() {
    let text = format!("actions: {}{}", "[".repeat(31), "]".repeat(31));
    assert_eq!(refused(&text), ["P0006 1:11+0 expected text, found a list"]);
}

#[test]
fn size_is_limited_before_anything_is_read() {
    let text = format!("policy: {}", "x".repeat(100_000_000));
    assert_eq!(
        refused(&text),
        [
            "P0002 1:1+0 the text is larger than 512 KiB | split it into several files, or write the directory as JSON Lines"
        ]
    );
}

#[test]
fn the_number_of_values_is_limited() {
    let text = format!("actions: [{}]", "a,".repeat(50_001));
    assert_eq!(
        refused(&text),
        [
            "P0002 1:100009+1 the text holds more than 50000 values | split it into several files, or write the directory as JSON Lines"
        ]
    );
}

#[test]
fn work_on_one_long_line_is_linear() {
    // Quadratic work on these would take minutes.
    for unit in ["[],", "{},", "a: b,", "\"a\","] {
        let text = format!("actions: [{}]", unit.repeat(75_000));
        assert!(refused(&text)[0].starts_with("P0002 1:"), "{unit}");
    }
}

#[test]
fn every_key_given_twice_is_reported_and_the_first_is_kept() {
    let text = "policy: a\npolicy: b\nroles: {x: {title: t}, x: {}, x: {}}\npolicy: c\n\"policy\": d\n";
    let (document, found) = read(text);
    assert_eq!(document.unwrap().policy.value().unwrap(), "a");
    assert_eq!(
        found,
        [
            "P0004 2:1+6 key `policy` is given twice | keep one of them",
            "P0004 3:24+1 key `x` is given twice | keep one of them",
            "P0004 3:31+1 key `x` is given twice | keep one of them",
            "P0004 4:1+6 key `policy` is given twice | keep one of them",
            "P0004 5:1+8 key `policy` is given twice | keep one of them",
        ]
    );
}

#[test]
fn words_of_yaml_1_1_stay_text() {
    let document = accepted("actions: [no, on, yes, y, NO, off, 12:30, 1_000, 2026-01-01, 1.2.3, '1.10', .]");
    let actions: Vec<_> = document.actions.value().unwrap().iter().map(|it| it.value().unwrap().as_str()).collect();
    assert_eq!(actions, ["no", "on", "yes", "y", "NO", "off", "12:30", "1_000", "2026-01-01", "1.2.3", "1.10", "."]);
}

#[test]
fn a_truth_value_is_true_or_false() {
    assert_eq!(
        refused("users: [{ name: a, disabled: yes }]"),
        ["P0006 1:30+3 expected `true` or `false`, found the text `yes`"]
    );
}

#[test]
fn numbers_that_readers_dispute_are_refused() {
    let found = refused("actions: [012, 0x1F, -0o7, 1e999, .inf, -.NaN, 99999999999999999999]");
    assert_eq!(
        found,
        [
            "P0006 1:11+3 `012` is a number to some readers and another one, or text, to others | write a name in quotes: \"012\", a number in decimal",
            "P0006 1:16+4 `0x1F` is a number to some readers and another one, or text, to others | write a name in quotes: \"0x1F\", a number in decimal",
            "P0006 1:22+4 `-0o7` is a number to some readers and another one, or text, to others | write a name in quotes: \"-0o7\", a number in decimal",
            "P0006 1:28+5 the number `1e999` is not finite | write text in quotes: \"1e999\"",
            "P0006 1:35+4 the number `.inf` is not finite | write text in quotes: \".inf\"",
            "P0006 1:41+5 the number `-.NaN` is not finite | write text in quotes: \"-.NaN\"",
            "P0006 1:48+20 the number `99999999999999999999` does not fit 64 bits | write text in quotes: \"99999999999999999999\"",
        ]
    );
}

#[test]
fn tabs_do_not_indent() {
    let expected = "a tab stands where blanks indent | indent with blanks";
    assert_eq!(refused("kinds:\n\tjob: {}"), [format!("P0001 2:1+1 {expected}")]);
    assert_eq!(refused("kinds:\n  job: {}\n \tnode: {}"), [format!("P0001 3:2+1 {expected}")]);
    assert_eq!(refused("kinds:\n  job:\n\t  title: a"), [format!("P0001 3:1+1 {expected}")]);
    assert_eq!(refused("\tpolicy: a"), [format!("P0001 1:1+1 {expected}")]);
    assert_eq!(accepted("{\n\t\"policy\": \"a\"\n}").policy.value().unwrap(), "a");
}

#[test]
fn a_byte_order_mark_and_crlf_are_read() {
    let (_, found) = read("\u{feff}policy: a\r\npolcy: b\r\n");
    assert_eq!(found, ["P0005 2:1+5 key `polcy` is not known here | did you mean `policy`?"]);
    assert_eq!(refused("\u{feff}polcy: a\n"), ["P0005 1:1+5 key `polcy` is not known here | did you mean `policy`?"]);
}

#[test]
fn columns_count_characters() {
    let found = refused("kinds: { é😀: { titel: x } }");
    assert_eq!(found, ["P0005 1:16+5 key `titel` is not known here | did you mean `title`?"]);
}

#[test]
fn merges_tags_and_directives_are_refused() {
    let once = "write the value out: a policy says things once";
    assert_eq!(
        refused("roles: { <<: { a: {} } }"),
        [format!("P0003 1:10+2 merges with `<<` are not used in policies | {once}")]
    );
    let tag = "tags are not used in policies | write text in quotes, and leave the tag out";
    assert_eq!(
        refused("policy: !!python/object/apply:os.system [ls]"),
        [format!("P0003 1:9+0 tag `!!python/object/apply:os.system`: {tag}")]
    );
    assert_eq!(refused("policy: !!str 1"), [format!("P0003 1:9+0 tag `!!str`: {tag}")]);
    assert_eq!(refused("policy: ! 1"), [format!("P0003 1:9+0 tag `!`: {tag}")]);
    assert_eq!(
        refused("%YAML 1.1\n---\npolicy: a"),
        ["P0003 1:1+0 directives are not used in policies | remove the line"]
    );
}

#[test]
fn several_documents_are_refused() {
    let expected = "P0003 2:1+3 a second document starts here | keep each document in its own file";
    assert_eq!(refused("policy: a\n---\npolicy: b"), [expected]);
    assert_eq!(refused("policy: a\n---\n"), [expected]);
    assert_eq!(accepted("---\npolicy: a\n...\n").policy.value().unwrap(), "a");
}

#[test]
fn an_empty_text_is_an_empty_document() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "~", "\u{feff}", "{}"] {
        assert_eq!(accepted(text), Document::default(), "{text:?}");
    }
}

#[test]
fn what_is_no_mapping_is_no_document() {
    assert_eq!(refused("- a"), ["P0006 1:1+0 expected a mapping, found a list"]);
    assert_eq!(refused("text"), ["P0006 1:1+4 expected a mapping, found the text `text`"]);
}

#[test]
fn garbage_is_refused() {
    assert_eq!(
        refused("\u{0}\u{1}\u{2}"),
        ["P0001 1:1+0 the character `\\u{0}` cannot stand here | write the text in quotes"]
    );
    assert!(read("\u{7f}ELF\u{2}\u{1}").0.is_none());
    assert!(read("PK\u{3}\u{4}").0.is_none());
}

#[test]
fn half_characters_are_refused() {
    let expected = "P0001 1:9+0 an escape in the quoted text names no character | write a backslash twice";
    assert_eq!(refused("policy: \"\\ud83d\""), [expected]);
    assert_eq!(refused("policy: \"\\ude00\""), [expected]);
    assert_eq!(accepted("policy: \"\\ud83d\\ude00\"").policy.value().unwrap(), "😀");
}

#[test]
fn line_breaks_of_yaml_1_1_are_refused() {
    assert_eq!(
        refused("policy: a\nactions: [é\u{2028}x]"),
        [
            "P0001 2:12+0 the character `\\u2028` ends a line to some readers | remove it, or write \"\\u2028\" in double quotes"
        ]
    );
}

#[test]
fn empty_cells_and_stars_are_explained() {
    let cell = "a bare `-` stands where a value is expected | write `.` for an empty cell";
    assert_eq!(refused("matrix: { rows: { job: [R, -] } }"), [format!("P0001 1:28+0 {cell}")]);
    assert_eq!(refused("matrix: { rows: { job: [-, R] } }"), [format!("P0001 1:25+0 {cell}")]);
    assert_eq!(refused("a: -"), [format!("P0001 1:4+0 {cell}")]);
    let star = "a bare `*` stands where a value is expected | write it in quotes: \"*\"";
    assert_eq!(refused("a: *"), [format!("P0001 1:4+0 {star}")]);
    assert_eq!(refused("roles:\n  *: R"), [format!("P0001 2:3+2 {star}")]);
}

#[test]
fn keys_are_texts() {
    let found = refused("roles: { 1: {}, ~: {}, true: {}, [a]: {}, \"2\": {} }");
    assert_eq!(
        found,
        [
            "P0006 1:10+1 expected text as a key, found the number `1` | write it in quotes: \"1\"",
            "P0006 1:17+1 expected text as a key, found null",
            "P0006 1:24+4 expected text as a key, found the truth value `true` | write it in quotes: \"true\"",
            "P0006 1:34+0 expected text as a key, found a list",
        ]
    );
}

#[test]
fn null_never_stands_for_no_limit() {
    let text = "access_rules: [{ subject: , role: ~, scope: null, scope_id: , clusters: ~, from: , until: ~, when: }]";
    assert_eq!(refused(text).len(), 8);
    let text = "restrictions: { a: { kinds: , actions: ~, when: , unless: ~, requires: } }\ndeny_rules: ~\nqualifiers: { a: { roles: , at: ~, for_at_most: } }\nkinds: { a: }";
    assert_eq!(refused(text).len(), 10);
    accepted("scope_kinds: { tenant: }\nroles: { a: , b: ~ }");
}

#[test]
fn conditions_are_explained() {
    let text = "
restrictions:
  a: { when: { equal: { a: 1 } } }
  b: { when: { all: [{ present: x }, foo, { present: a, not: b }, {}, { present: }] } }
  c: { when: { subject_is_owner: 1 } }
  d: { when: present }
  e: { when: subject_is_ownr }
  f: { when: [a] }
  g: { when: { equals: { a: [1] } } }
  h: { when: { between: { a: { mn: 1 } } } }
";
    let known = "known operators: `all`, `any`, `not`, `equals`, `in`, `between`, `during`, `same`, `contains`, `present`, `subject_is_owner`";
    assert_eq!(
        refused(text),
        [
            "P0027 3:14+0 operator `equal` is not known | did you mean `equals`?".to_owned(),
            format!("P0027 4:38+3 operator `foo` is not known | {known}"),
            "P0027 4:43+0 a condition has one operator, found several | write a list: `all: [{ ... }, { ... }]`"
                .to_owned(),
            format!("P0027 4:67+0 a condition needs an operator | {known}"),
            "P0006 4:80+0 expected text, found null".to_owned(),
            "P0027 5:34+1 operator `subject_is_owner` takes no value | write the text `subject_is_owner`".to_owned(),
            "P0027 6:14+7 operator `present` needs a value | write a mapping: `{ present: ... }`".to_owned(),
            "P0027 7:14+15 operator `subject_is_ownr` is not known | did you mean `subject_is_owner`?".to_owned(),
            "P0006 8:14+0 expected a condition: a mapping with one operator, found a list".to_owned(),
            "P0006 9:29+0 expected text, a number, `true` or `false`, found a list".to_owned(),
            "P0005 10:32+2 key `mn` is not known here | did you mean `min`?".to_owned(),
        ]
    );
}

#[test]
fn a_text_stands_for_the_first_field() {
    let short = accepted("scopes: [a/b]\nclusters: [c]\nusers: [u]\napps: [a]\ngroups: [g]");
    let long = accepted(
        "scopes: [{path: a/b}]\nclusters: [{name: c}]\nusers: [{name: u}]\napps: [{name: a}]\ngroups: [{name: g}]",
    );
    assert_eq!(short, long);
    assert_eq!(refused("access_rules: [a]"), ["P0006 1:16+1 expected a mapping, found the text `a`"]);
}

#[test]
fn bytes_that_are_not_utf8_are_placed() {
    let mut sink = Sink::default();
    assert_eq!(utf8("é\n".as_bytes(), 0, &mut sink), Some("é\n"));
    assert_eq!(utf8(b"policy: a\n\xc3\xa9x\xff", 0, &mut sink), None);
    assert_eq!(worded(sink), ["P0008 2:3+0 the text is not UTF-8 | save it as UTF-8"]);
}

#[test]
fn messages_show_nothing_that_moves_the_cursor() {
    let found = refused("\"a\\u001b[2J\\u202e\\n\": 1");
    assert!(found[0].starts_with("P0005 1:1+20 key `a\\u{1b}[2J\\u{202e}\\u{a}` is not known here"), "{}", found[0]);
}
