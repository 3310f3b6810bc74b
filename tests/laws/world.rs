//! Small random worlds with shrinking: two tenants with the same names, four roles, a handful of rules, and requests that
//! are about them more often than not.

use bailiwick::document::{AccessRule, Cell, Condition, DenyRule, Document, Field, Group, Literal, Role, Table, User};
use bailiwick::{Groups, Policy, Request, Severity, Snapshot, Value};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde::de::DeserializeOwned;

/// What all worlds have in common: kinds of every sort, an attribute, a restriction.
const CATALOGUE: &str = "
kinds:
  department: { read_from_below: true }
  project: {}
  job: { lives_in: [project], concerns_cluster: true }
  volume: { lives_in: [tenant, department, project], read_from_below: true }
  node: { lives_in: [cluster] }
attributes: { context.network: text }
restrictions:
  network: { kinds: [job], actions: D, when: { all: [{ present: context.network }, { not: { equals: { context.network: corporate } } }] } }
";

pub(crate) const TENANTS: [&str; 2] = ["acme", "beta"];
pub(crate) const KINDS: [&str; 5] = ["department", "project", "job", "volume", "node"];
const ROLES: [&str; 4] = ["r0", "r1", "r2", "r3"];
/// What rules name: a role of the policy, or the tenant's own.
const HELD: [&str; 5] = ["r0", "r1", "r2", "r3", "own"];
/// The scopes of a tenant, below its name.
const SCOPES: [&str; 6] = ["", "/a", "/a/x", "/a/y", "/b", "/b/x"];
const SUBJECTS: [&str; 8] =
    ["user:ana", "user:ana", "user:ben", "app:ci", "group:ml", "group:ml", "group:ops", "group:everyone"];
/// Whom denies name: also an app that no directory knows.
const DENIED: [&str; 8] =
    ["user:ana", "user:ana", "user:ben", "app:ci", "app:nobody", "group:ml", "group:ops", "group:everyone"];
/// Scopes that rules hold at: the higher, the more often.
const HELD_AT: [&str; 9] = ["", "", "", "/a", "/a", "/b", "/a/x", "/a/y", "/b/x"];
const CELLS: [&str; 7] = [".", "R", "RU", "CRUD", "CRUD", "CRUD", "*"];
const CLUSTERS: [&str; 2] = ["west", "east"];
/// What a role may ask for: a module of the tenant, or of the cluster.
const GATES: [&str; 2] = ["module: m", "{ of: cluster, module: m }"];

/// The documents of a world: the catalogue, then one directory a tenant.
#[derive(Clone, Debug)]
pub(crate) struct World(pub(crate) Vec<Document>);

impl World {
    /// Returns the snapshot of a world in which nothing is wrong.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.try_snapshot().unwrap()
    }

    /// Returns the snapshot, or what is wrong.
    pub(crate) fn try_snapshot(&self) -> Result<Snapshot, String> {
        let policy = Policy::resolve(self.0.clone()).map_err(|error| error.to_string())?;
        match policy.findings().iter().find(|finding| finding.severity() == Severity::Error) {
            Some(finding) => Err(finding.to_string()),
            None => Ok(policy.compile()),
        }
    }

    /// Returns the world with one document more.
    pub(crate) fn with(&self, document: Document) -> Self {
        Self([self.0.clone(), vec![document]].concat())
    }

    /// Returns the world with every directory changed.
    pub(crate) fn map(&self, change: impl Fn(&mut Document)) -> Self {
        let mut world = self.clone();
        world.0.iter_mut().for_each(change);
        world
    }

    /// Returns every instant at which a rule begins or ends.
    pub(crate) fn bounds(&self) -> Vec<i64> {
        let allows = self.0.iter().flat_map(|it| items(&it.access_rules)).flat_map(|rule| [&rule.from, &rule.until]);
        let denies = self.0.iter().flat_map(|it| items(&it.deny_rules)).flat_map(|rule| [&rule.from, &rule.until]);
        let instant = |field: &Field<Literal>| match field.value() {
            Some(Literal::Integer(instant)) => Some(*instant),
            _ => None,
        };
        let mut bounds: Vec<i64> = allows.chain(denies).filter_map(instant).collect();
        bounds.sort_unstable();
        bounds.dedup();
        bounds
    }
}

/// Returns what is written in YAML.
pub(crate) fn written<T: DeserializeOwned>(text: &str) -> T {
    // By way of JSON: there the operator of a condition is a key, and no tag.
    serde_json::from_value(serde_yaml::from_str(text).unwrap()).unwrap()
}

/// Returns the items of a list that are there.
pub(crate) fn items<T>(list: &Field<Vec<Field<T>>>) -> impl Iterator<Item = &T> {
    list.value().into_iter().flatten().filter_map(Field::value)
}

/// A request that owns its lists.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) tenant: Option<&'static str>,
    pub(crate) subject: &'static str,
    pub(crate) groups: Option<Vec<&'static str>>,
    pub(crate) action: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) scope: String,
    pub(crate) cluster: Option<&'static str>,
    pub(crate) resource: Vec<(&'static str, Value<'static>)>,
    pub(crate) context: Vec<(&'static str, Value<'static>)>,
    pub(crate) now: i64,
}

impl Ask {
    pub(crate) fn request(&self) -> Request<'_> {
        Request {
            tenant: self.tenant,
            subject: self.subject,
            groups: self.groups.as_ref().map_or(Groups::NotKnown, |names| Groups::Listed(names)),
            action: self.action,
            kind: self.kind,
            scope: &self.scope,
            cluster: self.cluster,
            resource: &self.resource,
            context: &self.context,
            now: self.now,
        }
    }
}

/// What a decision says, with its source by name.
#[derive(Debug, Eq, PartialEq)]
pub(crate) struct Told {
    pub(crate) reason: &'static str,
    pub(crate) valid_until: Option<i64>,
    pub(crate) source: Option<String>,
}

pub(crate) fn told(snapshot: &Snapshot, request: &Request<'_>) -> Told {
    let decision = snapshot.check(request);
    let source = snapshot.source(&decision).map(|source| format!("{source:?}"));
    Told { reason: decision.reason().code(), valid_until: decision.valid_until(), source }
}

pub(crate) fn is_allowed(snapshot: &Snapshot, ask: &Ask) -> bool {
    snapshot.check(&ask.request()).is_allow()
}

/// A world and requests about it.
pub(crate) fn scene() -> impl Strategy<Value = (World, Vec<Ask>)> {
    (world(), prop::collection::vec(ask(), 24))
}

pub(crate) fn world() -> impl Strategy<Value = World> {
    (policy(), directory("acme"), directory("beta")).prop_map(|(policy, acme, beta)| World(vec![policy, acme, beta]))
}

fn policy() -> impl Strategy<Value = Document> {
    let cells = prop::collection::vec(prop::array::uniform5(select(&CELLS[..])), ROLES.len());
    let gate = prop::option::of(select(&GATES[..]));
    (cells, subsequence(vec!["r0", "r1"], 0..=2), gate).prop_map(|(cells, includes, gate)| {
        let mut document: Document = written(CATALOGUE);
        let role = |cells: &[&str; 5]| {
            let cell = |(kind, cell): (&&str, &&str)| (Field::from(*kind), Field::from(Cell::Text((*cell).to_owned())));
            Role { permissions: Field::from(Table(KINDS.iter().zip(cells).map(cell).collect())), ..Role::default() }
        };
        let mut roles: Vec<Role> = cells.iter().map(role).collect();
        roles[3].includes = Field::from(texts(&includes));
        if let Some(gate) = gate {
            roles[1].requires = Field::from(written::<bailiwick::document::Gate>(gate));
        }
        let named = ROLES.iter().zip(roles).map(|(name, role)| (Field::from(*name), Field::from(role)));
        document.roles = Field::from(Table(named.collect()));
        document
    })
}

pub(crate) fn directory(tenant: &'static str) -> impl Strategy<Value = Document> {
    let members = subsequence(vec!["user:ana", "user:ben", "app:ci"], 0..=2);
    let rules = prop::collection::vec(access_rule(tenant), 2..10);
    let denies = prop::collection::vec(deny_rule(tenant), 0..3);
    let own = select(&CELLS[1..]);
    (rules, denies, members, any::<bool>(), prop::option::weighted(0.2, select(&ROLES[..])), own, 0..8_u8).prop_map(
        move |(rules, denies, members, has_module, disabled_role, own, n)| {
            let text = format!(
                "tenant: {tenant}\nclusters: [{{ name: west, modules: [m] }}, {{ name: east }}]\nfacts: {{ modules: [{}] }}\napps: [{{ name: ci }}]\n",
                if has_module { "m" } else { "" }
            );
            let mut document: Document = written(&text);
            let scope = |below: &&str| {
                let path = Field::from(format!("{tenant}{below}"));
                Field::from(bailiwick::document::Scope { path, ..Default::default() })
            };
            document.scopes = Field::from(SCOPES[1..].iter().map(scope).collect::<Vec<_>>());
            let is_disabled = Field::from(n == 0);
            let ben = User { name: Field::from("ben"), disabled: is_disabled, ..User::default() };
            document.users = Field::from(vec![Field::from(ben)]);
            let ops = Group { name: Field::from("ops"), members: Field::from(texts(&members)), ..Group::default() };
            document.groups = Field::from(vec![Field::from(ops)]);
            let cell = (Field::from("volume"), Field::from(Cell::Text(own.to_owned())));
            let own = Role { permissions: Field::from(Table(vec![cell])), ..Role::default() };
            document.custom_roles = Field::from(Table(vec![(Field::from("own"), Field::from(own))]));
            document.disabled_roles = Field::from(texts(disabled_role.as_slice()));
            document.access_rules = Field::from(distinct(rules));
            document.deny_rules = Field::from(distinct(denies));
            document
        },
    )
}

/// Returns the rules without those that say the same as another one.
fn distinct<T: PartialEq>(rules: Vec<T>) -> Vec<Field<T>> {
    let mut kept: Vec<T> = Vec::new();
    for rule in rules {
        if !kept.contains(&rule) {
            kept.push(rule);
        }
    }
    kept.into_iter().map(Field::from).collect()
}

fn texts(names: &[&str]) -> Vec<Field<String>> {
    names.iter().map(|name| Field::from(*name)).collect()
}

pub(crate) fn access_rule(tenant: &'static str) -> impl Strategy<Value = AccessRule> {
    let parts = (select(&SUBJECTS[..]), select(&HELD[..]), extent(tenant));
    parts.prop_map(|(subject, role, Extent { scope, clusters, from, until, when })| AccessRule {
        subject: Field::from(subject),
        role: Field::from(role),
        scope,
        clusters,
        from,
        until,
        when,
        ..AccessRule::default()
    })
}

pub(crate) fn deny_rule(tenant: &'static str) -> impl Strategy<Value = DenyRule> {
    let cell = (select(&["department", "project", "job", "volume", "*"][..]), select(&["C", "R", "UD", "*"][..]));
    let what = prop_oneof![cell.prop_map(Ok), select(&HELD[..]).prop_map(Err)];
    (select(&DENIED[..]), what, extent(tenant)).prop_map(|(subject, what, extent)| {
        let Extent { scope, clusters, from, until, when } = extent;
        let mut rule =
            DenyRule { subject: Field::from(subject), scope, clusters, from, until, when, ..DenyRule::default() };
        match what {
            Ok((kind, cell)) => {
                let entry = (Field::from(kind), Field::from(Cell::Text(cell.to_owned())));
                rule.permissions = Field::from(Table(vec![entry]));
            }
            Err(role) => rule.role = Field::from(role),
        }
        rule
    })
}

/// Where, on which clusters, when and on what condition a rule holds.
#[derive(Clone, Debug)]
struct Extent {
    scope: Field<String>,
    clusters: Field<Vec<Field<String>>>,
    from: Field<Literal>,
    until: Field<Literal>,
    when: Field<Condition>,
}

fn extent(tenant: &'static str) -> impl Strategy<Value = Extent> {
    let clusters = prop::option::weighted(0.25, subsequence(CLUSTERS.to_vec(), 1..=2));
    let from = prop::option::weighted(0.3, 0..4_i64);
    let until = prop::option::weighted(0.3, 4..8_i64);
    let when = prop::option::weighted(0.2, condition());
    (select(&HELD_AT[..]), clusters, from, until, when).prop_map(move |(scope, clusters, from, until, when)| Extent {
        scope: Field::from(format!("{tenant}{scope}")),
        clusters: clusters.map_or_else(Field::default, |names| Field::from(texts(&names))),
        from: from.map_or_else(Field::default, |instant| Field::from(Literal::Integer(instant))),
        until: until.map_or_else(Field::default, |instant| Field::from(Literal::Integer(instant))),
        when: when.map_or_else(Field::default, Field::from),
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        Just("equals: { context.network: corporate }"),
        Just("in: { context.network: [corporate, home] }"),
        Just("present: context.network"),
        Just("equals: { subject.kind: user }"),
        Just("equals: { resource.id: job-1 }"),
        Just("subject_is_owner"),
    ];
    let leaf = leaf.prop_map(written::<Condition>);
    leaf.prop_recursive(2, 4, 2, |inner| {
        let parts = prop::collection::vec(inner.clone().prop_map(Field::from), 1..3);
        prop_oneof![
            parts.clone().prop_map(Condition::All),
            parts.prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(Field::from(part)))),
        ]
    })
}

/// A kind, the name of a scope below acme, and a cluster: mostly such that the kind can be asked there.
fn place() -> impl Strategy<Value = (&'static str, &'static str, Option<&'static str>)> {
    let cluster = || prop_oneof![5 => Just(Some("west")), 2 => Just(Some("east")), 3 => Just(None)];
    let projects = select(&["/a/x", "/a/y", "/b/x"][..]);
    let anything = (select(&KINDS[..]), select(&SCOPES[..]), prop_oneof![cluster(), Just(Some("gone"))]);
    prop_oneof![
        5 => (Just("job"), projects.clone(), cluster()),
        4 => (Just("volume"), select(&SCOPES[..]), cluster()),
        2 => (Just("department"), select(&["/a", "/b"][..]), Just(None)),
        2 => (Just("project"), projects, Just(None)),
        1 => (Just("node"), Just(""), cluster()),
        1 => anything,
    ]
}

pub(crate) fn ask() -> impl Strategy<Value = Ask> {
    let tenant =
        prop_oneof![20 => Just(Some("acme")), 1 => Just(Some("beta")), 1 => Just(None), 1 => Just(Some("gone"))];
    let subject = prop_oneof![
        10 => Just("user:ana"), 4 => Just("user:ben"), 3 => Just("app:ci"), 1 => Just("group:ml"),
        1 => Just("user:zoe"), 2 => Just("app:nobody"), 1 => Just("nonsense"),
    ];
    let groups = prop::option::weighted(0.9, subsequence(vec!["ml", "ops", "everyone", "none"], 0..=3));
    let action = prop_oneof![20 => select(&["create", "read", "read", "update", "delete"][..]), 1 => Just("submit")];
    let root = prop_oneof![20 => Just("acme"), 1 => Just("beta"), 1 => Just("acme/gone")];
    let network = prop_oneof![
        4 => Just(vec![]),
        4 => Just(vec![("network", Value::Text("corporate"))]),
        1 => Just(vec![("network", Value::Text("home"))]),
        1 => Just(vec![("network", Value::Integer(3))]),
    ];
    let resource = prop_oneof![
        2 => Just(vec![]),
        2 => Just(vec![("id", Value::Text("job-1")), ("owner", Value::Text("user:ana"))]),
        1 => Just(vec![("id", Value::Text("job-2")), ("owner", Value::Text("ana"))]),
        1 => Just(vec![("owner", Value::Integer(1))]),
    ];
    (tenant, subject, groups, action, place(), root, resource, network, -1..9_i64).prop_map(
        |(tenant, subject, groups, action, (kind, below, cluster), root, resource, context, now)| Ask {
            tenant,
            subject,
            groups,
            action,
            kind,
            scope: format!("{root}{below}"),
            cluster,
            resource,
            context,
            now,
        },
    )
}
