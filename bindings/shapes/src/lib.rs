//! The shapes of the JSON that programs read, version 1. A change that programs could notice is a new version.
//!
//! What the command line prints with `--json` and what the C interface writes is the same, for it is defined here.

mod decision;
mod explain;
mod finding;

pub use decision::{DecisionShape, RuleShape, SourceShape, UnknownShape, word};
pub use explain::ExplainShape;
pub use finding::{FindingShape, level};

use serde::Serialize;

/// Every answer: the version of the shape, the command, and what it says.
#[derive(Serialize)]
struct Envelope<'a, T> {
    bailiwick: u8,
    command: &'a str,
    #[serde(flatten)]
    content: T,
}

/// Writes an answer, with a line break at the end.
///
/// # Errors
///
/// The content has no form in JSON, which none of the shapes here lacks.
pub fn write(command: &str, content: impl Serialize) -> serde_json::Result<String> {
    let mut text = serde_json::to_string_pretty(&Envelope { bailiwick: 1, command, content })?;
    text.push('\n');
    Ok(text)
}
