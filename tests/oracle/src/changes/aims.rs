//! Who may well be allowed to change what: aimed at the rights that rules give.

use crate::ask::Datum;
use crate::changes::catalogue::conditions;
use crate::changes::directory::subject;
use crate::changes::step::Who;
use crate::plain::{Qualifier, Role, Row, Rule, Scope, Tenant, World, covers};
use crate::pools::{GROUPS, USERS};
use crate::premise::Attribute;
use crate::random::Random;
use crate::requests::{Scene, rows};

/// The tenant in which something is to be changed.
pub(crate) struct Stage<'a> {
    pub(crate) world: &'a World,
    pub(crate) tenant: &'a Tenant,
    pub(crate) attributes: &'a [Attribute],
    pub(crate) now: i64,
}

/// Somebody who has a right by a rule, and how far the right goes.
pub(crate) struct Aim<'a> {
    pub(crate) who: Who,
    pub(crate) rule: &'a Rule,
    pub(crate) qualifier: Option<&'a Qualifier>,
}

impl<'a> Stage<'a> {
    /// Returns somebody who holds an action on a kind by some rule.
    pub(crate) fn aim(&self, random: &mut Random, kind: Option<&str>, action: &str) -> Option<Aim<'a>> {
        let mut found = Vec::new();
        for rule in self.tenant.all_access_rules() {
            found.extend(self.right(rule, kind?, action).map(|row| (rule, row)));
        }
        if found.is_empty() {
            return None;
        }
        let (rule, row) = *random.pick(&found);
        let qualifiers = &self.world.policy.qualifiers;
        let qualifier = qualifiers.iter().find(|it| Some(&it.name) == row.qualifier.as_ref());
        Some(Aim { who: self.holder(random, rule), rule, qualifier })
    }

    fn right(&self, rule: &'a Rule, kind: &str, action: &str) -> Option<&'a Row> {
        let scene = Scene { world: self.world, tenant: self.tenant, attributes: self.attributes };
        let is_right = |row: &&Row| {
            let is_kind = row.kind == kind || row.kind == "*";
            is_kind && row.actions.iter().any(|it| it == action || it == "*")
        };
        rows(&scene, rule).into_iter().find(is_right)
    }

    /// Returns somebody who may give (or take) the role at a scope, as far as one rule tells.
    pub(crate) fn giver(&self, random: &mut Random, action: &str, role: Option<&str>, scope: &str) -> Who {
        for _ in 0..5 {
            let Some(aim) = self.aim(random, self.world.policy.role_right.as_deref(), action) else { break };
            let kind = self.tenant.scope(scope).map(|it| &it.kind);
            let has_role = aim.admits_role(role);
            let has_kind =
                aim.qualifier.and_then(|it| it.at.as_ref()).is_none_or(|at| kind.is_some_and(|it| at.contains(it)));
            if covers(&aim.rule.scope, scope) && has_role && has_kind {
                return aim.who;
            }
        }
        self.anybody(random)
    }

    /// Returns a user or an app as an actor; sometimes a group.
    pub(crate) fn anybody(&self, random: &mut Random) -> Who {
        match subject(random) {
            group if group.starts_with("group:") && random.chance(80) => {
                self.actor(random, format!("user:{}", random.clone().pick(&USERS[..4])), None)
            }
            other => self.actor(random, other, None),
        }
    }

    /// Returns somebody to whom the rule applies, with a context in which it holds.
    fn holder(&self, random: &mut Random, rule: &Rule) -> Who {
        let Some(group) = rule.subject.strip_prefix("group:") else {
            return self.actor(random, rule.subject.clone(), rule.when.as_ref());
        };
        let declared = self.tenant.groups.iter().find(|(name, _)| *name == rule.subject);
        let members = declared.map_or(&[][..], |(_, members)| members);
        if !members.is_empty() && random.chance(50) {
            let member = random.pick(members).clone();
            return self.actor(random, member, rule.when.as_ref());
        }
        if random.chance(8) {
            return self.actor(random, rule.subject.clone(), rule.when.as_ref());
        }
        let name = format!("user:{}", random.pick(&USERS[..4]));
        let mut who = self.actor(random, name, rule.when.as_ref());
        if let Who::Subject { groups, .. } = &mut who {
            groups.get_or_insert_with(Vec::new).push(group.to_owned());
        }
        who
    }

    fn actor(&self, random: &mut Random, subject: String, when: Option<&bailiwick::document::Condition>) -> Who {
        let n = random.below(2);
        let groups = random.chance(88).then(|| random.some(&GROUPS[..3], n).into_iter().map(str::to_owned).collect());
        let mut context = Vec::new();
        let wanted = conditions().iter().position(|it| Some(it) == when).filter(|_| random.chance(85));
        let network = match (wanted, random.below(10)) {
            (Some(1 | 2), _) => Some("blue"),
            (Some(0), _) | (None, 0..=5) => Some("red"),
            (None, 6) => Some("blue"),
            _ => None,
        };
        context.extend(network.map(|it| ("context.network".to_owned(), Datum::Text(it.to_owned()))));
        if wanted == Some(3) || random.chance(20) {
            context.push(("context.level".to_owned(), Datum::Integer(1)));
        }
        let plain = |(name, value): (String, Datum)| (name.trim_start_matches("context.").to_owned(), value);
        Who::Subject { subject, groups, context: context.into_iter().map(plain).collect() }
    }

    /// Returns every role of the policy and the tenant.
    pub(crate) fn roles(&self) -> Vec<&'a Role> {
        self.world.policy.roles.iter().chain(&self.tenant.custom_roles).collect()
    }
}

impl Aim<'_> {
    pub(crate) fn admits_role(&self, role: Option<&str>) -> bool {
        let roles = self.qualifier.and_then(|it| it.roles.as_ref());
        roles.is_none_or(|roles| role.is_some_and(|role| roles.iter().any(|it| it == role)))
    }

    pub(crate) fn admits_place(&self, scope: &Scope) -> bool {
        let at = self.qualifier.and_then(|it| it.at.as_ref());
        covers(&self.rule.scope, &scope.path) && at.is_none_or(|it| it.contains(&scope.kind))
    }
}
