//! From a plain directory back to a document, for a fresh build.

use bailiwick::Span;
use bailiwick::document::{
    AccessRule, App, Cell, Cluster, DenyRule, Document, Facts, Field, Gate, Group, Literal, Scope, Table, User,
};

use crate::catalogue::{listed, table};
use crate::changes::places::same_rule;
use crate::plain::{self, Older, Role, Row, Rule, Tenant, Topology, World};

/// Writes the directory of a tenant as one document; of a closed one as a feed of which something could not be read.
pub(crate) fn render(world: &World, tenant: &Tenant) -> Document {
    let mut document = Document { tenant: Field::from(tenant.name.as_str()), ..Document::default() };
    document.facts =
        Field::from(Facts { version: text(tenant.facts.version.as_ref()), modules: listed(&tenant.facts.modules) });
    let clusters: Vec<Cluster> = tenant.clusters.iter().map(|it| cluster(world, it)).collect();
    document.clusters = list(clusters);
    let scope = |it: &plain::Scope| Scope {
        path: Field::from(it.path.as_str()),
        id: Field::from(it.id.as_str()),
        kind: Field::from(it.kind.as_str()),
    };
    document.scopes = list(tenant.scopes.iter().map(scope));
    add_subjects(tenant, &mut document);
    if !tenant.custom_roles.is_empty() {
        document.custom_roles = Field::from(table(tenant.custom_roles.iter().map(|it| (it.name.as_str(), role(it)))));
    }
    document.disabled_roles = listed(&tenant.disabled_roles);
    add_rules(world, tenant, &mut document);
    if tenant.is_closed {
        document.is_feed = true;
        document.unreadable.push(Span::default());
    }
    document
}

fn cluster(world: &World, cluster: &plain::Cluster) -> Cluster {
    let is_nested = world.policy.topology == Topology::Nested;
    Cluster {
        name: Field::from(cluster.name.as_str()),
        id: if is_nested { Field::default() } else { Field::from(cluster.id.as_str()) },
        version: text(cluster.facts.version.as_ref()),
        modules: listed(&cluster.facts.modules),
        connected: cluster.facts.connected.map_or_else(Field::default, Field::from),
    }
}

fn add_subjects(tenant: &Tenant, document: &mut Document) {
    let flag = |is_set: bool| if is_set { Field::from(true) } else { Field::default() };
    let accounts = |kind: &'static str| {
        tenant.listed.iter().filter_map(move |it| Some((it.name.strip_prefix(kind)?.strip_prefix(':')?, it)))
    };
    let older = |name: &str, list: fn(&Older) -> &Vec<String>| {
        let found = tenant.older.iter().find(|it| it.subject == name).map(list);
        found.filter(|it| !it.is_empty()).map_or_else(Field::default, |it| listed(it))
    };
    document.users = list(accounts("user").map(|(name, it)| User {
        name: Field::from(name),
        disabled: flag(it.is_disabled),
        internal: flag(it.is_internal),
        roles: older(&it.name, |it| &it.roles),
        organizations: older(&it.name, |it| &it.organizations),
    }));
    document.apps = list(accounts("app").map(|(name, it)| App {
        name: Field::from(name),
        disabled: flag(it.is_disabled),
        roles: older(&it.name, |it| &it.roles),
        organizations: older(&it.name, |it| &it.organizations),
    }));
    document.groups = list(tenant.groups.iter().map(|(name, members)| Group {
        name: Field::from(name.trim_start_matches("group:")),
        members: listed(members),
        roles: older(name, |it| &it.roles),
        organizations: older(name, |it| &it.organizations),
    }));
    document.deleted_subjects = listed(&tenant.deleted);
}

/// Writes the rules. Of those that came to say the same only one can be written.
fn add_rules(world: &World, tenant: &Tenant, document: &mut Document) {
    let once = |rules: Vec<&Rule>| -> Vec<Rule> {
        let mut kept: Vec<Rule> = Vec::new();
        for rule in rules {
            if !kept.iter().any(|it| same_rule(world, it, rule, None)) {
                kept.push(rule.clone());
            }
        }
        kept
    };
    document.access_rules = list(once(tenant.access_rules.iter().collect()).iter().map(access_rule));
    document.deny_rules = list(once(tenant.deny_rules.iter().collect()).iter().map(deny_rule));
}

fn access_rule(rule: &Rule) -> AccessRule {
    AccessRule {
        id: text(rule.id.as_ref()),
        subject: Field::from(rule.subject.as_str()),
        role: text(rule.role.as_ref()),
        scope: Field::from(rule.scope.as_str()),
        scope_id: Field::default(),
        clusters: clusters(rule),
        from: time(rule.from),
        until: time(rule.until),
        when: rule.when.clone().map_or_else(Field::default, Field::from),
    }
}

fn deny_rule(rule: &Rule) -> DenyRule {
    DenyRule {
        id: text(rule.id.as_ref()),
        subject: Field::from(rule.subject.as_str()),
        permissions: if rule.role.is_some() { Field::default() } else { Field::from(cells(&rule.rows)) },
        role: text(rule.role.as_ref()),
        scope: Field::from(rule.scope.as_str()),
        scope_id: Field::default(),
        clusters: clusters(rule),
        from: time(rule.from),
        until: time(rule.until),
        when: rule.when.clone().map_or_else(Field::default, Field::from),
    }
}

fn clusters(rule: &Rule) -> Field<Vec<Field<String>>> {
    rule.clusters.as_ref().map_or_else(Field::default, |it| listed(it))
}

fn time(instant: Option<i64>) -> Field<Literal> {
    instant.map_or_else(Field::default, |it| Field::from(Literal::Integer(it)))
}

pub(crate) fn role(role: &Role) -> bailiwick::document::Role {
    bailiwick::document::Role {
        held_at: role.held_at.as_ref().map_or_else(Field::default, |it| listed(it)),
        includes: listed(&role.includes),
        permissions: Field::from(cells(&role.rows)),
        requires: role.requires.as_ref().map_or_else(Field::default, |it| Field::from(gate(it))),
        ..bailiwick::document::Role::default()
    }
}

fn gate(gate: &plain::Gate) -> Gate {
    Gate {
        module: text(gate.module.as_ref()),
        version: text(gate.version.as_ref()),
        connected: if gate.connected { Field::from(true) } else { Field::default() },
        of: if gate.of_cluster { Field::from("cluster") } else { Field::default() },
    }
}

/// Writes rows as cells; a qualified one in letters.
fn cells(rows: &[Row]) -> Table<Cell> {
    table(rows.iter().map(|row| (row.kind.as_str(), cell(row))))
}

fn cell(row: &Row) -> Cell {
    let Some(qualifier) = &row.qualifier else {
        return match &row.actions[..] {
            [star] if star == "*" => Cell::Text("*".to_owned()),
            actions => Cell::Listed(actions.iter().map(|it| Field::from(it.as_str())).collect()),
        };
    };
    let letters: String = row.actions.iter().filter_map(|it| it.chars().next()).collect();
    Cell::Text(format!("{} {qualifier}", letters.to_uppercase()))
}

fn text(value: Option<&String>) -> Field<String> {
    value.map_or_else(Field::default, |it| Field::from(it.as_str()))
}

fn list<T>(items: impl IntoIterator<Item = T>) -> Field<Vec<Field<T>>> {
    Field::from(items.into_iter().map(Field::from).collect::<Vec<_>>())
}
