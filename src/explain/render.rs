//! An explanation as a tree for people.

use std::fmt;

use super::{Explanation, Finding, RestrictionFinding, Step, Unknown, Verdict};
use crate::name::show;
use crate::time::format_rfc3339;

impl fmt::Display for Explanation {
    /// Writes a tree of lines, without colour and without a line break at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.decision.is_allow() { "allow" } else { "deny" };
        write!(f, "{word}: {}", self.decision.reason().code())?;
        if let Some(until) = self.decision.valid_until() {
            write!(f, " (until {})", format_rfc3339(until))?;
        }
        if let Some(unknown) = &self.unknown {
            write!(f, "\n└─ {unknown}")?;
        }
        let mut branches: Vec<Branch> = Vec::new();
        if !self.access_rules.is_empty() {
            branches.push(("access rules".to_owned(), self.access_rules.iter().map(rule_leaf).collect()));
        }
        if !self.deny_rules.is_empty() {
            branches.push(("deny rules".to_owned(), self.deny_rules.iter().map(rule_leaf).collect()));
        }
        if !self.restrictions.is_empty() {
            branches.push(("restrictions".to_owned(), self.restrictions.iter().map(restriction_leaf).collect()));
        }
        if 0 < self.n_others {
            let others = if self.n_others == 1 { "other rule lacks" } else { "other rules lack" };
            branches.push((format!("{} {others} more than one thing", self.n_others), Vec::new()));
        }
        if !self.knows_groups && self.unknown.is_none() {
            branches.push(("the groups of the token are not known".to_owned(), Vec::new()));
        }
        tree(f, &branches)
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no {} `{}`", self.what, show(&self.name))?;
        match &self.suggestion {
            Some(suggestion) => write!(f, "; did you mean `{}`?", show(suggestion)),
            None => Ok(()),
        }
    }
}

/// A line and the leaves under it; each leaf is a line and its own lines.
type Branch = (String, Vec<(String, Vec<String>)>);

/// Writes branches with the lines that tie them together.
fn tree(f: &mut fmt::Formatter<'_>, branches: &[Branch]) -> fmt::Result {
    for (idx, (title, leaves)) in branches.iter().enumerate() {
        let (tie, stem) = ties(idx, branches.len());
        write!(f, "\n{tie} {title}")?;
        for (idx, (leaf, lines)) in leaves.iter().enumerate() {
            let (tie, inner) = ties(idx, leaves.len());
            write!(f, "\n{stem}  {tie} {leaf}")?;
            for (idx, line) in lines.iter().enumerate() {
                let (tie, _) = ties(idx, lines.len());
                write!(f, "\n{stem}  {inner}  {tie} {line}")?;
            }
        }
    }
    Ok(())
}

/// Returns what ties the `idx`-th of `n` to its stem, and what goes on under it.
fn ties(idx: usize, n: usize) -> (&'static str, &'static str) {
    if idx.saturating_add(1) == n { ("└─", " ") } else { ("├─", "│") }
}

/// Returns the lines of a rule.
fn rule_leaf(finding: &Finding) -> (String, Vec<String>) {
    let id = finding.id.as_ref().map(|id| format!(" {}", show(id))).unwrap_or_default();
    let what = finding.role.as_ref().map(|role| format!(" as {}", show(role))).unwrap_or_default();
    let group = match &finding.group {
        Some(group) if finding.subject != format!("group:{group}") => format!(" (through group {})", show(group)),
        _ => String::new(),
    };
    let (scope, subject) = (show(&finding.scope), show(&finding.subject));
    let word = word(finding.verdict);
    let mut lines: Vec<String> = finding.lack.iter().map(|lack| lack.text.clone()).collect();
    lines.extend(finding.steps.iter().map(step_line));
    (format!("{word}{id}: {subject}{what} at {scope}{group}"), lines)
}

/// Returns the lines of a restriction.
fn restriction_leaf(finding: &RestrictionFinding) -> (String, Vec<String>) {
    let word = word(finding.verdict);
    let label = if finding.is_gate_of_kind { "gate of " } else { "" };
    let gate = finding.gate.as_ref().map(|gate| format!(" (needs {gate})")).unwrap_or_default();
    (format!("{word}: {label}{}{gate}", show(&finding.name)), finding.steps.iter().map(step_line).collect())
}

fn step_line(step: &Step) -> String {
    format!("{}: {}, saw {}", step.test, step.answer, step.seen)
}

fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Applies => "applies",
        Verdict::Error => "error",
        Verdict::DoesNotApply => "does not apply",
    }
}
