//! The reference: the law of decisions, written to be read. Names and loops; no ids, no bits, no indexes.
//!
//! A [`Fault`] plants one mistake at one point; without a fault the answer is the right one.

use bailiwick::Request;
use bailiwick::document::{Condition, Document};

use crate::changes::ChangeFault;
use crate::conditions::{Attributes, gate_holds};
use crate::faults::Fault;
use crate::locate::locate;
use crate::plain::{Cluster, Gate, Kind, Rule, Scope, Tenant, Test, World};
use crate::truth::Truth;

/// What the reference answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Whether the request is allowed.
    pub is_allow: bool,
    /// The code of the reason.
    pub reason: &'static str,
    /// The first later instant at which time alone turns allow into deny or back.
    pub valid_until: Option<i64>,
    /// Everything that the decision may name as its source.
    pub sources: Vec<SourceText>,
}

/// A source of a decision, as text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum SourceText {
    /// An access rule.
    Allow(RuleText),
    /// A deny rule.
    Deny(RuleText),
    /// A restriction by name.
    Restriction(String),
    /// The gate of a resource kind, by the name of the kind.
    Gate(String),
}

/// A rule, as text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RuleText {
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Whom: `kind:name`.
    pub subject: String,
    /// The role, where it names one.
    pub role: Option<String>,
    /// Where, as a path.
    pub scope: String,
    /// The group through which it concerns who asked, without `group:`.
    pub group: Option<String>,
}

/// Decides from documents, as the law says.
#[must_use]
pub fn decide(documents: &[Document], request: &Request<'_>, fault: Option<Fault>) -> Answer {
    World::new(documents).decide(request, fault)
}

impl World {
    /// Decides, and tells until when time alone does not change the answer.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>, fault: Option<Fault>) -> Answer {
        let (reason, sources) = self.judge(request, fault);
        let is_allow = reason == "granted";
        let sources = sources.into_iter().map(|it| it.text(request.subject)).collect();
        let valid_until = match fault {
            Some(Fault::ValidUntilForgotten) => None,
            Some(Fault::ValidUntilOfAllowsOnly) if !is_allow => None,
            Some(Fault::ValidUntilFirstBound) => self.later_bounds(request).first().copied(),
            _ => self.first_flip(request, is_allow, fault),
        };
        Answer { is_allow, reason, valid_until, sources }
    }

    /// Returns the code of the reason alone.
    pub(crate) fn reason(&self, request: &Request<'_>) -> &'static str {
        self.judge(request, None).0
    }

    fn first_flip(&self, request: &Request<'_>, is_allow: bool, fault: Option<Fault>) -> Option<i64> {
        let is_flip = |now: &i64| {
            let (reason, _) = self.judge(&Request { now: *now, ..*request }, fault);
            (reason == "granted") != is_allow
        };
        self.later_bounds(request).into_iter().find(is_flip)
    }

    /// Returns every later instant at which a rule of the home tenant begins or ends to hold, in order.
    fn later_bounds(&self, request: &Request<'_>) -> Vec<i64> {
        let mut later: Vec<i64> = Vec::new();
        for tenant in self.tenants.iter().filter(|it| request.tenant.is_none_or(|name| name == it.name)) {
            let rules = tenant.all_access_rules().chain(&tenant.deny_rules);
            later.extend(rules.flat_map(|it| [it.from, it.until]).flatten().filter(|it| request.now < *it));
        }
        later.sort_unstable();
        later.dedup();
        later
    }

    /// Returns the reason that takes precedence at the time of the request, and what it rests on.
    fn judge<'a>(&'a self, request: &'a Request<'_>, fault: Option<Fault>) -> (&'static str, Vec<Source<'a>>) {
        locate(self, request, fault).map_or_else(|reason| (reason, Vec::new()), |case| case.judge())
    }
}

/// A source of a decision, as it stands in the world.
#[derive(Clone, Copy)]
pub(crate) enum Source<'a> {
    Allow(&'a Rule),
    Deny(&'a Rule),
    Restriction(&'a str),
    Gate(&'a str),
}

/// A request whose names are all known but perhaps the subject's.
#[derive(Clone, Copy)]
pub(crate) struct Case<'a> {
    pub(crate) world: &'a World,
    pub(crate) request: &'a Request<'a>,
    pub(crate) fault: Option<Fault>,
    pub(crate) tenant: &'a Tenant,
    pub(crate) action: &'a str,
    pub(crate) kind: &'a Kind,
    pub(crate) scope: &'a Scope,
    /// The cluster that is named, or in which the path lies.
    pub(crate) cluster: Option<&'a Cluster>,
    pub(crate) aim: Aim<'a>,
}

/// What is asked about a permission.
#[derive(Clone, Copy)]
pub(crate) enum Aim<'a> {
    /// The permission alone.
    Plain,
    /// The right to change access, for one role, kind of scope and length.
    Right(Point<'a>),
}

/// One thing that a qualifier may admit.
#[derive(Clone, Copy)]
pub(crate) struct Point<'a> {
    /// The role; none for all roles, later ones too.
    pub(crate) role: Option<&'a str>,
    pub(crate) scope_kind: &'a str,
    pub(crate) length: Length,
    pub(crate) fault: Option<ChangeFault>,
}

/// How long a rule holds.
#[derive(Clone, Copy)]
pub(crate) enum Length {
    Seconds(i64),
    ForEver,
    NotAsked,
}

impl<'a> Case<'a> {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn judge(&self) -> (&'static str, Vec<Source<'a>>) {
        let is_disabled_ignored = self.has(Fault::DisabledIgnored) || self.has(Fault::DisabledUserThroughGroups);
        if self.is_disabled() && !is_disabled_ignored {
            return ("subject_disabled", Vec::new());
        }
        let denied = self.denied().or_else(|| self.restricted());
        if let Some(denied) = denied.filter(|_| !self.has(Fault::AllowBeforeDeny) || !self.is_granted()) {
            return denied;
        }
        let (granting, failing) = self.sources(self.access_rules(), Source::Allow, |rule| self.allows(rule));
        let is_app = self.request.subject.starts_with("app:");
        let is_refused = (is_app && !self.has(Fault::UnlistedAppByGroups))
            || (self.request.subject.starts_with("user:") && self.has(Fault::UnknownUserRefusedOutright));
        let is_known = self.is_known();
        match (granting.is_empty(), failing.is_empty()) {
            _ if !is_known && is_refused => ("unknown_subject", Vec::new()),
            (false, _) => ("granted", granting),
            (true, false) if self.has(Fault::AllowErrorBeforeUnknownSubject) => ("allow_error", failing),
            _ if !is_known => ("unknown_subject", Vec::new()),
            (true, false) => ("allow_error", failing),
            (true, true) => ("not_granted", Vec::new()),
        }
    }

    fn is_granted(&self) -> bool {
        self.access_rules().any(|it| self.allows(it) == Truth::True)
    }

    /// Returns the access rules of the home tenant: tenants are walls.
    fn access_rules(&self) -> impl Iterator<Item = &'a Rule> {
        let others = self.world.tenants.iter().filter(|_| self.has(Fault::TenantWallIgnored));
        let foreign = others.filter(|it| it.name != self.tenant.name).flat_map(Tenant::all_access_rules);
        self.tenant.all_access_rules().chain(foreign)
    }

    fn denied(&self) -> Option<(&'static str, Vec<Source<'a>>)> {
        if self.has(Fault::DenyIgnored) {
            return None;
        }
        let (denying, failing) = self.sources(self.tenant.deny_rules.iter(), Source::Deny, |rule| self.denies(rule));
        if !failing.is_empty() && (denying.is_empty() || self.has(Fault::DenyErrorBeforeDeny)) {
            return Some(("deny_error", failing));
        }
        (!denying.is_empty()).then_some(("denied_by_rule", denying))
    }

    fn restricted(&self) -> Option<(&'static str, Vec<Source<'a>>)> {
        let mut found = Vec::new();
        if let Some(gate) = self.kind.requires.as_ref().filter(|_| !self.has(Fault::KindGateIgnored)) {
            found.push((self.gate(gate).not(), Source::Gate(&self.kind.name)));
        }
        for restriction in self.world.policy.restrictions.iter().filter(|_| !self.has(Fault::RestrictionIgnored)) {
            let has_kind = restriction.kinds.iter().any(|it| it == "*" || *it == self.kind.name);
            let has_action = restriction.actions.iter().any(|it| it == "*" || it == self.action);
            if has_kind && has_action {
                found.push((self.restricts(&restriction.test), Source::Restriction(&restriction.name)));
            }
        }
        let of = |wanted: Truth| -> Vec<Source<'a>> {
            found.iter().filter(|(truth, _)| *truth == wanted).map(|(_, source)| *source).collect()
        };
        let (restricting, failing) = (of(Truth::True), of(Truth::Error));
        match (restricting.is_empty(), failing.is_empty()) {
            (false, _) => Some(("restricted", restricting)),
            (true, false) if !self.has(Fault::RestrictionErrorPasses) => Some(("restriction_error", failing)),
            _ => None,
        }
    }

    fn restricts(&self, test: &Test) -> Truth {
        match test {
            Test::When(condition) => self.holds(condition),
            Test::Unless(condition) if self.has(Fault::UnlessReadAsWhen) => self.holds(condition),
            Test::Unless(condition) => self.holds(condition).not(),
            Test::Requires(gate) => self.gate(gate).not(),
        }
    }

    /// Returns the rules that hold, and those that could not be evaluated.
    fn sources(
        &self,
        rules: impl Iterator<Item = &'a Rule>,
        source: fn(&'a Rule) -> Source<'a>,
        holds: impl Fn(&Rule) -> Truth,
    ) -> (Vec<Source<'a>>, Vec<Source<'a>>) {
        let (mut holding, mut failing) = (Vec::new(), Vec::new());
        for rule in rules {
            match holds(rule) {
                Truth::True => holding.push(source(rule)),
                Truth::Error => failing.push(source(rule)),
                Truth::False => {}
            }
        }
        (holding, failing)
    }

    pub(crate) fn holds(&self, condition: &Condition) -> Truth {
        let declared = &self.world.policy.attributes;
        Attributes { request: self.request, declared, fault: self.fault }.holds(condition)
    }

    pub(crate) fn gate(&self, gate: &Gate) -> Truth {
        let facts = match gate.of_cluster {
            true => self.cluster.map(|it| &it.facts),
            false => Some(&self.tenant.facts),
        };
        gate_holds(gate, facts, self.fault)
    }
}

impl Source<'_> {
    fn text(self, asker: &str) -> SourceText {
        let rule = |rule: &Rule| RuleText {
            id: rule.id.clone(),
            subject: rule.subject.clone(),
            role: rule.role.clone(),
            scope: rule.scope.clone(),
            group: rule.subject.strip_prefix("group:").filter(|_| rule.subject != asker).map(str::to_owned),
        };
        match self {
            Self::Allow(it) => SourceText::Allow(rule(it)),
            Self::Deny(it) => SourceText::Deny(rule(it)),
            Self::Restriction(name) => SourceText::Restriction(name.to_owned()),
            Self::Gate(kind) => SourceText::Gate(kind.to_owned()),
        }
    }
}
