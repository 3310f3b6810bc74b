//! Questions that change nothing: who covers what, and what somebody could give.

use bailiwick::Groups;

use crate::changes::catalogue::BRIEF;
use crate::changes::desk::Desk;
use crate::changes::directory::NOW;
use crate::changes::office::Office;
use crate::changes::step::{One, with_context};
use crate::plain::{Rule, World};

/// Who, about what.
#[derive(Clone, Debug)]
pub(crate) struct Query {
    pub(crate) tenant: String,
    pub(crate) subject: String,
    pub(crate) groups: Option<Vec<String>>,
    pub(crate) role: String,
    pub(crate) scope: String,
    pub(crate) clusters: Option<Vec<String>>,
    pub(crate) now: i64,
}

/// Returns questions about some subjects of the first tenant: every role at every scope.
pub(crate) fn queries(world: &World) -> Vec<Query> {
    let Some(tenant) = world.tenants.first() else { return Vec::new() };
    let tokens: [Option<&[&str]>; 4] = [Some(&[]), Some(&["ml"]), None, Some(&["ops", "ana"])];
    let roles: Vec<&String> = world.policy.roles.iter().chain(&tenant.custom_roles).map(|it| &it.name).collect();
    let mut lists = vec![None];
    lists.extend(tenant.clusters.iter().map(|it| Some(vec![it.name.clone()])));
    let mut found = Vec::new();
    for (at, subject) in ["user:ana", "user:bob", "app:ci", "group:ml"].into_iter().enumerate() {
        for scope in &tenant.scopes {
            for role in &roles {
                let groups = tokens[at].map(|it| it.iter().map(|it| (*it).to_owned()).collect());
                found.push(Query {
                    tenant: tenant.name.clone(),
                    subject: subject.to_owned(),
                    groups,
                    role: (*role).clone(),
                    scope: scope.path.clone(),
                    clusters: lists[found.len() % lists.len()].clone(),
                    now: NOW,
                });
            }
        }
    }
    found
}

impl World {
    /// Returns `ok`, `not_held`, or the code of what is wrong with the clusters.
    pub(crate) fn covers(&self, query: &Query) -> &'static str {
        self.with_office(query, |desk, office| {
            let rule = query.rule(&query.role, query.clusters.clone(), None);
            let given = desk.scope(&query.scope).and_then(|scope| Ok((scope, desk.role(&query.role)?)));
            match given.and_then(|it| desk.clusters(&rule).map(|()| it)) {
                Err(code) => code,
                Ok((scope, role)) if office.covers(role, scope, query.clusters.as_deref()) => "ok",
                Ok(_) => "not_held",
            }
        })
    }

    /// Returns the roles of which somebody could add some rule at the scope, and whether one without a list.
    pub(crate) fn assignable(&self, query: &Query) -> Vec<(String, bool)> {
        let lengths = [None, Some(query.now + BRIEF), Some(query.now + 1)];
        self.with_office(query, |desk, _| {
            let roles = self.policy.roles.iter().chain(&desk.tenant.custom_roles);
            let could = |role: &str, clusters: Option<Vec<String>>| {
                lengths.iter().any(|until| {
                    let rule = Box::new(query.rule(role, clusters.clone(), *until));
                    desk.answer(&One::Rule { is_added: true, is_deny: false, rule }).is_ok()
                })
            };
            let one = |role: &str| desk.tenant.clusters.iter().any(|it| could(role, Some(vec![it.name.clone()])));
            let found = roles.map(|it| (it.name.clone(), could(&it.name, None)));
            found.filter(|(name, is_whole)| *is_whole || one(name)).collect()
        })
    }

    fn with_office<R>(&self, query: &Query, use_it: impl FnOnce(&Desk<'_>, &Office<'_>) -> R) -> R {
        let tenant = self.tenant(&query.tenant).unwrap();
        with_context(query.groups.as_deref(), &[], |groups: Groups<'_>, context| {
            let (subject, now) = (query.subject.as_str(), query.now);
            let office = Office { world: self, tenant, subject, groups, context, now, fault: None };
            use_it(&Desk { world: self, tenant, office: Some(office), now, fault: None }, &office)
        })
    }
}

impl Query {
    /// A rule for somebody who has none yet.
    fn rule(&self, role: &str, clusters: Option<Vec<String>>, until: Option<i64>) -> Rule {
        Rule {
            id: None,
            subject: "user:newcomer".to_owned(),
            role: Some(role.to_owned()),
            rows: Vec::new(),
            scope: self.scope.clone(),
            clusters,
            from: None,
            until,
            when: None,
        }
    }
}
