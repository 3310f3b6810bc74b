//! What was changed since the load: maps that share what they do not change, each empty until something is.

use std::hash::Hash;
use std::sync::Arc;

use archery::ArcTK;
use foldhash::quality::RandomState;

use crate::id::{ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::tables::{Account, AllowOrigin, AllowRow, DenyOrigin, DenyRow, Limits, Placement, ScopeRow};

/// A map that shares what it does not change.
pub(crate) type Shared<K, V> = rpds::HashTrieMap<K, V, ArcTK, RandomState>;

/// Returns an empty map. Its nodes are narrow: a change copies those on its way, and looks at all that they share.
fn shared<K: Eq + Hash, V>() -> Shared<K, V> {
    Shared::new_with_hasher_and_degree_and_ptr_kind(RandomState::default(), DEGREE)
}

/// How many nodes a node of a map holds.
const DEGREE: u8 = 8;

/// What was changed since the load. What stands here goes before what was loaded.
#[derive(Clone, Debug)]
pub(crate) struct Edits {
    pub(crate) subjects: Shared<SubjectId, Arc<SubjectEdit>>,
    pub(crate) touched: Touched,
    /// How many subjects were added.
    pub(crate) n_subjects: usize,
    pub(crate) names: Shared<TenantId, NamesEdit>,
    /// Nothing where a scope was deleted.
    pub(crate) scopes: Shared<ScopeId, Option<Arc<ScopeEdit>>>,
    /// How many scopes were added.
    pub(crate) n_scopes: usize,
    /// Nothing where the scope of that path was deleted, moved or renamed.
    pub(crate) paths: Shared<Box<str>, Option<ScopeId>>,
}

impl Edits {
    /// Says what a subject has now.
    pub(crate) fn set_subject(&mut self, id: SubjectId, subject: SubjectEdit) {
        self.touched.insert(id);
        self.subjects.insert_mut(id, Arc::new(subject));
    }
}

impl Default for Edits {
    fn default() -> Self {
        Self {
            subjects: shared(),
            touched: Touched::default(),
            n_subjects: 0,
            names: shared(),
            scopes: shared(),
            n_scopes: 0,
            paths: shared(),
        }
    }
}

/// The names that were given or taken since the load.
#[derive(Clone, Debug)]
pub(crate) struct NamesEdit {
    users: NameMap,
    groups: NameMap,
    apps: NameMap,
}

/// Nothing where the subject of that name was deleted.
pub(crate) type NameMap = Shared<Box<str>, Option<SubjectId>>;

impl Default for NamesEdit {
    fn default() -> Self {
        Self { users: shared(), groups: shared(), apps: shared() }
    }
}

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

/// Which subjects may have been changed: a bit for many of them, so that the others are spared the look-up.
#[derive(Clone, Debug)]
pub(crate) struct Touched {
    words: Arc<[u64; TOUCHED_WORDS]>,
}

impl Default for Touched {
    fn default() -> Self {
        Self { words: Arc::new([0; TOUCHED_WORDS]) }
    }
}

impl Touched {
    /// Returns whether a subject may have been changed.
    pub(crate) fn may_hold(&self, id: SubjectId) -> bool {
        let (word, bit) = Self::place(id);
        self.words.get(word).is_none_or(|word| word >> bit & 1 == 1)
    }

    /// Takes note of a subject.
    pub(crate) fn insert(&mut self, id: SubjectId) {
        let (word, bit) = Self::place(id);
        if !self.may_hold(id)
            && let Some(word) = Arc::make_mut(&mut self.words).get_mut(word)
        {
            *word |= 1 << bit;
        }
    }

    fn place(id: SubjectId) -> (usize, usize) {
        (id.index() / 64 % TOUCHED_WORDS, id.index() % 64)
    }
}

/// How many words there are: 16,384 bits, that is 2 KiB, which every update copies.
const TOUCHED_WORDS: usize = 256;

/// A scope that was added, moved or renamed.
#[derive(Clone, Debug)]
pub(crate) struct ScopeEdit {
    pub(crate) row: ScopeRow,
    pub(crate) path: Box<str>,
    /// The stable id.
    pub(crate) id: Box<str>,
}

/// A subject that was added or changed, whole.
#[derive(Clone, Debug)]
pub(crate) struct SubjectEdit {
    pub(crate) tenant: TenantId,
    pub(crate) kind: SubjectKind,
    pub(crate) name: Box<str>,
    pub(crate) account: Account,
    pub(crate) groups: Vec<SubjectId>,
    pub(crate) allows: Vec<AllowRow>,
    pub(crate) allow_origins: Vec<AllowOrigin>,
    pub(crate) denies: Vec<DenyRow>,
    pub(crate) deny_origins: Vec<DenyOrigin>,
    pub(crate) limits: Vec<Limits>,
    pub(crate) placement: Placement,
}
