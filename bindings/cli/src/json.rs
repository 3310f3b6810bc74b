//! What `--json` prints, in the shapes that every door shares.

pub(crate) use bailiwick_shapes::{DecisionShape, FindingShape, SourceShape, UnknownShape, word};
use serde::Serialize;

use crate::failure::Failure;

/// Writes an answer.
pub(crate) fn write(command: &str, content: impl Serialize) -> Result<String, Failure> {
    bailiwick_shapes::write(command, content)
        .map_err(|error| Failure::Message(format!("the answer cannot be written as JSON: {error}")))
}
