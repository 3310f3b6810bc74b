//! A world as the reference sees it: names and lists, nothing else.

mod policy;
mod tenant;

pub use policy::{Gate, Kind, Policy, Qualifier, Restriction, Role, Row, Test, Topology};
pub use tenant::{Account, Cluster, Facts, Older, Rule, Scope, Tenant};

/// Everything that the documents say, in one place.
#[derive(Clone, Debug)]
pub struct World {
    /// The catalogue.
    pub policy: Policy,
    /// The directories.
    pub tenants: Vec<Tenant>,
    /// Tenants that are not loaded, for a directory that people wrote has a finding.
    pub refused: Vec<String>,
}

impl World {
    /// Returns whether a role may be held at scopes of a kind.
    #[must_use]
    pub fn is_held_at(role: &Role, scope_kind: &str) -> bool {
        role.held_at.as_ref().is_none_or(|kinds| kinds.iter().any(|it| it == scope_kind))
    }

    /// Returns the tenant of that name.
    #[must_use]
    pub fn tenant(&self, name: &str) -> Option<&Tenant> {
        self.tenants.iter().find(|it| it.name == name)
    }

    /// Returns a role of the tenant or of the policy.
    #[must_use]
    pub fn role<'a>(&'a self, tenant: &'a Tenant, name: &str) -> Option<&'a Role> {
        tenant.custom_roles.iter().chain(&self.policy.roles).find(|it| it.name == name)
    }
}

/// Returns whether `path` is `above` or lies under it.
#[must_use]
pub fn covers(above: &str, path: &str) -> bool {
    path == above || path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}
