//! The first code that applies to an item: rules, roles and organizations, and who may have them.

use crate::changes::faults::ChangeFault;
use crate::changes::office::{Given, Office};
use crate::changes::places::same_rule;
use crate::changes::step::{Act, One};
use crate::plain::{Role, Rule, Scope, Tenant, World};
use crate::reference::Length;

/// What is asked: the first code that applies, or nothing.
pub(crate) type Answer = Result<(), &'static str>;

/// Where items of one change are answered.
pub(crate) struct Desk<'a> {
    pub(crate) world: &'a World,
    pub(crate) tenant: &'a Tenant,
    /// The actor's rights; none for the host, of which no right is asked.
    pub(crate) office: Option<Office<'a>>,
    pub(crate) now: i64,
    pub(crate) fault: Option<ChangeFault>,
}

impl<'a> Desk<'a> {
    pub(crate) fn has(&self, fault: ChangeFault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn answer(&self, one: &One<'_>) -> Answer {
        match one {
            One::Rule { is_added, is_deny: false, rule } => self.access_rule(*is_added, rule),
            One::Rule { is_added, is_deny: true, rule } => self.deny_rule(*is_added, rule),
            One::Able { is_disabled, subject } => self.able(*is_disabled, subject),
            One::Other(act) => match act {
                Act::GiveRole { subject, role } => self.older_role(true, subject, role),
                Act::TakeRole { subject, role } => self.older_role(false, subject, role),
                Act::Place { subject, scope } => self.older_place(true, subject, scope),
                Act::Displace { subject, scope } => self.older_place(false, subject, scope),
                act => self.other(act),
            },
        }
    }

    fn access_rule(&self, is_added: bool, rule: &Rule) -> Answer {
        self.names_of_rule(rule)?;
        let scope = self.scope(&rule.scope)?;
        let role = self.role(rule.role.as_deref().unwrap_or_default())?;
        let is_misplaced = is_added && !World::is_held_at(role, &scope.kind);
        if is_misplaced && self.has(ChangeFault::WrongPlaceBeforeDisabledRole) {
            return Err("wrong_place");
        }
        if is_added {
            self.enabled(role)?;
        }
        if is_misplaced {
            return Err("wrong_place");
        }
        self.clusters(rule)?;
        window(rule)?;
        let is_there = self.tenant.access_rules.iter().any(|it| same_rule(self.world, it, rule, self.fault));
        if is_added {
            self.subject(&rule.subject)?;
        } else if !is_there {
            return Err("unknown_rule");
        }
        if is_added && is_there && self.has(ChangeFault::DuplicateBeforeRights) {
            return Err("duplicate");
        }
        self.rights(is_added, rule.role.as_deref(), scope, rule)?;
        if is_added || self.has(ChangeFault::StrictOfRemoval) {
            self.held([(role, scope)], rule.clusters.as_deref())?;
        }
        if is_added && is_there { Err("duplicate") } else { Ok(()) }
    }

    fn deny_rule(&self, is_added: bool, rule: &Rule) -> Answer {
        self.names_of_rule(rule)?;
        let scope = self.scope(&rule.scope)?;
        match &rule.role {
            Some(role) => drop(self.role(role)?),
            None => self.permissions(rule)?,
        }
        self.clusters(rule)?;
        window(rule)?;
        let is_there = self.tenant.deny_rules.iter().any(|it| same_rule(self.world, it, rule, self.fault));
        if is_added {
            self.subject(&rule.subject)?;
        } else if !is_there {
            return Err("unknown_rule");
        }
        let is_own = self.office.is_some_and(|it| it.is_or_may_be(&rule.subject));
        if is_own && (is_added || self.has(ChangeFault::OwnDenyOfRemoval)) {
            return Err("own_deny");
        }
        self.rights(is_added, None, scope, rule)?;
        if is_added && is_there { Err("duplicate") } else { Ok(()) }
    }

    /// Both rights, for a role or for all of them.
    fn rights(&self, is_added: bool, role: Option<&str>, scope: &Scope, rule: &Rule) -> Answer {
        let Some(office) = self.office else { return Ok(()) };
        let length = match rule.until {
            _ if !is_added && !self.has(ChangeFault::RemovalAsksLength) => Length::NotAsked,
            None => Length::ForEver,
            Some(until) if self.has(ChangeFault::LengthCountedFromStart) => {
                Length::Seconds(until.saturating_sub(rule.from.unwrap_or(self.now)))
            }
            Some(until) => Length::Seconds(until.saturating_sub(self.now)),
        };
        let given = Given { role, scope, clusters: rule.clusters.as_deref(), length };
        let is_creation = is_added || self.has(ChangeFault::RemovalWithCreateRight);
        let action = if is_creation { "create" } else { "delete" };
        let is_spared = role.is_none() && self.has(ChangeFault::DenyNeedsNoPlace);
        let is_placed = is_spared || office.may_place(action, given);
        let (no_role, no_place) = codes(is_added);
        if !is_placed && self.has(ChangeFault::PlaceBeforeRole) {
            return Err(no_place);
        }
        if !office.may_give(action, given) {
            return Err(no_role);
        }
        if !is_placed || (self.has(ChangeFault::RightsFromOneRule) && !office.has_both_by_one_rule(action, given)) {
            return Err(no_place);
        }
        Ok(())
    }

    /// In the strict mode who gives must hold.
    pub(crate) fn held<'r>(
        &self,
        given: impl IntoIterator<Item = (&'r Role, &'r Scope)>,
        clusters: Option<&[String]>,
    ) -> Answer {
        let is_strict = self.world.policy.is_strict && !self.has(ChangeFault::StrictIgnored);
        if !is_strict {
            return Ok(());
        }
        let Some(office) = self.office else {
            return if self.has(ChangeFault::StrictBindsHost) { Err("not_held") } else { Ok(()) };
        };
        let is_held = given.into_iter().all(|(role, scope)| office.covers(role, scope, clusters));
        if is_held { Ok(()) } else { Err("not_held") }
    }

    fn able(&self, is_disabled: bool, subject: &str) -> Answer {
        self.subject_name(subject)?;
        self.subject(subject)?;
        if self.office.is_some_and(|it| !it.may_disable()) {
            let is_taken = is_disabled || self.has(ChangeFault::EnableAnswersTake);
            return Err(if is_taken { "may_not_take_role" } else { "may_not_give_role" });
        }
        let is_so = self.tenant.listed.iter().any(|it| it.name == subject && it.is_disabled) == is_disabled;
        if is_so { Err("duplicate") } else { Ok(()) }
    }
}

/// The codes where the right to give (or take), and to place (or displace), is lacking.
pub(crate) fn codes(is_added: bool) -> (&'static str, &'static str) {
    match is_added {
        true => ("may_not_give_role", "may_not_place"),
        false => ("may_not_take_role", "may_not_displace"),
    }
}

fn window(rule: &Rule) -> Answer {
    let is_empty = rule.from.zip(rule.until).is_some_and(|(from, until)| until <= from);
    if is_empty { Err("empty_window") } else { Ok(()) }
}
