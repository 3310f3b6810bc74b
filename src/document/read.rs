//! The entry points: bytes and text in, documents and findings out.

use crate::diagnostic::{Code, Sink};
use crate::document::tree::Value;
use crate::document::yaml::{self, Source};
use crate::document::{Condition, Document, Field, decode};
use crate::span::Span;

impl Document {
    /// Reads YAML or JSON; findings go to `sink`.
    ///
    /// Returns `None` where nothing could be made of the text. What is returned is to be trusted only if no error was
    /// found: what is malformed is left out of it. An empty text is an empty document.
    pub(crate) fn read(text: &str, document: u32, sink: &mut Sink) -> Option<Self> {
        let n_errors = sink.n_errors();
        let source = Source { document, lines_before: 0, is_json_line: false };
        let Some(node) = yaml::parse(text, source, sink) else {
            return (sink.n_errors() == n_errors).then(Self::default);
        };
        match node.value {
            Value::Null => Some(Self::default()),
            _ => decode::decode(&node, sink),
        }
    }
}

/// Reads a condition that stands alone; findings go to `sink`, also where there is none.
pub(crate) fn read_condition(text: &str, sink: &mut Sink) -> Field<Condition> {
    let source = Source { document: 0, lines_before: 0, is_json_line: false };
    let Some(node) = yaml::parse(text, source, sink) else {
        if sink.n_errors() == 0 {
            sink.report(Code::Syntax, Span { document: 0, line: 1, column: 1, length: 0 }, "the condition is empty");
        }
        return Field::default();
    };
    decode::decode(&node, sink).unwrap_or_default()
}

/// Returns the bytes as text, or reports the first byte that is not UTF-8.
pub(crate) fn utf8<'t>(bytes: &'t [u8], document: u32, sink: &mut Sink) -> Option<&'t str> {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return Some(text),
        Err(error) => error,
    };
    let valid = bytes.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or_default();
    report_utf8(place_after(valid, document), sink);
    None
}

/// Reports that a text is not UTF-8, and where.
pub(crate) fn report_utf8(span: Span, sink: &mut Sink) {
    sink.report_help(Code::Unreadable, span, "the text is not UTF-8", "save it as UTF-8");
}

/// Returns the place of what follows `before`.
pub(crate) fn place_after(before: &str, document: u32) -> Span {
    let before = before.strip_prefix('\u{feff}').unwrap_or(before);
    let last_line = before.rsplit('\n').next().unwrap_or_default();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).saturating_add(1);
    Span { document, line: count(before.matches('\n').count()), column: count(last_line.chars().count()), length: 0 }
}
