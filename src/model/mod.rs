//! The policy and the directories as the domain means them: names resolved, invariants true.
//!
//! A model is only made by [`resolve`]; whoever holds one may trust it. Positions (`usize`) are indices into the
//! tables of the same model. Sets of scope kinds and of actions are bit masks, of which a policy has at most 64 each.

mod bulk;
mod catalogue;
mod condition;
mod directory;
mod resolve;

use std::sync::Arc;

pub(crate) use bulk::BulkSubject;
pub(crate) use catalogue::{
    Catalogue, Column, Fact, Gate, GateOf, Grant, Kind, Layout, Qualifier, Requirement, Restriction, Role, Topology,
};
pub(crate) use condition::Condition;
pub(crate) use directory::{Cluster, Denied, DenyRule, Extent, Facts, Placement, Subject, Tenant};
pub(crate) use resolve::{Fates, Note, Resolved, finishing_order, resolve, resolve_condition};

/// A catalogue with the directories that were read beside it.
#[derive(Debug)]
pub(crate) struct Model {
    /// The policy.
    pub(crate) catalogue: Arc<Catalogue>,
    /// The tenants, by name.
    pub(crate) tenants: Vec<Tenant>,
}

/// The position of `read` among the actions of every policy.
pub(crate) const READ: usize = 1;

/// The position of `create` among the actions of every policy.
pub(crate) const CREATE: usize = 0;

/// The actions that every policy has, in the order of their letters.
pub(crate) const ACTIONS: [&str; 4] = ["create", "read", "update", "delete"];

/// How many actions, and how many scope kinds, a policy may have.
pub(crate) const MASK_MAX: usize = 64;

/// How many resource kinds a policy may have. A star in a role stands for all of them.
pub(crate) const KINDS_MAX: usize = 1_024;

/// How many roles a policy may have, and a tenant of its own.
pub(crate) const ROLES_MAX: usize = 512;

/// Returns the mask that holds one position; past 63 it holds nothing.
pub(crate) fn bit(position: usize) -> u64 {
    u32::try_from(position).ok().and_then(|position| 1_u64.checked_shl(position)).unwrap_or(0)
}
