//! Whatever the size of a directory and of what one subject has, every door decides as the walk does, which explanations take.

use std::fmt::Write as _;

use bailiwick::{
    Change, Code, Decision, Edit, Engine, Groups, Policy, PreparedRequest, Reason, Request, Rules, Situation, Snapshot,
    Text,
};
use bailiwick_oracle::Random;

const NOW: i64 = 1_767_225_600;

/// What a world is made of.
struct Sizes {
    depth: usize,
    n_scopes: usize,
    n_roles: usize,
    n_groups: usize,
    n_users: usize,
    /// How many rules a subject has at most.
    n_rules: usize,
    /// How many rules of a hundred are more than plain.
    n_more: usize,
}

/// A world by its texts and names.
struct World {
    policy: String,
    directory: String,
    scopes: Vec<String>,
    n_groups: usize,
    n_users: usize,
    n_roles: usize,
}

#[test]
fn small_subjects_in_a_flat_tree() {
    hold(1, &Sizes { depth: 3, n_scopes: 8, n_roles: 4, n_groups: 3, n_users: 12, n_rules: 4, n_more: 0 });
}

#[test]
fn as_many_rules_as_a_handle_gathers_and_more() {
    hold(2, &Sizes { depth: 4, n_scopes: 400, n_roles: 7, n_groups: 6, n_users: 12, n_rules: 60, n_more: 0 });
    hold(3, &Sizes { depth: 4, n_scopes: 400, n_roles: 7, n_groups: 6, n_users: 12, n_rules: 60, n_more: 10 });
}

#[test]
fn more_rules_than_are_scanned() {
    hold(4, &Sizes { depth: 5, n_scopes: 600, n_roles: 7, n_groups: 3, n_users: 6, n_rules: 400, n_more: 2 });
}

#[test]
fn more_groups_than_a_handle_holds() {
    hold(5, &Sizes { depth: 4, n_scopes: 60, n_roles: 7, n_groups: 14, n_users: 12, n_rules: 6, n_more: 5 });
}

#[test]
fn deeper_than_half_a_line_and_than_a_line() {
    hold(6, &Sizes { depth: 7, n_scopes: 60, n_roles: 5, n_groups: 4, n_users: 12, n_rules: 9, n_more: 5 });
    hold(7, &Sizes { depth: 12, n_scopes: 60, n_roles: 5, n_groups: 4, n_users: 12, n_rules: 9, n_more: 5 });
}

#[test]
fn more_roles_than_bits() {
    hold(8, &Sizes { depth: 4, n_scopes: 40, n_roles: 40, n_groups: 4, n_users: 12, n_rules: 12, n_more: 5 });
    hold(9, &Sizes { depth: 4, n_scopes: 40, n_roles: 90, n_groups: 4, n_users: 12, n_rules: 12, n_more: 5 });
}

#[test]
fn so_many_rules_that_doors_read_ahead() {
    hold(10, &Sizes { depth: 4, n_scopes: 400, n_roles: 6, n_groups: 40, n_users: 12_000, n_rules: 12, n_more: 1 });
}

/// Asks at random through every door, on a world as it was loaded and on the same after changes.
fn hold(seed: u64, sizes: &Sizes) {
    let mut random = Random::new(seed);
    let world = World::new(&mut random, sizes);
    let texts = [Text::yaml("policy.yaml", world.policy.as_str()), Text::lines("acme.jsonl", world.directory.as_str())];
    let policy = Policy::parse(texts).unwrap();
    // Chance writes some rules twice.
    let mut wrong = policy.findings().iter().filter(|it| !matches!(it.code, Code::Duplicate | Code::Unused));
    assert_eq!(wrong.next(), None);
    let engine = Engine::new(&policy);
    let mut n_allowed = world.ask(&mut random, &engine.snapshot());
    world.change(&mut random, &engine);
    n_allowed += world.ask(&mut random, &engine.snapshot());
    assert!((N_ASKS / 5..2 * N_ASKS).contains(&n_allowed), "{n_allowed} allowed");
}

const N_ASKS: usize = 3_000;

impl World {
    fn new(random: &mut Random, sizes: &Sizes) -> Self {
        let Sizes { depth, n_scopes, n_roles, n_groups, n_users, n_rules, n_more } = *sizes;
        let levels: Vec<String> = (1..depth).map(|level| format!("level{level}")).collect();
        let mut policy = String::from("attributes: { context.open: boolean }\nscope_kinds:\n  tenant:\n");
        for (level, parent) in levels.iter().zip(std::iter::once("tenant").chain(levels.iter().map(String::as_str))) {
            let _ = writeln!(policy, "  {level}: {{ parent: {parent} }}");
        }
        let all = levels.join(", ");
        let _ = writeln!(
            policy,
            "kinds: {{ job: {{ lives_in: [tenant, {all}] }}, disk: {{ lives_in: [tenant, {all}] }} }}"
        );
        policy.push_str("roles:\n");
        for role in 0..n_roles {
            let cells = ["job: CRUD", "job: R", "disk: R", "job: RU, disk: D"][role % 4];
            let _ = writeln!(policy, "  role{role}: {{ permissions: {{ {cells} }} }}");
        }
        let mut scopes = vec!["acme".to_owned()];
        while scopes.len() < n_scopes {
            let parent = random.pick(&scopes).clone();
            if parent.matches('/').count() + 1 < depth {
                scopes.push(format!("{parent}/scope{}", scopes.len()));
            }
        }
        let mut world = Self { policy, directory: String::new(), scopes, n_groups, n_users, n_roles };
        world.directory = world.facts(random, n_rules, n_more);
        world
    }

    fn facts(&self, random: &mut Random, n_rules: usize, n_more: usize) -> String {
        let mut lines = String::new();
        for scope in &self.scopes[1..] {
            let _ = writeln!(lines, "{{\"tenant\":\"acme\",\"scope\":{{\"path\":\"{scope}\"}}}}");
        }
        let users = (0..self.n_users).map(|user| format!("user:u{user}"));
        let groups = (0..self.n_groups).map(|group| format!("group:g{group}"));
        for subject in users.chain(groups).chain(["group:everyone".to_owned()]) {
            let is_everyone = subject == "group:everyone";
            for _ in 0..random.below(if is_everyone { 2 } else { n_rules + 1 }) {
                let (role, scope) = (random.below(self.n_roles), random.pick(&self.scopes));
                let more = if random.chance(n_more) { *random.pick(&MORE) } else { "" };
                let rule = format!("\"subject\":\"{subject}\",\"role\":\"role{role}\",\"scope\":\"{scope}\"{more}");
                let key = if random.chance(n_more / 2) { "deny_rule" } else { "access_rule" };
                let _ = writeln!(lines, "{{\"tenant\":\"acme\",\"{key}\":{{{rule}}}}}");
            }
        }
        lines
    }

    /// Returns how many of many questions are allowed.
    fn ask(&self, random: &mut Random, snapshot: &Snapshot) -> usize {
        let names: Vec<(String, Vec<String>, &str, &str, &str)> = (0..N_ASKS)
            .map(|_| {
                let user = format!("user:u{}", random.below(self.n_users + 1));
                let n_groups = random.below(self.n_groups + 1);
                let groups = (0..n_groups).map(|_| format!("g{}", random.below(self.n_groups + 1))).collect();
                let action = *random.pick(&["create", "read", "update", "delete"]);
                (user, groups, action, *random.pick(&["job", "job", "disk"]), random.pick(&self.scopes).as_str())
            })
            .collect();
        let groups: Vec<Vec<&str>> = names.iter().map(|it| it.1.iter().map(String::as_str).collect()).collect();
        let requests: Vec<Request<'_>> = names
            .iter()
            .zip(&groups)
            .map(|((user, _, action, kind, scope), groups)| {
                let groups = if groups.len() % 5 == 4 { Groups::NotKnown } else { Groups::Listed(groups) };
                Request { subject: user, groups, action, kind, scope, ..Request::at(NOW) }
            })
            .collect();
        let walked: Vec<Decision> = requests.iter().map(|it| snapshot.explain(it).decision).collect();
        let mut batch = vec![Decision::default(); requests.len()];
        assert_eq!(snapshot.check_batch(&requests, &mut batch), requests.len());
        let handled = by_handles(snapshot, &requests);
        for (((request, walked), batched), handled) in requests.iter().zip(&walked).zip(&batch).zip(&handled) {
            assert_eq!(snapshot.check(request), *walked, "{request:?}");
            assert_eq!(batched, walked, "in a batch: {request:?}");
            assert_eq!(handled, walked, "by handles: {request:?}");
        }
        walked.iter().filter(|it| it.is_allow()).count()
    }

    /// Adds and removes rules of some users, groups and of everyone.
    fn change(&self, random: &mut Random, engine: &Engine) {
        for _ in 0..60 {
            let subject = match random.below(5) {
                0 => format!("group:g{}", random.below(self.n_groups)),
                1 => "group:everyone".to_owned(),
                _ => format!("user:u{}", random.below(self.n_users + 1)),
            };
            let role = format!("role{}", random.below(self.n_roles));
            let scope = random.pick(&self.scopes).as_str();
            let rules = Rules { subjects: &[&subject], roles: &[&role], scopes: &[scope], ..Rules::default() };
            let edit = if random.chance(70) { Edit::AddRules(rules) } else { Edit::RemoveRules(rules) };
            let approved = engine.snapshot().approve(&bailiwick::Actor::Host, &Change::at(NOW, edit));
            engine.apply(&approved).unwrap();
        }
    }
}

/// What makes a rule more than plain.
const MORE: [&str; 4] = [
    ",\"until\":\"2020-01-01T00:00:00Z\"",
    ",\"until\":\"2100-01-01T00:00:00Z\"",
    ",\"from\":\"2020-01-01T00:00:00Z\"",
    ",\"when\":{\"present\":\"context.open\"}",
];

/// Decides by handles, each alone and all as a batch, which must agree.
fn by_handles(snapshot: &Snapshot, requests: &[Request<'_>]) -> Vec<Decision> {
    let now = Situation::at(NOW);
    let subjects: Vec<_> = requests.iter().map(|it| snapshot.subject(None, it.subject, it.groups).unwrap()).collect();
    let prepared: Vec<PreparedRequest<'_>> = requests
        .iter()
        .zip(&subjects)
        .map(|(it, subject)| {
            let permission = snapshot.permission(it.action, it.kind).unwrap();
            PreparedRequest { subject, permission, scope: snapshot.scope(it.scope).unwrap(), situation: &now }
        })
        .collect();
    let mut batch = vec![Decision::default(); prepared.len() + 1];
    assert_eq!(snapshot.check_prepared(&prepared, &mut batch), prepared.len());
    assert_eq!(batch.pop().map(|past| past.reason()), Some(Reason::InvalidRequest));
    for (it, batched) in prepared.iter().zip(&batch) {
        assert_eq!(it.subject.check(it.permission, it.scope, it.situation), *batched);
    }
    batch
}
