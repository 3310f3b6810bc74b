//! Names and how they are compared: section 2A of the published failures.

use bailiwick::{Code, Groups, Reason, Request, Severity};

use crate::support::{ACME, POLICY, acme, ask, compile, findings, reason, refusals};

#[test]
fn letter_case_makes_another_name() {
    let snapshot =
        acme("access_rules: [{ subject: user:Alice, role: researcher, scope: acme/vision, clusters: [west] }]");
    let base = Request { cluster: Some("west"), ..ask("user:Alice", "read", "job", "acme/vision/detector") };
    assert_eq!(reason(&snapshot, &base), "granted");
    let swapped = [
        (Request { subject: "user:alice", ..base }, "unknown_subject"),
        (Request { subject: "User:Alice", ..base }, "invalid_request"),
        (Request { action: "Read", ..base }, "unknown_action"),
        (Request { kind: "Job", ..base }, "unknown_kind"),
        (Request { scope: "acme/Vision/detector", ..base }, "unknown_scope"),
        (Request { cluster: Some("West"), ..base }, "unknown_cluster"),
        (Request { tenant: Some("Acme"), ..base }, "unknown_tenant"),
    ];
    for (request, expected) in swapped {
        assert_eq!(reason(&snapshot, &request), expected, "{request:?}");
    }
}

#[test]
fn two_spellings_of_one_letter_are_two_names() {
    let (composed, decomposed) = ("user:Ren\u{e9}", "user:Rene\u{301}");
    let snapshot = acme(&format!("access_rules: [{{ subject: {composed:?}, role: viewer, scope: acme }}]"));
    assert_eq!(reason(&snapshot, &ask(composed, "read", "volume", "acme")), "granted");
    assert_eq!(reason(&snapshot, &ask(decomposed, "read", "volume", "acme")), "unknown_subject");
}

#[test]
fn signs_of_patterns_are_letters_like_any() {
    let signs = [".", "*", "?", "[", "]", "(", ")", "+", "^", "$", "\\", "|", ".*", "a|b", "[a-z]", "%", "_"];
    for sign in signs {
        let rules = format!(
            "access_rules: [{{ subject: \"user:a{}b\", role: viewer, scope: acme }}]",
            sign.replace('\\', "\\\\")
        );
        let snapshot = acme(&rules);
        let literal = format!("user:a{sign}b");
        assert_eq!(reason(&snapshot, &ask(&literal, "read", "volume", "acme")), "granted", "{sign}");
        for other in ["user:ab", "user:axb", "user:a", "user:b", "user:aab"] {
            assert!(
                !snapshot.check(&ask(other, "read", "volume", "acme")).is_allow(),
                "{other} is taken for {literal}"
            );
        }
    }
}

#[test]
fn what_the_system_names_cannot_be_declared() {
    let role = "custom_roles: { viewer: { permissions: { job: CRUD } } }";
    for directory in ["groups: [everyone]", "groups: [{ name: everyone, members: [user:ana] }]", role] {
        assert_eq!(refusals(directory).len(), 1, "{directory}");
    }
    for attribute in ["subject", "subject.id", "resource.owner", "context.now", "context.subject"] {
        assert!(!findings(&[&format!("attributes: {{ {attribute}: text }}")]).is_empty(), "{attribute}");
    }
    let snapshot = acme("access_rules: [{ subject: group:everyone, role: viewer, scope: acme/vision }]");
    let stranger =
        Request { groups: Groups::Listed(&["everyone"]), ..ask("user:ana", "read", "volume", "acme/language") };
    assert_eq!(reason(&snapshot, &stranger), "not_granted");
}

#[test]
fn near_misses_are_errors_with_a_suggestion() {
    let roles = |permissions: &str| format!("{POLICY}  more: {{ permissions: {permissions} }}\n");
    let misses = [
        (roles("{ jobs: R }"), Code::UnknownKind, "`job`"),
        (roles("{ job: [reed] }"), Code::UnknownAction, "`read`"),
        (format!("{POLICY}  more: {{ includes: [viewr] }}\n"), Code::UnknownRole, "`viewer`"),
        (format!("{POLICY}acess_rules: []\n"), Code::UnknownKey, "`access_rules`"),
    ];
    for (text, code, suggestion) in misses {
        let found = findings(&[&text]);
        assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [code], "{text}");
        assert!(found[0].help.as_ref().unwrap().contains(suggestion), "{found:?}");
    }
}

#[test]
fn no_permission_leaks_into_another_kind() {
    let kinds: Vec<String> = (0..19).map(|index| format!("kind{index}")).collect();
    let mut policy = String::from("kinds:\n");
    kinds.iter().for_each(|kind| policy.push_str(&format!("  {kind}: {{ lives_in: [project] }}\n")));
    policy.push_str("roles:\n");
    kinds.iter().for_each(|kind| policy.push_str(&format!("  on_{kind}: {{ permissions: {{ {kind}: CU }} }}\n")));
    let mut rules = String::from("tenant: acme\naccess_rules:\n");
    kinds
        .iter()
        .for_each(|kind| rules.push_str(&format!("  - {{ subject: user:{kind}, role: on_{kind}, scope: acme }}\n")));
    let snapshot = compile(&[&policy, ACME, &rules]);
    for holder in &kinds {
        for kind in &kinds {
            for (action, is_given) in [("create", true), ("read", false), ("update", true), ("delete", false)] {
                let subject = format!("user:{holder}");
                let decision = snapshot.check(&ask(&subject, action, kind, "acme/vision/detector"));
                assert_eq!(decision.is_allow(), is_given && holder == kind, "{holder} {action} {kind}");
            }
        }
    }
}

#[test]
fn numbers_in_names_are_names() {
    let directory = "
tenant: '7'
clusters: ['1', '0']
scopes: ['7/2', '7/2/0', '7/1', '7/1/2', { path: '7/0', id: '7/2' }]
";
    assert!(findings(&[POLICY, directory]).iter().any(|finding| finding.code == Code::Redefined));
    let plain = "
tenant: '7'
clusters: ['1', '0']
scopes: ['7/2', '7/2/0', '7/1', '7/1/2']
access_rules: [{ subject: 'user:0', role: viewer, scope: '7/2', clusters: ['0'] }, { subject: 'user:1', role: viewer, scope: '7/1' }]
";
    let snapshot = compile(&[POLICY, plain]);
    let on = |subject, scope, cluster| reason(&snapshot, &Request { cluster, ..ask(subject, "read", "job", scope) });
    assert_eq!(on("user:0", "7/2/0", Some("0")), "granted");
    assert_eq!(on("user:0", "7/2/0", Some("1")), "not_granted");
    assert_eq!(on("user:1", "7/2/0", Some("0")), "not_granted");
    assert_eq!(on("user:2", "7/1/2", None), "unknown_subject");
    assert_eq!(on("user:1", "7/1/2", None), "granted");
}

#[test]
fn an_id_in_two_tenants_binds_each_to_its_own() {
    let directory = |tenant: &str, rules: &str| {
        format!("tenant: {tenant}\nscopes: [{tenant}/a, {{ path: {tenant}/a/b, id: p-1 }}]\nusers: [ana]\n{rules}")
    };
    let rule = "access_rules: [{ subject: user:ana, role: viewer, scope_id: p-1 }]\n";
    let both = compile(&[POLICY, &directory("acme", ""), &directory("globex", rule)]);
    let asked = |tenant, scope| Request { tenant: Some(tenant), ..ask("user:ana", "read", "job", scope) };
    assert_eq!(reason(&both, &asked("globex", "globex/a/b")), "granted");
    assert_eq!(reason(&both, &asked("globex", "acme/a/b")), "other_tenant");
    assert_eq!(reason(&both, &asked("acme", "acme/a/b")), "not_granted");
    assert_eq!(reason(&both, &asked("acme", "globex/a/b")), "other_tenant");
}

#[test]
fn codes_and_reasons_stand_in_order() {
    assert!(Reason::ALL.is_sorted());
    assert!(Code::ALL.is_sorted());
    let numbers = |severity| Code::ALL.into_iter().filter(move |code| code.severity() == severity).map(Code::number);
    assert!(numbers(Severity::Error).is_sorted() && numbers(Severity::Warning).is_sorted());
}

#[test]
fn invisible_characters_are_refused() {
    let hidden =
        ['\u{200b}', '\u{200d}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{ad}', '\u{2028}', '\u{a0}', '\u{3164}', '\t'];
    for sign in hidden {
        let name = format!("a\\u{:04X}b", u32::from(sign));
        for list in ["users", "apps", "groups", "clusters"] {
            let text = format!("{list}: [\"{name}\"]");
            assert!(refusals(&text).contains(&Code::InvalidName), "{text}");
        }
        assert!(refusals(&format!("scopes: [\"acme/{name}\"]")).contains(&Code::InvalidName), "{name}");
        let snapshot = acme("access_rules: [{ subject: user:ab, role: viewer, scope: acme }]");
        let subject = format!("user:a{sign}b");
        assert!(!snapshot.check(&ask(&subject, "read", "volume", "acme")).is_allow(), "{subject:?}");
    }
}

#[test]
fn look_alikes_are_warned_of_and_never_equal() {
    let rules = "users: [\"p\\u0430ul\", paul]\naccess_rules: [{ subject: user:paul, role: viewer, scope: acme }]";
    let found = findings(&[POLICY, ACME, &format!("tenant: acme\n{rules}")]);
    assert!(found.iter().any(|finding| finding.code == Code::LookAlike), "{found:?}");
    assert_eq!(reason(&acme(rules), &ask("user:p\u{430}ul", "read", "volume", "acme")), "not_granted");
}
