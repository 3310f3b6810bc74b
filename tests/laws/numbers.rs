//! Numbers of handles: they name what the handle names, in its own snapshot, and nothing where nothing is.

use bailiwick::{Actor, Change, ClusterNumber, Edit, Groups, NumberedSubject, Policy, Situation, Snapshot, Text};

const POLICY: &str = "
kinds: { job: { lives_in: [project] } }
roles: { reader: { permissions: { job: R } } }
";

/// Loads two tenants: `t` with as many clusters as are said, and `u` with three.
fn load(n_clusters: usize) -> Snapshot {
    let names: Vec<String> = (0..n_clusters).map(|at| format!("c{at}")).collect();
    let rules = "access_rules: [{ subject: user:ana, role: reader, scope: t/a, clusters: [c0] }]";
    let first = format!("tenant: t\nclusters: [{}]\nscopes: [t/a, t/a/x, t/b]\n{rules}", names.join(", "));
    let second = "tenant: u\nclusters: [c0, c1, c2]\nscopes: [u/a]";
    let texts = [Text::yaml("policy", POLICY), Text::yaml("t", first), Text::yaml("u", second)];
    Policy::parse(texts).unwrap().compile()
}

fn change(snapshot: &Snapshot, edit: Edit<'_>) -> Snapshot {
    let change = Change { tenant: Some("t"), ..Change::at(0, edit) };
    let approved = snapshot.approve(&Actor::Host, &change);
    assert!(approved.is_complete(), "{:?}", approved.answers());
    snapshot.apply(&approved).unwrap()
}

fn ana(snapshot: &Snapshot) -> NumberedSubject<'_> {
    snapshot.subject(Some("t"), "user:ana", Groups::Listed(&[])).unwrap().numbered()
}

/// Returns whether ana may read jobs at a scope on a cluster, both by their numbers.
fn reads(snapshot: &Snapshot, scope: &str, cluster: ClusterNumber) -> bool {
    let ana = ana(snapshot);
    let permission = ana.permission(snapshot.permission("read", "job").unwrap().number()).unwrap();
    let scope = ana.scope(snapshot.scope(scope).unwrap().number()).unwrap();
    let situation = Situation { cluster: ana.cluster(cluster), ..Situation::at(0) };
    assert!(situation.cluster.is_some());
    ana.subject().check(permission, scope, &situation).is_allow()
}

#[test]
fn every_cluster_has_a_number_of_its_own() {
    let snapshot = load(70);
    let ana = ana(&snapshot);
    for (tenant, name) in (0..70).map(|at| ("t", format!("c{at}"))).chain((0..3).map(|at| ("u", format!("c{at}")))) {
        let number = snapshot.cluster(tenant, &name).unwrap().number();
        assert_eq!(ana.cluster(number).map(|found| found.number()), Some(number), "{tenant} {name}");
    }
    let number = |tenant, name| snapshot.cluster(tenant, name).unwrap().number();
    assert!(reads(&snapshot, "t/a/x", number("t", "c0")));
    assert!(!reads(&snapshot, "t/a/x", number("t", "c64")), "the mask has 64 bits");
    assert!(!reads(&snapshot, "t/a/x", number("u", "c0")), "one of another tenant is none of ours");
}

#[test]
fn a_deleted_cluster_has_no_number() {
    let mut snapshot = load(70);
    for name in ["c1", "c66"] {
        let number = snapshot.cluster("t", name).unwrap().number();
        snapshot = change(&snapshot, Edit::DeleteCluster(name));
        assert!(ana(&snapshot).cluster(number).is_none(), "{name}");
    }
    let created = change(&snapshot, Edit::CreateCluster { name: "late", id: None });
    let late = created.cluster("t", "late").unwrap().number();
    assert_eq!(ana(&created).cluster(late).map(|found| found.number()), Some(late));
    assert!(ana(&snapshot).cluster(late).is_none(), "it was not there yet");
}

#[test]
fn a_number_past_the_end_is_nothing() {
    let snapshot = load(2);
    let ana = ana(&snapshot);
    for number in [1_000, u32::MAX] {
        assert!(ana.permission(number).is_none() && ana.scope(number).is_none());
        for cluster in [ClusterNumber { tenant: 0, cluster: number }, ClusterNumber { tenant: number, cluster: 0 }] {
            assert!(ana.cluster(cluster).is_none(), "{cluster:?}");
        }
    }
    assert!(ana.cluster(ClusterNumber { tenant: 0, cluster: 2 }).is_none());
}

#[test]
fn scopes_that_were_changed_keep_to_their_numbers() {
    let loaded = load(2);
    let (gone, west) = (loaded.scope("t/b").unwrap().number(), loaded.cluster("t", "c0").unwrap().number());
    let mut snapshot = change(&loaded, Edit::DeleteScope("t/b"));
    snapshot = change(&snapshot, Edit::CreateScope { path: "t/a/new", id: None, kind: None });
    snapshot = change(&snapshot, Edit::RenameScope { scope: "t/a/x", name: "y" });
    assert!(ana(&snapshot).scope(gone).is_none());
    for path in ["t/a", "t/a/y", "t/a/new", "u/a"] {
        let number = snapshot.scope(path).unwrap().number();
        assert_eq!(ana(&snapshot).scope(number).map(|found| found.number()), Some(number), "{path}");
        assert_eq!(reads(&snapshot, path, west), matches!(path, "t/a/y" | "t/a/new"), "{path}");
    }
}
