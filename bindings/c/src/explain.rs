//! Why: every rule that applies or nearly does.

use bailiwick_shapes::ExplainShape;

use crate::boundary::{In, Out, guard};
use crate::engine::{EngineHandle, hold};
use crate::request::RawRequest;
use crate::status::{self, Status};
use crate::table::{self, What};
use crate::text::TextHandle;

/// How an explanation is written.
pub type ExplainForm = i32;

/// As a tree of lines for people.
pub const BW_EXPLAIN_TEXT: ExplainForm = 0;
/// As one JSON object: the shape of `bailiwick explain --json`, version 1, without a `fault`.
pub const BW_EXPLAIN_JSON: ExplainForm = 1;

/// Explains a request: every rule that applies, every rule that nearly does and what it lacks, every deny and
/// restriction with the values it saw.
///
/// The decision in it is that of `bw_check`. `*text` is freed with `bw_text_free`. An explanation tells what exists:
/// it is for the host and its administrators, not for outsiders. This allocates, and takes time in proportion to all
/// rules of the subject and its groups.
#[unsafe(no_mangle)]
pub extern "C" fn bw_explain(
    engine: EngineHandle,
    request: In<RawRequest>,
    form: ExplainForm,
    text: Out<TextHandle>,
) -> Status {
    guard(|| {
        text.put(0)?;
        let snapshot = hold(engine)?.snapshot();
        let written = request.versioned()?.with(|request| {
            let explanation = snapshot.explain(request);
            match form {
                BW_EXPLAIN_TEXT => Ok(explanation.to_string()),
                BW_EXPLAIN_JSON => {
                    let shape = ExplainShape::of(&explanation, None, &snapshot);
                    bailiwick_shapes::write("explain", shape).map_err(|_| status::BW_PANIC)
                }
                _ => Err(status::BW_INVALID_ARGUMENT),
            }
        })??;
        text.put(table::insert(What::Text(written))?)
    })
}
