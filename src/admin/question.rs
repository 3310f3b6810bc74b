//! Questions about changes that change nothing: what an actor could give, and whether somebody holds all of a role.

use crate::admin::answer::{Answer, ChangeCode};
use crate::admin::approve::home;
use crate::admin::change::{Actor, RuleLimits};
use crate::admin::covers::{self, uncovered};
use crate::admin::last::is_strict;
use crate::admin::names::{NamesOf, Refusal, require_names, require_path};
use crate::admin::rights::{Action, Rights, Target, holder};
use crate::decide::{Groups, Length};
use crate::id::{ClusterId, RoleId, ScopeId};
use crate::snapshot::{ScopeRow, Snapshot};

/// Whose rules are compared: a subject of a tenant, with the groups of its token.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// The tenant; may be left out only while one is loaded.
    pub tenant: Option<&'a str>,
    /// Who: `user:`, `group:` or `app:` and a name.
    pub subject: &'a str,
    /// The groups of the subject's token.
    pub groups: Groups<'a>,
}

/// What a rule would give: a role at a scope, on some clusters.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a> {
    /// The role.
    pub role: &'a str,
    /// The scope, as a path.
    pub scope: &'a str,
    /// The only clusters; every cluster, now and later, where left out.
    pub clusters: Option<&'a [&'a str]>,
}

/// A role that an actor could give at a scope.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Assignable {
    /// The role.
    pub role: String,
    /// The kinds of subject to whom: `user` and `group`, and `app` where the tenant lists one.
    pub subject_kinds: Vec<&'static str>,
    /// The clusters to which a rule must be limited, each by itself; none where it need not be.
    pub clusters: Option<Vec<String>>,
    /// For how many seconds from now at most; none where for ever.
    pub seconds_max: Option<i64>,
}

impl Snapshot {
    /// Returns whether a holder has, at a time in seconds since the epoch, every permission that a rule would give: the
    /// comparison that strict policies make. The answer is `ok`, or `not_held` with the missing permissions, or says which
    /// name is not there.
    pub fn covers(&self, whose: &Holder<'_>, given: &Given<'_>, now: i64) -> Answer {
        let code = self.compare(whose, given, now).err();
        Answer {
            code: code.as_ref().map_or(ChangeCode::Ok, |refusal| refusal.code),
            subject: whose.subject.to_owned(),
            role: Some(given.role.to_owned()),
            scope: Some(given.scope.to_owned()),
            missing: code.map(|refusal| refusal.missing).unwrap_or_default(),
        }
    }

    fn compare(&self, whose: &Holder<'_>, given: &Given<'_>, now: i64) -> Result<(), Refusal> {
        let actor = Actor::Subject { subject: whose.subject, groups: whose.groups, context: &[] };
        let names = NamesOf::new(&self.tables, home(&self.tables, &actor, whose.tenant)?);
        let names = names.ok_or(ChangeCode::UnknownTenant)?;
        require_names([given.role].into_iter().chain(given.clusters.into_iter().flatten().copied()))?;
        require_path(given.scope)?;
        let (scope, place) = names.scope(given.scope)?;
        let role = names.role(given.role)?;
        let limits = names.limits(&RuleLimits { clusters: given.clusters, ..RuleLimits::default() }, place)?;
        let clusters = names.asked_clusters(&limits, place);
        let holder = holder(names, &actor)?.ok_or(ChangeCode::InvalidRequest)?;
        let rights = Rights { names, holder, now };
        let missing = uncovered(&rights, covers::Given { role, scope, place, clusters: &clusters });
        if missing.is_empty() { Ok(()) } else { Err(Refusal { code: ChangeCode::NotHeld, missing }) }
    }

    /// Returns the roles that an actor could give at a scope, at a time in seconds since the epoch, in the order of the policy:
    /// those for which [`Snapshot::approve`] would approve some rule.
    ///
    /// # Errors
    ///
    /// The code with which every rule there would be refused: `invalid_request`, `unknown_tenant`, `invalid_name`, `other_tenant` or
    /// `unknown_scope`.
    pub fn may_assign(
        &self,
        actor: &Actor<'_>,
        tenant: Option<&str>,
        scope: &str,
        now: i64,
    ) -> Result<Vec<Assignable>, ChangeCode> {
        self.assignable(actor, tenant, scope, now).map_err(|refusal| refusal.code)
    }

    fn assignable(
        &self,
        actor: &Actor<'_>,
        tenant: Option<&str>,
        scope: &str,
        now: i64,
    ) -> Result<Vec<Assignable>, Refusal> {
        let names = NamesOf::new(&self.tables, home(&self.tables, actor, tenant)?).ok_or(ChangeCode::UnknownTenant)?;
        require_path(scope)?;
        let (scope, place) = names.scope(scope)?;
        let rights = holder(names, actor)?.map(|holder| Rights { names, holder, now });
        let offer = Offer { names, rights, scope, place, now };
        Ok((0..names.tenant.roles.len()).filter_map(|role| offer.role(RoleId::new(role))).collect())
    }
}

/// What one actor could give at one scope; nobody's rights are those of the host.
struct Offer<'a> {
    names: NamesOf<'a>,
    rights: Option<Rights<'a>>,
    scope: ScopeId,
    place: &'a ScopeRow,
    now: i64,
}

impl Offer<'_> {
    fn role(&self, role: RoleId) -> Option<Assignable> {
        let row = self.names.tenant.roles.get(role.index()).filter(|row| !row.is_disabled && !row.is_lost)?;
        if !self.names.is_held_at(role, self.place.kind) {
            return None;
        }
        let (clusters, seconds_max) = match self.longest(role, self.place.cluster) {
            Some(seconds_max) => (None, seconds_max),
            None => self.limited(role)?,
        };
        let has_apps = self.names.tables.subjects_of(self.names.id).any(|(id, name)| {
            let is_listed = self.names.tables.subject(id).is_some_and(|view| view.account.is_listed);
            name.kind == crate::name::SubjectKind::App && is_listed
        });
        let subject_kinds = ["user", "group"].into_iter().chain(has_apps.then_some("app")).collect();
        Some(Assignable { role: row.name.to_string(), subject_kinds, clusters, seconds_max })
    }

    /// Returns the clusters on which a rule could be given, and for how long on the one with the shortest time.
    fn limited(&self, role: RoleId) -> Option<(Option<Vec<String>>, Option<i64>)> {
        if self.place.cluster.is_some() {
            return None;
        }
        let tenant = self.names.tenant;
        let each = (0..tenant.cluster_rows.len()).filter_map(|idx| {
            let name = tenant.cluster_name(idx)?;
            Some((name.to_owned(), self.longest(role, Some(ClusterId::new(idx)))?))
        });
        let each: Vec<(String, Option<i64>)> = each.collect();
        let shortest = each.iter().filter_map(|(_, seconds_max)| *seconds_max).min();
        (!each.is_empty()).then(|| (Some(each.into_iter().map(|(name, _)| name).collect()), shortest))
    }

    /// Returns for how long at most a rule could be given, if at all; nothing inside is for ever.
    fn longest(&self, role: RoleId, cluster: Option<ClusterId>) -> Option<Option<i64>> {
        let Some(rights) = &self.rights else { return Some(None) };
        let clusters = [cluster];
        let given = covers::Given { role, scope: self.scope, place: self.place, clusters: &clusters };
        if is_strict(self.names) && !uncovered(rights, given).is_empty() {
            return None;
        }
        let qualifiers = &self.names.tables.policy.catalogue.qualifiers;
        let mut lengths: Vec<i64> = qualifiers.values().filter_map(|qualifier| qualifier.seconds_max).collect();
        lengths.sort_unstable();
        let may = |until: Option<i64>| {
            let target =
                Target { scope: self.scope, place: self.place, clusters: &clusters, length: Length::Until(until) };
            let code = ChangeCode::MayNotGiveRole;
            rights.require_role(Action::Create, Some(role), target, code).is_ok()
                && rights.require_place(Action::Create, target, code).is_ok()
        };
        if may(None) {
            return Some(None);
        }
        let longest = lengths.into_iter().rev().find(|length| may(Some(self.now.saturating_add(*length))));
        longest.map(Some)
    }
}
