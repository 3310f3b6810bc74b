//! What subjects hold, a snapshot and what their names mean in it; and the names that have numbers.

use std::borrow::Cow;

use bailiwick::{Cluster, ClusterNumber, LookupError, NumberedSubject, Permission, Scope, Snapshot, Subject};
use self_cell::self_cell;

use crate::convert::{borrowed, groups};
use crate::following::Held;
use crate::numbered::{NUMBER_BITS, Named};

/// The names of a subject and the groups of its token.
pub(crate) struct SubjectNames {
    pub(crate) tenant: Option<String>,
    pub(crate) subject: String,
    pub(crate) groups: Option<Vec<String>>,
}

/// The names of a permission.
pub(crate) struct PermissionNames {
    pub(crate) action: String,
    pub(crate) kind: String,
}

/// The path of a scope.
pub(crate) struct ScopeName(pub(crate) String);

/// The names of a cluster.
pub(crate) struct ClusterNames {
    /// The tenant, said or the only one when it was looked up: another may be loaded later.
    pub(crate) tenant: String,
    pub(crate) name: String,
}

impl ClusterNames {
    /// Returns what a question of a subject of a tenant calls the cluster. One of another tenant has no name there, not even
    /// that of a cluster which bears the same: it is called something that no cluster of the tenant is.
    pub(crate) fn within(&self, tenant: &str, snapshot: &Snapshot) -> Cow<'_, str> {
        if tenant == self.tenant {
            return Cow::Borrowed(&self.name);
        }
        let mut name = "a cluster of another tenant".to_owned();
        while snapshot.cluster(tenant, &name).is_ok() {
            name.push('*');
        }
        Cow::Owned(name)
    }
}

type MeantSubject<'s> = Option<NumberedSubject<'s>>;

self_cell!(
    /// A snapshot with what a subject means in it: nothing where its names mean nothing there any more.
    pub(crate) struct HeldSubject {
        owner: Snapshot,
        #[covariant]
        dependent: MeantSubject,
    }
);

impl Held for HeldSubject {
    type Names = SubjectNames;

    fn look_up(snapshot: Snapshot, names: &SubjectNames) -> Self {
        Self::new(snapshot, |snapshot| subject(snapshot, names).ok().map(Subject::numbered))
    }

    #[inline]
    fn revision(&self) -> u64 {
        self.borrow_owner().revision()
    }
}

impl Named for PermissionNames {
    type Handle<'s> = Permission<'s>;

    fn look_up<'s>(&self, snapshot: &'s Snapshot) -> Option<Permission<'s>> {
        permission(snapshot, self).ok()
    }

    fn number(handle: &Permission<'_>) -> Option<u32> {
        Some(handle.number())
    }

    #[inline]
    fn of<'s>(subject: &NumberedSubject<'s>, number: u32) -> Option<Permission<'s>> {
        subject.permission(number)
    }
}

impl Named for ScopeName {
    type Handle<'s> = Scope<'s>;

    fn look_up<'s>(&self, snapshot: &'s Snapshot) -> Option<Scope<'s>> {
        scope(snapshot, self).ok()
    }

    fn number(handle: &Scope<'_>) -> Option<u32> {
        Some(handle.number())
    }

    #[inline]
    fn of<'s>(subject: &NumberedSubject<'s>, number: u32) -> Option<Scope<'s>> {
        subject.scope(number)
    }
}

impl Named for ClusterNames {
    type Handle<'s> = Cluster<'s>;

    fn look_up<'s>(&self, snapshot: &'s Snapshot) -> Option<Cluster<'s>> {
        cluster(snapshot, self).ok()
    }

    /// Returns the tenant's number and its own in one, half of the bits for each.
    fn number(handle: &Cluster<'_>) -> Option<u32> {
        let ClusterNumber { tenant, cluster } = handle.number();
        let tenant = tenant.checked_mul(1 << CLUSTER_BITS).filter(|_| cluster >> CLUSTER_BITS == 0);
        tenant.map(|tenant| tenant | cluster)
    }

    #[inline]
    fn of<'s>(subject: &NumberedSubject<'s>, number: u32) -> Option<Cluster<'s>> {
        let (tenant, cluster) = (number >> CLUSTER_BITS, number & ((1 << CLUSTER_BITS) - 1));
        subject.cluster(ClusterNumber { tenant, cluster })
    }
}

const CLUSTER_BITS: u32 = NUMBER_BITS / 2;

/// Looks up a subject.
pub(crate) fn subject<'s>(snapshot: &'s Snapshot, names: &SubjectNames) -> Result<Subject<'s>, LookupError> {
    let listed = names.groups.as_deref().map(borrowed);
    snapshot.subject(names.tenant.as_deref(), &names.subject, groups(listed.as_deref()))
}

/// Looks up a permission.
pub(crate) fn permission<'s>(snapshot: &'s Snapshot, names: &PermissionNames) -> Result<Permission<'s>, LookupError> {
    snapshot.permission(&names.action, &names.kind)
}

/// Looks up a scope.
pub(crate) fn scope<'s>(snapshot: &'s Snapshot, name: &ScopeName) -> Result<Scope<'s>, LookupError> {
    snapshot.scope(&name.0)
}

/// Looks up a cluster.
pub(crate) fn cluster<'s>(snapshot: &'s Snapshot, names: &ClusterNames) -> Result<Cluster<'s>, LookupError> {
    snapshot.cluster(&names.tenant, &names.name)
}

/// Returns the only tenant.
pub(crate) fn only_tenant(snapshot: &Snapshot) -> Option<&str> {
    let mut tenants = snapshot.tenants();
    tenants.next().filter(|_| tenants.next().is_none())
}
