//! Decisions, what they rest on, and names that are not there.

use bailiwick::{Decision, RuleSource, Source, Unknown};
use serde::Serialize;

/// A decision.
#[derive(Serialize)]
pub struct DecisionShape {
    decision: &'static str,
    reason: &'static str,
    /// Seconds since the epoch.
    valid_until: Option<i64>,
}

impl DecisionShape {
    /// Returns the shape of a decision.
    #[must_use]
    pub fn of(decision: &Decision) -> Self {
        Self { decision: word(decision), reason: decision.reason().code(), valid_until: decision.valid_until() }
    }

    /// Returns the decision in words: `deny: not_granted`.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{}: {}", self.decision, self.reason)
    }
}

/// Returns `allow` or `deny`.
#[must_use]
pub fn word(decision: &Decision) -> &'static str {
    if decision.is_allow() { "allow" } else { "deny" }
}

/// What a decision rests on.
#[derive(Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum SourceShape<'a> {
    /// An access rule.
    AccessRule(RuleShape<'a>),
    /// A deny rule.
    DenyRule(RuleShape<'a>),
    /// A restriction.
    Restriction {
        /// Its name.
        name: &'a str,
    },
    /// The gate of a resource kind.
    KindGate {
        /// The kind.
        name: &'a str,
    },
}

/// A rule.
#[derive(Serialize)]
pub struct RuleShape<'a> {
    id: Option<&'a str>,
    subject: String,
    role: Option<&'a str>,
    scope: &'a str,
    group: Option<&'a str>,
}

impl<'a> SourceShape<'a> {
    /// Returns the shape of what a decision rests on.
    #[must_use]
    pub fn of(source: Source<'a>) -> Option<Self> {
        match source {
            Source::AccessRule(rule) => Some(Self::AccessRule(RuleShape::of(rule))),
            Source::DenyRule(rule) => Some(Self::DenyRule(RuleShape::of(rule))),
            Source::Restriction(name) => Some(Self::Restriction { name }),
            Source::KindGate(name) => Some(Self::KindGate { name }),
            _ => None,
        }
    }
}

impl<'a> RuleShape<'a> {
    fn of(rule: RuleSource<'a>) -> Self {
        Self {
            id: rule.id,
            subject: format!("{}:{}", rule.subject_kind, rule.subject),
            role: rule.role,
            scope: rule.scope,
            group: rule.group,
        }
    }
}

/// A name that is not there.
#[derive(Serialize)]
pub struct UnknownShape<'a> {
    what: &'a str,
    name: &'a str,
    suggestion: Option<&'a str>,
}

impl<'a> UnknownShape<'a> {
    /// Returns the shape of a name.
    #[must_use]
    pub fn of(unknown: &'a Unknown) -> Self {
        Self { what: unknown.what, name: &unknown.name, suggestion: unknown.suggestion.as_deref() }
    }
}
