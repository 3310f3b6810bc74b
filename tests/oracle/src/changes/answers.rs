//! The answers to a change, one for each item, and the world that they lead to.

use crate::changes::administrators::is_orphaned;
use crate::changes::apply::apply;
use crate::changes::desk::Desk;
use crate::changes::faults::ChangeFault;
use crate::changes::office::Office;
use crate::changes::step::{Act, One, Step, Who, with_context};
use crate::names::is_subject;
use crate::plain::{Tenant, World, covers};

/// The answer to one item.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Item {
    /// The code.
    pub code: &'static str,
    /// The subject, the role and the scope, as written; of rules only.
    pub about: Option<(String, Option<String>, String)>,
}

impl Item {
    fn new(code: &'static str, one: Option<&One<'_>>) -> Self {
        let about = match one {
            Some(One::Rule { rule, .. }) => Some((rule.subject.clone(), rule.role.clone(), rule.scope.clone())),
            _ => None,
        };
        Self { code, about }
    }
}

impl World {
    /// Makes a change, as far as it is approved, and tells what is answered to each item.
    pub fn change(&mut self, step: &Step, fault: Option<ChangeFault>) -> Vec<Item> {
        let at = match self.tenant_of(step, fault) {
            Ok(at) => at,
            Err(code) => return vec![Item::new(code, None)],
        };
        let mut items = Vec::new();
        let mut ones = step.items();
        if fault == Some(ChangeFault::BulkScopesBeforeRoles) {
            ones.sort_by_key(|it| match it {
                One::Rule { rule, .. } => step.bulk().map(|bulk| {
                    let place = |list: &[String], name: &str| list.iter().position(|it| it == name);
                    (place(&bulk.subjects, &rule.subject), place(&bulk.scopes, &rule.scope))
                }),
                _ => None,
            });
        }
        let before = (fault == Some(ChangeFault::BulkSeesNoEarlierItems)).then(|| self.clone());
        for (position, one) in ones.iter().enumerate() {
            let is_passed = 0 < position && fault == Some(ChangeFault::BulkAsksFirstOnly);
            let seen = before.as_ref().unwrap_or(self);
            let mut answer = seen.answer(at, step, one, fault);
            if is_passed && answer.is_err_and(|code| code.starts_with("may_not")) {
                answer = Ok(());
            }
            let next = answer.and_then(|()| self.next(at, step, one, fault));
            items.push(Item::new(next.as_ref().err().copied().unwrap_or("ok"), Some(one)));
            if let Ok(next) = next {
                self.tenants[at] = next;
            }
        }
        items
    }

    /// Returns the tenant to be changed, where the edit can be asked at all.
    fn tenant_of(&self, step: &Step, fault: Option<ChangeFault>) -> Result<usize, &'static str> {
        let is_open = fault == Some(ChangeFault::HostEditByAnybody);
        let is_refused = match &step.actor {
            Who::Host => false,
            Who::Subject { subject, context, .. } => {
                let is_reserved = |name: &str| name == "now" || name == "subject" || name.starts_with("subject.");
                !is_subject(subject)
                    || context.iter().any(|(name, _)| is_reserved(name))
                    || (step.is_of_the_host() && !is_open)
            }
        };
        if is_refused || step.says_nothing() {
            return Err("invalid_request");
        }
        let at = match (&step.tenant, &self.tenants[..]) {
            (Some(name), tenants) => tenants.iter().position(|it| it.name == *name).ok_or("unknown_tenant")?,
            (None, [_]) => 0,
            (None, _) => return Err("invalid_request"),
        };
        if step.is_of_the_root(&self.tenants[at]) { Err("invalid_request") } else { Ok(at) }
    }

    /// Returns the first code that applies, but for the last administrator.
    fn answer(&self, at: usize, step: &Step, one: &One<'_>, fault: Option<ChangeFault>) -> Result<(), &'static str> {
        let tenant = &self.tenants[at];
        let Who::Subject { subject, groups, context } = &step.actor else {
            return Desk { world: self, tenant, office: None, now: step.now, fault }.answer(one);
        };
        if step.is_forced && fault == Some(ChangeFault::ForceSkipsRights) {
            return Desk { world: self, tenant, office: None, now: step.now, fault }.answer(one);
        }
        with_context(groups.as_deref(), context, |groups, context| {
            let office = Office { world: self, tenant, subject, groups, context, now: step.now, fault };
            Desk { world: self, tenant, office: Some(office), now: step.now, fault }.answer(one)
        })
    }

    /// Returns the tenant after the item, unless that leaves a scope without anybody who can administer it.
    fn next(&self, at: usize, step: &Step, one: &One<'_>, fault: Option<ChangeFault>) -> Result<Tenant, &'static str> {
        let mut next = self.tenants[at].clone();
        apply(self, &mut next, one, fault);
        let is_forced = step.is_forced && fault != Some(ChangeFault::ForceIgnored);
        let is_guarded = one.may_orphan(fault) && !is_forced && fault != Some(ChangeFault::LastIgnored);
        if is_guarded && is_orphaned(self, &self.tenants[at], &next, step, fault) {
            return Err("last_administrator");
        }
        Ok(next)
    }
}

impl Step {
    /// Returns whether a list is empty, or holds what cannot be disabled.
    fn says_nothing(&self) -> bool {
        match &self.act {
            Act::Disable(subjects) | Act::Enable(subjects) => {
                subjects.is_empty() || subjects.iter().any(|it| it.starts_with("group:"))
            }
            _ => self.bulk().is_some_and(|it| {
                let has_nothing = match &it.permissions {
                    Some(permissions) => {
                        permissions.is_empty() || permissions.iter().any(|(_, actions)| actions.is_empty())
                    }
                    None => it.roles.is_empty(),
                };
                it.subjects.is_empty() || it.scopes.is_empty() || has_nothing
            }),
        }
    }

    /// Returns whether the root is to be moved, renamed or deleted, or a scope is to be moved below itself.
    fn is_of_the_root(&self, tenant: &Tenant) -> bool {
        match &self.act {
            Act::MoveScope { scope, to } => *scope == tenant.name || covers(scope, to),
            Act::RenameScope { scope, .. } | Act::DeleteScope(scope) => *scope == tenant.name,
            _ => false,
        }
    }
}

impl One<'_> {
    /// Returns whether the guard of the last administrator is asked.
    fn may_orphan(&self, fault: Option<ChangeFault>) -> bool {
        match self {
            One::Rule { is_added, is_deny: false, .. } => !is_added,
            One::Rule { is_added, is_deny: true, .. } => *is_added && fault != Some(ChangeFault::LastSparesDenies),
            One::Able { is_disabled, .. } => *is_disabled,
            One::Other(act) => match act {
                Act::TakeRole { .. } | Act::Displace { .. } | Act::DeleteSubject(_) => true,
                Act::AddMember { .. } | Act::RemoveMember { .. } => fault != Some(ChangeFault::LastSparesMembers),
                Act::DisableRole(_) => fault != Some(ChangeFault::LastSparesRoles),
                _ => false,
            },
        }
    }
}
