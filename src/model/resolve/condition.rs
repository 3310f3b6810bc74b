//! Conditions: attributes resolved, literals typed, nonsense refused.

use super::lookup::find_in;
use crate::attribute::{Attribute, AttributeSource, AttributeType, Literal, Test};
use crate::diagnostic::{Code, Sink};
use crate::document::{self, Field, NumberRange, Table, TimeRange};
use crate::model::catalogue::Catalogue;
use crate::model::condition::Condition;
use crate::number::Number;

use crate::name::show;

/// Resolves a condition; nothing where it is missing or was reported.
///
/// Recursion is bounded: no text nests deeper than the reader's limit, and a built document is cut at the same depth.
pub(crate) fn resolve(field: &Field<document::Condition>, catalogue: &Catalogue, sink: &mut Sink) -> Option<Condition> {
    at_depth(field, 0, catalogue, sink)
}

fn at_depth(
    field: &Field<document::Condition>,
    depth: usize,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Condition> {
    if DEPTH_MAX <= depth {
        sink.report(Code::Limit, field.span(), format!("the condition is nested deeper than {DEPTH_MAX}"));
        return None;
    }
    let deeper = depth.saturating_add(1);
    match field.value()? {
        document::Condition::All(parts) => several(field, parts, deeper, catalogue, sink).map(Condition::All),
        document::Condition::Any(parts) => several(field, parts, deeper, catalogue, sink).map(Condition::Any),
        document::Condition::Not(part) => {
            at_depth(part, deeper, catalogue, sink).map(|part| Condition::Not(Box::new(part)))
        }
        document::Condition::Equals(table) => {
            each(field, table, sink, |attribute, literal, sink| equals(attribute, literal, catalogue, sink))
        }
        document::Condition::In(table) => {
            each(field, table, sink, |attribute, literals, sink| in_list(attribute, literals, catalogue, sink))
        }
        document::Condition::Between(table) => {
            each(field, table, sink, |attribute, range, sink| between(attribute, range, catalogue, sink))
        }
        document::Condition::During(table) => {
            each(field, table, sink, |attribute, range, sink| during(attribute, range, catalogue, sink))
        }
        document::Condition::Contains(table) => {
            each(field, table, sink, |attribute, literal, sink| contains(attribute, literal, catalogue, sink))
        }
        document::Condition::Same(pair) => same(field, pair, catalogue, sink).map(Condition::Test),
        document::Condition::Present(name) => {
            attribute(name, catalogue, sink).map(|attribute| Condition::Test(Test::Present(attribute)))
        }
        document::Condition::SubjectIsOwner => Some(Condition::Test(Test::Same(
            Attribute { source: AttributeSource::Subject, name: String::new(), kind: AttributeType::Text },
            Attribute { source: AttributeSource::Resource, name: "owner".to_owned(), kind: AttributeType::Text },
        ))),
    }
}

/// Resolves the parts of an `all` or `any`.
fn several(
    field: &Field<document::Condition>,
    parts: &[Field<document::Condition>],
    depth: usize,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Vec<Condition>> {
    if parts.is_empty() {
        sink.report(Code::InvalidCondition, field.span(), "an empty `all` or `any` says nothing");
    }
    // Every part is resolved before one failure gives up, so that every finding is reported.
    let resolved: Vec<Option<Condition>> = parts.iter().map(|part| at_depth(part, depth, catalogue, sink)).collect();
    resolved.into_iter().collect::<Option<Vec<_>>>().filter(|parts| !parts.is_empty())
}

/// Resolves an operator over a table: all its entries must hold.
fn each<V>(
    field: &Field<document::Condition>,
    table: &Table<V>,
    sink: &mut Sink,
    test: impl Fn(&Field<String>, &Field<V>, &mut Sink) -> Option<Test>,
) -> Option<Condition> {
    if table.0.is_empty() {
        sink.report(Code::InvalidCondition, field.span(), "the condition names no attribute");
    }
    let tests: Vec<Option<Test>> = table.0.iter().map(|(name, value)| test(name, value, sink)).collect();
    let mut tests: Vec<Condition> = tests.into_iter().map(|test| test.map(Condition::Test)).collect::<Option<_>>()?;
    if 1 < tests.len() { Some(Condition::All(tests)) } else { tests.pop() }
}

fn equals(
    name: &Field<String>,
    value: &Field<document::Literal>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Test> {
    let attribute = attribute(name, catalogue, sink);
    let attribute = scalar(attribute?, name, sink)?;
    let literal = literal(value, attribute.kind, sink)?;
    Some(Test::In(attribute, vec![literal]))
}

fn in_list(
    name: &Field<String>,
    values: &Field<Vec<Field<document::Literal>>>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Test> {
    let attribute = attribute(name, catalogue, sink);
    let listed = values.value()?;
    if listed.is_empty() {
        sink.report(Code::InvalidCondition, values.span(), "an empty `in` can never be true");
    }
    let attribute = scalar(attribute?, name, sink)?;
    let literals: Vec<Option<Literal>> = listed.iter().map(|value| literal(value, attribute.kind, sink)).collect();
    Some(Test::In(attribute, literals.into_iter().collect::<Option<_>>()?))
}

fn between(name: &Field<String>, range: &Field<NumberRange>, catalogue: &Catalogue, sink: &mut Sink) -> Option<Test> {
    let attribute = attribute(name, catalogue, sink);
    let written = range.value()?;
    if written.min.is_missing() && written.max.is_missing() {
        sink.report(Code::InvalidCondition, range.span(), "the range has neither `min` nor `max`");
    }
    let mut bound = |field: &Field<document::Literal>| match literal(field, AttributeType::Number, sink) {
        Some(Literal::Number(number)) => Some(number),
        _ => None,
    };
    let (min, max): (Option<Number>, Option<Number>) = (bound(&written.min), bound(&written.max));
    if let (Some(min), Some(max)) = (min, max)
        && max < min
    {
        sink.report(Code::InvalidCondition, range.span(), format!("`min` {min} is above `max` {max}"));
    }
    let attribute = of_type(attribute?, AttributeType::Number, name, sink)?;
    Some(Test::Between(attribute, min, max))
}

fn during(name: &Field<String>, range: &Field<TimeRange>, catalogue: &Catalogue, sink: &mut Sink) -> Option<Test> {
    let attribute = attribute(name, catalogue, sink);
    let written = range.value()?;
    if written.from.is_missing() && written.until.is_missing() {
        sink.report(Code::InvalidCondition, range.span(), "the range has neither `from` nor `until`");
    }
    let (from, until) = window(&written.from, &written.until, sink);
    let attribute = of_type(attribute?, AttributeType::Time, name, sink)?;
    Some(Test::During(attribute, from, until))
}

fn contains(
    name: &Field<String>,
    value: &Field<document::Literal>,
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Test> {
    let attribute = attribute(name, catalogue, sink)?;
    let Some(element) = attribute.kind.element() else {
        let message = format!("`contains` needs a list, and `{attribute}` is a {}", attribute.kind);
        sink.report(Code::InvalidCondition, name.span(), message);
        return None;
    };
    let literal = literal(value, element, sink)?;
    Some(Test::Contains(attribute, literal))
}

fn same(
    field: &Field<document::Condition>,
    pair: &[Field<String>],
    catalogue: &Catalogue,
    sink: &mut Sink,
) -> Option<Test> {
    let [first, second] = pair else {
        sink.report(Code::InvalidCondition, field.span(), "`same` names two attributes");
        return None;
    };
    let (a, b) = (attribute(first, catalogue, sink), attribute(second, catalogue, sink));
    let (a, b) = (scalar(a?, first, sink)?, scalar(b?, second, sink)?);
    if a.kind != b.kind {
        let message = format!("`{a}` is a {} and `{b}` a {}", a.kind, b.kind);
        sink.report(Code::InvalidCondition, second.span(), message);
        return None;
    }
    Some(Test::Same(a, b))
}

/// Resolves the name of an attribute.
fn attribute(field: &Field<String>, catalogue: &Catalogue, sink: &mut Sink) -> Option<Attribute> {
    let position = find_in("attribute", Code::UnknownAttribute, field, &catalogue.attributes, sink)?;
    let (full, kind) = catalogue.attributes.get_index(position)?;
    let (source, name) = match full.as_str() {
        "subject" => (AttributeSource::Subject, ""),
        "subject.id" => (AttributeSource::SubjectId, ""),
        "subject.kind" => (AttributeSource::SubjectKind, ""),
        full => match full.split_once('.')? {
            ("context", name) => (AttributeSource::Context, name),
            (_, name) => (AttributeSource::Resource, name),
        },
    };
    Some(Attribute { source, name: name.to_owned(), kind: *kind })
}

/// Refuses a list where one value is compared.
fn scalar(attribute: Attribute, name: &Field<String>, sink: &mut Sink) -> Option<Attribute> {
    if attribute.kind.element().is_none() {
        return Some(attribute);
    }
    let message = format!("`{attribute}` is a {}, which only `contains` and `present` read", attribute.kind);
    sink.report(Code::InvalidCondition, name.span(), message);
    None
}

/// Refuses an attribute of another type than the operator's.
fn of_type(attribute: Attribute, kind: AttributeType, name: &Field<String>, sink: &mut Sink) -> Option<Attribute> {
    if attribute.kind == kind {
        return Some(attribute);
    }
    let message = format!("the range is of type {kind}, and `{attribute}` is a {}", attribute.kind);
    sink.report(Code::InvalidCondition, name.span(), message);
    None
}

/// Types a literal by the attribute it is compared with.
fn literal(field: &Field<document::Literal>, kind: AttributeType, sink: &mut Sink) -> Option<Literal> {
    let written = field.value()?;
    let typed = match (kind, written) {
        (AttributeType::Text, document::Literal::Text(text)) => Some(Literal::Text(text.clone())),
        (AttributeType::Number, document::Literal::Integer(value)) => Some(Literal::Number(Number::Integer(*value))),
        (AttributeType::Number, document::Literal::Decimal(value)) => Number::decimal(*value).map(Literal::Number),
        (AttributeType::Boolean, document::Literal::Boolean(truth)) => Some(Literal::Boolean(*truth)),
        (AttributeType::Time, _) => return time(field, sink).map(Literal::Time),
        _ => None,
    };
    if typed.is_none() {
        let found = match written {
            document::Literal::Text(text) => format!("the text `{}`", show(text)),
            document::Literal::Integer(value) => format!("the number {value}"),
            document::Literal::Decimal(value) => format!("the number {value}"),
            document::Literal::Boolean(truth) => format!("the truth value {truth}"),
        };
        sink.report(Code::InvalidCondition, field.span(), format!("expected a {kind}, found {found}"));
    }
    typed
}

/// Reads an instant: RFC 3339 text, or seconds since the epoch.
pub(crate) fn time(field: &Field<document::Literal>, sink: &mut Sink) -> Option<i64> {
    let seconds = match field.value()? {
        document::Literal::Integer(seconds) => Some(*seconds),
        document::Literal::Text(text) => crate::time::parse_rfc3339(text),
        document::Literal::Decimal(_) | document::Literal::Boolean(_) => None,
    };
    if seconds.is_none() {
        let help = "write `2026-01-31T09:00:00Z`, with an offset and without fractions, or seconds since the epoch";
        sink.report_help(Code::InvalidTime, field.span(), "the time cannot be read", help);
    }
    seconds
}

/// Reads a half-open window; reports one that holds no instant.
pub(crate) fn window(
    from: &Field<document::Literal>,
    until: &Field<document::Literal>,
    sink: &mut Sink,
) -> (Option<i64>, Option<i64>) {
    let bounds = (time(from, sink), time(until, sink));
    if let (Some(first), Some(last)) = bounds
        && last <= first
    {
        let help = "`from` is the first instant in, `until` the first instant out";
        sink.report_help(Code::EmptyWindow, until.span(), "the window holds no instant", help);
    }
    bounds
}

const DEPTH_MAX: usize = 24;
