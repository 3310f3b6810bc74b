//! `check`: allow or deny, and what that rests on.

use bailiwick::{Decision, Explanation, RuleSource, Snapshot, Source, format_rfc3339};
use serde::Serialize;

use crate::args::QuestionArgs;
use crate::command::Form;
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
    let decision = explanation.decision;
    let text = match form {
        Form::Json => json::write("check", CheckShape::of(&explanation, fault, &snapshot))?,
        Form::Text => {
            let mut lines = vec![head(&decision, screen.out)];
            lines.extend(basis(&decision, &snapshot).map(|basis| wrap(&format!("  {basis}"), screen.width)));
            lines.extend(explanation.unknown.as_ref().map(|unknown| wrap(&format!("  {unknown}"), screen.width)));
            lines.extend(fault.map(|fault| wrap(&format!("  {fault}"), screen.width)));
            lines.join("\n") + "\n"
        }
    };
    Ok(Answer { text, is_yes: decision.is_allow() })
}

/// Returns the first line: `allow: granted`.
pub(super) fn head(decision: &Decision, palette: Palette) -> String {
    let word = json::word(decision);
    let ink = if decision.is_allow() { Ink::Good } else { Ink::Bad };
    format!("{}: {}", palette.paint(ink, word), decision.reason().code())
}

/// Returns what a decision rests on, and until when it is valid.
pub(super) fn basis(decision: &Decision, snapshot: &Snapshot) -> Option<String> {
    let source = match snapshot.source(decision) {
        Some(Source::AccessRule(rule)) => Some(format!("by access rule{}", rule_words(&rule))),
        Some(Source::DenyRule(rule)) => Some(format!("by deny rule{}", rule_words(&rule))),
        Some(Source::Restriction(name)) => Some(format!("by restriction `{name}`")),
        Some(Source::KindGate(name)) => Some(format!("by the gate of kind `{name}`")),
        _ => None,
    };
    let until = decision.valid_until().map(|until| format!("valid until {}", format_rfc3339(until)));
    let parts: Vec<String> = source.into_iter().chain(until).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn rule_words(rule: &RuleSource<'_>) -> String {
    let id = rule.id.map(|id| format!(" `{id}`")).unwrap_or_default();
    let role = rule.role.map(|role| format!(" as {role}")).unwrap_or_default();
    let group = rule.group.filter(|_| rule.subject_kind != "group").map(|group| format!(", through group {group}"));
    format!("{id}: {}:{}{role} at {}{}", rule.subject_kind, rule.subject, rule.scope, group.unwrap_or_default())
}

#[derive(Serialize)]
struct CheckShape<'a> {
    #[serde(flatten)]
    decision: DecisionShape,
    source: Option<SourceShape<'a>>,
    unknown: Option<UnknownShape<'a>>,
    /// What makes the request invalid, in words.
    fault: Option<String>,
}

impl<'a> CheckShape<'a> {
    fn of(explanation: &'a Explanation, fault: Option<String>, snapshot: &'a Snapshot) -> Self {
        Self {
            decision: DecisionShape::of(&explanation.decision),
            source: snapshot.source(&explanation.decision).and_then(SourceShape::of),
            unknown: explanation.unknown.as_ref().map(UnknownShape::of),
            fault,
        }
    }
}
