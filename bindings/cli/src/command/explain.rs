//! `explain`: every rule that applies or nearly does, as a tree.

use bailiwick::{Explanation, Finding, RestrictionFinding, Snapshot, Step, Verdict};
use serde::Serialize;

use crate::args::QuestionArgs;
use crate::command::{Form, check};
use crate::failure::Failure;
use crate::json::{self, DecisionShape, SourceShape, UnknownShape};
use crate::screen::{Ink, Palette, Screen};
use crate::wrap::wrap;
use crate::{Answer, policy, question};

pub(super) fn run(args: &QuestionArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let policy = policy::load(&args.files.policies, screen)?;
    policy::expect_loaded(&policy, args.tenant.as_deref())?;
    let snapshot = policy.compile();
    let (explanation, fault) = question::ask(args, &policy, screen, |request| {
        (snapshot.explain(request), question::fault(request, &snapshot))
    })?;
    let text = match form {
        Form::Json => json::write("explain", ExplainShape::of(&explanation, fault, &snapshot))?,
        Form::Text => tree(&explanation, fault.as_deref(), screen),
    };
    Ok(Answer { text, is_yes: explanation.decision.is_allow() })
}

/// Returns the tree, broken to the width before it is coloured: colours have none.
fn tree(explanation: &Explanation, fault: Option<&str>, screen: &Screen) -> String {
    let told = explanation.to_string();
    let told = match (fault, told.split_once('\n')) {
        (None, _) => told,
        (Some(fault), None) => format!("{told}\n└─ {fault}"),
        (Some(fault), Some((head, rest))) => format!("{head}\n├─ {fault}\n{rest}"),
    };
    let tree = wrap(&told, screen.width);
    let plain = format!("{}: {}", json::word(&explanation.decision), explanation.decision.reason().code());
    let (first, rest) = tree.split_once('\n').map_or((tree.as_str(), None), |(first, rest)| (first, Some(rest)));
    let tail = first.strip_prefix(&plain).unwrap_or_default();
    let mut text = format!("{}{tail}\n", check::head(&explanation.decision, screen.out));
    for line in rest.into_iter().flat_map(str::lines) {
        text.push_str(&line_in_color(line, screen.out));
        text.push('\n');
    }
    text
}

/// Colours the word with which a rule or restriction answers.
fn line_in_color(line: &str, palette: Palette) -> String {
    let at = line.len().saturating_sub(line.trim_start_matches([' ', '│', '├', '└', '─']).len());
    let Some((stem, text)) = line.split_at_checked(at) else { return line.to_owned() };
    let words = [("applies", Ink::Strong), ("does not apply", Ink::Faint), ("error", Ink::Bad)];
    let found = words.iter().find_map(|(word, ink)| {
        let rest = text.strip_prefix(word).filter(|rest| rest.starts_with([':', ' ']))?;
        Some(format!("{stem}{}{rest}", palette.paint(*ink, word)))
    });
    found.unwrap_or_else(|| line.to_owned())
}

#[derive(Serialize)]
struct ExplainShape<'a> {
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
    fn of(explanation: &'a Explanation, fault: Option<String>, snapshot: &'a Snapshot) -> Self {
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
