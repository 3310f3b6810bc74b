//! Cases as written: a policy, or where its files are, and questions with the answers that are expected.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use crate::diagnostic::{Code, Sink};
use crate::document::decode::{decode, unknown_key};
use crate::document::tree::{Entry, Node, Value};
use crate::document::yaml::{self, Source};
use crate::document::{Document, Field, Literal, Table};
use crate::span::Span;

/// A text of cases.
#[derive(Debug, Default)]
pub(crate) struct CasesDocument {
    /// Policies and directories that are written in the text itself.
    pub(crate) documents: Vec<Document>,
    /// Where the files of others are, relative to the text.
    pub(crate) paths: Vec<Field<String>>,
    pub(crate) cases: Vec<Field<CaseEntry>>,
}

/// One question and its answer.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CaseEntry {
    pub(crate) name: Field<String>,
    pub(crate) tenant: Field<String>,
    pub(crate) subject: Field<String>,
    pub(crate) groups: Field<Vec<Field<String>>>,
    pub(crate) action: Field<String>,
    pub(crate) kind: Field<String>,
    pub(crate) scope: Field<String>,
    pub(crate) cluster: Field<String>,
    pub(crate) resource: Field<Table<CaseValue>>,
    pub(crate) context: Field<Table<CaseValue>>,
    pub(crate) at: Field<Literal>,
    pub(crate) expect: Field<String>,
    pub(crate) reason: Field<String>,
}

/// The value of an attribute: null, a literal or a list of literals.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CaseValue {
    Null,
    One(Literal),
    Listed(Vec<Field<Literal>>),
}

/// Reads cases in YAML or JSON; findings go to `sink`.
///
/// What is returned is to be trusted only if no error was found.
pub(crate) fn read_cases(text: &str, document: u32, sink: &mut Sink) -> CasesDocument {
    let n_errors = sink.n_errors();
    let mut found = CasesDocument::default();
    let start = Span { document, line: 1, column: 1, length: 0 };
    let node = yaml::parse(text, Source { document, lines_before: 0, is_json_line: false }, sink);
    let entries = match node {
        Some(Node { value: Value::Mapping(entries), .. }) => entries,
        Some(Node { value: Value::Null | Value::Refused, .. }) | None => vec![],
        Some(node) => {
            sink.report(Code::WrongType, node.span, format!("expected a mapping, found {}", node.describe()));
            return found;
        }
    };
    for Entry { key, value } in &entries {
        match key.text() {
            Some(POLICY) => found.take_policy(value, sink),
            Some(CASES) => {
                let cases: Field<Vec<Field<CaseEntry>>> = decode(value, sink).unwrap_or_default();
                found.cases = cases.into_value().unwrap_or_default();
            }
            written => unknown_key(key.span, written.unwrap_or_default(), &[POLICY, CASES], sink),
        }
    }
    if sink.n_errors() == n_errors && !entries.iter().any(|entry| entry.key.text() == Some(CASES)) {
        sink.report(Code::MissingKey, start, "key `cases` is missing");
    }
    found
}

impl CasesDocument {
    /// Takes the policy: one that is written here, or a list of such and of paths.
    fn take_policy(&mut self, node: &Node<'_>, sink: &mut Sink) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.take_part(item, sink)),
            _ => self.take_part(node, sink),
        }
    }

    fn take_part(&mut self, node: &Node<'_>, sink: &mut Sink) {
        match &node.value {
            Value::Text(path) => self.paths.push(Field::at(path.clone().into_owned(), node.span)),
            Value::Mapping(_) => {
                let document: Option<Document> = decode(node, sink);
                let number = Some(node.span.document);
                self.documents.extend(document.map(|document| Document { number, ..document }));
            }
            Value::Refused => {}
            _ => {
                let message = format!("expected a path or a policy, found {}", node.describe());
                sink.report(Code::WrongType, node.span, message);
            }
        }
    }
}

impl<'de> Deserialize<'de> for CaseValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CaseValueVisitor)
    }
}

struct CaseValueVisitor;

impl<'de> Visitor<'de> for CaseValueVisitor {
    type Value = CaseValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, `true`, `false`, null or a list of them")
    }

    fn visit_unit<E>(self) -> Result<CaseValue, E> {
        Ok(CaseValue::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<CaseValue, E> {
        Ok(CaseValue::One(Literal::Boolean(value)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<CaseValue, E> {
        Ok(CaseValue::One(Literal::Integer(number)))
    }

    fn visit_f64<E>(self, number: f64) -> Result<CaseValue, E> {
        Ok(CaseValue::One(Literal::Decimal(number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<CaseValue, E> {
        Ok(CaseValue::One(Literal::Text(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<CaseValue, A::Error> {
        let mut listed = Vec::new();
        while let Some(item) = items.next_element()? {
            listed.push(item);
        }
        Ok(CaseValue::Listed(listed))
    }
}

const POLICY: &str = "policy";
const CASES: &str = "cases";
