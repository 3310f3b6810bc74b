//! What else is asked of an actor: whether a deny is its own, and whether one rule gives both rights.

use bailiwick::Groups;

use crate::changes::faults::ChangeFault;
use crate::changes::office::{Given, Office};
use crate::plain::Tenant;

impl Office<'_> {
    /// Returns whether the subject is the actor, or a group that the actor is in or may be in.
    pub(crate) fn is_or_may_be(&self, subject: &str) -> bool {
        if subject == self.subject {
            return !self.has(ChangeFault::OwnDenyOfNameMissed);
        }
        let Some(group) = subject.strip_prefix("group:") else { return false };
        if self.subject.starts_with("group:") {
            return false;
        }
        if group == "everyone" {
            return !self.has(ChangeFault::OwnDenyThroughEveryoneMissed);
        }
        let mut members = self.tenant.groups.iter().filter(|(name, _)| name == subject).flat_map(|(_, it)| it);
        let is_member = members.any(|it| it == self.subject);
        let is_in_token = match self.groups {
            Groups::Listed(token) => token.contains(&group) && !self.has(ChangeFault::OwnDenyThroughTokenMissed),
            Groups::NotKnown => !self.has(ChangeFault::OwnDenyGroupsNotKnownMissed),
        };
        (is_member && !self.has(ChangeFault::OwnDenyThroughDirectoryMissed)) || is_in_token
    }

    /// Returns whether a single rule gives the actor both rights. (That is not asked: rights add up.)
    pub(crate) fn has_both_by_one_rule(&self, action: &str, given: Given<'_>) -> bool {
        self.tenant.all_access_rules().any(|rule| {
            let access_rules = vec![rule.clone()];
            let tenant = Tenant { access_rules, older_rules: Vec::new(), ..self.tenant.clone() };
            let office = Office { tenant: &tenant, ..*self };
            office.may_give(action, given) && office.may_place(action, given)
        })
    }
}
