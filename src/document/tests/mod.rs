//! Tests of the reader.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

mod agree;
mod fast;
mod hostile;
mod lines;

use std::sync::Arc;

use crate::diagnostic::Sink;
use crate::document::Document;
use crate::document::tree::Node;
use crate::document::yaml::{self, Source};

/// Reads a text; returns the document and the findings as `code line:column message | help`.
fn read(text: &str) -> (Option<Document>, Vec<String>) {
    let mut sink = Sink::default();
    let document = Document::read(text, 0, &mut sink);
    (document, worded(sink))
}

/// Words findings in the order of the text.
fn worded(sink: Sink) -> Vec<String> {
    let files: [Arc<str>; 1] = [Arc::from("test")];
    let word = |found: crate::diagnostic::Diagnostic| {
        let place =
            found.place.map_or("-".to_owned(), |place| format!("{}:{}+{}", place.line, place.column, place.length));
        let help = found.help.map_or(String::new(), |help| format!(" | {help}"));
        format!("{} {place} {}{help}", found.code.number(), found.message)
    };
    sink.into_diagnostics(&files).into_iter().map(word).collect()
}

/// Reads a text that has nothing wrong.
fn accepted(text: &str) -> Document {
    let (document, found) = read(text);
    assert_eq!(found, Vec::<String>::new(), "{text}");
    document.unwrap()
}

/// Returns the findings of a text.
fn refused(text: &str) -> Vec<String> {
    let (_, found) = read(text);
    assert!(!found.is_empty(), "accepted: {text}");
    found
}

/// Returns the tree of a text, if nothing is wrong with it.
fn tree(text: &str, is_json_line: bool) -> Option<Node<'_>> {
    let mut sink = Sink::default();
    let node = yaml::parse(text, Source { document: 0, lines_before: 0, is_json_line }, &mut sink);
    node.filter(|_| sink.n_errors() == 0)
}
