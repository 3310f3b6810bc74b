//! `lint`: everything that is wrong or suspicious in the files.

use bailiwick::{Code, Diagnostic, Severity};
use serde::Serialize;

use crate::args::PolicyArgs;
use crate::command::Form;
use crate::failure::Failure;
use crate::json::{self, FindingShape};
use crate::screen::Screen;
use crate::{Answer, finding, policy};

pub(super) fn run(args: &PolicyArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let findings = match policy::read(&args.policies, screen) {
        Ok(policy) => policy.findings().to_vec(),
        Err(Failure::Findings(findings)) if !findings.iter().any(is_unreadable) => findings,
        Err(failure) => return Err(failure),
    };
    let n_errors = findings.iter().filter(|finding| finding.severity() == Severity::Error).count();
    let n_warnings = findings.len().saturating_sub(n_errors);
    let text = match form {
        Form::Json => {
            let findings = findings.iter().map(FindingShape::of).collect();
            json::write("lint", LintShape { errors: n_errors, warnings: n_warnings, findings })?
        }
        Form::Text => {
            let gap = if findings.is_empty() { "" } else { "\n" };
            let found = finding::render(&findings, screen.out, screen.width);
            format!("{found}{gap}{}, {}\n", count(n_errors, "error"), count(n_warnings, "warning"))
        }
    };
    Ok(Answer { text, is_yes: n_errors == 0 })
}

/// Returns whether a file could not be read at all: then nobody knows what is in it.
fn is_unreadable(finding: &Diagnostic) -> bool {
    finding.code == Code::Unreadable
}

fn count(n: usize, what: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {what}{s}")
}

#[derive(Serialize)]
struct LintShape<'a> {
    errors: usize,
    warnings: usize,
    findings: Vec<FindingShape<'a>>,
}
