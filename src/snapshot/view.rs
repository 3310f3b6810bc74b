//! The tables as one: what was loaded, under what was changed since.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::id::{ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::edits::SubjectEdit;
use crate::snapshot::tables::{
    Account, AllowOrigin, AllowRow, Base, DenyOrigin, DenyRow, Limits, NO_MORE, Names, Placement, ScopeName, ScopeRow,
    SubjectMore, SubjectName, Tables, TenantRow,
};

/// What a subject has.
#[derive(Clone, Copy)]
pub(crate) struct SubjectView<'a> {
    pub(crate) account: Account,
    pub(crate) allows: &'a [AllowRow],
    /// Its access rules and what stands behind them in memory.
    reach: &'a [AllowRow],
    more: More<'a>,
}

/// Where stands what only some subjects have.
#[derive(Clone, Copy)]
enum More<'a> {
    Nothing,
    Loaded(&'a Base, &'a SubjectMore),
    Edited(&'a SubjectEdit),
}

impl<'a> SubjectView<'a> {
    /// Returns its access rule at a position with the seven behind it, those of other subjects too; nothing where there are not so
    /// many.
    #[inline]
    pub(crate) fn window(&self, at: usize) -> Option<&'a [AllowRow; WINDOW]> {
        self.reach.get(at..)?.first_chunk()
    }

    /// Returns its groups in the directory.
    pub(crate) fn groups(&self) -> &'a [SubjectId] {
        match self.more {
            More::Nothing => &[],
            More::Loaded(base, more) => part(&base.groups_of, &more.groups),
            More::Edited(edit) => &edit.groups,
        }
    }

    /// Returns its denies.
    pub(crate) fn denies(&self) -> &'a [DenyRow] {
        match self.more {
            More::Nothing => &[],
            More::Loaded(base, more) => part(&base.denies, &more.denies),
            More::Edited(edit) => &edit.denies,
        }
    }

    fn limits(&self, position: u32) -> Option<&'a Limits> {
        let limits: &[Limits] = match self.more {
            More::Nothing => &[],
            More::Loaded(base, more) => part(&base.limits, &more.limits),
            More::Edited(edit) => &edit.limits,
        };
        limits.get(position as usize)
    }

    /// Returns the limits of one of its access rules, if it has any. Where they are lost the rule gives nothing.
    pub(crate) fn allow_limits(&self, row: AllowRow) -> Option<&'a Limits> {
        row.limits().map(|position| self.limits(position).unwrap_or(&NEVER))
    }

    /// Returns the limits of one of its denies, if it has any. Where they are lost the deny has none.
    pub(crate) fn deny_limits(&self, row: &DenyRow) -> Option<&'a Limits> {
        row.limits.and_then(|position| self.limits(position))
    }
}

/// How many rules are looked at together.
pub(crate) const WINDOW: usize = 8;

/// Returns a part of a table.
fn part<'a, T>(table: &'a [T], range: &Range<u32>) -> &'a [T] {
    table.get(range.start as usize..range.end as usize).unwrap_or(&[])
}

/// Limits that nothing is within.
static NEVER: Limits = Limits { clusters: None, from: None, until: Some(i64::MIN), condition: None };

impl Base {
    /// Returns what a subject was loaded with.
    #[inline]
    fn subject(&self, id: SubjectId) -> Option<SubjectView<'_>> {
        let [row, next] = self.subjects.get(id.index()..)?.first_chunk()?;
        let reach = self.allows.get(row.first_allow as usize..).unwrap_or(&[]);
        let n_allows = next.first_allow.saturating_sub(row.first_allow) as usize;
        let allows = reach.get(..n_allows).unwrap_or(&[]);
        Some(SubjectView { account: row.account, allows, reach, more: self.more(row.more) })
    }

    fn more(&self, position: u32) -> More<'_> {
        if position == NO_MORE {
            return More::Nothing;
        }
        self.more.get(position as usize).map_or(More::Nothing, |more| More::Loaded(self, more))
    }

    /// Returns how many subjects there are.
    pub(crate) fn n_subjects(&self) -> usize {
        self.subjects.len().saturating_sub(1)
    }
}

impl Tables {
    /// Returns a tenant.
    pub(crate) fn tenant(&self, id: TenantId) -> Option<&TenantRow> {
        self.tenants.get(id.index()).map(|row| &**row)
    }

    /// Returns the tenant of a name.
    pub(crate) fn tenant_id(&self, name: &str) -> Option<TenantId> {
        self.base.tenants.find(name).map(TenantId::new)
    }

    /// Returns what a subject has.
    #[inline]
    pub(crate) fn subject(&self, id: SubjectId) -> Option<SubjectView<'_>> {
        if self.edits.touched.may_hold(id) { self.changed(id) } else { self.base.subject(id) }
    }

    /// Returns what a subject has that may have been changed.
    #[inline(never)]
    fn changed(&self, id: SubjectId) -> Option<SubjectView<'_>> {
        match self.edits.subjects.get(&id) {
            Some(edit) => {
                let allows: &[AllowRow] = &edit.allows;
                Some(SubjectView { account: edit.account, allows, reach: allows, more: More::Edited(edit) })
            }
            None => self.base.subject(id),
        }
    }

    /// Returns a subject that was changed since the load.
    fn subject_edit(&self, id: SubjectId) -> Option<&Arc<SubjectEdit>> {
        if self.edits.touched.may_hold(id) { self.edits.subjects.get(&id) } else { None }
    }

    /// Returns what a subject is called.
    pub(crate) fn subject_name(&self, id: SubjectId) -> Option<SubjectName<'_>> {
        if let Some(edit) = self.subject_edit(id) {
            return Some(SubjectName { tenant: edit.tenant, kind: edit.kind, name: &edit.name });
        }
        let behind = self.base.names.partition_point(|names| names.users.first as usize <= id.index());
        let tenant = TenantId::new(behind.checked_sub(1)?);
        let (kind, name) = self.base.names.get(tenant.index())?.name(id)?;
        Some(SubjectName { tenant, kind, name })
    }

    /// Returns a subject by name.
    pub(crate) fn subject_id(&self, tenant: TenantId, kind: SubjectKind, name: &str) -> Option<SubjectId> {
        self.subject_in(self.base.names.get(tenant.index())?, tenant, kind, name)
    }

    /// Returns a subject by name, where the names of its tenant are at hand.
    #[inline]
    pub(crate) fn subject_in(
        &self,
        names: &Names,
        tenant: TenantId,
        kind: SubjectKind,
        name: &str,
    ) -> Option<SubjectId> {
        match self.named_since(tenant, kind, name) {
            Some(edited) => edited,
            None => names.of(kind).find(name),
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
    pub(crate) fn deleted_of(&self, tenant: TenantId) -> impl Iterator<Item = (SubjectKind, Box<str>)> {
        let before = self.base.names.get(tenant.index()).into_iter().flat_map(|names| &names.deleted);
        let mut names: BTreeSet<(SubjectKind, Box<str>)> = before.cloned().collect();
        for kind in [SubjectKind::User, SubjectKind::Group, SubjectKind::App] {
            let edited = self.edits.names.get(&tenant).map(|names| names.of(kind));
            names.extend(edited.into_iter().flat_map(|names| names.keys()).map(|name| (kind, name.clone())));
        }
        names.retain(|(kind, name)| self.is_deleted_name(tenant, *kind, name));
        names.into_iter()
    }

    /// Returns whom a name means since a change: nobody, where the subject was deleted.
    #[inline]
    fn named_since(&self, tenant: TenantId, kind: SubjectKind, name: &str) -> Option<Option<SubjectId>> {
        if self.edits.names.is_empty() { None } else { self.renamed(tenant, kind, name) }
    }

    #[inline(never)]
    fn renamed(&self, tenant: TenantId, kind: SubjectKind, name: &str) -> Option<Option<SubjectId>> {
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
    pub(crate) fn allow_origin(&self, id: SubjectId, rule: u32) -> &AllowOrigin {
        let origin = match self.subject_edit(id) {
            Some(edit) => edit.allow_origins.get(rule as usize),
            None => {
                let first = self.base.subjects.get(id.index()).map(|row| row.first_allow);
                first.and_then(|first| self.base.allow_origins.get(&first.saturating_add(rule)))
            }
        };
        origin.unwrap_or(&NOWHERE)
    }

    /// Returns where a deny rule of a subject comes from.
    pub(crate) fn deny_origin(&self, id: SubjectId, rule: u32) -> Option<&DenyOrigin> {
        match self.subject_edit(id) {
            Some(edit) => edit.deny_origins.get(rule as usize),
            None => {
                let row = self.base.subjects.get(id.index())?;
                let first = self.base.more.get(row.more as usize)?.denies.start;
                self.base.deny_origins.get(first.saturating_add(rule) as usize)
            }
        }
    }

    /// Returns a scope, unless it was deleted.
    #[inline]
    pub(crate) fn scope(&self, id: ScopeId) -> Option<&ScopeRow> {
        if !self.edits.scopes.is_empty()
            && let Some(edit) = self.edits.scopes.get(&id)
        {
            return edit.as_ref().map(|edit| &edit.row);
        }
        self.base.scopes.get(id.index())
    }

    /// Returns what a scope is called, unless it was deleted.
    pub(crate) fn scope_name(&self, id: ScopeId) -> Option<ScopeName<'_>> {
        match self.edits.scopes.get(&id) {
            Some(edit) => edit.as_ref().map(|edit| ScopeName { path: &edit.path, id: &edit.id }),
            None => {
                let path = self.base.paths.name(id.index())?;
                Some(ScopeName { path, id: self.base.scope_ids.get(&id).map_or(path, |id| id) })
            }
        }
    }

    /// Returns the path of a scope, unless it was deleted.
    pub(crate) fn scope_path(&self, id: ScopeId) -> Option<&str> {
        self.scope_name(id).map(|name| name.path)
    }

    /// Returns a scope by path.
    #[inline]
    pub(crate) fn scope_id(&self, path: &str) -> Option<ScopeId> {
        if !self.edits.paths.is_empty()
            && let Some(edited) = self.edits.paths.get(path)
        {
            return *edited;
        }
        self.base.paths.find(path).map(ScopeId::new)
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
    pub(crate) fn subjects_of(&self, tenant: TenantId) -> impl Iterator<Item = (SubjectId, SubjectName<'_>)> {
        let n = self.base.n_subjects().saturating_add(self.edits.n_subjects);
        let ids = (0..n).map(SubjectId::new);
        let named = ids.filter_map(|id| self.subject_name(id).map(|name| (id, name)));
        named
            .filter(move |(_, name)| name.tenant == tenant)
            .filter(move |(id, name)| self.subject_id(tenant, name.kind, name.name) == Some(*id))
    }

    /// Returns whether an access rule is still there: its scope is, and a cluster of its list.
    pub(crate) fn is_live(&self, tenant: &TenantRow, scope: ScopeId, limits: Option<&Limits>) -> bool {
        let list = limits.and_then(|limits| limits.clusters.as_ref());
        let is_there = self.edits.scopes.is_empty() || self.scope(scope).is_some();
        is_there && list.is_none_or(|list| tenant.is_live(list))
    }
}

/// Where a rule comes from that was written without an id.
static NOWHERE: AllowOrigin = AllowOrigin { id: None, is_placement: false };
