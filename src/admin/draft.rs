//! The one write path: tables that are being changed, before anybody sees them.

use std::sync::Arc;

use crate::admin::answer::ChangeCode;
use crate::admin::names::NamesOf;
use crate::compile::{Derived, derive};
use crate::id::{RoleId, ScopeId, SubjectId, TenantId};
use crate::model::Facts;
use crate::name::SubjectKind;
use crate::snapshot::{
    Account, AllowOrigin, AllowRow, DeniedSet, DenyOrigin, DenyRow, Limits, ScopeEdit, SubjectEdit, SubjectName,
    Tables, TenantRow,
};

/// Tables of which nobody holds a reference yet, beside those before them.
pub(crate) struct Draft<'b> {
    pub(crate) before: &'b Tables,
    pub(crate) tables: Tables,
    pub(crate) tenant: TenantId,
}

impl<'b> Draft<'b> {
    /// Returns a draft in which nothing is changed yet.
    pub(crate) fn new(before: &'b Tables, tenant: TenantId) -> Self {
        Self { before, tables: before.clone(), tenant }
    }

    /// Returns the names of the tenant as they were before.
    ///
    /// # Errors
    ///
    /// There is no such tenant.
    pub(crate) fn names_before(&self) -> Result<NamesOf<'b>, ChangeCode> {
        NamesOf::new(self.before, self.tenant).ok_or(ChangeCode::UnknownTenant)
    }

    /// Changes the row of the tenant.
    pub(crate) fn edit_tenant(&mut self, edit: impl FnOnce(&mut TenantRow)) {
        let rows = Arc::make_mut(&mut self.tables.tenants);
        if let Some(row) = rows.get_mut(self.tenant.index()) {
            edit(Arc::make_mut(row));
        }
    }

    /// Works out again what the tenant's roles give; `is_disabled` says which are.
    pub(crate) fn derive(&mut self, is_disabled: impl Fn(usize) -> bool) {
        let catalogue = Arc::clone(&self.tables.policy.catalogue);
        self.edit_tenant(|row| {
            let roles = std::mem::take(&mut row.roles);
            let is_lost = |role: usize| roles.get(role).is_some_and(|row| row.is_lost);
            let facts: Vec<&Facts> = row.cluster_rows.iter().map(|cluster| &cluster.facts).collect();
            let Derived { gates, gate_states, roles, role_tables, role_table_of, full, full_rights } =
                derive(&catalogue, &row.custom_roles, is_disabled, is_lost, &row.facts, &facts);
            (row.gates, row.gate_states, row.roles) = (gates, gate_states, roles);
            (row.role_tables, row.role_table_of) = (role_tables, role_table_of);
            (row.full, row.full_rights) = (full, full_rights);
        });
    }

    /// Returns the subject of a name, which is added if nothing mentions it yet.
    pub(crate) fn subject(&mut self, kind: SubjectKind, name: &str) -> SubjectId {
        match self.tables.subject_id(self.tenant, kind, name) {
            Some(id) => id,
            None => self.new_subject(kind, name, Account::default()),
        }
    }

    /// Adds a subject, whatever bore its name before.
    pub(crate) fn new_subject(&mut self, kind: SubjectKind, name: &str, account: Account) -> SubjectId {
        let edits = &mut self.tables.edits;
        let id = SubjectId::new(self.tables.base.n_subjects().saturating_add(edits.n_subjects));
        edits.n_subjects = edits.n_subjects.saturating_add(1);
        self.set_name(kind, name, Some(id));
        let name = SubjectName { tenant: self.tenant, kind, name };
        self.tables.edits.set_subject(id, SubjectEdit::new(name, account));
        id
    }

    /// Says whom a name means: nobody, once the subject is deleted.
    fn set_name(&mut self, kind: SubjectKind, name: &str, id: Option<SubjectId>) {
        let mut names = self.tables.edits.names.get(&self.tenant).cloned().unwrap_or_default();
        names.of_mut(kind).insert_mut(Box::from(name), id);
        self.tables.edits.names.insert_mut(self.tenant, names);
    }

    /// Changes a subject.
    pub(crate) fn edit_subject(&mut self, id: SubjectId, edit: impl FnOnce(&mut SubjectEdit)) {
        let edited = self.tables.edits.subjects.get(&id).map(|edit| SubjectEdit::clone(edit));
        let Some(mut subject) = edited.or_else(|| self.loaded(id)) else { return };
        edit(&mut subject);
        if !subject.denies.is_empty() && self.tables.tenant(self.tenant).is_some_and(|row| !row.has_denies) {
            self.edit_tenant(|row| row.has_denies = true);
        }
        self.tables.edits.set_subject(id, subject);
    }

    /// Returns a subject as it was loaded.
    fn loaded(&self, id: SubjectId) -> Option<SubjectEdit> {
        let view = self.tables.subject(id)?;
        let mut subject = SubjectEdit::new(self.tables.subject_name(id)?, view.account);
        subject.groups = view.groups().to_vec();
        for (position, row) in (0_u32..).zip(view.allows) {
            let limits = subject.add_limits(view.allow_limits(*row).cloned());
            subject.allows.push(row.with_limits(limits));
            subject.allow_origins.push(self.tables.allow_origin(id, position).clone());
        }
        for (position, row) in (0_u32..).zip(view.denies()) {
            let origin = self.tables.deny_origin(id, position).cloned().unwrap_or_default();
            let limits = subject.add_limits(view.deny_limits(row).cloned());
            subject.denies.push(DenyRow { limits, ..row.clone() });
            subject.deny_origins.push(origin);
        }
        subject.placement = self.tables.placement(id).cloned().unwrap_or_default();
        Some(subject)
    }

    /// Deletes a subject with all it has. Whatever still names its id names nothing.
    pub(crate) fn delete_subject(&mut self, id: SubjectId) {
        let Some(name) = self.tables.subject_name(id) else { return };
        let (kind, deleted) = (name.kind, SubjectEdit::new(name, Account::default()));
        self.set_name(kind, &deleted.name, None);
        self.tables.edits.set_subject(id, deleted);
        self.note_group_denies(id);
    }

    /// Takes note of whether a group is named by a deny.
    pub(crate) fn note_group_denies(&mut self, id: SubjectId) {
        let Some(tenant) = self.tables.tenant(self.tenant) else { return };
        let is_group = self.tables.subject_name(id).is_some_and(|name| name.kind == SubjectKind::Group);
        let is_denied = self.tables.subject(id).is_some_and(|view| !view.denies().is_empty());
        let is_noted = tenant.denied_groups.contains(&id);
        if !is_group || id == tenant.everyone || is_denied == is_noted {
            return;
        }
        self.edit_tenant(|row| {
            let mut groups = row.denied_groups.to_vec();
            groups.retain(|group| *group != id);
            groups.extend(is_denied.then_some(id));
            groups.sort_unstable();
            row.denied_groups = groups.into_boxed_slice();
        });
    }

    /// Says what a path means: nothing, once the scope is gone from there.
    pub(crate) fn set_path(&mut self, path: &str, id: Option<ScopeId>) {
        self.tables.edits.paths.insert_mut(Box::from(path), id);
    }

    /// Adds or replaces a scope; nothing deletes it.
    pub(crate) fn set_scope(&mut self, id: ScopeId, scope: Option<ScopeEdit>) {
        self.tables.edits.scopes.insert_mut(id, scope.map(Arc::new));
    }
}

impl SubjectEdit {
    /// Returns a subject that has nothing.
    pub(crate) fn new(name: SubjectName<'_>, account: Account) -> Self {
        Self {
            tenant: name.tenant,
            kind: name.kind,
            name: Box::from(name.name),
            account,
            groups: Vec::new(),
            allows: Vec::new(),
            allow_origins: Vec::new(),
            denies: Vec::new(),
            deny_origins: Vec::new(),
            limits: Vec::new(),
            placement: crate::snapshot::Placement::default(),
        }
    }

    fn add_limits(&mut self, limits: Option<Limits>) -> Option<u32> {
        let limits = limits.filter(|limits| *limits != Limits::default())?;
        self.limits.push(limits);
        u32::try_from(self.limits.len().saturating_sub(1)).ok()
    }

    /// Adds an access rule behind those at its scope.
    pub(crate) fn add_allow(&mut self, scope: ScopeId, role: RoleId, limits: Limits, origin: AllowOrigin) {
        let limits = self.add_limits(Some(limits));
        let at = self.allows.partition_point(|other| other.scope <= scope);
        self.allows.insert(at, AllowRow::new(scope, role, limits));
        self.allow_origins.insert(at, origin);
    }

    /// Adds a deny rule behind those at its scope.
    pub(crate) fn add_deny(&mut self, scope: ScopeId, denied: DeniedSet, limits: Limits, origin: DenyOrigin) {
        let limits = self.add_limits(Some(limits));
        let at = self.denies.partition_point(|other| other.scope <= scope);
        self.denies.insert(at, DenyRow { scope, denied, limits });
        self.deny_origins.insert(at, origin);
    }

    /// Removes an access rule.
    pub(crate) fn remove_allow(&mut self, position: usize) {
        if position < self.allows.len() {
            self.allows.remove(position);
            self.allow_origins.remove(position);
            self.pack_limits();
        }
    }

    /// Removes a deny rule.
    pub(crate) fn remove_deny(&mut self, position: usize) {
        if position < self.denies.len() {
            self.denies.remove(position);
            self.deny_origins.remove(position);
            self.pack_limits();
        }
    }

    /// Keeps the access rules that a test holds for.
    pub(crate) fn retain_allows(&mut self, keep: impl Fn(&AllowOrigin) -> bool) {
        let rows = std::mem::take(&mut self.allows);
        let origins = std::mem::take(&mut self.allow_origins);
        for (row, origin) in rows.into_iter().zip(origins) {
            if keep(&origin) {
                self.allows.push(row);
                self.allow_origins.push(origin);
            }
        }
        self.pack_limits();
    }

    /// Keeps only the limits that rules have.
    fn pack_limits(&mut self) {
        let old = std::mem::take(&mut self.limits);
        let mut kept = Vec::with_capacity(old.len());
        let mut keep = |position: Option<u32>| {
            kept.push(old.get(position? as usize)?.clone());
            u32::try_from(kept.len().saturating_sub(1)).ok()
        };
        self.allows.iter_mut().for_each(|row| *row = row.with_limits(keep(row.limits())));
        self.denies.iter_mut().for_each(|row| row.limits = keep(row.limits));
        self.limits = kept;
    }
}
