//! What an actor has the right to: the walk that decides requests, asked for the rights to change access.

use crate::admin::answer::{ChangeCode, Missing};
use crate::admin::change::Actor;
use crate::admin::names::{NamesOf, Refusal};
use crate::decide::{
    Asker, GroupList, Groups, Length, Named, Question, Reason, RightAsked, RoleAsked, Value, named, walk,
};
use crate::id::{ActionId, ClusterId, KindId, RoleId, ScopeId, SubjectId};
use crate::name::SubjectKind;
use crate::snapshot::{Right, ScopeRow};

/// Who makes a change, looked up.
#[derive(Clone, Copy)]
pub(crate) struct Holder<'a> {
    pub(crate) asker: Named<'a>,
    pub(crate) groups: Groups<'a>,
    pub(crate) context: &'a [(&'a str, Value<'a>)],
}

/// Who makes a change: nobody, where the host does.
pub(crate) fn holder<'a>(names: NamesOf<'_>, actor: &Actor<'a>) -> Result<Option<Holder<'a>>, Refusal> {
    let Actor::Subject { subject, groups, context } = actor else { return Ok(None) };
    let asker = named(names.tables, names.id, subject).ok_or(ChangeCode::InvalidRequest)?;
    Ok(Some(Holder { asker, groups: *groups, context }))
}

/// Where and for what rule a right is asked.
#[derive(Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) scope: ScopeId,
    pub(crate) place: &'a ScopeRow,
    /// The clusters of the rule; nothing is every cluster.
    pub(crate) clusters: &'a [Option<ClusterId>],
    pub(crate) length: Length,
}

/// Asks rights of one holder at one time.
#[derive(Clone, Copy)]
pub(crate) struct Rights<'a> {
    pub(crate) names: NamesOf<'a>,
    pub(crate) holder: Holder<'a>,
    pub(crate) now: i64,
}

impl<'a> Rights<'a> {
    /// Requires the role right, for one role or for all, on every cluster of the target.
    pub(crate) fn require_role(
        &self,
        action: Action,
        role: Option<RoleId>,
        target: Target<'a>,
        code: ChangeCode,
    ) -> Result<(), Refusal> {
        let catalogue = &self.names.tables.policy.catalogue;
        let right = catalogue.delegation.as_ref().map(|delegation| delegation.role_right);
        let asked =
            RightAsked { right: Right::Role, role: role.map_or(RoleAsked::All, RoleAsked::One), length: target.length };
        self.require(action, right, Some(asked), role, target, code)
    }

    /// Requires the place right where the target is an organization, on every cluster of the target.
    pub(crate) fn require_place(&self, action: Action, target: Target<'a>, code: ChangeCode) -> Result<(), Refusal> {
        if !self.is_organization(target.place) {
            return Ok(());
        }
        let catalogue = &self.names.tables.policy.catalogue;
        let right = catalogue.delegation.as_ref().and_then(|delegation| delegation.place_right);
        let asked = RightAsked { right: Right::Place, role: RoleAsked::All, length: target.length };
        self.require(action, right, Some(asked), None, target, code)
    }

    /// Requires a permission, as a plain check would ask it.
    pub(crate) fn require_plain(
        &self,
        action: Action,
        kind: Option<usize>,
        target: Target<'a>,
        code: ChangeCode,
    ) -> Result<(), Refusal> {
        self.require(action, kind, None, None, target, code)
    }

    /// Returns whether a scope is an organization, at which subjects are placed.
    pub(crate) fn is_organization(&self, place: &ScopeRow) -> bool {
        let delegation = self.names.tables.policy.catalogue.delegation.as_ref();
        let placed = delegation.filter(|delegation| delegation.place_right.is_some());
        placed.is_some_and(|placed| placed.organizations & crate::model::bit(place.kind as usize) != 0)
    }

    fn require(
        &self,
        action: Action,
        kind: Option<usize>,
        asked: Option<RightAsked>,
        role: Option<RoleId>,
        target: Target<'a>,
        code: ChangeCode,
    ) -> Result<(), Refusal> {
        let is_missing =
            |cluster: &&Option<ClusterId>| kind.is_none_or(|kind| !self.has(action, kind, asked, target, **cluster));
        let missing: Vec<Missing> = target
            .clusters
            .iter()
            .filter(is_missing)
            .map(|cluster| self.missing(action, kind, role, target, *cluster))
            .collect();
        // Nothing asked is nothing approved.
        if missing.is_empty() && !target.clusters.is_empty() { Ok(()) } else { Err(Refusal { code, missing }) }
    }

    /// Returns whether the walk allows.
    fn has(
        &self,
        action: Action,
        kind: usize,
        right: Option<RightAsked>,
        target: Target<'a>,
        cluster: Option<ClusterId>,
    ) -> bool {
        let NamesOf { tables, id: tenant_id, tenant } = self.names;
        let Holder { asker, groups, context } = self.holder;
        let asker = Asker::new(tables, asker);
        let permission = tables.policy.permission(KindId::new(kind), ActionId::new(action as usize));
        let Some(permission) = permission else { return false };
        if tenant.is_closed || asker.own.is_some_and(|(_, subject)| subject.account.is_disabled) {
            return false;
        }
        let groups = match groups {
            Groups::NotKnown => GroupList::NotKnown,
            Groups::Listed(names) => GroupList::Names(names),
        };
        let question = Question {
            tables,
            revision: 0,
            tenant_id,
            tenant,
            asker,
            groups,
            permission,
            right,
            scope: target.scope,
            place: target.place,
            cluster,
            resource: &[],
            context,
            now: self.now,
        };
        walk(&question, &mut ()).reason == Reason::Granted
    }

    fn missing(
        &self,
        action: Action,
        kind: Option<usize>,
        role: Option<RoleId>,
        target: Target<'a>,
        cluster: Option<ClusterId>,
    ) -> Missing {
        let NamesOf { tables, tenant, .. } = self.names;
        let kinds = &tables.policy.kind_rows;
        Missing::Permission {
            action: tables.policy.actions.name(action as usize).map_or_else(String::new, ToString::to_string),
            kind: kind.and_then(|kind| kinds.get(kind)).map_or_else(String::new, |row| row.name.to_string()),
            scope: tables.scope_path(target.scope).unwrap_or("").to_owned(),
            cluster: cluster.and_then(|cluster| tenant.cluster_name(cluster.index())).map(str::to_owned),
            role: role.and_then(|role| tenant.roles.get(role.index())).map(|row| row.name.to_string()),
        }
    }

    /// Returns whose rules are the holder's: its own, those of its groups and of everyone.
    pub(crate) fn sources(&self) -> Vec<SubjectId> {
        let NamesOf { tables, id, tenant } = self.names;
        let mut sources: Vec<SubjectId> = self.holder.asker.id.into_iter().collect();
        if self.holder.asker.kind == SubjectKind::Group {
            return sources;
        }
        if let Groups::Listed(listed) = self.holder.groups {
            sources.extend(listed.iter().filter_map(|name| tables.subject_id(id, SubjectKind::Group, name)));
        }
        let own = self.holder.asker.id.and_then(|id| tables.subject(id));
        sources.extend(own.into_iter().flat_map(|view| view.groups().iter().copied()));
        sources.push(tenant.everyone);
        sources.sort_unstable();
        sources.dedup();
        sources
    }
}

/// The actions of every policy, by position.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Action {
    Create = 0,
    Update = 2,
    Delete = 3,
}
