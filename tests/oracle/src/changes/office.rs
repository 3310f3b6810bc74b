//! Who asks, and which rights to change access it has: the walk of decisions, asked about the two rights.

use bailiwick::{Groups, Request, Value};

use crate::changes::faults::ChangeFault;
use crate::faults::Fault;
use crate::locate::cluster_around;
use crate::plain::{Cluster, Kind, Scope, Tenant, World};
use crate::reference::{Aim, Case, Length, Point};

/// Somebody who may hold rights in a tenant.
#[derive(Clone, Copy)]
pub(crate) struct Office<'a> {
    pub(crate) world: &'a World,
    pub(crate) tenant: &'a Tenant,
    pub(crate) subject: &'a str,
    pub(crate) groups: Groups<'a>,
    pub(crate) context: &'a [(&'a str, Value<'a>)],
    pub(crate) now: i64,
    pub(crate) fault: Option<ChangeFault>,
}

/// The rule for which a right is asked.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a> {
    /// The role; none for all roles.
    pub(crate) role: Option<&'a str>,
    pub(crate) scope: &'a Scope,
    pub(crate) clusters: Option<&'a [String]>,
    pub(crate) length: Length,
}

impl<'a> Office<'a> {
    pub(crate) fn has(&self, fault: ChangeFault) -> bool {
        self.fault == Some(fault)
    }

    /// Returns whether the actor may give (or take) the role there.
    pub(crate) fn may_give(&self, action: &str, given: Given<'_>) -> bool {
        let Some(kind) = self.kind(self.world.policy.role_right.as_deref()) else { return false };
        let scopes: Vec<&Scope> = match self.fault {
            Some(ChangeFault::RoleRightOfSibling) => {
                let parent = |path: &str| path.rsplit_once('/').map(|(above, _)| above.to_owned());
                self.tenant.scopes.iter().filter(|it| parent(&it.path) == parent(&given.scope.path)).collect()
            }
            _ => vec![given.scope],
        };
        scopes.into_iter().any(|scope| self.holds_right(action, kind, Given { scope, ..given }))
    }

    /// Returns whether the actor may place (or displace) somebody there; nobody is placed but in an organization.
    pub(crate) fn may_place(&self, action: &str, given: Given<'_>) -> bool {
        let policy = &self.world.policy;
        let Some(kind) = self.kind(policy.place_right.as_deref()) else { return true };
        let is_organization = policy.organizations.contains(&given.scope.kind);
        let is_leaf = policy.scope_kinds.iter().all(|(_, parent)| parent.as_ref() != Some(&given.scope.kind));
        let is_asked = match self.fault {
            Some(ChangeFault::PlaceRightSkipped) => false,
            Some(ChangeFault::PlaceRightSkippedAtDepartments) => is_organization && is_leaf,
            Some(ChangeFault::PlaceRightAskedAtTenant) => true,
            _ => is_organization,
        };
        !is_asked || self.holds_right(action, kind, given)
    }

    /// Returns whether the actor may disable subjects: by a right of its own kind, or else as who may give all roles.
    pub(crate) fn may_disable(&self) -> bool {
        let Some(root) = self.tenant.scopes.first() else { return false };
        match self.kind(self.world.policy.disable_right.as_deref()) {
            Some(kind) => self.holds_plainly("update", kind, root),
            None => {
                let is_spoilt = self.has(ChangeFault::DisableByListedRoles);
                let listed = self.world.policy.qualifiers.iter().flat_map(|it| it.roles.iter().flatten()).next();
                let role = listed.map(String::as_str).filter(|_| is_spoilt);
                self.may_give("update", Given { role, scope: root, clusters: None, length: Length::ForEver })
            }
        }
    }

    /// Returns whether the actor may move what is under a scope: a plain check, but for the place where the kind lives.
    pub(crate) fn may_move(&self, parent: &Scope) -> bool {
        self.kind(Some(&parent.kind)).is_some_and(|kind| self.holds_plainly("update", kind, parent))
    }

    fn kind(&self, name: Option<&str>) -> Option<&'a Kind> {
        let world: &'a World = self.world;
        world.policy.kinds.iter().find(|it| Some(it.name.as_str()) == name)
    }

    fn holds_plainly(&self, action: &str, kind: &Kind, scope: &Scope) -> bool {
        let cluster = cluster_around(self.world, self.tenant, &scope.path);
        self.is_granted(action, kind, scope, cluster, Aim::Plain)
    }

    /// A right is held for a rule where it is held for each of its clusters.
    fn holds_right(&self, action: &str, kind: &Kind, given: Given<'_>) -> bool {
        let Given { role, scope, length, .. } = given;
        let point = Point { role, scope_kind: &scope.kind, length, fault: self.fault };
        let holds = |cluster: Option<&Cluster>| self.is_granted(action, kind, scope, cluster, Aim::Right(point));
        let clusters = self.clusters(given.scope, given.clusters);
        match self.fault {
            Some(ChangeFault::AnyClusterSuffices) => clusters.into_iter().any(holds),
            Some(ChangeFault::FirstClusterSuffices) => clusters.into_iter().take(1).all(holds),
            Some(ChangeFault::UnlimitedRuleFromLimitedRight) if given.clusters.is_none() => {
                clusters.into_iter().chain(self.tenant.clusters.iter().map(Some)).any(holds)
            }
            _ => clusters.into_iter().all(holds),
        }
    }

    /// Returns the clusters about which a rule is asked, one by one: none is every cluster, now and later.
    pub(crate) fn clusters(&self, scope: &Scope, list: Option<&[String]>) -> Vec<Option<&'a Cluster>> {
        let around = cluster_around(self.world, self.tenant, &scope.path);
        let tenant: &'a Tenant = self.tenant;
        match (around, list) {
            (Some(around), _) if !self.has(ChangeFault::ClusterOfPlaceForgotten) => vec![Some(around)],
            (_, Some(list)) => tenant.clusters.iter().filter(|it| list.contains(&it.name)).map(Some).collect(),
            (_, None) => vec![None],
        }
    }

    fn is_granted(&self, action: &str, kind: &Kind, scope: &Scope, cluster: Option<&Cluster>, aim: Aim<'_>) -> bool {
        if self.tenant.is_closed && !self.has(ChangeFault::ClosedTenantActs) {
            return false;
        }
        self.with_case(action, kind, scope, cluster, aim, |case| case.judge().0 == "granted")
    }

    /// Lends the walk of decisions.
    pub(crate) fn with_case<R>(
        &self,
        action: &str,
        kind: &Kind,
        scope: &Scope,
        cluster: Option<&Cluster>,
        aim: Aim<'_>,
        use_it: impl FnOnce(&Case<'_>) -> R,
    ) -> R {
        let request = Request {
            subject: self.subject,
            groups: if self.has(ChangeFault::ActorTokenIgnored) { Groups::Listed(&[]) } else { self.groups },
            action,
            kind: &kind.name,
            scope: &scope.path,
            context: if self.has(ChangeFault::ActorContextIgnored) { &[] } else { self.context },
            ..Request::at(self.now)
        };
        let fault = match self.fault {
            Some(ChangeFault::IncludedRoleLendsNoCells) => Some(Fault::IncludesIgnored),
            Some(ChangeFault::DeniesOfRightsIgnored) => Some(Fault::DenyIgnored),
            Some(ChangeFault::RoleRightOfTenantForgotten) => Some(Fault::NoInheritance),
            Some(ChangeFault::WindowOfRightIgnored) => Some(Fault::WindowIgnored),
            Some(ChangeFault::DisabledActorAsks) => Some(Fault::DisabledIgnored),
            _ => None,
        };
        let (world, tenant) = (self.world, self.tenant);
        use_it(&Case { world, request: &request, fault, tenant, action, kind, scope, cluster, aim })
    }
}
