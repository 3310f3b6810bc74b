//! Handles as plain numbers, for hosts whose own handles are numbers: a C interface, an array.

use crate::decide::handle::{Cluster, Permission, Scope, Subject};
use crate::id::{ClusterId, ScopeId, TenantId};
use crate::snapshot::{PermissionRow, ScopeRow};

/// A subject with what numbers name in its snapshot, for hosts whose own handles are numbers.
///
/// A number is one that a handle of the **same** snapshot told, and names something else, or nothing, in every other: a host keeps beside it which snapshot it
/// is of. A number that nothing has is `None`.
///
/// # Cost
///
/// A comparison and a multiplication for permissions, scopes and clusters of the subject's tenant. Nothing is allocated. Where scopes were added, moved or deleted
/// since the last load, a look-up in a map by number.
///
/// # Examples
///
/// ```
/// use bailiwick::{Groups, Policy, Text};
///
/// let text = "
/// kinds: { job: { lives_in: [project] } }
/// tenant: acme
/// scopes: [acme/vision, acme/vision/detector]
/// ";
/// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)]).expect("the policy is sound").compile();
/// let kept: usize = snapshot.scope("acme/vision/detector").expect("the project is listed").number();
/// let ana = snapshot.subject(None, "user:ana", Groups::NotKnown).expect("acme is loaded").numbered();
/// assert_eq!(ana.scope(kept).map(|scope| scope.number()), Some(kept));
/// assert!(ana.scope(1_000).is_none());
/// ```
#[derive(Clone)]
pub struct NumberedSubject<'s> {
    subject: Subject<'s>,
    permissions: &'s [PermissionRow],
    /// The scopes, unless some were changed since they were loaded: then none.
    scopes: &'s [ScopeRow],
    tenant: TenantId,
    /// Which of the first clusters of its tenant are there, a bit each: to see it without going there.
    clusters: u64,
}

impl<'s> Subject<'s> {
    /// Returns the subject with what numbers name in its snapshot.
    #[must_use]
    pub fn numbered(self) -> NumberedSubject<'s> {
        let Self { tables, tenant, .. } = self;
        let scopes = if tables.edits.scopes.is_empty() { &*tables.base.scopes } else { &[] };
        let is_there = |at: &u32| tenant.cluster_name(*at as usize).is_some();
        let clusters = (0..u64::BITS).filter(is_there).fold(0, |clusters, at| clusters | 1 << at);
        NumberedSubject { subject: self, permissions: &tables.policy.permissions, scopes, tenant: tenant.id, clusters }
    }
}

impl<'s> NumberedSubject<'s> {
    /// Returns the subject.
    #[inline]
    #[must_use]
    pub fn subject(&self) -> &Subject<'s> {
        &self.subject
    }

    /// Returns the permission of a number that [`Permission::number`] told.
    #[inline]
    #[must_use]
    pub fn permission(&self, number: usize) -> Option<Permission<'s>> {
        self.permissions.get(number).map(|row| Permission { tables: self.subject.tables, row })
    }

    /// Returns the scope of a number that [`Scope::number`] told.
    #[inline]
    #[must_use]
    pub fn scope(&self, number: usize) -> Option<Scope<'s>> {
        match self.scopes.get(number) {
            Some(row) => Some(Scope { tables: self.subject.tables, row }),
            None => self.changed_scope(number),
        }
    }

    /// Returns the cluster of numbers that [`Cluster::number`] told.
    #[inline]
    #[must_use]
    pub fn cluster(&self, (tenant, cluster): (usize, usize)) -> Option<Cluster<'s>> {
        let is_near =
            tenant == self.tenant.index() && cluster < u64::BITS as usize && self.clusters >> cluster & 1 != 0;
        if is_near {
            Some(Cluster { tables: self.subject.tables, tenant: self.tenant, cluster: ClusterId::new(cluster) })
        } else {
            self.far_cluster(tenant, cluster)
        }
    }

    /// Returns a scope where some were changed, or none.
    #[cold]
    fn changed_scope(&self, number: usize) -> Option<Scope<'s>> {
        let tables = self.subject.tables;
        Some(Scope { tables, row: tables.scope(ScopeId::new(number))? })
    }

    /// Returns a cluster of another tenant, or one behind many.
    #[cold]
    fn far_cluster(&self, tenant: usize, cluster: usize) -> Option<Cluster<'s>> {
        let (tables, tenant) = (self.subject.tables, TenantId::new(tenant));
        tables.tenant(tenant)?.cluster_name(cluster)?;
        Some(Cluster { tables, tenant, cluster: ClusterId::new(cluster) })
    }
}

impl Permission<'_> {
    /// Returns its number within its snapshot: see [`NumberedSubject`].
    #[must_use]
    pub fn number(&self) -> usize {
        self.row.number
    }
}

impl Scope<'_> {
    /// Returns its number within its snapshot: see [`NumberedSubject`].
    #[must_use]
    pub fn number(&self) -> usize {
        self.row.id().index()
    }
}

impl Cluster<'_> {
    /// Returns the number of its tenant and its own there, within its snapshot: see [`NumberedSubject`].
    #[must_use]
    pub fn number(&self) -> (usize, usize) {
        (self.tenant.index(), self.cluster.index())
    }
}
