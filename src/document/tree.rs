//! The generic tree of a text: what was written and where, before anyone asks what it means.

use std::borrow::Cow;
use std::fmt::{self, Display, Write as _};

use crate::span::Span;

/// A value of the text with its place.
///
/// Invariant: values nest at most as deep as the reader's limit, so that recursion over a tree, dropping one
/// included, is bounded.
#[derive(Debug, PartialEq)]
pub(crate) struct Node<'t> {
    pub(crate) value: Value<'t>,
    pub(crate) span: Span,
}

/// What stands there.
#[derive(Debug, PartialEq)]
pub(crate) enum Value<'t> {
    /// Was reported when the text was read; nobody reports it again.
    Refused,
    /// Nothing, `~` or `null`.
    Null,
    Boolean(bool),
    /// A whole number, and as it was written.
    Integer(i64, Cow<'t, str>),
    /// A finite decimal, and as it was written.
    Decimal(f64, Cow<'t, str>),
    Text(Cow<'t, str>),
    List(Vec<Node<'t>>),
    /// Keys are texts and unique.
    Mapping(Vec<Entry<'t>>),
}

/// A key of a mapping and its value.
#[derive(Debug, PartialEq)]
pub(crate) struct Entry<'t> {
    pub(crate) key: Node<'t>,
    pub(crate) value: Node<'t>,
}

impl Node<'_> {
    /// Describes the value for a message: `the number `1.10``.
    pub(crate) fn describe(&self) -> String {
        match &self.value {
            Value::Refused => "something unreadable".to_owned(),
            Value::Null => "null".to_owned(),
            Value::Boolean(value) => format!("the truth value `{value}`"),
            Value::Integer(_, written) | Value::Decimal(_, written) => format!("the number `{}`", shown(written)),
            Value::Text(text) => format!("the text `{}`", shown(text)),
            Value::List(_) => "a list".to_owned(),
            Value::Mapping(_) => "a mapping".to_owned(),
        }
    }

    /// Returns what was written, if it is a plain scalar that quotes would turn into text.
    pub(crate) fn quotable(&self) -> Option<String> {
        match &self.value {
            Value::Boolean(value) => Some(value.to_string()),
            Value::Integer(_, written) | Value::Decimal(_, written) => Some(shown(written).to_string()),
            Value::Refused | Value::Null | Value::Text(_) | Value::List(_) | Value::Mapping(_) => None,
        }
    }

    /// Returns the text, if it is one.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Text as messages show it: short, and with nothing that moves the cursor.
pub(crate) fn shown(text: &str) -> impl Display {
    Shown(text)
}

struct Shown<'a>(&'a str);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut chars = self.0.chars();
        chars.by_ref().take(SHOWN_MAX).flat_map(visible).try_for_each(|c| f.write_char(c))?;
        if chars.next().is_some() { f.write_char('…') } else { Ok(()) }
    }
}

/// Spells control characters, line separators and everything a terminal may turn around.
fn visible(c: char) -> impl Iterator<Item = char> {
    let is_hidden = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let spelled = if is_hidden { Some(c.escape_unicode()) } else { None };
    let plain = if is_hidden { None } else { Some(c) };
    spelled.into_iter().flatten().chain(plain)
}

const SHOWN_MAX: usize = 60;
