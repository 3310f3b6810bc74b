//! The compiled form: immutable tables behind one `Arc`.
//!
//! Nothing here changes once it is built, and nothing here decides. Ids are positions in these tables and never leave
//! the crate. What was loaded lies flat; a change makes tables that share it and keep what differs in small maps above it.

mod chain;
mod condition;
mod edits;
mod key;
mod names;
mod tables;
mod view;

use std::fmt;
use std::sync::Arc;

pub(crate) use chain::{Chain, NEAR};
pub use condition::Condition;
pub(crate) use condition::{Op, Program, STACK_MAX};
pub(crate) use edits::{Edits, ScopeEdit, SubjectEdit};
pub(crate) use names::{FirstSlot, NameTable};
pub(crate) use tables::{
    Account, AllowOrigin, AllowRow, Base, ClusterRow, DeniedCell, DeniedSet, DenyOrigin, DenyRow, GateState, KindRow,
    Limits, NO_MORE, Names, Numbered, PermissionRow, Placement, PolicyTables, QualifierRow, Restriction, Right,
    RightCell, RoleRow, RoleTable, ScopeRow, SubjectMore, SubjectName, SubjectRow, Tables, TenantRow, Test,
};
pub(crate) use view::{SubjectView, WINDOW};

/// A compiled policy with its directories: immutable, shared, and safe to ask from any number of threads.
///
/// Cloning costs one atomic increment. Answers of one snapshot agree with each other; a piece of work uses one.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) tables: Arc<Tables>,
    pub(crate) revision: u64,
}

impl Snapshot {
    /// Returns the revision, which every decision carries.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Returns the same tables under another revision.
    pub(crate) fn at_revision(&self, revision: u64) -> Self {
        Self { tables: Arc::clone(&self.tables), revision }
    }

    /// Returns the names of the loaded tenants, sorted.
    pub fn tenants(&self) -> impl Iterator<Item = &str> {
        self.tables.tenants.iter().map(|tenant| &*tenant.name)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tables { base, edits, tenants, .. } = &*self.tables;
        f.debug_struct("Snapshot")
            .field("revision", &self.revision)
            .field("n_tenants", &tenants.len())
            .field("n_scopes", &base.scopes.len().saturating_add(edits.n_scopes))
            .field("n_subjects", &base.n_subjects().saturating_add(edits.n_subjects))
            .field("n_access_rules", &base.allows.len())
            .field("n_deny_rules", &base.denies.len())
            .finish_non_exhaustive()
    }
}
