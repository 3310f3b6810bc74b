//! Defects seen on platforms of this kind, each a test by its name.

use bailiwick::{Code, Decision, Groups, Policy, Request, Situation, Text, Value};

use crate::support::{ACME, NOW, POLICY, acme, ask, compile, findings, reason, refusals};

#[test]
fn a_group_rule_on_a_department_reaches_its_projects() {
    let snapshot = acme("access_rules: [{ subject: group:ml, role: researcher, scope: acme/vision }]");
    let groups = Groups::Listed(&["ml"]);
    for scope in ["acme/vision/detector", "acme/vision/tracker"] {
        let request = Request { groups, ..ask("user:ana", "create", "job", scope) };
        assert_eq!(reason(&snapshot, &request), "granted", "{scope}");
    }
}

#[test]
fn a_group_gives_create_as_it_gives_read() {
    let snapshot = acme(
        "users: [cleo]\ngroups: [{ name: listed, members: [user:ben] }]\n\
         access_rules: [{ subject: group:ml, role: researcher, scope: acme }, \
         { subject: group:listed, role: researcher, scope: acme }]",
    );
    for action in ["create", "read", "update", "delete"] {
        let token =
            Request { groups: Groups::Listed(&["ml"]), ..ask("user:ana", action, "job", "acme/vision/detector") };
        assert_eq!(reason(&snapshot, &token), "granted", "{action}");
        assert_eq!(reason(&snapshot, &ask("user:ben", action, "job", "acme/vision/detector")), "granted", "{action}");
        for stranger in ["user:ana", "user:cleo"] {
            let request = ask(stranger, action, "job", "acme/vision/detector");
            assert_eq!(reason(&snapshot, &request), "not_granted", "{stranger} {action}");
        }
    }
}

#[test]
fn handles_and_batches_answer_as_enforcement_does() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: researcher, scope: acme/vision, clusters: [west] }]\n\
         deny_rules: [{ subject: user:ana, permissions: { job: D }, scope: acme/vision/tracker }]",
    );
    let ana = snapshot.subject(Some("acme"), "user:ana", Groups::Listed(&[])).unwrap();
    for action in ["create", "read", "update", "delete"] {
        for kind in ["job", "volume", "project"] {
            for scope in ["acme", "acme/vision", "acme/vision/tracker", "acme/language/speech"] {
                for cluster in [None, Some("west"), Some("east")] {
                    let request = Request { cluster, ..ask("user:ana", action, kind, scope) };
                    let expected = snapshot.check(&request);
                    let named = cluster.map(|name| snapshot.cluster("acme", name).unwrap());
                    let situation = Situation { cluster: named, resource: &[], context: &[], now: NOW };
                    let permission = snapshot.permission(action, kind).unwrap();
                    let place = snapshot.scope(scope).unwrap();
                    assert_eq!(ana.check(permission, place, &situation), expected, "{request:?}");
                    let mut batch = [Decision::default()];
                    snapshot.check_batch(&[request], &mut batch);
                    assert_eq!(batch, [expected], "{request:?}");
                }
            }
        }
    }
}

#[test]
fn a_malformed_entry_of_a_feed_leaves_the_others_alone() {
    let feed = r#"{"tenant": "acme", "access_rule": {"subject": "nobody", "role": "researcher", "scope": "acme/vision"}}
{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "researcher", "scope": "acme/vision"}}
{"tenant": "acme", "scope": {"path": "acme/vision"}}
{"tenant": "acme", "scope": {"path": "acme/vision/detector"}}
"#;
    let policy = Policy::parse([Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", feed)]).unwrap();
    assert!(policy.findings().iter().any(|finding| finding.code == Code::InvalidSubject));
    let request = ask("user:ana", "create", "job", "acme/vision/detector");
    assert_eq!(reason(&policy.compile(), &request), "granted");
}

#[test]
fn a_limited_right_to_give_roles_allows_no_plain_change() {
    let policy = "
kinds: { assignment: { lives_in: [tenant, department, project] }, placement: { lives_in: [department, project] } }
delegation: { role_right: assignment, place_right: placement, organizations: [department, project] }
qualifiers: { researchers: { roles: [researcher], at: [project] }, projects: { at: [project] } }
roles: { researcher: {}, head: { permissions: { assignment: CRUD researchers, placement: CRUD projects } } }
";
    let rule = "tenant: acme\naccess_rules: [{ subject: user:ana, role: head, scope: acme/vision }]";
    let snapshot = compile(&[policy, ACME, rule]);
    for action in ["create", "update", "delete"] {
        assert_eq!(reason(&snapshot, &ask("user:ana", action, "assignment", "acme/vision/detector")), "not_granted");
        assert_eq!(reason(&snapshot, &ask("user:ana", action, "placement", "acme/vision/detector")), "granted");
        assert_eq!(reason(&snapshot, &ask("user:ana", action, "placement", "acme/vision")), "not_granted");
    }
    assert_eq!(reason(&snapshot, &ask("user:ana", "read", "assignment", "acme/vision/detector")), "granted");
}

#[test]
fn a_page_of_several_rights_asks_for_each() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: viewer, scope: acme/vision }, \
         { subject: user:ana, role: researcher, scope: acme/language/speech }]",
    );
    let here = |action, kind| reason(&snapshot, &ask("user:ana", action, kind, "acme/vision/detector"));
    assert_eq!(
        [here("read", "project"), here("read", "job"), here("create", "job")],
        ["granted", "granted", "not_granted"]
    );
    assert_eq!(reason(&snapshot, &ask("user:ana", "create", "job", "acme/language/speech")), "granted");
    assert_eq!(reason(&snapshot, &ask("user:ana", "read", "project", "acme/language/speech")), "not_granted");
}

#[test]
fn an_unknown_kind_in_a_role_is_an_error_with_a_suggestion() {
    let found =
        findings(&["kinds: { workspace: { lives_in: [project] } }\nroles: { a: { permissions: { workspaec: R } } }"]);
    assert_eq!(found.iter().map(|finding| finding.code).collect::<Vec<_>>(), [Code::UnknownKind]);
    assert!(found[0].help.as_ref().unwrap().contains("`workspace`"));
}

#[test]
fn an_unknown_kind_is_denied_to_who_may_do_everything() {
    let snapshot = acme("access_rules: [{ subject: user:ana, role: root, scope: acme }]");
    assert_eq!(reason(&snapshot, &ask("user:ana", "read", "inference", "acme/vision/detector")), "unknown_kind");
}

#[test]
fn a_volume_of_a_department_reaches_a_later_project() {
    let rules = "tenant: acme
scopes: [acme/vision/later]
access_rules:
  - { subject: user:ana, role: researcher, scope: acme/vision }
  - { subject: user:ben, role: researcher, scope: acme/vision/later }
";
    let snapshot = compile(&[POLICY, ACME, rules]);
    assert_eq!(reason(&snapshot, &ask("user:ana", "update", "volume", "acme/vision/later")), "granted");
    assert_eq!(reason(&snapshot, &ask("user:ben", "read", "volume", "acme/vision")), "granted");
    assert_eq!(reason(&snapshot, &ask("user:ben", "update", "volume", "acme/vision")), "not_granted");
    assert_eq!(reason(&snapshot, &ask("user:ben", "read", "volume", "acme/language")), "not_granted");
}

#[test]
fn a_project_created_anew_under_an_old_name_revives_nothing() {
    let rule = "access_rules: [{ subject: user:ana, role: researcher, scope_id: p-1 }]";
    let directory =
        |id: &str| format!("tenant: acme\nscopes: [acme/vision, {{ path: acme/vision/detector, id: {id} }}]\n");
    let request = ask("user:ana", "create", "job", "acme/vision/detector");
    let before = compile(&[POLICY, &directory("p-1"), &format!("tenant: acme\n{rule}")]);
    assert_eq!(reason(&before, &request), "granted");
    let entry =
        r#"{"tenant": "acme", "access_rule": {"subject": "user:ana", "role": "researcher", "scope_id": "p-1"}}"#;
    let scopes = r#"{"tenant": "acme", "scope": {"path": "acme/vision"}}
{"tenant": "acme", "scope": {"path": "acme/vision/detector", "id": "p-2"}}"#;
    let feed = format!("{entry}\n{scopes}\n");
    let after = Policy::parse([Text::yaml("policy.yaml", POLICY), Text::lines("feed.jsonl", &feed)]).unwrap();
    assert!(after.findings().iter().any(|finding| finding.code == Code::UnknownScope));
    assert!(!after.compile().check(&request).is_allow());
}

#[test]
fn every_group_of_a_user_counts_and_is_explained() {
    let snapshot = acme(
        "access_rules: [{ id: r-1, subject: group:first, role: viewer, scope: acme }, \
         { id: r-2, subject: group:second, role: researcher, scope: acme }, \
         { id: r-3, subject: group:third, role: researcher, scope: acme/vision }]",
    );
    for groups in [["first", "second", "third"], ["third", "first", "second"], ["second", "third", "first"]] {
        let request =
            Request { groups: Groups::Listed(&groups), ..ask("user:ana", "read", "job", "acme/vision/detector") };
        assert_eq!(reason(&snapshot, &request), "granted");
        let told = snapshot.explain(&request).to_string();
        assert!(["r-1", "r-2", "r-3"].iter().all(|rule| told.contains(rule)), "{told}");
        let create =
            Request { groups: Groups::Listed(&groups), ..ask("user:ana", "create", "job", "acme/vision/detector") };
        assert_eq!(reason(&snapshot, &create), "granted");
    }
}

#[test]
fn a_list_is_filtered_before_it_is_cut() {
    let snapshot = acme("access_rules: [{ subject: user:ana, role: viewer, scope: acme/language }]");
    let scopes = ["acme/vision/detector", "acme/vision/tracker", "acme/language/speech"];
    let requests = scopes.map(|scope| ask("user:ana", "read", "job", scope));
    let mut decisions = [Decision::default(); 3];
    snapshot.check_batch(&requests, &mut decisions);
    let page: Vec<&str> = scopes
        .into_iter()
        .zip(decisions)
        .filter(|(_, answer)| answer.is_allow())
        .map(|(scope, _)| scope)
        .take(1)
        .collect();
    assert_eq!(page, ["acme/language/speech"]);
}

#[test]
fn a_batch_leaves_what_it_has_no_room_for_denied() {
    let snapshot = acme("access_rules: [{ subject: user:ana, role: root, scope: acme }]");
    let requests = [ask("user:ana", "read", "job", "acme/vision/detector"); 2];
    let mut short = [Decision::default(); 1];
    snapshot.check_batch(&requests, &mut short);
    assert!(short[0].is_allow());
    let mut long = [Decision::default(); 3];
    snapshot.check_batch(&requests, &mut long);
    assert_eq!(long.map(|decision| decision.is_allow()), [true, true, false]);
}

#[test]
fn a_version_gate_holds_for_bulk_operations() {
    let gated = "
kinds: { job: { lives_in: [project] }, farm: { lives_in: [project], requires: { version: '2.10' } } }
roles: { head: { requires: { version: '2.10' }, permissions: { job: CRUD } }, plain: { permissions: { farm: CRUD } } }
";
    let rules = "tenant: acme\naccess_rules: [{ subject: user:ana, role: head, scope: acme }, { subject: user:ana, role: plain, scope: acme }]\n";
    for (version, expected) in [("2.9", false), ("2.10", true), ("2.10.0", true), ("3", true)] {
        let snapshot = compile(&[gated, ACME, rules, &format!("tenant: acme\nfacts: {{ version: '{version}' }}")]);
        let requests = ["job", "farm"].map(|kind| ask("user:ana", "delete", kind, "acme/vision/detector"));
        let mut decisions = [Decision::default(); 2];
        snapshot.check_batch(&requests, &mut decisions);
        assert_eq!(decisions.map(|decision| decision.is_allow()), [expected; 2], "{version}");
    }
    assert_eq!(refusals("facts: { version: 2.10 }").len(), 1);
}

#[test]
fn an_identity_of_the_wrong_type_is_nobodys() {
    let owned = "restrictions: { ownership: { kinds: [job], actions: UD, unless: subject_is_owner } }";
    let rule = "tenant: acme\naccess_rules: [{ subject: user:1, role: researcher, scope: acme }]";
    let snapshot = compile(&[&format!("{POLICY}{owned}\n"), ACME, rule]);
    let answer = |owner: Value<'_>| {
        let resource = [("owner", owner)];
        reason(&snapshot, &Request { resource: &resource, ..ask("user:1", "delete", "job", "acme/vision/detector") })
    };
    assert_eq!(answer(Value::Text("user:1")), "granted");
    assert_eq!(answer(Value::Text("1")), "restricted");
    assert_eq!(answer(Value::Text("app:1")), "restricted");
    for wrong in [Value::Integer(1), Value::Null, Value::Boolean(true), Value::List(&[Value::Text("user:1")])] {
        assert_eq!(answer(wrong), "restriction_error", "{wrong:?}");
    }
}

#[test]
fn an_unread_token_is_not_a_token_without_groups() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: researcher, scope: acme }]\n\
         deny_rules: [{ subject: group:suspended, permissions: { job: D }, scope: acme }]",
    );
    let request = ask("user:ana", "delete", "job", "acme/vision/detector");
    assert_eq!(reason(&snapshot, &request), "granted");
    assert_eq!(reason(&snapshot, &Request { groups: Groups::NotKnown, ..request }), "deny_error");
    assert_eq!(reason(&snapshot, &Request { groups: Groups::Listed(&["suspended"]), ..request }), "denied_by_rule");
}

#[test]
fn an_internal_operator_has_only_what_a_rule_gives() {
    let snapshot = acme(
        "users: [{ name: operator, internal: true }, { name: support, internal: true }]\n\
         access_rules: [{ subject: user:support, role: viewer, scope: acme }]",
    );
    assert_eq!(reason(&snapshot, &ask("user:operator", "read", "job", "acme/vision/detector")), "not_granted");
    assert_eq!(reason(&snapshot, &ask("user:support", "read", "job", "acme/vision/detector")), "granted");
    assert_eq!(reason(&snapshot, &ask("user:support", "create", "job", "acme/vision/detector")), "not_granted");
}

#[test]
fn one_name_in_two_clusters_is_two_things() {
    let policy = "
kinds: { credential: { lives_in: [cluster] } }
roles: { keeper: { permissions: { credential: CRUD } } }
";
    let rule = "tenant: acme\naccess_rules: [{ subject: user:ana, role: keeper, scope: acme, clusters: [west], when: { equals: { resource.id: registry } } }]";
    let snapshot = compile(&[policy, ACME, rule]);
    let resource = [("id", Value::Text("registry"))];
    let on = |cluster| {
        reason(&snapshot, &Request { cluster, resource: &resource, ..ask("user:ana", "delete", "credential", "acme") })
    };
    assert_eq!([on(Some("west")), on(Some("east")), on(None)], ["granted", "not_granted", "cluster_required"]);
}

#[test]
fn a_bulk_delete_tells_every_item_apart() {
    let snapshot = acme(
        "access_rules: [{ subject: user:ana, role: researcher, scope: acme/vision }]\n\
         deny_rules: [{ subject: user:ana, permissions: { job: D }, scope: acme/vision/tracker }]",
    );
    let scopes = ["acme/vision/tracker", "acme/vision/detector", "acme/language/speech", "acme/nowhere"];
    let requests = scopes.map(|scope| ask("user:ana", "delete", "job", scope));
    let mut decisions = [Decision::default(); 4];
    snapshot.check_batch(&requests, &mut decisions);
    let told = decisions.map(|decision| decision.reason().code());
    assert_eq!(told, ["denied_by_rule", "granted", "not_granted", "unknown_scope"]);
}
