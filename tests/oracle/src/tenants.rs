//! From documents to plain directories, feeds included.

use bailiwick::document::{AccessRule, Cell, Condition, DenyRule, Document, Field, Literal, Table};

use crate::changes::derive;
use crate::flatten::{flatten_cells, flatten_role, names, read_time, rows_of_table, text, texts};
use crate::names::{is_path, is_subject};
use crate::plain::{Account, Cluster, Facts, Older, Policy, Role, Row, Rule, Scope, Tenant, Topology, covers};

/// Returns the tenants that are loaded, and the names of those that are refused.
pub(crate) fn flatten_tenants(policy: &Policy, documents: &[Document]) -> (Vec<Tenant>, Vec<String>) {
    let mut found: Vec<String> = Vec::new();
    for name in documents.iter().filter_map(|it| text(&it.tenant)) {
        if !found.contains(&name) {
            found.push(name);
        }
    }
    let of =
        |name: &String| -> Vec<&Document> { documents.iter().filter(|it| it.tenant.value() == Some(name)).collect() };
    let (mut loaded, mut refused) = (Vec::new(), Vec::new());
    for name in &found {
        match flatten_tenant(policy, name, &of(name)) {
            Some(tenant) => loaded.push(tenant),
            None => refused.push(name.clone()),
        }
    }
    (loaded, refused)
}

/// Returns nothing where people wrote a rule that has a finding.
fn flatten_tenant(policy: &Policy, name: &str, documents: &[&Document]) -> Option<Tenant> {
    let mut tenant = Tenant { name: name.to_owned(), ..Tenant::default() };
    tenant.scopes = flatten_scopes(policy, name, documents);
    tenant.clusters = flatten_clusters(policy, &tenant.scopes, documents);
    for document in documents {
        if let Some(facts) = document.facts.value() {
            tenant.facts =
                Facts { version: text(&facts.version), modules: texts(&facts.modules).collect(), connected: None };
        }
        list_subjects(&mut tenant, document);
        list_older(&mut tenant, document);
        tenant.deleted.extend(texts(&document.deleted_subjects));
        let roles = document.custom_roles.value().into_iter().flat_map(rows_of_table);
        tenant.custom_roles.extend(roles.map(|(name, it)| flatten_role(name, it)));
        tenant.disabled_roles.extend(texts(&document.disabled_roles));
        tenant.is_closed |= !document.unreadable.is_empty();
    }
    for document in documents {
        let access = document.access_rules.value().into_iter().flatten().filter_map(Field::value).map(Said::from);
        let denies = document.deny_rules.value().into_iter().flatten().filter_map(Field::value).map(Said::from);
        for said in access.chain(denies) {
            let rule = said.rule(&tenant).filter(|it| is_sound(policy, &tenant, &said, it));
            match rule {
                Some(rule) if said.is_deny => tenant.deny_rules.push(rule),
                Some(rule) => tenant.access_rules.push(rule),
                None if !document.is_feed => return None,
                None => tenant.is_closed |= said.is_deny,
            }
        }
    }
    derive(policy, &mut tenant, None);
    Some(tenant)
}

/// Lists the scopes from the root down; a scope that cannot stand where it says is left out.
fn flatten_scopes(policy: &Policy, tenant: &str, documents: &[&Document]) -> Vec<Scope> {
    let root = policy.root_kind().to_owned();
    let mut scopes = vec![Scope { path: tenant.to_owned(), kind: root, id: tenant.to_owned() }];
    let mut said: Vec<_> =
        documents.iter().flat_map(|it| it.scopes.value().into_iter().flatten()).filter_map(Field::value).collect();
    said.sort_by_key(|it| text(&it.path).map_or(0, |path| path.split('/').count()));
    for scope in said {
        let Some(path) = text(&scope.path).filter(|it| is_path(it)) else { continue };
        let id = text(&scope.id).unwrap_or_else(|| path.clone());
        if path == tenant {
            scopes[0].id = id;
            continue;
        }
        let above = path.rsplit_once('/').and_then(|(above, _)| scopes.iter().find(|it| it.path == above));
        let Some(above) = above else { continue };
        let possible: Vec<&String> = policy
            .scope_kinds
            .iter()
            .filter(|(_, parent)| parent.as_ref() == Some(&above.kind))
            .map(|(name, _)| name)
            .collect();
        let kind = match text(&scope.kind) {
            Some(kind) if possible.contains(&&kind) => kind,
            None if possible.len() == 1 => possible[0].clone(),
            _ => continue,
        };
        scopes.push(Scope { path, kind, id });
    }
    scopes
}

/// Lists the clusters with their facts; in the nested topology they are the scopes of kind `cluster`.
fn flatten_clusters(policy: &Policy, scopes: &[Scope], documents: &[&Document]) -> Vec<Cluster> {
    let said = documents.iter().flat_map(|it| it.clusters.value().into_iter().flatten()).filter_map(Field::value);
    let told: Vec<Cluster> = said
        .filter_map(|it| {
            let modules = texts(&it.modules).collect();
            let facts = Facts { version: text(&it.version), modules, connected: it.connected.value().copied() };
            let name = text(&it.name)?;
            Some(Cluster { id: text(&it.id).unwrap_or_else(|| name.clone()), name, facts })
        })
        .collect();
    if policy.topology != Topology::Nested {
        return told;
    }
    let facts = |name: &str| told.iter().find(|it| it.name == name).map(|it| it.facts.clone());
    let nested = scopes.iter().filter(|it| it.kind == "cluster").map(|it| {
        let name = it.path.rsplit('/').next().unwrap_or(&it.path).to_owned();
        Cluster { facts: facts(&name).unwrap_or_default(), name, id: it.id.clone() }
    });
    nested.collect()
}

/// Lists users, apps and groups; a `disabled` that cannot be read counts as disabled.
fn list_subjects(tenant: &mut Tenant, document: &Document) {
    let is_set = |field: &Field<bool>| field.is_malformed() || field.value() == Some(&true);
    for user in document.users.value().into_iter().flatten().filter_map(Field::value) {
        let Some(name) = user.name.value() else { continue };
        let (is_disabled, is_internal) = (is_set(&user.disabled), is_set(&user.internal));
        tenant.listed.push(Account { name: format!("user:{name}"), is_disabled, is_internal });
    }
    for app in document.apps.value().into_iter().flatten().filter_map(Field::value) {
        let Some(name) = app.name.value() else { continue };
        let is_disabled = is_set(&app.disabled);
        tenant.listed.push(Account { name: format!("app:{name}"), is_disabled, is_internal: false });
    }
    for group in document.groups.value().into_iter().flatten().filter_map(Field::value) {
        let Some(name) = group.name.value() else { continue };
        tenant.groups.push((format!("group:{name}"), texts(&group.members).collect()));
    }
}

/// Lists who has roles and organizations of the older form. Both are sets.
fn list_older(tenant: &mut Tenant, document: &Document) {
    let users = document.users.value().into_iter().flatten().filter_map(Field::value);
    let apps = document.apps.value().into_iter().flatten().filter_map(Field::value);
    let groups = document.groups.value().into_iter().flatten().filter_map(Field::value);
    let said = users.map(|it| ("user", &it.name, &it.roles, &it.organizations));
    let said = said.chain(apps.map(|it| ("app", &it.name, &it.roles, &it.organizations)));
    let said = said.chain(groups.map(|it| ("group", &it.name, &it.roles, &it.organizations)));
    for (kind, name, roles, organizations) in said {
        let Some(name) = name.value() else { continue };
        let (roles, organizations) = (once(texts(roles)), once(texts(organizations)));
        if !roles.is_empty() || !organizations.is_empty() {
            tenant.older.push(Older { subject: format!("{kind}:{name}"), roles, organizations });
        }
    }
}

fn once(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut found = Vec::new();
    names.for_each(|it| {
        if !found.contains(&it) {
            found.push(it)
        }
    });
    found
}

/// What an access rule or a deny rule says.
struct Said<'a> {
    is_deny: bool,
    id: &'a Field<String>,
    subject: &'a Field<String>,
    role: &'a Field<String>,
    permissions: Option<&'a Field<Table<Cell>>>,
    scope: &'a Field<String>,
    scope_id: &'a Field<String>,
    clusters: &'a Field<Vec<Field<String>>>,
    from: &'a Field<Literal>,
    until: &'a Field<Literal>,
    when: &'a Field<Condition>,
}

impl Said<'_> {
    /// Returns the rule, if it names a subject and a scope that exists.
    fn rule(&self, tenant: &Tenant) -> Option<Rule> {
        let by_path = tenant.scopes.iter().find(|it| self.scope.value() == Some(&it.path));
        let by_id = tenant.scopes.iter().find(|it| self.scope_id.value() == Some(&it.id));
        let cells = self.permissions.and_then(Field::value);
        Some(Rule {
            id: text(self.id),
            subject: text(self.subject)?,
            role: text(self.role),
            rows: cells.map_or_else(Vec::new, flatten_cells),
            scope: by_path.or(by_id)?.path.clone(),
            clusters: names(self.clusters),
            from: self.from.value().and_then(read_time),
            until: self.until.value().and_then(read_time),
            when: self.when.value().cloned(),
        })
    }
}

impl<'a> From<&'a AccessRule> for Said<'a> {
    fn from(rule: &'a AccessRule) -> Self {
        Self {
            is_deny: false,
            id: &rule.id,
            subject: &rule.subject,
            role: &rule.role,
            permissions: None,
            scope: &rule.scope,
            scope_id: &rule.scope_id,
            clusters: &rule.clusters,
            from: &rule.from,
            until: &rule.until,
            when: &rule.when,
        }
    }
}

impl<'a> From<&'a DenyRule> for Said<'a> {
    fn from(rule: &'a DenyRule) -> Self {
        Self {
            is_deny: true,
            id: &rule.id,
            subject: &rule.subject,
            role: &rule.role,
            permissions: Some(&rule.permissions),
            scope: &rule.scope,
            scope_id: &rule.scope_id,
            clusters: &rule.clusters,
            from: &rule.from,
            until: &rule.until,
            when: &rule.when,
        }
    }
}

/// Returns whether an entry of a feed has no finding.
fn is_sound(policy: &Policy, tenant: &Tenant, said: &Said<'_>, rule: &Rule) -> bool {
    let is_read = !said.id.is_malformed()
        && !said.role.is_malformed()
        && !said.clusters.is_malformed()
        && !said.when.is_malformed()
        && said.from.is_missing() == rule.from.is_none()
        && said.until.is_missing() == rule.until.is_none()
        && said.permissions.is_none_or(|it| !it.is_malformed());
    let has_one_scope = said.scope.is_missing() != said.scope_id.is_missing();
    let names_one_thing = rule.role.is_some() != said.permissions.is_some_and(|it| !it.is_missing());
    let has_a_window = rule.from.zip(rule.until).is_none_or(|(from, until)| from < until);
    is_read
        && has_one_scope
        && names_one_thing
        && has_a_window
        && is_subject(&rule.subject)
        && rule.rows.iter().all(|it| is_known_row(policy, it))
        && is_role_sound(policy, tenant, said, rule)
        && are_clusters_sound(policy, tenant, rule)
}

fn is_known_row(policy: &Policy, row: &Row) -> bool {
    let is_kind = row.kind == "*" || policy.kinds.iter().any(|it| it.name == row.kind);
    is_kind && row.actions.iter().all(|it| it == "*" || policy.actions.contains(it))
}

/// The role exists, and can be held there; the latter does not bind a deny.
fn is_role_sound(policy: &Policy, tenant: &Tenant, said: &Said<'_>, rule: &Rule) -> bool {
    let Some(name) = &rule.role else { return true };
    let mut roles = tenant.custom_roles.iter().chain(&policy.roles);
    let Some(role): Option<&Role> = roles.find(|it| it.name == *name) else { return false };
    let kind = tenant.scope(&rule.scope).map(|it| &it.kind);
    said.is_deny || role.held_at.as_ref().is_none_or(|kinds| kind.is_some_and(|it| kinds.contains(it)))
}

/// The clusters exist, and are the one in which the scope lies.
fn are_clusters_sound(policy: &Policy, tenant: &Tenant, rule: &Rule) -> bool {
    let Some(list) = &rule.clusters else { return true };
    let lies_in = tenant.scopes.iter().find(|it| it.kind == "cluster" && covers(&it.path, &rule.scope));
    let is_there = |name: &String| {
        let is_elsewhere = lies_in.is_some_and(|it| !it.path.ends_with(&format!("/{name}")));
        tenant.clusters.iter().any(|it| it.name == *name) && !(policy.topology == Topology::Nested && is_elsewhere)
    };
    !list.is_empty() && list.iter().all(is_there)
}
