//! What is wrong with one value, and how it is worded.

use std::fmt;

use serde::de::{Expected, Unexpected};

use crate::diagnostic::{Code, Sink};
use crate::document::tree::{Node, shown};
use crate::span::Span;
use crate::suggest::closest;

/// What went wrong in one value.
#[derive(Debug)]
pub(crate) struct Error {
    kind: Kind,
    /// Where, once a decoder has seen it, with what stands there.
    found: Option<(Span, String, Option<String>)>,
}

#[derive(Debug)]
pub(super) enum Kind {
    /// Something else was expected.
    Expected { what: String, help: Option<String> },
    /// A condition makes no sense.
    Condition { message: String, help: String },
    /// Whatever a `Deserialize` says.
    Other(String),
    /// Was reported when the text was read.
    Reported,
}

impl Error {
    pub(super) fn expected(what: impl Into<String>) -> Self {
        Self::new(Kind::Expected { what: what.into(), help: None })
    }

    pub(super) fn condition(message: String, help: impl Into<String>) -> Self {
        Self::new(Kind::Condition { message, help: help.into() })
    }

    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, found: None }
    }

    /// Adds the place, unless a deeper value has done so.
    pub(super) fn at(mut self, node: &Node<'_>) -> Self {
        if self.found.is_none() {
            self.found = Some((node.span, node.describe(), node.quotable()));
        }
        self
    }

    #[cold]
    pub(super) fn report(self, node: &Node<'_>, sink: &mut Sink) {
        let Self { kind, found: Some((span, found, quotable)) } = self.at(node) else { return };
        match kind {
            Kind::Reported => {}
            Kind::Condition { message, help } => sink.report_help(Code::InvalidCondition, span, message, help),
            Kind::Other(message) => sink.report(Code::WrongType, span, message),
            Kind::Expected { what, help } => {
                let quoted = quotable
                    .filter(|_| what.starts_with("text"))
                    .map(|written| format!("write it in quotes: \"{written}\""));
                let message = format!("expected {what}, found {found}");
                match help.or(quoted) {
                    Some(help) => sink.report_help(Code::WrongType, span, message, help),
                    None => sink.report(Code::WrongType, span, message),
                }
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Expected { what, .. } => write!(f, "expected {what}"),
            Kind::Condition { message, .. } | Kind::Other(message) => f.write_str(message),
            Kind::Reported => f.write_str("already reported"),
        }
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Kind::Other(message.to_string()))
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected.to_string())
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::expected(expected.to_string())
    }
}

/// Reports a key that is not among `known`.
#[cold]
pub(crate) fn unknown_key(span: Span, written: &str, known: &[&str], sink: &mut Sink) {
    let message = format!("key `{}` is not known here", shown(written));
    let help = match closest(written, known.iter().copied().take(sink.n_comparisons())) {
        Some(known) => did_you_mean(known),
        None if known.len() <= LISTED_MAX => format!("known keys: {}", list(known)),
        None => "remove it, or move it to where it belongs".to_owned(),
    };
    sink.compared(known.len());
    sink.report_help(Code::UnknownKey, span, message, help);
}

pub(super) fn did_you_mean(known: &str) -> String {
    format!("did you mean `{known}`?")
}

pub(super) fn operators(known: &[&str]) -> String {
    format!("known operators: {}", list(known))
}

fn list(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// More names than this do not help.
const LISTED_MAX: usize = 12;
