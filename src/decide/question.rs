//! A request with its names resolved.

use crate::decide::request::Value;
use crate::id::{ClusterId, RoleId, ScopeId, SubjectId, TenantId};
use crate::name::SubjectKind;
use crate::snapshot::{PermissionRow, QualifierRow, Right, RightCell, ScopeRow, SubjectView, Tables, TenantRow};

/// What is asked, in ids.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) revision: u64,
    pub(crate) tenant_id: TenantId,
    pub(crate) tenant: &'a TenantRow,
    pub(crate) asker: Asker<'a>,
    pub(crate) groups: GroupList<'a>,
    pub(crate) permission: &'a PermissionRow,
    /// What a right to change access is asked for; nothing for a plain check.
    pub(crate) right: Option<RightAsked>,
    pub(crate) scope: ScopeId,
    pub(crate) place: &'a ScopeRow,
    /// The cluster named, or else the one in which the scope lies.
    pub(crate) cluster: Option<ClusterId>,
    pub(crate) resource: &'a [(&'a str, Value<'a>)],
    pub(crate) context: &'a [(&'a str, Value<'a>)],
    pub(crate) now: i64,
}

/// What a right to change access is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RightAsked {
    /// Which of the two.
    pub(crate) right: Right,
    pub(crate) role: RoleAsked,
    pub(crate) length: Length,
}

/// For which role the role right is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RoleAsked {
    One(RoleId),
    /// All roles, later ones too.
    All,
}

/// For how long a right is asked.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Length {
    /// It is not asked.
    Any,
    /// Until then; for ever, where nothing stands.
    Until(Option<i64>),
}

impl RightAsked {
    /// Returns whether some of a role's cells give the right.
    pub(crate) fn is_given(self, question: &Question<'_>, cells: &[RightCell]) -> bool {
        let action = u32::try_from(question.permission.action.index()).unwrap_or(u32::MAX);
        let is_asked = |actions: u64| actions.checked_shr(action).is_some_and(|rest| rest & 1 == 1);
        let is_cell = |cell: &&RightCell| cell.right == self.right && is_asked(cell.actions);
        cells.iter().filter(is_cell).any(|cell| match cell.qualifier {
            None => true,
            Some(position) => {
                let qualifier = question.tables.policy.qualifiers.get(position as usize);
                qualifier.is_some_and(|qualifier| self.is_admitted(question, qualifier))
            }
        })
    }

    fn is_admitted(self, question: &Question<'_>, qualifier: &QualifierRow) -> bool {
        let admits_role = self.right == Right::Place
            || match (&qualifier.roles, self.role) {
                (None, _) => true,
                (Some(_), RoleAsked::All) => false,
                (Some(roles), RoleAsked::One(role)) => roles.contains(&role),
            };
        let admits_kind = qualifier.at.checked_shr(question.place.kind).is_some_and(|at| at & 1 == 1);
        let admits_length = match (qualifier.seconds_max, self.length) {
            (None, _) | (Some(_), Length::Any) => true,
            (Some(_), Length::Until(None)) => false,
            (Some(max), Length::Until(Some(until))) => until <= question.now.saturating_add(max),
        };
        admits_role && admits_kind && admits_length
    }
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) kind: SubjectKind,
    /// Its number and what it has; nothing where the directory never mentions it.
    pub(crate) own: Option<(SubjectId, SubjectView<'a>)>,
    /// The subject as written, `kind:name`.
    pub(crate) text: &'a str,
}

/// The groups of the token.
#[derive(Clone, Copy)]
pub(crate) enum GroupList<'a> {
    NotKnown,
    Names(&'a [&'a str]),
    Ids(&'a [SubjectId]),
    /// Some that were looked up ahead, and the names of the rest.
    Begun(LookedUp, &'a [&'a str]),
}

/// Groups that were looked up ahead.
#[derive(Clone, Copy)]
pub(crate) struct LookedUp {
    ids: [SubjectId; AHEAD_MAX],
    n_ids: usize,
}

impl LookedUp {
    /// Adds one, where there is room.
    #[inline]
    pub(crate) fn push(&mut self, id: SubjectId) {
        if let Some(slot) = self.ids.get_mut(self.n_ids) {
            *slot = id;
            self.n_ids = self.n_ids.saturating_add(1);
        }
    }

    /// Returns them.
    #[inline]
    pub(crate) fn ids(&self) -> &[SubjectId] {
        self.ids.get(..self.n_ids).unwrap_or(&[])
    }
}

impl Default for LookedUp {
    #[inline]
    fn default() -> Self {
        Self { ids: [SubjectId::new(usize::MAX); AHEAD_MAX], n_ids: 0 }
    }
}

/// How many groups are looked up ahead; most tokens have fewer.
pub(crate) const AHEAD_MAX: usize = 8;

/// Who asks, by number.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) kind: SubjectKind,
    /// Nothing where the directory never mentions the subject.
    pub(crate) id: Option<SubjectId>,
    /// The subject as written, `kind:name`.
    pub(crate) text: &'a str,
}

impl<'a> Asker<'a> {
    /// Returns who asks, with what it has.
    pub(crate) fn new(tables: &'a Tables, Named { kind, id, text }: Named<'a>) -> Self {
        Self { kind, own: id.and_then(|id| Some((id, tables.subject(id)?))), text }
    }
}

impl<'a> Question<'a> {
    /// Returns the groups of the token: those that are looked up, and the names of the others.
    pub(crate) fn token_groups(&self) -> (&[SubjectId], &'a [&'a str]) {
        match &self.groups {
            GroupList::NotKnown => (&[], &[]),
            GroupList::Names(names) => (&[], names),
            GroupList::Ids(ids) => (ids, &[]),
            GroupList::Begun(ahead, rest) => (ahead.ids(), rest),
        }
    }

    /// Returns the groups that the directory counts the subject in.
    pub(crate) fn directory_groups(&self) -> &'a [SubjectId] {
        self.asker.own.map_or(&[], |(_, view)| view.groups())
    }

    /// Returns whether the subject is a user or an app, which groups can hold.
    pub(crate) fn can_be_member(&self) -> bool {
        self.asker.kind != SubjectKind::Group
    }
}
