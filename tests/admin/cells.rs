//! The five qualified cells of the table, both ways, at every relation of scopes.

use bailiwick::{ChangeCode, Edit, Policy, Snapshot, Text};

use super::{actor, ask_one, made, rule};
use xtask::tree;

/// The names of the columns, and the kinds of scope at which each role is held: the published rule, not the policy file.
const ROLES: [(&str, &str, &str); 7] = [
    ("Admin", "admin", "tenant"),
    ("Dep. Admin", "department_admin", "department"),
    ("Editor", "editor", "tenant"),
    ("Research Manager", "research_manager", "tenant"),
    ("Researcher", "researcher", "project"),
    ("ML Eng.", "ml_engineer", "project"),
    ("Viewer", "viewer", "tenant"),
];

const DIRECTORY: &str = "
tenant: acme
facts: { version: '2.13', modules: [inference] }
clusters: [west]
scopes: [acme/d1, acme/d1/p1, acme/d1/p2, acme/d2, acme/d2/p3]
users: [new]
";

/// What a cell says, read from the published table.
struct CellOf {
    /// Whether it has `C` and `D`.
    may_change: bool,
    qualifier: String,
}

fn cell(entity: &str, column: &str) -> CellOf {
    let table = std::fs::read_to_string(tree::root().join("tests/data/matrix-2.13.csv")).unwrap();
    let line = table.lines().find(|line| line.starts_with(&format!("{entity},{column},"))).unwrap();
    let rest = line.strip_prefix(&format!("{entity},{column},")).unwrap();
    let (actions, qualifier) = rest.split_once(',').unwrap();
    CellOf { may_change: actions.contains("CRUD"), qualifier: qualifier.trim_matches('"').to_owned() }
}

/// Returns whether a column may give a role at a kind of scope, by the words of its cell.
fn gives(column: &str, role: &str, kind: &str) -> bool {
    let cell = cell("Assign (Settings) Users/Groups/Apps to Roles", column);
    let admits = match cell.qualifier.as_str() {
        "all roles" => true,
        "Proj. Researchers and ML Engineers only" => kind == "project" && ["researcher", "ml_engineer"].contains(&role),
        "" => false,
        other => unreachable!("the table says `{other}`"),
    };
    cell.may_change && admits
}

/// Returns whether a column may place somebody at a kind of scope; at the tenant nobody is placed.
fn places(column: &str, kind: &str) -> bool {
    let cell = cell("Assign Users/Groups/Apps to Organizations", column);
    let admits = match cell.qualifier.as_str() {
        "Projects, Departments" => true,
        "Projects only" => kind == "project",
        "" => false,
        other => unreachable!("the table says `{other}`"),
    };
    kind == "tenant" || (cell.may_change && admits)
}

fn kind_of(path: &str) -> &'static str {
    ["tenant", "department", "project"][path.matches('/').count()]
}

fn is_under(path: &str, scope: &str) -> bool {
    path == scope || path.starts_with(&format!("{scope}/"))
}

/// The roles that one actor holds: column, and where.
type Holding<'a> = [(&'a str, &'a str)];

fn expected(holding: &Holding<'_>, role: &str, scope: &str, is_removal: bool) -> ChangeCode {
    let kind = kind_of(scope);
    let covers = |at: &str| is_under(scope, at);
    let may_give = holding.iter().any(|(column, at)| covers(at) && gives(column, role, kind));
    let may_place = kind == "tenant" || holding.iter().any(|(column, at)| covers(at) && places(column, kind));
    match (may_give, may_place, is_removal) {
        (true, true, _) => ChangeCode::Ok,
        (false, _, false) => ChangeCode::MayNotGiveRole,
        (false, _, true) => ChangeCode::MayNotTakeRole,
        (true, false, false) => ChangeCode::MayNotPlace,
        (true, false, true) => ChangeCode::MayNotDisplace,
    }
}

fn world() -> Snapshot {
    let policy = std::fs::read_to_string(tree::root().join("policies/runai-2.13.yaml")).unwrap();
    let twin = DIRECTORY.replace("acme", "beta");
    let texts = [Text::yaml("policy", policy), Text::yaml("acme", DIRECTORY), Text::yaml("beta", twin)];
    Policy::parse(texts).unwrap().compile()
}

#[test]
fn rights_to_change_access_are_those_of_the_table_at_every_relation_of_scopes() {
    let places_of = |kind: &str| match kind {
        "tenant" => vec!["acme"],
        "department" => vec!["acme/d1", "acme/d2"],
        _ => vec!["acme/d1/p1", "acme/d2/p3"],
    };
    let mut n_asked = 0;
    for (column, role, kind) in ROLES {
        for at in places_of(kind) {
            for beside in [None, Some(("Admin", "admin")), Some(("Editor", "editor"))] {
                let mut holding = vec![(column, at)];
                let mut snapshot = change(&world(), Edit::AddRules(rule(&["user:boss"], &[role], &[at])));
                if let Some((column, name)) = beside.filter(|(_, name)| *name != role) {
                    holding.push((column, "acme"));
                    snapshot = change(&snapshot, Edit::AddRules(rule(&["user:boss"], &[name], &["acme"])));
                }
                // A scope that comes later is as one that was there.
                let create = Edit::CreateScope { path: "acme/d1/later", id: None, kind: None };
                n_asked += ask_all(&change(&snapshot, create), &holding);
            }
        }
    }
    // 7 roles, 3 companies each, at 1 or 2 places: asked at every scope that admits the given role, both ways.
    assert_eq!(n_asked, 3 * (4 + 2 + 2 * 2) * (2 * 4 + 2 * 2 + 2 * 2 * 4 + 7 * 2));
}

fn change(snapshot: &Snapshot, edit: Edit<'_>) -> Snapshot {
    let change = bailiwick::Change { tenant: Some("acme"), ..bailiwick::Change::at(crate::support::NOW, edit) };
    let approved = snapshot.approve(&bailiwick::Actor::Host, &change);
    assert!(approved.is_complete(), "{:?}", approved.answers());
    snapshot.apply(&approved).unwrap()
}

fn ask_in_acme(snapshot: &Snapshot, edit: Edit<'_>) -> ChangeCode {
    let change = bailiwick::Change { tenant: Some("acme"), ..bailiwick::Change::at(crate::support::NOW, edit) };
    snapshot.approve(&actor("user:boss"), &change).answers()[0].code
}

/// Asks every role at every scope, to be added and to be removed; returns how many were asked.
fn ask_all(snapshot: &Snapshot, holding: &Holding<'_>) -> usize {
    let mut n_asked = 0;
    for (_, role, held_at) in ROLES {
        for scope in ["acme", "acme/d1", "acme/d2", "acme/d1/p1", "acme/d1/p2", "acme/d1/later", "acme/d2/p3"] {
            let (subject, role_list, scope_list) = (["user:new"], [role], [scope]);
            let asked = rule(&subject, &role_list, &scope_list);
            if kind_of(scope) != held_at {
                assert_eq!(ask_in_acme(snapshot, Edit::AddRules(asked)), ChangeCode::WrongPlace, "{role} {scope}");
                continue;
            }
            let there = change(snapshot, Edit::AddRules(asked));
            for (snapshot, edit, is_removal) in
                [(snapshot, Edit::AddRules(asked), false), (&there, Edit::RemoveRules(asked), true)]
            {
                let expected = expected(holding, role, scope, is_removal);
                assert_eq!(ask_in_acme(snapshot, edit), expected, "{holding:?}: {role} at {scope}");
                n_asked += 1;
            }
        }
        for (scope, code) in [("beta/d1/p1", ChangeCode::OtherTenant), ("acme/d1/p9", ChangeCode::UnknownScope)] {
            let (subject, role_list, scope_list) = (["user:new"], [role], [scope]);
            let asked = rule(&subject, &role_list, &scope_list);
            assert_eq!(ask_in_acme(snapshot, Edit::AddRules(asked)), code);
            n_asked += 1;
        }
    }
    n_asked
}

#[test]
fn the_right_to_assign_is_no_answer_to_a_plain_check() {
    let snapshot = change(&world(), Edit::AddRules(rule(&["user:boss"], &["admin"], &["acme"])));
    for (action, allowed) in [("create", false), ("read", true), ("update", false), ("delete", false)] {
        let request = crate::support::ask("user:boss", action, "role_assignment", "acme");
        let request = bailiwick::Request { tenant: Some("acme"), ..request };
        assert_eq!(snapshot.check(&request).is_allow(), allowed, "{action}");
    }
}

#[test]
fn rights_add_up_over_several_rules() {
    let policy = std::fs::read_to_string(tree::root().join("policies/runai-2.13.yaml")).unwrap();
    let snapshot = Policy::parse([Text::yaml("policy", policy), Text::yaml("acme", DIRECTORY)]).unwrap().compile();
    let asked = Edit::AddRules(rule(&["user:new"], &["researcher"], &["acme/d1/p1"]));
    let admin = made(&snapshot, Edit::AddRules(rule(&["user:boss"], &["admin"], &["acme"])));
    assert_eq!(ask_one(&admin, actor("user:boss"), asked), ChangeCode::MayNotPlace);
    let both = made(&admin, Edit::AddRules(rule(&["user:boss"], &["editor"], &["acme"])));
    assert_eq!(ask_one(&both, actor("user:boss"), asked), ChangeCode::Ok);
}
