//! The tables as one: what was loaded, under what was changed since.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::id::{ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::edits::SubjectEdit;
use crate::snapshot::tables::{
    Account, AllowOrigin, AllowRow, DenyOrigin, DenyRow, Limits, NO_LIMITS, Placement, ScopeName, ScopeRow,
    SubjectName, Tables, TenantRow,
};

/// What a subject has.
#[derive(Clone, Copy)]
pub(crate) struct SubjectView<'a> {
    pub(crate) account: Account,
    pub(crate) groups: &'a [SubjectId],
    pub(crate) allows: &'a [AllowRow],
    pub(crate) denies: &'a [DenyRow],
    limits: &'a [Limits],
}

impl<'a> SubjectView<'a> {
    /// Returns the limits of one of its rules, if it has any.
    pub(crate) fn limits(&self, position: u32) -> Option<&'a Limits> {
        if position == NO_LIMITS { None } else { self.limits.get(position as usize) }
    }
}

impl Tables {
    /// Returns a tenant.
    pub(crate) fn tenant(&self, id: TenantId) -> Option<&TenantRow> {
        self.tenants.get(id.index()).map(|row| &**row)
    }

    /// Returns the tenant of a name.
    pub(crate) fn tenant_id(&self, name: &str) -> Option<TenantId> {
        self.base.tenant_by_name.get(name).copied()
    }

    /// Returns what a subject has.
    pub(crate) fn subject(&self, id: SubjectId) -> Option<SubjectView<'_>> {
        if let Some(edit) = self.subject_edit(id) {
            return Some(SubjectView {
                account: edit.account,
                groups: &edit.groups,
                allows: &edit.allows,
                denies: &edit.denies,
                limits: &edit.limits,
            });
        }
        let base = &self.base;
        let row = base.subjects.get(id.index())?;
        let range = |range: &std::ops::Range<u32>| range.start as usize..range.end as usize;
        Some(SubjectView {
            account: row.account,
            groups: base.groups_of.get(range(&row.groups)).unwrap_or(&[]),
            allows: base.allows.get(range(&row.allows)).unwrap_or(&[]),
            denies: base.denies.get(range(&row.denies)).unwrap_or(&[]),
            limits: &base.limits,
        })
    }

    /// Returns a subject that was changed since the load.
    fn subject_edit(&self, id: SubjectId) -> Option<&Arc<SubjectEdit>> {
        if self.edits.subjects.is_empty() { None } else { self.edits.subjects.get(&id) }
    }

    /// Returns what a subject is called.
    pub(crate) fn subject_name(&self, id: SubjectId) -> Option<&SubjectName> {
        match self.subject_edit(id) {
            Some(edit) => Some(&edit.name),
            None => self.base.subject_names.get(id.index()),
        }
    }

    /// Returns a subject by name.
    pub(crate) fn subject_id(&self, tenant: TenantId, kind: SubjectKind, name: &str) -> Option<SubjectId> {
        match self.named_since(tenant, kind, name) {
            Some(edited) => edited,
            None => self.base.names.get(tenant.index())?.of(kind).get(name).copied(),
        }
    }

    /// Returns whether a subject was deleted, before the load or since, and not created again.
    pub(crate) fn is_deleted_name(&self, tenant: TenantId, kind: SubjectKind, name: &str) -> bool {
        match self.named_since(tenant, kind, name) {
            Some(edited) => edited.is_none(),
            None => {
                let deleted = self.base.names.get(tenant.index()).map(|names| &names.deleted);
                deleted.is_some_and(|deleted| !deleted.is_empty() && deleted.contains(&(kind, Box::from(name))))
            }
        }
    }

    /// Returns who was deleted and not created again, sorted.
    pub(crate) fn deleted_of(&self, tenant: TenantId) -> impl Iterator<Item = SubjectName> {
        let before = self.base.names.get(tenant.index()).into_iter().flat_map(|names| &names.deleted);
        let mut names: BTreeSet<(SubjectKind, Box<str>)> = before.cloned().collect();
        for kind in [SubjectKind::User, SubjectKind::Group, SubjectKind::App] {
            let edited = self.edits.names.get(&tenant).map(|names| names.of(kind));
            names.extend(edited.into_iter().flat_map(|names| names.keys()).map(|name| (kind, name.clone())));
        }
        names.retain(|(kind, name)| self.is_deleted_name(tenant, *kind, name));
        names.into_iter().map(move |(kind, name)| SubjectName { tenant, kind, name })
    }

    /// Returns whom a name means since a change: nobody, where the subject was deleted.
    fn named_since(&self, tenant: TenantId, kind: SubjectKind, name: &str) -> Option<Option<SubjectId>> {
        if self.edits.names.is_empty() {
            return None;
        }
        self.edits.names.get(&tenant)?.of(kind).get(name).copied()
    }

    /// Returns the roles and organizations of a subject in the older form.
    pub(crate) fn placement(&self, id: SubjectId) -> Option<&Placement> {
        match self.subject_edit(id) {
            Some(edit) => Some(&edit.placement),
            None => self.base.placements.get(&id),
        }
    }

    /// Returns where an access rule of a subject comes from.
    pub(crate) fn allow_origin(&self, id: SubjectId, rule: u32) -> Option<&AllowOrigin> {
        match self.subject_edit(id) {
            Some(edit) => edit.allow_origins.get(rule as usize),
            None => {
                let first = self.base.subjects.get(id.index())?.allows.start;
                self.base.allow_origins.get(first.saturating_add(rule) as usize)
            }
        }
    }

    /// Returns where a deny rule of a subject comes from.
    pub(crate) fn deny_origin(&self, id: SubjectId, rule: u32) -> Option<&DenyOrigin> {
        match self.subject_edit(id) {
            Some(edit) => edit.deny_origins.get(rule as usize),
            None => {
                let first = self.base.subjects.get(id.index())?.denies.start;
                self.base.deny_origins.get(first.saturating_add(rule) as usize)
            }
        }
    }

    /// Returns a scope, unless it was deleted.
    pub(crate) fn scope(&self, id: ScopeId) -> Option<&ScopeRow> {
        if !self.edits.scopes.is_empty()
            && let Some(edit) = self.edits.scopes.get(&id)
        {
            return edit.as_ref().map(|edit| &edit.row);
        }
        self.base.scopes.get(id.index())
    }

    /// Returns what a scope is called, unless it was deleted.
    pub(crate) fn scope_name(&self, id: ScopeId) -> Option<&ScopeName> {
        match self.edits.scopes.get(&id) {
            Some(edit) => edit.as_ref().map(|edit| &edit.name),
            None => self.base.scope_names.get(id.index()),
        }
    }

    /// Returns the path of a scope, unless it was deleted.
    pub(crate) fn scope_path(&self, id: ScopeId) -> Option<&str> {
        self.scope_name(id).map(|name| &*name.path)
    }

    /// Returns a scope by path.
    pub(crate) fn scope_id(&self, path: &str) -> Option<ScopeId> {
        if !self.edits.paths.is_empty()
            && let Some(edited) = self.edits.paths.get(path)
        {
            return *edited;
        }
        self.base.scope_by_path.get(path).copied()
    }

    /// Returns the scopes of a tenant, those added since the load last.
    pub(crate) fn scopes_of(&self, tenant: TenantId) -> impl Iterator<Item = (ScopeId, &ScopeRow)> {
        let loaded = self.base.scopes_of.get(tenant.index()).cloned().unwrap_or_default();
        let n_loaded = self.base.scopes.len();
        let added = n_loaded..n_loaded.saturating_add(self.edits.n_scopes);
        let ids = (loaded.start as usize..loaded.end as usize).chain(added).map(ScopeId::new);
        ids.filter_map(|id| self.scope(id).map(|row| (id, row))).filter(move |(_, row)| row.tenant == tenant)
    }

    /// Returns the subjects of a tenant that have a name.
    pub(crate) fn subjects_of(&self, tenant: TenantId) -> impl Iterator<Item = (SubjectId, &SubjectName)> {
        let n = self.base.subjects.len().saturating_add(self.edits.n_subjects);
        let ids = (0..n).map(SubjectId::new);
        let named = ids.filter_map(|id| self.subject_name(id).map(|name| (id, name)));
        named
            .filter(move |(_, name)| name.tenant == tenant)
            .filter(move |(id, name)| self.subject_id(tenant, name.kind, &name.name) == Some(*id))
    }

    /// Returns whether an access rule is still there: its scope is, and a cluster of its list.
    pub(crate) fn is_live(&self, tenant: &TenantRow, scope: ScopeId, limits: Option<&Limits>) -> bool {
        let list = limits.and_then(|limits| limits.clusters.as_ref());
        self.scope(scope).is_some() && list.is_none_or(|list| tenant.is_live(list))
    }
}
