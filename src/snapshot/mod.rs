//! The compiled form: immutable tables behind one `Arc`.
//!
//! Nothing here changes once it is built, and nothing here decides. Ids are positions in these tables and never leave
//! the crate. Scopes are numbered so that everything under a scope follows it: a scope covers the ids from its own
//! up to its `end`.

mod condition;
mod tables;

use std::fmt;
use std::sync::Arc;

pub use condition::Condition;
pub(crate) use condition::{Op, Program, STACK_MAX};
pub(crate) use tables::{
    AllowRow, DenyRow, Gate, GateState, KindRow, Limits, NO_LIMITS, Restriction, Right, RoleRow, RoleTable, RuleOrigin,
    ScopeRow, SubjectRow, Tables, TenantRow, Test,
};

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
        let tables = &self.tables;
        f.debug_struct("Snapshot")
            .field("revision", &self.revision)
            .field("n_tenants", &tables.tenants.len())
            .field("n_scopes", &tables.scopes.len())
            .field("n_subjects", &tables.subjects.len())
            .field("n_access_rules", &tables.allows.len())
            .field("n_deny_rules", &tables.denies.len())
            .finish_non_exhaustive()
    }
}
