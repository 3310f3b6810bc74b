//! The names of an edit, resolved in the order of the codes.

use crate::admin::answer::{ChangeCode, Missing};
use crate::admin::change::RuleLimits;
use crate::bits::Bits;
use crate::id::{ClusterId, RoleId, ScopeId, SubjectId, TenantId};
use crate::model::{Role, bit};
use crate::name::{self, EVERYONE, SubjectKind, split_subject};
use crate::snapshot::{Limits, ScopeRow, Tables, TenantRow};
use crate::suggest::closest;

/// Why an item is refused.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) code: ChangeCode,
    pub(crate) missing: Vec<Missing>,
}

impl From<ChangeCode> for Refusal {
    fn from(code: ChangeCode) -> Self {
        Self { code, missing: Vec::new() }
    }
}

impl Refusal {
    /// Returns a refusal for a name that is not there.
    fn unknown<'a>(
        code: ChangeCode,
        what: &'static str,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let suggestion = closest(written, known.into_iter().take(KNOWN_MAX)).map(str::to_owned);
        Self { code, missing: vec![Missing::Name { what, name: written.to_owned(), suggestion }] }
    }
}

/// A subject by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Who<'a> {
    pub(crate) kind: SubjectKind,
    pub(crate) name: &'a str,
}

/// What the names of one tenant mean.
#[derive(Clone, Copy)]
pub(crate) struct NamesOf<'t> {
    pub(crate) tables: &'t Tables,
    pub(crate) id: TenantId,
    pub(crate) tenant: &'t TenantRow,
}

impl<'t> NamesOf<'t> {
    pub(crate) fn new(tables: &'t Tables, id: TenantId) -> Option<Self> {
        Some(Self { tables, id, tenant: tables.tenant(id)? })
    }

    /// Returns a subject whose name is well-formed.
    pub(crate) fn who<'a>(&self, written: &'a str) -> Result<Who<'a>, Refusal> {
        let (kind, name) = split_subject(written).ok_or(ChangeCode::InvalidName)?;
        name::check(name).map_err(|_| ChangeCode::InvalidName)?;
        Ok(Who { kind, name })
    }

    /// Returns whether a name is that of the built-in group.
    pub(crate) fn is_everyone(&self, who: Who<'_>) -> bool {
        who.kind == SubjectKind::Group && who.name == EVERYONE
    }

    /// Returns a scope of the tenant, by a path that was checked.
    pub(crate) fn scope(&self, path: &str) -> Result<(ScopeId, &'t ScopeRow), Refusal> {
        let home = path.split('/').next().unwrap_or("");
        if home != &*self.tenant.name && self.tables.tenant_id(home).is_some() {
            return Err(ChangeCode::OtherTenant.into());
        }
        let id = self.tables.scope_id(path);
        id.and_then(|id| self.tables.scope(id).map(|row| (id, row))).ok_or_else(|| {
            let known = self.tables.scopes_of(self.id).filter_map(|(id, _)| self.tables.scope_path(id));
            Refusal::unknown(ChangeCode::UnknownScope, "scope", path, known)
        })
    }

    /// Returns a role that the tenant has.
    pub(crate) fn role(&self, written: &str) -> Result<RoleId, Refusal> {
        let mut roles = self.tenant.roles.iter();
        roles.position(|row| &*row.name == written && !row.is_lost).map(RoleId::new).ok_or_else(|| {
            let known = self.tenant.roles.iter().filter(|row| !row.is_lost).map(|row| &*row.name);
            Refusal::unknown(ChangeCode::UnknownRole, "role", written, known)
        })
    }

    /// Returns a role as it was written.
    pub(crate) fn written_role(&self, role: RoleId) -> Option<&'t Role> {
        let catalogue = &self.tables.policy.catalogue;
        let own = || role.index().checked_sub(catalogue.roles.len());
        let policy = catalogue.roles.get_index(role.index()).map(|(_, role)| role);
        policy.or_else(|| self.tenant.custom_roles.get_index(own()?).map(|(_, role)| role))
    }

    /// Returns whether a role is disabled.
    pub(crate) fn is_disabled(&self, role: RoleId) -> bool {
        self.tenant.roles.get(role.index()).is_none_or(|row| row.is_disabled)
    }

    /// Returns whether a role can be held at a kind of scope.
    pub(crate) fn is_held_at(&self, role: RoleId, kind: u32) -> bool {
        let held_at = self.written_role(role).map(|role| role.held_at);
        held_at.is_some_and(|held_at| held_at.is_none_or(|held_at| held_at & bit(kind as usize) != 0))
    }

    /// Returns a cluster that is there.
    pub(crate) fn cluster(&self, written: &str) -> Result<ClusterId, Refusal> {
        self.tenant.clusters.get(written).copied().ok_or_else(|| {
            Refusal::unknown(ChangeCode::UnknownCluster, "cluster", written, self.tenant.cluster_names())
        })
    }

    /// Returns the limits of a rule at a scope, by names that were checked.
    pub(crate) fn limits(&self, limits: &RuleLimits<'_>, place: &ScopeRow) -> Result<Limits, Refusal> {
        let clusters = match limits.clusters {
            None => None,
            Some([]) => return Err(ChangeCode::EmptyClusterList.into()),
            Some(names) => {
                let mut list = Bits::with_size(self.tenant.cluster_rows.len());
                let mut is_elsewhere = false;
                for name in names {
                    let cluster = self.cluster(name)?;
                    is_elsewhere |= place.cluster.is_some_and(|lies_in| lies_in != cluster);
                    list.insert(cluster.index());
                }
                if is_elsewhere {
                    return Err(ChangeCode::ClusterMismatch.into());
                }
                Some(list)
            }
        };
        let is_empty = limits.from.zip(limits.until).is_some_and(|(from, until)| until <= from);
        if is_empty {
            return Err(ChangeCode::EmptyWindow.into());
        }
        let condition = limits.when.map(|when| std::sync::Arc::clone(&when.program));
        Ok(Limits { clusters, from: limits.from, until: limits.until, condition })
    }

    /// Returns whether a rule may be written for a subject: it was not deleted, and an application is listed.
    pub(crate) fn require_subject(&self, who: Who<'_>) -> Result<(), Refusal> {
        let id = self.tables.subject_id(self.id, who.kind, who.name);
        let is_listed = id.and_then(|id| self.tables.subject(id)).is_some_and(|view| view.account.is_listed);
        let is_gone = id.is_none() && self.tables.is_deleted_name(self.id, who.kind, who.name);
        if is_gone || (who.kind == SubjectKind::App && !is_listed) {
            return Err(ChangeCode::UnknownSubject.into());
        }
        Ok(())
    }

    /// Returns the clusters on which a rule with these limits at this place is asked; nothing is every cluster.
    pub(crate) fn asked_clusters(&self, limits: &Limits, place: &ScopeRow) -> Vec<Option<ClusterId>> {
        let all = 0..self.tenant.cluster_rows.len();
        match (&limits.clusters, place.cluster) {
            (Some(list), _) => {
                let live = all.filter(|idx| list.contains(*idx) && self.tenant.cluster_name(*idx).is_some());
                live.map(|idx| Some(ClusterId::new(idx))).collect()
            }
            (None, lies_in) => vec![lies_in],
        }
    }

    /// Returns whether the directory still mentions a subject: lists it, names it in a rule, or counts it in a group.
    pub(crate) fn is_mentioned(&self, id: SubjectId) -> bool {
        let Some(view) = self.tables.subject(id) else { return false };
        let is_live = |scope, limits| self.tables.is_live(self.tenant, scope, limits);
        let is_listed = |group: &SubjectId| self.tables.subject(*group).is_some_and(|group| group.account.is_listed);
        view.account.is_listed
            || view.allows.iter().any(|row| is_live(row.scope, view.allow_limits(*row)))
            || view.denies().iter().any(|row| is_live(row.scope, view.deny_limits(row)))
            || view.groups().iter().any(is_listed)
    }

    /// Returns whether two rules hold on the same clusters, at the same times, on the same condition.
    pub(crate) fn is_same(&self, a: Option<&Limits>, b: &Limits) -> bool {
        let none = Limits::default();
        let a = a.unwrap_or(&none);
        let clusters = || 0..self.tenant.cluster_rows.len();
        let live = |list: &Bits| -> Vec<usize> {
            clusters().filter(|idx| list.contains(*idx) && self.tenant.cluster_name(*idx).is_some()).collect()
        };
        let is_same_list = match (&a.clusters, &b.clusters) {
            (None, None) => true,
            (Some(a), Some(b)) => live(a) == live(b),
            _ => false,
        };
        is_same_list && (a.from, a.until, &a.condition) == (b.from, b.until, &b.condition)
    }
}

/// Returns whether names are well-formed.
pub(crate) fn require_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), Refusal> {
    names.into_iter().try_for_each(name::check).map_err(|_| ChangeCode::InvalidName.into())
}

/// Returns whether a path is well-formed.
pub(crate) fn require_path(path: &str) -> Result<(), Refusal> {
    name::check_path(path).map_err(|_| ChangeCode::InvalidName.into())
}

/// How many names a misspelt one is compared with.
const KNOWN_MAX: usize = 10_000;
