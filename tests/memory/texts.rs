//! Texts that mean harm. Each must be refused, or read rightly, at little cost.

use std::fmt::Write as _;

/// A hostile text.
pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    /// Whether it is a feed.
    pub(crate) is_feed: bool,
    pub(crate) body: String,
    /// The number of the first finding, its line and its column; none where there is nothing to find.
    pub(crate) first: Option<(&'static str, u32, u32)>,
}

/// A policy that stands before the hostile part of a text, on four lines.
const BASE: &str = "\
kinds: { job: { lives_in: [project] } }
roles: { viewer: { permissions: { job: R } } }
tenant: acme
scopes: [acme/vision]
";

/// Returns every hostile text.
// A flat table: longer than a function should be, and nothing but rows.
pub(crate) fn hostile() -> Vec<Hostile> {
    let mut texts = syntax();
    texts.extend(names());
    texts.extend(products());
    texts.extend(feeds());
    texts
}

fn document(name: &'static str, first: (&'static str, u32, u32), body: impl Into<String>) -> Hostile {
    Hostile { name, is_feed: false, body: body.into(), first: Some(first) }
}

fn feed(name: &'static str, first: (&'static str, u32, u32), body: impl Into<String>) -> Hostile {
    Hostile { name, is_feed: true, body: body.into(), first: Some(first) }
}

/// Returns a part repeated until it fills as much as a text may hold.
fn filled(start: &str, part: &str) -> String {
    let n = (LARGE - start.len()) / part.len();
    format!("{start}{}", part.repeat(n))
}

fn bomb() -> String {
    let mut text = "a: &a [x]\n".to_owned();
    for pair in ["ab", "bc", "cd", "de", "ef", "fg", "gh", "hi", "ij"] {
        let (before, name) = pair.split_at(1);
        let _ = writeln!(text, "{name}: &{name} [{}]", vec![format!("*{before}"); 9].join(", "));
    }
    text
}

fn syntax() -> Vec<Hostile> {
    let spaces: String = (0..200).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    vec![
        document("an alias bomb", ("P0005", 1, 1), bomb()),
        document("aliases without end", ("P0003", 1, 11), filled("actions: [", "*a,")),
        document("anchors without end", ("P0003", 1, 11), filled("actions: [", "&a b,")),
        document("lists in lists", ("P0002", 1, 33), filled("", "[")),
        document("mappings in mappings", ("P0002", 1, 129), filled("", "{a: ")),
        document("dashes in dashes", ("P0002", 1, 65), filled("", "- ")),
        document("blocks in blocks", ("P0002", 33, 33), spaces),
        document("a scalar of 100 MB", ("P0002", 1, 1), format!("policy: {}", "x".repeat(100_000_000))),
        document("a quoted scalar of 512 KB", ("P0010", 1, 9), format!("policy: \"{}\"", "x".repeat(LARGE - 100))),
        document("a key of 512 KB", ("P0001", 1, 524_127), format!("\"{}\": 1", "x".repeat(LARGE - 100))),
        document("values without end", ("P0002", 1, 100_009), filled("actions: [", "a,")),
        document("empty lists without end", ("P0002", 1, 150_008), filled("actions: [", "[],")),
        document("one key given again and again", ("P0002", 25_001, 1), filled("", "policy: a\n")),
        document("a thousand keys, each given twice", ("P0004", 1_001, 1), twice()),
        document("keys that nobody knows", ("P0005", 1, 1), unknown_keys()),
        document("merges", ("P0003", 2, 3), "roles:\n  <<: { a: {} }\n"),
        document("merges without end", ("P0002", 1, 175_007), filled("roles: { ", "<<: a, ")),
        document("tags", ("P0003", 1, 9), "policy: !!python/object/apply:os.system [ls]"),
        document("tags without end", ("P0003", 1, 11), filled("actions: [", "!a b,")),
        document("a tab that indents", ("P0001", 2, 1), "kinds:\n\tjob: {}\n"),
        document("a byte order mark inside", ("P0001", 2, 1), "policy: a\n\u{feff}actions: [b]\n"),
        document("documents without end", ("P0003", 2, 1), filled("", "---\n")),
        document("a directive", ("P0003", 1, 1), "%YAML 1.1\n---\npolicy: a\n"),
        document("keys that are mappings", ("P0006", 1, 3), "? { a: b }\n: c\n"),
        document("an object of a binary file", ("P0001", 1, 1), "\u{0}\u{1}\u{2}"),
        document("half a character", ("P0001", 1, 9), "policy: \"\\ud83d\""),
        document("a line break of other readers", ("P0001", 2, 1), "policy: a\n\u{2028}actions: [b]\n"),
        document("quotes that never end", ("P0001", 1, 9), filled("policy: \"", "x ")),
        document("escapes without end", ("P0010", 1, 9), format!("{}\"", filled("policy: \"", "\\u202e"))),
        document(
            "words and numbers of other readers",
            ("P0006", 2, 24),
            "actions: [no, on, y, 12:30]\nscope_kinds: { tenant: 1.10, b: 012 }\n",
        ),
    ]
}

fn twice() -> String {
    let keys: String = (0..1_000).map(|at| format!("k{at}: 1\n")).collect();
    keys.replace("k", "roles") + &keys.replace("k", "roles")
}

fn unknown_keys() -> String {
    let mut text = String::new();
    for at in 0.. {
        if LARGE / 3 < text.len() {
            break;
        }
        let _ = writeln!(text, "polic{at}: a");
    }
    text
}

fn names() -> Vec<Hostile> {
    let users = |names: &str| format!("{BASE}users: [{names}]\n");
    vec![
        document("an empty name", ("P0010", 5, 9), users("''")),
        document("names of nothing", ("P0006", 5, 9), users(", ,").replace(", ,", "~, null")),
        document("a name that runs backwards", ("P0010", 5, 9), users("\"a\\u202eb\"")),
        document("a name with nothing in it to see", ("P0010", 5, 9), users("\"a\\u200bb\"")),
        document("a name with a line break", ("P0010", 5, 9), users("\"a\\nerror[P0001]: b\"")),
        document("a name that colours the terminal", ("P0010", 5, 9), users("\"\\e[31ma\"")),
        document("names that look alike", ("W0002", 5, 17), users("paypal, p\u{430}ypal")),
        document(
            "a scope of empty names",
            ("P0010", 5, 10),
            format!("{}scopes: [acme//b]\n", BASE.replace("scopes: [acme/vision]", "users: []")),
        ),
        document(
            "a scope that is nowhere",
            ("P0017", 5, 10),
            format!("{}scopes: [acme/b/c]\n", BASE.replace("scopes: [acme/vision]", "users: []")),
        ),
        document(
            "a group in a group",
            ("P0019", 5, 31),
            format!("{BASE}groups: [{{ name: a, members: [group:a] }}]\n"),
        ),
    ]
}

/// Returns roles that include each other in a circle.
pub(crate) fn circle(n: usize) -> String {
    let role = |at: usize| format!("  r{at}: {{ includes: [r{}] }}\n", (at + 1) % n);
    format!("roles:\n{}", (0..n).map(role).collect::<String>())
}

/// Returns scope kinds that contain each other in a circle, below a root.
pub(crate) fn circle_of_scope_kinds(n: usize) -> String {
    let kind = |at: usize| format!("  k{at}: {{ parent: k{} }}\n", (at + 1) % n);
    format!("scope_kinds:\n  root:\n{}", (0..n).map(kind).collect::<String>())
}

fn many(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(line).collect()
}

/// Texts of which the parts are harmless, and the product is not.
fn products() -> Vec<Hostile> {
    let stars = format!(
        "kinds:\n{}roles:\n{}",
        many(4_500, |at| format!("  k{at}: {{ lives_in: [project] }}\n")),
        many(4_500, |at| format!("  r{at}: {{ permissions: {{ '*': '*' }} }}\n")),
    );
    let unknown = format!(
        "{BASE}users:\n{}access_rules:\n{}",
        many(4_500, |at| format!("  - somebody-{at}\n")),
        many(4_500, |at| format!("  - {{ subject: user:a, role: viewr, scope: acme/visoin{at} }}\n")),
    );
    let rules = format!(
        "{BASE}clusters:\n{}access_rules:\n{}",
        many(4_000, |at| format!("  - cluster-{at}\n")),
        many(3_700, |at| format!("  - {{ subject: user:a, role: viewer, scope: acme, clusters: [cluster{at}] }}\n")),
    );
    let chain = format!("roles:\n{}", many(7_500, |at| format!("  r{at}: {{ includes: [r{}] }}\n", at + 1)));
    let kinds = format!("scope_kinds:\n  k0:\n{}", many(12_000, |at| format!("  k{}: {{ parent: k{at} }}\n", at + 1)));
    let roots = format!("scope_kinds:\n{}", many(64, |at| format!("  k{at}:\n")));
    let row = format!("{BASE}matrix: {{ roles: [editor], rows: {{ job: [{}] }} }}\n", "R,".repeat(45_000));
    let not = format!("{}{{ present: subject }}{}", "{ not: ".repeat(25), " }".repeat(25));
    let deep = format!("{BASE}restrictions: {{ a: {{ kinds: [job], actions: R, when: {not} }} }}\n");
    let orphans = format!("{BASE}apps: [a]\nusers: []\ngroups: []\n").replace("scopes: [acme/vision]\n", "")
        + &format!("scopes:\n{}", many(25_000, |at| format!("  - acme/a{at}/b/c\n")));
    vec![
        document("every role holds every kind", ("P0002", 1_026, 3), stars),
        document("every name is nearly known", ("P0014", 4_507, 30), unknown),
        document("every rule names a cluster that is nearly known", ("P0018", 4_007, 62), rules),
        document("a chain of includes", ("P0014", 513, 22), chain),
        document("a chain of scope kinds", ("P0002", 66, 3), kinds),
        document("a forest of roots", ("P0022", 3, 3), roots),
        document("a row of many cells", ("P0024", 5, 41), row),
        document("a condition too deep", ("P0002", 5, 222), deep),
        document("scopes without parents", ("P0017", 8, 5), orphans),
        document("a circle of 64 includes", ("P0021", 2, 3), circle(64)),
        document("a circle of 63 scope kinds", ("P0021", 3, 3), circle_of_scope_kinds(63)),
    ]
}

fn feeds() -> Vec<Hostile> {
    let entry = r#"{"tenant": "acme", "user": {"name": "a"}}"#;
    vec![
        feed("a line of 100 MB", ("P0002", 1, 1), format!("{{\"tenant\": \"{}\"}}", "x".repeat(100_000_000))),
        feed("lines that are no JSON", ("P0001", 1, 1), "nonsense\n".repeat(200_000)),
        feed("one user again and again", ("P0020", 2, 28), format!("{entry}\n").repeat(20_000)),
        feed("a key given twice", ("P0004", 1, 20), r#"{"tenant": "acme", "tenant": "beta", "user": {"name": "a"}}"#),
        feed("a line too deep", ("P0002", 1, 43), format!("{{\"tenant\": {}", "[".repeat(60_000))),
    ]
}

/// A little less than a text may hold.
const LARGE: usize = 512 * 1024 - 64;
