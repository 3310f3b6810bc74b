//! Handles as plain numbers, for hosts whose own handles are numbers: a C interface, an array.
//!
//! A number is a position in the tables of one snapshot. Which snapshot a number is of is not seen here: that is the host's to
//! keep.

use crate::decide::handle::{Cluster, Permission, Scope, Subject};
use crate::id::{ClusterId, ScopeId, TenantId};
use crate::snapshot::{PermissionRow, ScopeRow};

/// A subject with what numbers name in its snapshot, for hosts whose own handles are numbers.
///
/// A number is one that a handle of the **same** snapshot told. A number that nothing in the snapshot has gives `None`; a
/// number of another snapshot may name anything, or nothing, so that a host keeps beside a number which snapshot it is of.
///
/// # Cost
///
/// An index into a table; two for a cluster of another tenant, or past the first 64 of the subject's. Where scopes were
/// changed since the last load, a scope takes a look-up by number first. Nothing is allocated.
///
/// # Examples
///
/// ```
/// use bailiwick::{Groups, Policy, Text};
///
/// let text = "
/// kinds: { job: { lives_in: [project] } }
/// tenant: acme
/// clusters: [west]
/// scopes: [acme/vision, acme/vision/detector]
/// ";
/// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)]).expect("the policy is sound").compile();
/// let scope: u32 = snapshot.scope("acme/vision/detector").expect("the project is listed").number();
/// let permission: u32 = snapshot.permission("read", "job").expect("jobs are declared").number();
/// let cluster = snapshot.cluster("acme", "west").expect("the cluster is listed").number();
///
/// let ana = snapshot.subject(None, "user:ana", Groups::NotKnown).expect("acme is loaded").numbered();
/// assert_eq!(ana.scope(scope).map(|found| found.number()), Some(scope));
/// assert_eq!(ana.permission(permission).map(|found| found.number()), Some(permission));
/// assert_eq!(ana.cluster(cluster).map(|found| found.number()), Some(cluster));
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

/// The number of a cluster within its snapshot.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ClusterNumber {
    /// The number of its tenant.
    pub tenant: u32,
    /// Its own among those that the tenant has and had.
    pub cluster: u32,
}

impl<'s> Subject<'s> {
    /// Returns the subject with what numbers name in its snapshot.
    ///
    /// # Cost
    ///
    /// A look at the first 64 clusters of its tenant.
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

    /// Returns the permission of a number that [`Permission::number`] told; `None` where nothing has it.
    #[inline]
    #[must_use]
    pub fn permission(&self, number: u32) -> Option<Permission<'s>> {
        self.permissions.get(number as usize).map(|row| Permission { tables: self.subject.tables, row })
    }

    /// Returns the scope of a number that [`Scope::number`] told; `None` where nothing has it.
    #[inline]
    #[must_use]
    pub fn scope(&self, number: u32) -> Option<Scope<'s>> {
        let row = self.scopes.get(number as usize).or_else(|| self.changed_scope(number))?;
        Some(Scope { tables: self.subject.tables, row })
    }

    /// Returns the cluster of a number that [`Cluster::number`] told; `None` where nothing has it, which a host denies: to
    /// [`Situation::cluster`](crate::Situation::cluster) `None` is that no cluster is concerned.
    #[inline]
    #[must_use]
    pub fn cluster(&self, number: ClusterNumber) -> Option<Cluster<'s>> {
        let (tenant, at) = (TenantId::new(number.tenant as usize), number.cluster);
        let is_seen = tenant == self.tenant && at < u64::BITS && self.clusters >> at & 1 != 0;
        let is_there = is_seen || self.names_cluster(number);
        is_there.then(|| Cluster { tables: self.subject.tables, tenant, cluster: ClusterId::new(at as usize) })
    }

    /// Returns a scope where some were changed; nothing where there is none of the number.
    #[cold]
    fn changed_scope(&self, number: u32) -> Option<&'s ScopeRow> {
        self.subject.tables.scope(ScopeId::new(number as usize))
    }

    /// Returns whether a number names a cluster of any tenant.
    #[cold]
    fn names_cluster(&self, number: ClusterNumber) -> bool {
        let tenant = self.subject.tables.tenant(TenantId::new(number.tenant as usize));
        tenant.is_some_and(|tenant| tenant.cluster_name(number.cluster as usize).is_some())
    }
}

impl Permission<'_> {
    /// Returns its number within its snapshot: see [`NumberedSubject`].
    #[must_use]
    pub fn number(&self) -> u32 {
        told(self.row.number)
    }
}

impl Scope<'_> {
    /// Returns its number within its snapshot: see [`NumberedSubject`].
    #[must_use]
    pub fn number(&self) -> u32 {
        told(self.id().index())
    }
}

impl Cluster<'_> {
    /// Returns its number within its snapshot: see [`NumberedSubject`].
    #[must_use]
    pub fn number(&self) -> ClusterNumber {
        ClusterNumber { tenant: told(self.tenant.index()), cluster: told(self.cluster.index()) }
    }
}

/// Returns a position as a number; past `u32::MAX` one that nothing has.
fn told(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}
