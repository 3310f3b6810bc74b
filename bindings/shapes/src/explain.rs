//! Explanations: every rule that applied or nearly did.

use bailiwick::{Explanation, Finding, RestrictionFinding, Snapshot, Step, Verdict};
use serde::Serialize;

use crate::{DecisionShape, SourceShape, UnknownShape};

/// An explanation.
#[derive(Serialize)]
pub struct ExplainShape<'a> {
    #[serde(flatten)]
    decision: DecisionShape,
    source: Option<SourceShape<'a>>,
    unknown: Option<UnknownShape<'a>>,
    /// What makes the request invalid, in words.
    fault: Option<String>,
    knows_groups: bool,
    access_rules: Vec<FoundRule<'a>>,
    deny_rules: Vec<FoundRule<'a>>,
    restrictions: Vec<FoundRestriction<'a>>,
    n_others: usize,
}

#[derive(Serialize)]
struct FoundRule<'a> {
    id: Option<&'a str>,
    subject: &'a str,
    role: Option<&'a str>,
    scope: &'a str,
    group: Option<&'a str>,
    verdict: &'a str,
    lacks: Option<LackShape<'a>>,
    tests: Vec<StepShape<'a>>,
}

#[derive(Serialize)]
struct LackShape<'a> {
    code: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct FoundRestriction<'a> {
    name: &'a str,
    is_gate_of_kind: bool,
    verdict: &'a str,
    gate: Option<&'a str>,
    tests: Vec<StepShape<'a>>,
}

#[derive(Serialize)]
struct StepShape<'a> {
    test: &'a str,
    seen: &'a str,
    answer: &'a str,
}

impl<'a> ExplainShape<'a> {
    /// Returns the shape of an explanation on the snapshot that gave it; `fault` says what makes the request invalid.
    #[must_use]
    pub fn of(explanation: &'a Explanation, fault: Option<String>, snapshot: &'a Snapshot) -> Self {
        Self {
            decision: DecisionShape::of(&explanation.decision),
            source: snapshot.source(&explanation.decision).and_then(SourceShape::of),
            unknown: explanation.unknown.as_ref().map(UnknownShape::of),
            fault,
            knows_groups: explanation.knows_groups,
            access_rules: explanation.access_rules.iter().map(rule).collect(),
            deny_rules: explanation.deny_rules.iter().map(rule).collect(),
            restrictions: explanation.restrictions.iter().map(restriction).collect(),
            n_others: explanation.n_others,
        }
    }
}

fn rule(finding: &Finding) -> FoundRule<'_> {
    FoundRule {
        id: finding.id.as_deref(),
        subject: &finding.subject,
        role: finding.role.as_deref(),
        scope: &finding.scope,
        group: finding.group.as_deref(),
        verdict: verdict(finding.verdict),
        lacks: finding.lack.as_ref().map(|lack| LackShape { code: lack.code, text: &lack.text }),
        tests: finding.steps.iter().map(step).collect(),
    }
}

fn restriction(finding: &RestrictionFinding) -> FoundRestriction<'_> {
    FoundRestriction {
        name: &finding.name,
        is_gate_of_kind: finding.is_gate_of_kind,
        verdict: verdict(finding.verdict),
        gate: finding.gate.as_deref(),
        tests: finding.steps.iter().map(step).collect(),
    }
}

fn step(step: &Step) -> StepShape<'_> {
    StepShape { test: &step.test, seen: &step.seen, answer: step.answer }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Applies => "applies",
        Verdict::Error => "error",
        Verdict::DoesNotApply => "does_not_apply",
    }
}
