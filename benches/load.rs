//! What a large directory costs to load, told by a program or in JSON Lines, and to compile: the same rules each time.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark fails by panicking"
)]

use std::fmt::Write as _;
use std::hint::black_box;

use bailiwick::{Feed, Loader, Policy, Text};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

criterion_group!(benches, load);
criterion_main!(benches);

const POLICY: &str = include_str!("../policies/runai-2.13.yaml");

/// The roles of the policy, and at which level each is held: the tenant, a department or a project.
const ROLES: [(&str, usize); 7] = [
    ("admin", 0),
    ("researcher", 2),
    ("department_admin", 1),
    ("ml_engineer", 2),
    ("editor", 0),
    ("research_manager", 0),
    ("viewer", 0),
];

/// A directory of three rules a user, in an order that helps nobody.
struct World {
    n_rules: usize,
}

impl World {
    fn n_users(&self) -> usize {
        self.n_rules / 3
    }

    fn n_projects(&self) -> usize {
        self.n_rules / 60
    }

    fn n_departments(&self) -> usize {
        self.n_rules / 3_000
    }

    fn scopes(&self) -> impl Iterator<Item = String> {
        let departments = (0..self.n_departments()).map(|at| format!("acme/department-{at}"));
        departments.chain((0..self.n_projects()).map(|at| self.project(at)))
    }

    fn project(&self, at: usize) -> String {
        format!("acme/department-{}/p{at}", at % self.n_departments())
    }

    /// Calls for each rule, with its subject, role and scope.
    fn rules(&self, mut take: impl FnMut(&str, &str, &str)) {
        let (mut subject, mut scope) = (String::new(), String::new());
        for at in 0..self.n_rules {
            let user = at * 7_919 % self.n_users();
            let (role, level) = ROLES[(user + at / self.n_users()) % ROLES.len()];
            let place = user * 31 + at / self.n_users();
            subject.clear();
            let _ = write!(subject, "user:u{user}");
            scope.clear();
            let _ = match level {
                0 => write!(scope, "acme"),
                1 => write!(scope, "acme/department-{}", place % self.n_departments()),
                _ => write!(scope, "{}", self.project(place % self.n_projects())),
            };
            take(&subject, role, &scope);
        }
    }

    fn feed(&self) -> Feed {
        let mut feed = Feed::new("acme");
        for path in self.scopes() {
            feed.scope(&path);
        }
        self.rules(|subject, role, scope| {
            feed.rule(subject, role, scope);
        });
        feed
    }

    fn lines(&self) -> String {
        let mut text = String::new();
        for path in self.scopes() {
            let _ = writeln!(text, r#"{{"tenant":"acme","scope":"{path}"}}"#);
        }
        self.rules(|subject, role, scope| {
            let rule = format_args!(r#"{{"subject":"{subject}","role":"{role}","scope":"{scope}"}}"#);
            let _ = writeln!(text, r#"{{"tenant":"acme","access_rule":{rule}}}"#);
        });
        text
    }
}

fn loaded(loader: Loader<'_>) -> Policy {
    let policy = loader.text(Text::yaml("policy.yaml", POLICY)).load().unwrap();
    assert!(policy.is_complete() && policy.closed_tenants().is_empty());
    policy
}

fn load(criterion: &mut Criterion) {
    for n_rules in [100_000, 1_000_000] {
        let world = World { n_rules };
        let mut group = criterion.benchmark_group("load");
        group.sample_size(10).throughput(Throughput::Elements(u64::try_from(n_rules).unwrap()));
        let text = Text::lines("acme.jsonl", world.lines());
        group.bench_function(BenchmarkId::new("json-lines", n_rules), |bench| {
            bench.iter_batched(|| text.clone(), |text| loaded(Loader::new().text(text)), BatchSize::PerIteration);
        });
        drop(text);
        // The names are spelt out within: that is part of what a program does.
        group.bench_function(BenchmarkId::new("api", n_rules), |bench| {
            bench.iter_with_large_drop(|| loaded(Loader::new().feed(world.feed())));
        });
        let policy = loaded(Loader::new().feed(world.feed()));
        group.bench_function(BenchmarkId::new("compile", n_rules), |bench| {
            bench.iter_with_large_drop(|| black_box(policy.compile()));
        });
        group.finish();
    }
}
