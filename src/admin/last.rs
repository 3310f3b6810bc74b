//! The last administrator: a change must leave every scope that had one with somebody who can administer it.

use crate::admin::answer::{ChangeCode, Missing};
use crate::admin::covers::{Given, uncovered};
use crate::admin::names::{NamesOf, Refusal};
use crate::admin::rights::{Action, Holder, Rights, Target};
use crate::decide::{Groups, Length, Named};
use crate::id::{ClusterId, RoleId, ScopeId, SubjectId};
use crate::name::SubjectKind;
use crate::snapshot::{Right, RightCell, ScopeRow, SubjectName};

/// What a change takes away, as far as that is known without looking.
#[derive(Clone, Copy, Default)]
pub(crate) struct Loss<'a> {
    /// Who loses something; anybody, where nothing stands.
    pub(crate) subject: Option<&'a str>,
    /// The one role that is lost; anything, where nothing stands.
    pub(crate) role: Option<&'a str>,
}

impl Loss<'_> {
    /// Returns whether an administrator may be among those who lose.
    fn can_matter(self, before: NamesOf<'_>, after: NamesOf<'_>) -> bool {
        let role = self.role.and_then(|role| before.role(role).ok());
        // Where a policy is strict any permission counts, for whoever gives roles must hold it.
        let is_idle = role.is_some_and(|role| !is_strict(before) && !is_role_of_rights(before, role));
        let who = self.subject.and_then(|subject| before.who(subject).ok());
        let Some(who) = who.filter(|who| who.kind != SubjectKind::Group) else { return !is_idle };
        let Some(id) = before.tables.subject_id(before.id, who.kind, who.name) else { return false };
        // Any rule may be all that makes somebody known.
        !(is_idle && after.is_mentioned(id)) && is_candidate(before, id, who.kind)
    }
}

/// Refuses a change that takes the last administrator from a scope.
pub(crate) fn require_administrators(
    before: NamesOf<'_>,
    after: NamesOf<'_>,
    loss: Loss<'_>,
    now: i64,
) -> Result<(), Refusal> {
    if !loss.can_matter(before, after) {
        return Ok(());
    }
    let were = Administrators::new(before, now);
    if were.candidates.is_empty() {
        return Ok(());
    }
    let are = Administrators::new(after, now);
    let is_lost = |id: &ScopeId| {
        let is_there = after.tables.scope(*id);
        is_there.is_some_and(|place| !are.reach(*id, place))
            && before.tables.scope(*id).is_some_and(|place| were.reach(*id, place))
    };
    let lost: Vec<ScopeId> = before.tables.scopes_of(before.id).map(|(id, _)| id).filter(is_lost).collect();
    if lost.is_empty() {
        return Ok(());
    }
    let path = |id: &ScopeId| after.tables.scope_path(*id).unwrap_or("").to_owned();
    let missing = lost.iter().take(NAMED_MAX).map(|id| Missing::Administrator { scope: path(id) }).collect();
    Err(Refusal { code: ChangeCode::LastAdministrator, missing })
}

/// Who may administer anything in a tenant.
struct Administrators<'a> {
    names: NamesOf<'a>,
    now: i64,
    /// Users and apps that hold the role right somewhere, with their names as written in requests.
    candidates: Vec<(SubjectId, SubjectKind, String)>,
}

impl<'a> Administrators<'a> {
    fn new(names: NamesOf<'a>, now: i64) -> Self {
        let is_candidate = |(id, name): &(SubjectId, SubjectName<'_>)| is_candidate(names, *id, name.kind);
        let subjects = names.tables.subjects_of(names.id).filter(is_candidate);
        let candidates =
            subjects.map(|(id, name)| (id, name.kind, format!("{}:{}", name.kind.word(), name.name))).collect();
        Self { names, now, candidates }
    }

    /// Returns whether somebody may add some rule at a scope.
    fn reach(&self, scope: ScopeId, place: &ScopeRow) -> bool {
        self.candidates.iter().any(|(id, kind, text)| {
            let asker = Named { kind: *kind, id: Some(*id), text };
            let holder = Holder { asker, groups: Groups::Listed(&[]), context: &[] };
            let rights = Rights { names: self.names, holder, now: self.now };
            self.clusters(place).into_iter().any(|cluster| self.may_add(&rights, scope, place, cluster))
        })
    }

    /// Returns the lists of clusters that a rule could have: none, or one cluster.
    fn clusters(&self, place: &ScopeRow) -> Vec<Option<ClusterId>> {
        let tenant = self.names.tenant;
        let live = (0..tenant.cluster_rows.len()).filter(|idx| tenant.cluster_name(*idx).is_some());
        match place.cluster {
            Some(lies_in) => vec![Some(lies_in)],
            None => std::iter::once(None).chain(live.map(|idx| Some(ClusterId::new(idx)))).collect(),
        }
    }

    fn may_add(&self, rights: &Rights<'_>, scope: ScopeId, place: &ScopeRow, cluster: Option<ClusterId>) -> bool {
        let clusters = [cluster];
        let target = Target { scope, place, clusters: &clusters, length: Length::Any };
        let code = ChangeCode::MayNotPlace;
        if rights.require_place(Action::Create, target, code).is_err() {
            return false;
        }
        let roles = (0..self.names.tenant.roles.len()).map(RoleId::new);
        let mut can_be_held =
            roles.filter(|role| !self.names.is_disabled(*role) && self.names.is_held_at(*role, place.kind));
        can_be_held.any(|role| {
            let given = Given { role, scope, place, clusters: &clusters };
            rights.require_role(Action::Create, Some(role), target, code).is_ok()
                && (!is_strict(self.names) || uncovered(rights, given).is_empty())
        })
    }
}

/// Returns whether whoever gives a role must hold it.
pub(crate) fn is_strict(names: NamesOf<'_>) -> bool {
    names.tables.policy.catalogue.delegation.as_ref().is_some_and(|delegation| delegation.is_strict)
}

/// Returns whether a subject may be an administrator of something.
fn is_candidate(names: NamesOf<'_>, id: SubjectId, kind: SubjectKind) -> bool {
    let view = names.tables.subject(id);
    let is_enabled = view.is_some_and(|view| !view.account.is_disabled && !view.account.is_internal);
    let groups = view.map_or(&[][..], |view| view.groups());
    let sources = || [id, names.tenant.everyone].into_iter().chain(groups.iter().copied());
    kind != SubjectKind::Group
        && is_enabled
        && names.is_mentioned(id)
        && sources().any(|source| gives_roles(names, source))
}

/// Returns whether a role holds a part of the two rights.
fn is_role_of_rights(names: NamesOf<'_>, role: RoleId) -> bool {
    names.tenant.full_rights.get(role.index()).is_none_or(|cells| !cells.is_empty())
}

/// Returns whether some rule of a subject gives the right to give roles, somewhere.
fn gives_roles(names: NamesOf<'_>, source: SubjectId) -> bool {
    let gives = |role: RoleId| {
        let is_right = |cell: &RightCell| {
            cell.right == Right::Role && cell.actions & crate::model::bit(Action::Create as usize) != 0
        };
        names.tenant.full_rights.get(role.index()).is_some_and(|cells| cells.iter().any(is_right))
    };
    names.tables.subject(source).is_some_and(|view| view.allows.iter().any(|row| gives(row.role())))
}

/// How many scopes an answer names.
const NAMED_MAX: usize = 10;
