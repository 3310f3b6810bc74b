//! Limited actors of a world, and what nobody may ever do, whatever they do.

use bailiwick::document::{Document, Field};

use crate::ask::{Ask, with_requests};
use crate::changes::directory::NOW;
use crate::changes::fixpoint::Deputy;
use crate::changes::office::Given;
use crate::changes::questions::Query;
use crate::plain::{Scope, Tenant, World};
use crate::pools::GROUPS;
use crate::random::Random;
use crate::reference::Length;

/// Drops conditions and restrictions: who could make them true is not the question here.
pub(crate) fn unconditional(mut documents: Vec<Document>) -> Vec<Document> {
    for document in &mut documents {
        document.restrictions = Field::default();
        let rules = document.access_rules.value_mut().into_iter().flatten().filter_map(Field::value_mut);
        rules.for_each(|it| it.when = Field::default());
        let denies = document.deny_rules.value_mut().into_iter().flatten().filter_map(Field::value_mut);
        denies.for_each(|it| it.when = Field::default());
    }
    documents
}

/// Returns some who may give something, but not everything, each with one token.
pub(crate) fn deputies(random: &mut Random, world: &World) -> Vec<Deputy> {
    let tenant = &world.tenants[0];
    let mut found = Vec::new();
    for name in people(tenant) {
        let n = random.below(3);
        let groups = random.some(&GROUPS[..3], n).into_iter().map(str::to_owned).collect();
        let deputy = Deputy { subject: name.to_owned(), groups };
        let gives_some = tenant.scopes.iter().any(|scope| !world.assignable(&deputy.query(tenant, scope)).is_empty());
        let gives_all = deputy.with_office(world, 0, NOW, |office| {
            let length = Length::Seconds(1);
            tenant
                .scopes
                .first()
                .is_some_and(|scope| office.may_give("create", Given { role: None, scope, clusters: None, length }))
        });
        if gives_some && !gives_all && found.len() < 3 {
            found.push(deputy);
        }
    }
    found
}

impl Deputy {
    /// Asks what could be given at a scope.
    pub(crate) fn query(&self, tenant: &Tenant, scope: &Scope) -> Query {
        Query {
            tenant: tenant.name.clone(),
            subject: self.subject.clone(),
            groups: Some(self.groups.clone()),
            role: String::new(),
            scope: scope.path.clone(),
            clusters: None,
            now: NOW,
        }
    }
}

/// Returns the users and apps that the directory lists or gives something.
fn people(tenant: &Tenant) -> Vec<&str> {
    let named = tenant.access_rules.iter().map(|it| &it.subject).filter(|it| it.starts_with("user:"));
    let mut found: Vec<&str> = named.chain(tenant.listed.iter().map(|it| &it.name)).map(String::as_str).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Returns what nobody may ever do: every request that is not granted at the fixpoint.
pub(crate) fn forbidden(limit: &World, deputies: &[Deputy]) -> Vec<Ask> {
    let tenant = &limit.tenants[0];
    let tokens = |subject: &str| deputies.iter().find(|it| it.subject == subject).map(|it| it.groups.clone());
    let mut clusters: Vec<Option<String>> = vec![None];
    clusters.extend(tenant.clusters.iter().map(|it| Some(it.name.clone())));
    let mut asks = Vec::new();
    for subject in people(tenant) {
        for scope in &tenant.scopes {
            for kind in &limit.policy.kinds {
                for action in &limit.policy.actions {
                    asks.extend(clusters.iter().map(|cluster| Ask {
                        tenant: Some(tenant.name.clone()),
                        subject: subject.to_owned(),
                        groups: Some(tokens(subject).unwrap_or_default()),
                        action: action.clone(),
                        kind: kind.name.clone(),
                        scope: scope.path.clone(),
                        cluster: cluster.clone(),
                        resource: Vec::new(),
                        context: Vec::new(),
                        now: NOW,
                        bound: None,
                    }));
                }
            }
        }
    }
    let is_forbidden = |ask: &Ask| {
        let reason = with_requests(std::slice::from_ref(ask), |it| limit.reason(&it[0]));
        matches!(reason, "not_granted" | "unknown_subject" | "subject_disabled")
    };
    asks.retain(is_forbidden);
    asks
}
