//! What handles hold: a snapshot, and beside it what names mean in it.

use bailiwick::{Cluster, LookupError, Permission, Scope, Snapshot, Subject};
use self_cell::self_cell;

use crate::convert::{borrowed, groups};
use crate::following::Held;

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

/// The names of a cluster.
pub(crate) struct ClusterNames {
    /// The tenant, said or the only one when it was looked up: another may be loaded later.
    pub(crate) tenant: String,
    pub(crate) name: String,
}

impl ClusterNames {
    /// Returns what a question at a scope calls the cluster. One of another tenant has no name there, not even that of a
    /// cluster which bears the same.
    pub(crate) fn at(&self, scope: &str) -> &str {
        if scope.split('/').next() == Some(&self.tenant) { &self.name } else { "" }
    }
}

/// Pairs a snapshot with what was looked up in it: nothing where the names mean nothing there any more.
macro_rules! pair {
    ($pair:ident, $meaning:ident, $of:ident, $names:ty, $look_up:path) => {
        type $meaning<'s> = Option<$of<'s>>;

        self_cell!(
            pub(crate) struct $pair {
                owner: Snapshot,
                #[covariant]
                dependent: $meaning,
            }
        );

        impl Held for $pair {
            type Names = $names;

            fn look_up(snapshot: Snapshot, names: &$names) -> Self {
                Self::new(snapshot, |snapshot| $look_up(snapshot, names).ok())
            }

            #[inline]
            fn revision(&self) -> u64 {
                self.borrow_owner().revision()
            }
        }
    };
}

pair!(HeldSubject, MeantSubject, Subject, SubjectNames, subject);
pair!(HeldPermission, MeantPermission, Permission, PermissionNames, permission);
pair!(HeldScope, MeantScope, Scope, String, scope);
pair!(HeldCluster, MeantCluster, Cluster, ClusterNames, cluster);

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
pub(crate) fn scope<'s>(snapshot: &'s Snapshot, path: &str) -> Result<Scope<'s>, LookupError> {
    snapshot.scope(path)
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
