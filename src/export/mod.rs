//! A directory as it stands, as a document: what was loaded and what was changed since, to be written and read again.

mod condition;
mod roles;
mod subjects;

use crate::document::{AccessRule, Cell, Cluster, DenyRule, Document, Facts, Field, Literal, Scope, Table};
use crate::id::{RoleId, ScopeId, SubjectId, TenantId};
use crate::model;
use crate::snapshot::{DenyOrigin, Limits, Snapshot, SubjectName, Tables, TenantRow};

impl Snapshot {
    /// Returns the directory of a tenant as a document that, read beside the same policy, gives the same answers; nothing
    /// where the tenant is not loaded, or is closed: what closed it is not known to the snapshot.
    ///
    /// Scopes, subjects and rules are sorted by name. Comments and the spelling of an earlier text are gone.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Policy, Text};
    ///
    /// let text = "
    /// kinds: { job: { lives_in: [project] } }
    /// roles: { reader: { permissions: { job: R } } }
    /// tenant: acme
    /// scopes: [acme/vision]
    /// access_rules: [{ subject: user:ana, role: reader, scope: acme/vision }]
    /// ";
    /// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)])?.compile();
    /// let directory = snapshot.directory("acme").expect("acme is loaded");
    /// assert_eq!(directory.access_rules.value().map(Vec::len), Some(1));
    /// # Ok::<(), bailiwick::LoadError>(())
    /// ```
    #[must_use]
    pub fn directory(&self, tenant: &str) -> Option<Document> {
        let tables: &Tables = &self.tables;
        let id = tables.tenant_id(tenant)?;
        let row = tables.tenant(id).filter(|row| !row.is_closed)?;
        Some(Writer { tables, id, row }.document())
    }
}

/// Writes one tenant.
struct Writer<'a> {
    tables: &'a Tables,
    id: TenantId,
    row: &'a TenantRow,
}

impl Writer<'_> {
    fn document(&self) -> Document {
        let mut document = Document {
            bailiwick: Field::from(1),
            tenant: Field::from(&*self.row.name),
            facts: self.facts(),
            clusters: list(self.clusters()),
            scopes: list(self.scopes()),
            custom_roles: self.custom_roles(),
            disabled_roles: list(self.disabled_roles()),
            ..Document::default()
        };
        let mut subjects: Vec<(SubjectId, SubjectName<'_>)> = self.tables.subjects_of(self.id).collect();
        subjects.sort_by(|(_, a), (_, b)| (a.kind, &a.name).cmp(&(b.kind, &b.name)));
        document.users = list(self.users(&subjects));
        document.apps = list(self.apps(&subjects));
        document.groups = list(self.groups(&subjects));
        document.deleted_subjects =
            list(self.tables.deleted_of(self.id).map(|(kind, name)| format!("{}:{name}", kind.word())).collect());
        document.access_rules = list(subjects.iter().flat_map(|(id, name)| self.access_rules(*id, *name)).collect());
        document.deny_rules = list(subjects.iter().flat_map(|(id, name)| self.deny_rules(*id, *name)).collect());
        document
    }

    fn facts(&self) -> Field<Facts> {
        let model::Facts { version, modules, .. } = &self.row.facts;
        if version.is_none() && modules.is_empty() {
            return Field::default();
        }
        Field::from(Facts {
            version: version.as_ref().map(|version| version.to_string()).into_field(),
            modules: names(modules.iter()),
        })
    }

    fn clusters(&self) -> Vec<Cluster> {
        let mut rows: Vec<Cluster> = Vec::new();
        let is_nested = matches!(self.tables.policy.catalogue.topology, model::Topology::Nested(_));
        for row in &self.row.cluster_rows {
            let Some(name) = &row.name else { continue };
            let model::Facts { version, modules, connected } = &row.facts;
            let says_nothing = version.is_none() && modules.is_empty() && connected.is_none();
            // In the nested topology clusters are listed as scopes.
            if is_nested && says_nothing {
                continue;
            }
            rows.push(Cluster {
                name: Field::from(&**name),
                id: Some(&*row.id).filter(|id| *id != &**name && !is_nested).map(str::to_owned).into_field(),
                version: version.as_ref().map(|version| version.to_string()).into_field(),
                modules: names(modules.iter()),
                connected: (*connected).into_field(),
            });
        }
        rows.sort_by(|a, b| a.name.value().cmp(&b.name.value()));
        rows
    }

    fn scopes(&self) -> Vec<Scope> {
        let mut scopes: Vec<Scope> = Vec::new();
        for (id, row) in self.tables.scopes_of(self.id) {
            let Some(name) = self.tables.scope_name(id) else { continue };
            let is_named_by_path = name.id == name.path;
            if row.parent().is_none() && is_named_by_path {
                continue;
            }
            let kinds = &self.tables.policy.catalogue.scope_kinds;
            let kind = kinds.get_index(row.kind as usize).map(|(kind, _)| kind.clone());
            scopes.push(Scope {
                path: Field::from(name.path),
                id: (!is_named_by_path).then(|| name.id.to_string()).into_field(),
                kind: kind.into_field(),
            });
        }
        scopes.sort_by(|a, b| a.path.value().cmp(&b.path.value()));
        scopes
    }

    fn access_rules(&self, id: SubjectId, name: SubjectName<'_>) -> Vec<AccessRule> {
        let Some(view) = self.tables.subject(id) else { return Vec::new() };
        let mut rules: Vec<AccessRule> = Vec::new();
        for (position, row) in (0_u32..).zip(view.allows) {
            let limits = view.allow_limits(*row);
            let origin = self.tables.allow_origin(id, position);
            if origin.is_placement || !self.tables.is_live(self.row, row.scope, limits) {
                continue;
            }
            let Extent { scope, clusters, from, until, when } = self.extent(row.scope, limits);
            let rule = AccessRule {
                id: origin.id.as_deref().map(str::to_owned).into_field(),
                subject: Field::from(written(name)),
                role: self.role(row.role()),
                scope,
                scope_id: Field::default(),
                clusters,
                from,
                until,
                when,
            };
            // Rules come to say the same where their lists lost what told them apart.
            let nameless = |rule: &AccessRule| AccessRule { id: Field::default(), ..rule.clone() };
            if !rules.iter().any(|other| nameless(other) == nameless(&rule)) {
                rules.push(rule);
            }
        }
        rules
    }

    fn deny_rules(&self, id: SubjectId, name: SubjectName<'_>) -> Vec<DenyRule> {
        let Some(view) = self.tables.subject(id) else { return Vec::new() };
        let mut rules: Vec<DenyRule> = Vec::new();
        for (position, row) in (0_u32..).zip(view.denies()) {
            let limits = view.deny_limits(row);
            if !self.tables.is_live(self.row, row.scope, limits) {
                continue;
            }
            let origin = self.tables.deny_origin(id, position);
            let role = match &row.denied {
                crate::snapshot::DeniedSet::Role(role) => self.role(*role),
                crate::snapshot::DeniedSet::Permissions(_) => Field::default(),
            };
            let Extent { scope, clusters, from, until, when } = self.extent(row.scope, limits);
            let rule = DenyRule {
                id: origin.and_then(|origin| origin.id.as_deref()).map(str::to_owned).into_field(),
                subject: Field::from(written(name)),
                permissions: origin.map_or_else(Field::default, |origin| self.permissions(origin)),
                role,
                scope,
                scope_id: Field::default(),
                clusters,
                from,
                until,
                when,
            };
            let nameless = |rule: &DenyRule| DenyRule { id: Field::default(), ..rule.clone() };
            if !rules.iter().any(|other| nameless(other) == nameless(&rule)) {
                rules.push(rule);
            }
        }
        rules
    }

    /// Returns the permissions of a deny as they were written.
    fn permissions(&self, origin: &DenyOrigin) -> Field<Table<Cell>> {
        let catalogue = &self.tables.policy.catalogue;
        let cell = |cell: &crate::snapshot::DeniedCell| {
            let kind = cell.kind.and_then(|kind| catalogue.kinds.get_index(kind.index()));
            let name = kind.map_or("*", |(name, _)| name.as_str());
            (Field::from(name), Field::from(roles::cell(catalogue, cell.actions, None)))
        };
        if origin.written.is_empty() {
            return Field::default();
        }
        Field::from(Table(origin.written.iter().map(cell).collect()))
    }

    fn role(&self, role: RoleId) -> Field<String> {
        self.row.roles.get(role.index()).map(|row| row.name.to_string()).into_field()
    }

    fn extent(&self, scope: ScopeId, limits: Option<&Limits>) -> Extent {
        let list = limits.and_then(|limits| limits.clusters.as_ref());
        let clusters = list.map(|list| {
            let admitted = (0..self.row.cluster_rows.len()).filter(|idx| list.contains(*idx));
            let mut names: Vec<&str> = admitted.filter_map(|idx| self.row.cluster_name(idx)).collect();
            names.sort_unstable();
            names.into_iter().map(Field::from).collect()
        });
        let time = |seconds: i64| Literal::Integer(seconds);
        let condition = limits.and_then(|limits| limits.condition.as_ref());
        Extent {
            scope: self.tables.scope_path(scope).map(str::to_owned).into_field(),
            clusters: clusters.into_field(),
            from: limits.and_then(|limits| limits.from).map(time).into_field(),
            until: limits.and_then(|limits| limits.until).map(time).into_field(),
            when: condition.and_then(|program| condition::written(program)).into_field(),
        }
    }
}

/// Where, on which clusters, when and on what condition a rule holds, as written.
struct Extent {
    scope: Field<String>,
    clusters: Field<Vec<Field<String>>>,
    from: Field<Literal>,
    until: Field<Literal>,
    when: Field<crate::document::Condition>,
}

/// Returns a subject as `kind:name`.
fn written(name: SubjectName<'_>) -> String {
    format!("{}:{}", name.kind.word(), name.name)
}

/// Returns a list, left out where it is empty.
fn list<T>(items: Vec<T>) -> Field<Vec<Field<T>>> {
    if items.is_empty() {
        Field::default()
    } else {
        Field::from(items.into_iter().map(Field::from).collect::<Vec<_>>())
    }
}

/// Returns names, left out where there are none.
fn names<'a>(names: impl Iterator<Item = &'a String>) -> Field<Vec<Field<String>>> {
    list(names.cloned().collect())
}

/// A value that may be left out.
trait IntoField<T> {
    fn into_field(self) -> Field<T>;
}

impl<T> IntoField<T> for Option<T> {
    fn into_field(self) -> Field<T> {
        self.map_or_else(Field::default, Field::from)
    }
}
