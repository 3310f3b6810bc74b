//! The shapes of `--json`, version 1. A change that programs could notice is a new version.

use bailiwick::{Decision, Diagnostic, RuleSource, Source, Unknown};
use serde::Serialize;

use crate::failure::Failure;
use crate::finding::level;

/// Every answer: the version of the shape, the command, and what it says.
#[derive(Serialize)]
struct Envelope<'a, T> {
    bailiwick: u8,
    command: &'a str,
    #[serde(flatten)]
    content: T,
}

/// Writes an answer.
pub(crate) fn write(command: &str, content: impl Serialize) -> Result<String, Failure> {
    let mut text = serde_json::to_string_pretty(&Envelope { bailiwick: 1, command, content })
        .map_err(|error| Failure::Message(format!("the answer cannot be written as JSON: {error}")))?;
    text.push('\n');
    Ok(text)
}

/// A decision.
#[derive(Serialize)]
pub(crate) struct DecisionShape {
    decision: &'static str,
    reason: &'static str,
    /// Seconds since the epoch.
    valid_until: Option<i64>,
}

impl DecisionShape {
    pub(crate) fn of(decision: &Decision) -> Self {
        Self { decision: word(decision), reason: decision.reason().code(), valid_until: decision.valid_until() }
    }

    /// Returns the decision in words: `deny: not_granted`.
    pub(crate) fn words(&self) -> String {
        format!("{}: {}", self.decision, self.reason)
    }
}

/// Returns `allow` or `deny`.
pub(crate) fn word(decision: &Decision) -> &'static str {
    if decision.is_allow() { "allow" } else { "deny" }
}

/// What a decision rests on.
#[derive(Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum SourceShape<'a> {
    AccessRule(RuleShape<'a>),
    DenyRule(RuleShape<'a>),
    Restriction { name: &'a str },
    KindGate { name: &'a str },
}

/// A rule.
#[derive(Serialize)]
pub(crate) struct RuleShape<'a> {
    id: Option<&'a str>,
    subject: String,
    role: Option<&'a str>,
    scope: &'a str,
    group: Option<&'a str>,
}

impl<'a> SourceShape<'a> {
    pub(crate) fn of(source: Source<'a>) -> Option<Self> {
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
pub(crate) struct UnknownShape<'a> {
    what: &'a str,
    name: &'a str,
    suggestion: Option<&'a str>,
}

impl<'a> UnknownShape<'a> {
    pub(crate) fn of(unknown: &'a Unknown) -> Self {
        Self { what: unknown.what, name: &unknown.name, suggestion: unknown.suggestion.as_deref() }
    }
}

/// A finding.
#[derive(Serialize)]
pub(crate) struct FindingShape<'a> {
    severity: &'a str,
    code: &'a str,
    message: &'a str,
    file: Option<&'a str>,
    line: Option<u32>,
    column: Option<u32>,
    length: Option<u32>,
    help: Option<&'a str>,
}

impl<'a> FindingShape<'a> {
    pub(crate) fn of(finding: &'a Diagnostic) -> Self {
        let place = finding.place.as_ref();
        Self {
            severity: level(finding.severity()),
            code: finding.code.number(),
            message: &finding.message,
            file: place.map(|place| &*place.file),
            line: place.map(|place| place.line),
            column: place.map(|place| place.column),
            length: place.map(|place| place.length),
            help: finding.help.as_deref(),
        }
    }
}
