//! A request with its names resolved.

use crate::decide::request::Value;
use crate::id::{ActionId, ClusterId, KindId, ScopeId, SubjectId};
use crate::name::SubjectKind;
use crate::snapshot::{Limits, NO_LIMITS, ScopeRow, Tables, TenantRow};

/// What is asked, in ids.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) revision: u64,
    pub(crate) tenant: &'a TenantRow,
    pub(crate) asker: Asker<'a>,
    pub(crate) groups: GroupList<'a>,
    pub(crate) action: ActionId,
    pub(crate) kind: KindId,
    pub(crate) scope: ScopeId,
    pub(crate) place: ScopeRow,
    /// The cluster named, or else the one in which the scope lies.
    pub(crate) cluster: Option<ClusterId>,
    pub(crate) resource: &'a [(&'a str, Value<'a>)],
    pub(crate) context: &'a [(&'a str, Value<'a>)],
    pub(crate) now: i64,
}

/// Who asks.
#[derive(Clone, Copy)]
pub(crate) struct Asker<'a> {
    pub(crate) kind: SubjectKind,
    /// Nothing where the directory never mentions the subject.
    pub(crate) id: Option<SubjectId>,
    /// The subject as written, `kind:name`.
    pub(crate) text: &'a str,
}

/// The groups of the token.
#[derive(Clone, Copy)]
pub(crate) enum GroupList<'a> {
    NotKnown,
    Names(&'a [&'a str]),
    Ids(&'a [SubjectId]),
}

impl<'a> Question<'a> {
    /// Returns the groups of the token that the tenant's directory mentions. `everyone` adds nothing there.
    pub(crate) fn token_groups(&self) -> impl Iterator<Item = SubjectId> + use<'a> {
        let tenant = self.tenant;
        let (names, ids): (&[&str], &[SubjectId]) = match self.groups {
            GroupList::NotKnown => (&[], &[]),
            GroupList::Names(names) => (names, &[]),
            GroupList::Ids(ids) => (&[], ids),
        };
        let named = names.iter().filter_map(|name| tenant.groups.get(*name).copied());
        named.chain(ids.iter().copied()).filter(|group| *group != tenant.everyone)
    }

    /// Returns the groups that the directory counts the subject in.
    pub(crate) fn directory_groups(&self) -> &'a [SubjectId] {
        let range = self.asker.id.and_then(|id| self.tables.subjects.get(id.index())).map(|row| &row.groups);
        let range = range.map_or(0..0, |range| range.start as usize..range.end as usize);
        self.tables.groups_of.get(range).unwrap_or(&[])
    }

    /// Returns whether the subject is a user or an app, which groups can hold.
    pub(crate) fn can_be_member(&self) -> bool {
        self.asker.kind != SubjectKind::Group
    }

    /// Returns the limits at a position, if there are any.
    pub(crate) fn limits(&self, position: u32) -> Option<&'a Limits> {
        if position == NO_LIMITS { None } else { self.tables.limits.get(position as usize) }
    }
}
