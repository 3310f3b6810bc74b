//! Findings, with their places.

use bailiwick::{Diagnostic, Severity};
use serde::Serialize;

/// A finding.
#[derive(Serialize)]
pub struct FindingShape<'a> {
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
    /// Returns the shape of a finding.
    #[must_use]
    pub fn of(finding: &'a Diagnostic) -> Self {
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

/// Returns the word for a severity.
#[must_use]
pub fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
