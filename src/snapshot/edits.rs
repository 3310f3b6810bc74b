//! What was changed since the load: maps that share what they do not change, each empty until something is.

use std::sync::Arc;

use rpds::HashTrieMapSync;

use crate::id::{ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::tables::{
    Account, AllowOrigin, AllowRow, DenyOrigin, DenyRow, Limits, Placement, ScopeName, ScopeRow, SubjectName,
};

/// What was changed since the load. What stands here goes before what was loaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    pub(crate) subjects: HashTrieMapSync<SubjectId, Arc<SubjectEdit>>,
    /// How many subjects were added.
    pub(crate) n_subjects: usize,
    pub(crate) names: HashTrieMapSync<TenantId, NamesEdit>,
    /// Nothing where a scope was deleted.
    pub(crate) scopes: HashTrieMapSync<ScopeId, Option<Arc<ScopeEdit>>>,
    /// How many scopes were added.
    pub(crate) n_scopes: usize,
    /// Nothing where the scope of that path was deleted, moved or renamed.
    pub(crate) paths: HashTrieMapSync<Box<str>, Option<ScopeId>>,
}

/// The names that were given or taken since the load.
#[derive(Clone, Debug, Default)]
pub(crate) struct NamesEdit {
    users: NameMap,
    groups: NameMap,
    apps: NameMap,
}

/// Nothing where the subject of that name was deleted.
pub(crate) type NameMap = HashTrieMapSync<Box<str>, Option<SubjectId>>;

impl NamesEdit {
    /// Returns the names of one kind of subject.
    pub(crate) fn of(&self, kind: SubjectKind) -> &NameMap {
        match kind {
            SubjectKind::User => &self.users,
            SubjectKind::Group => &self.groups,
            SubjectKind::App => &self.apps,
        }
    }

    /// Returns the names of one kind of subject, to be changed.
    pub(crate) fn of_mut(&mut self, kind: SubjectKind) -> &mut NameMap {
        match kind {
            SubjectKind::User => &mut self.users,
            SubjectKind::Group => &mut self.groups,
            SubjectKind::App => &mut self.apps,
        }
    }
}

/// A scope that was added, moved or renamed.
#[derive(Clone, Debug)]
pub(crate) struct ScopeEdit {
    pub(crate) row: ScopeRow,
    pub(crate) name: ScopeName,
}

/// A subject that was added or changed, whole.
#[derive(Clone, Debug)]
pub(crate) struct SubjectEdit {
    pub(crate) name: SubjectName,
    pub(crate) account: Account,
    pub(crate) groups: Vec<SubjectId>,
    pub(crate) allows: Vec<AllowRow>,
    pub(crate) allow_origins: Vec<AllowOrigin>,
    pub(crate) denies: Vec<DenyRow>,
    pub(crate) deny_origins: Vec<DenyOrigin>,
    pub(crate) limits: Vec<Limits>,
    pub(crate) placement: Placement,
}
