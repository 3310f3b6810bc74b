//! Every cell of both published tables, both ways: what it gives and what it does not.
//!
//! Each role is held at each level of the tree, with and without a limit to one cluster, and every kind and action is
//! asked everywhere around: at the rule's scope, above, below, beside, in another tenant, and where nothing is.

mod expect;
mod table;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

use bailiwick::{Code, Groups, Policy, Request, Snapshot, Text, Value};
use xtask::tree;

use expect::{Asked, Held, Status, is_below};
use table::{Cell, Home, Level, Release, release_2_13, release_2_18};

#[test]
fn every_cell_of_2_13_gives_what_it_says_and_nothing_else() {
    let release = release_2_13();
    assert_eq!((release.cells.len(), release.roles.len()), (133, 7));
    let n_checks = check_cells(&release);
    assert_eq!(n_checks, HELD.len() * ASKED.len() * (133 * 16 - 7 * 3));
}

#[test]
fn every_cell_of_2_18_gives_what_it_says_and_nothing_else() {
    let release = release_2_18();
    assert_eq!((release.cells.len(), release.roles.len()), (648, 18));
    let n_checks = check_cells(&release);
    assert_eq!(n_checks, HELD.len() * ASKED.len() * (648 * 16 - 18 * 3));
}

#[test]
fn cells_are_asked_in_every_relation_of_scopes() {
    let pairs = HELD.iter().flat_map(|held| ASKED.iter().map(|asked| relation(held.path, asked)));
    let met: BTreeSet<&str> = pairs.collect();
    let wanted = ["same", "child", "grandchild", "later child", "parent", "sibling", "twin", "unknown"];
    assert!(wanted.iter().all(|relation| met.contains(relation)), "{met:?}");
}

#[test]
fn a_scope_that_comes_later_is_covered_by_earlier_rules() {
    for release in [release_2_13(), release_2_18()] {
        let before = snapshot(&release, &[]);
        for asked in ASKED.iter().filter(|asked| asked.status == Status::Later) {
            let cell = release.cells.iter().find(|cell| cell.actions.contains('R')).unwrap();
            let subject = subject(&cell.role, HELD[0]);
            let request = Request { subject: &subject, kind: cell.kind.name, scope: asked.path, ..asking("read") };
            assert_eq!(before.check(&request).reason().code(), "unknown_scope", "{}", asked.path);
        }
    }
}

#[test]
fn a_twin_in_another_tenant_has_nothing() {
    for release in [release_2_13(), release_2_18()] {
        let snapshot = snapshot(&release, &later_scopes());
        for cell in &release.cells {
            for held in HELD {
                let scope = held.path.replacen("acme", "globex", 1);
                let subject = subject(&cell.role, held);
                let tenant = Some("globex");
                for (_, action) in ACTIONS {
                    let request =
                        Request { tenant, subject: &subject, kind: cell.kind.name, scope: &scope, ..asking(action) };
                    assert!(!snapshot.check(&request).is_allow(), "{} {action} {}", cell.role, cell.kind.name);
                }
            }
        }
    }
}

#[test]
fn roles_of_2_13_are_refused_where_they_cannot_be_held() {
    let release = release_2_13();
    for (role, level) in &release.roles {
        for held in HELD.iter().filter(|held| !held.is_limited) {
            let rule = format!("access_rules: [{{ subject: user:ana, role: {role}, scope: {} }}]\n", held.path);
            let directory = format!("{}{rule}", directory("acme", SCOPES));
            let findings = match Policy::parse([policy_text(&release), Text::yaml("acme.yaml", &directory)]) {
                Ok(policy) => policy.findings().to_vec(),
                Err(error) => error.findings().to_vec(),
            };
            let is_refused = findings.iter().any(|finding| finding.code == Code::WrongPlace);
            assert_eq!(is_refused, *level != Some(held.level), "{role} at {}", held.path);
        }
    }
}

#[test]
fn the_matrix_prints_as_it_was_published() {
    for release in [release_2_13(), release_2_18()] {
        let policy = Policy::load([tree::root().join(release.policy)]).unwrap();
        let printed = policy.matrix().to_csv();
        let published = fs::read_to_string(tree::root().join(release.table)).unwrap();
        let difference = printed.lines().zip(published.lines()).find(|(printed, published)| printed != published);
        assert_eq!(difference, None, "{}", release.policy);
        assert!(printed == published, "{} has other line ends, or not as many rows", release.policy);
    }
}

const ACTIONS: [(char, &str); 4] = [('C', "create"), ('R', "read"), ('U', "update"), ('D', "delete")];

const CLUSTERS: [Option<&str>; 4] = [None, Some("west"), Some("east"), Some("north")];

/// The scopes below the tenant when the rules were written.
const SCOPES: &[&str] = &["d0", "d1", "d1/p1", "d1/p2", "d2", "d2/p3"];

const HELD: [Held; 6] = [
    Held { level: Level::Tenant, path: "acme", is_limited: false },
    Held { level: Level::Tenant, path: "acme", is_limited: true },
    Held { level: Level::Department, path: "acme/d1", is_limited: false },
    Held { level: Level::Department, path: "acme/d1", is_limited: true },
    Held { level: Level::Project, path: "acme/d1/p1", is_limited: false },
    Held { level: Level::Project, path: "acme/d1/p1", is_limited: true },
];

const ASKED: [Asked; 15] = [
    Asked { path: "acme", level: Level::Tenant, status: Status::There },
    Asked { path: "acme/d0", level: Level::Department, status: Status::There },
    Asked { path: "acme/d1", level: Level::Department, status: Status::There },
    Asked { path: "acme/d1/p1", level: Level::Project, status: Status::There },
    Asked { path: "acme/d1/p2", level: Level::Project, status: Status::There },
    Asked { path: "acme/d2", level: Level::Department, status: Status::There },
    Asked { path: "acme/d2/p3", level: Level::Project, status: Status::There },
    Asked { path: "acme/d9", level: Level::Department, status: Status::Later },
    Asked { path: "acme/d1/p9", level: Level::Project, status: Status::Later },
    Asked { path: "acme/d9/p9", level: Level::Project, status: Status::Later },
    Asked { path: "globex", level: Level::Tenant, status: Status::Twin },
    Asked { path: "globex/d1", level: Level::Department, status: Status::Twin },
    Asked { path: "globex/d1/p1", level: Level::Project, status: Status::Twin },
    Asked { path: "acme/nowhere", level: Level::Department, status: Status::Unknown },
    Asked { path: "acme/d1/nowhere", level: Level::Project, status: Status::Unknown },
];

/// Asks every cell everywhere and returns how many questions that were.
fn check_cells(release: &Release) -> usize {
    let snapshot = snapshot(release, &later_scopes());
    let mut n_checks = 0;
    for cell in &release.cells {
        for held in HELD {
            let subject = subject(&cell.role, held);
            for asked in ASKED {
                n_checks += check_cell(&snapshot, cell, held, asked, &subject);
            }
        }
    }
    n_checks
}

fn check_cell(snapshot: &Snapshot, cell: &Cell, held: Held, asked: Asked, subject: &str) -> usize {
    let mut n_checks = 0;
    let owner = [("owner", Value::Text(subject))];
    for (letter, action) in ACTIONS {
        for cluster in CLUSTERS {
            let names_what_is_not_there = cell.kind.home == Home::Cluster && letter == 'C' && cluster.is_some();
            if names_what_is_not_there {
                continue;
            }
            let kind = cell.kind.name;
            let request = Request { subject, kind, scope: asked.path, cluster, resource: &owner, ..asking(action) };
            let decision = snapshot.check(&request);
            let expected = expect::reason(cell, letter, held, asked, cluster);
            let question = || format!("{} at {held:?} to {action} {kind} at {} on {cluster:?}", cell.role, asked.path);
            assert_eq!(decision.reason().code(), expected, "{}", question());
            assert_eq!(decision.is_allow(), expected == "granted", "{}", question());
            n_checks += 1;
        }
    }
    n_checks
}

/// Returns a request of acme's that passes every gate of the platform.
fn asking(action: &str) -> Request<'_> {
    let context = &[("network", Value::Text("corporate"))];
    Request { tenant: Some("acme"), groups: Groups::Listed(&[]), action, context, ..Request::at(1_767_225_600) }
}

fn later_scopes() -> [Text; 1] {
    [Text::yaml("later.yaml", "tenant: acme\nscopes: [acme/d1/p9, acme/d9, acme/d9/p9]\n")]
}

/// Compiles the policy with acme, where everybody holds one role at one scope, and its twin, where nobody does.
fn snapshot(release: &Release, more: &[Text]) -> Snapshot {
    let mut acme = directory("acme", SCOPES);
    acme.push_str("custom_roles:\n");
    for (role, _) in &release.roles {
        writeln!(acme, "  lent_{role}: {{ includes: [{role}] }}").unwrap();
    }
    acme.push_str("access_rules:\n");
    for (role, level) in &release.roles {
        for held in HELD {
            // A role that is bound to another level is lent to a role that is not.
            let is_bound = level.is_some_and(|level| level != held.level);
            let lent = if is_bound { "lent_" } else { "" };
            let clusters = if held.is_limited { ", clusters: [west]" } else { "" };
            let subject = subject(role, held);
            writeln!(acme, "  - {{ subject: {subject:?}, role: {lent}{role}, scope: {}{clusters} }}", held.path)
                .unwrap();
        }
    }
    let globex = directory("globex", SCOPES);
    let texts = [policy_text(release), Text::yaml("acme.yaml", &acme), Text::yaml("globex.yaml", &globex)];
    let policy = Policy::parse(texts.into_iter().chain(more.iter().cloned())).unwrap();
    assert_eq!(policy.refused_tenants(), [""; 0], "{:?}", policy.findings());
    policy.compile()
}

/// Returns a directory with every module and cluster that a gate could ask for, and no rules.
fn directory(tenant: &str, scopes: &[&str]) -> String {
    let facts = "version: \"2.18\", modules: [inference]";
    let cluster = |name: &str| format!("{{ name: {name}, {facts}, connected: true }}");
    let paths: Vec<String> = scopes.iter().map(|scope| format!("{tenant}/{scope}")).collect();
    format!(
        "tenant: {tenant}\nfacts: {{ {facts} }}\nclusters: [{}, {}]\nscopes: [{}]\n",
        cluster("west"),
        cluster("east"),
        paths.join(", ")
    )
}

fn policy_text(release: &Release) -> Text {
    Text::yaml(release.policy, fs::read_to_string(tree::root().join(release.policy)).unwrap())
}

/// Returns who holds this role there, and no other.
fn subject(role: &str, held: Held) -> String {
    let limit = if held.is_limited { "west" } else { "all" };
    format!("user:{role}-{}-{limit}@acme.io", held.path.replace('/', "-"))
}

/// Returns how the asked scope lies to the scope of the rule.
fn relation(held: &str, asked: &Asked) -> &'static str {
    let parent = |path: &str| path.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    let distance = asked.path.matches('/').count().saturating_sub(held.matches('/').count());
    match asked.status {
        Status::Twin => "twin",
        Status::Unknown => "unknown",
        _ if asked.path == held => "same",
        Status::Later if is_below(asked.path, held) => "later child",
        _ if is_below(asked.path, held) && distance == 1 => "child",
        _ if is_below(asked.path, held) => "grandchild",
        _ if is_below(held, asked.path) => "parent",
        _ if parent(held) == parent(asked.path) => "sibling",
        _ => "elsewhere",
    }
}
