//! Conditions over attributes, and gates over facts.

use std::cmp::Ordering;

use bailiwick::document::{Condition, Field, Literal, Table};
use bailiwick::{Request, Value};

use crate::faults::Fault;
use crate::flatten::{read_time, rows_of_table, values};
use crate::plain::{Facts, Gate};
use crate::truth::Truth;

/// What conditions can see.
#[derive(Clone, Copy)]
pub(crate) struct Attributes<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) declared: &'a [(String, String)],
    pub(crate) fault: Option<Fault>,
}

/// An attribute as read: there with its value, missing, or of another type than declared.
#[derive(Clone, Copy)]
enum Read<'a> {
    Present(Value<'a>),
    Missing,
    WrongType,
}

impl<'a> Attributes<'a> {
    fn has(self, fault: Fault) -> bool {
        self.fault == Some(fault)
    }

    pub(crate) fn holds(self, condition: &Condition) -> Truth {
        match condition {
            Condition::All(parts) => self.all(parts.iter().map(|it| self.holds_field(it))),
            Condition::Any(parts) => self.any(parts.iter().map(|it| self.holds_field(it))),
            Condition::Not(part) => match self.holds_field(part) {
                Truth::Error if self.has(Fault::NotErrorIsTrue) => Truth::True,
                truth => truth.not(),
            },
            Condition::Equals(table) => self.each(table, |value, literal| equals(self.fault, value, literal)),
            Condition::In(table) => self.each(table, |value, literals: &Vec<Field<Literal>>| {
                values(literals).any(|it| equals(self.fault, value, it))
            }),
            Condition::Between(table) => {
                self.each(table, |value, range| self.is_between(value, range.min.value(), range.max.value()))
            }
            Condition::During(table) => {
                self.each(table, |value, range| self.is_during(value, range.from.value(), range.until.value()))
            }
            Condition::Contains(table) => self.each(table, |value, literal| match value {
                Value::List(items) => items.iter().any(|it| equals(self.fault, *it, literal)),
                _ => false,
            }),
            Condition::Same(pair) => match &values(pair).collect::<Vec<_>>()[..] {
                [one, other] => self.same(one, other),
                _ => Truth::Error,
            },
            Condition::Present(name) => name.value().map_or(Truth::Error, |it| self.present(it)),
            Condition::SubjectIsOwner => self.is_owner(),
        }
    }

    fn holds_field(self, condition: &Field<Condition>) -> Truth {
        condition.value().map_or(Truth::Error, |it| self.holds(it))
    }

    fn all(self, parts: impl Iterator<Item = Truth>) -> Truth {
        let parts: Vec<Truth> = parts.collect();
        let is_spoilt = self.has(Fault::ErrorBeatsDecisiveAnswer) && parts.contains(&Truth::Error);
        if is_spoilt { Truth::Error } else { Truth::all(parts) }
    }

    fn any(self, parts: impl Iterator<Item = Truth>) -> Truth {
        let parts: Vec<Truth> = parts.collect();
        let is_spoilt = self.has(Fault::ErrorBeatsDecisiveAnswer) && parts.contains(&Truth::Error);
        if is_spoilt { Truth::Error } else { Truth::any(parts) }
    }

    /// A table of attributes under one operator means all of them.
    fn each<V>(self, table: &Table<V>, test: impl Fn(Value<'a>, &V) -> bool) -> Truth {
        let rows = rows_of_table(table).map(|(name, wanted)| match self.read(&name) {
            Read::Present(value) => Truth::from(test(value, wanted)),
            Read::Missing if self.has(Fault::MissingIsFalse) => Truth::False,
            Read::WrongType if self.has(Fault::WrongTypeIsFalse) => Truth::False,
            Read::Missing | Read::WrongType => Truth::Error,
        });
        if self.has(Fault::TableMeansAny) { self.any(rows) } else { self.all(rows) }
    }

    fn is_between(self, value: Value<'_>, min: Option<&Literal>, max: Option<&Literal>) -> bool {
        let is_open = self.has(Fault::NumberRangeExcludesEnds);
        let order = |literal: &Literal| compare_numbers(value, value_of(literal));
        let is_fit = |found: Option<Ordering>, wanted: Ordering| {
            found == Some(wanted) || (found == Some(Ordering::Equal) && !is_open)
        };
        min.is_none_or(|it| is_fit(order(it), Ordering::Greater))
            && max.is_none_or(|it| is_fit(order(it), Ordering::Less))
    }

    fn is_during(self, value: Value<'_>, from: Option<&Literal>, until: Option<&Literal>) -> bool {
        let Value::Time(instant) = value else { return false };
        let end = |until: i64| instant < until || (instant == until && self.has(Fault::DuringIncludesEnd));
        from.and_then(read_time).is_none_or(|it| it <= instant) && until.and_then(read_time).is_none_or(end)
    }

    fn same(self, one: &str, other: &str) -> Truth {
        match (self.read(one), self.read(other)) {
            (Read::Present(a), Read::Present(b)) => Truth::from(same_value(self.fault, a, b)),
            (Read::WrongType, _) | (_, Read::WrongType) if self.has(Fault::WrongTypeIsFalse) => Truth::False,
            (Read::Missing, _) | (_, Read::Missing) if self.has(Fault::MissingIsFalse) => Truth::False,
            _ => Truth::Error,
        }
    }

    fn present(self, name: &str) -> Truth {
        match self.read(name) {
            Read::Present(_) => Truth::True,
            Read::WrongType => Truth::Error,
            Read::Missing => {
                let is_null = |it: &(&str, Value<'_>)| name.ends_with(&format!(".{}", it.0)) && it.1 == Value::Null;
                let has_null = self.request.context.iter().chain(self.request.resource).any(is_null);
                Truth::from(has_null && self.has(Fault::NullIsPresent))
            }
        }
    }

    fn is_owner(self) -> Truth {
        if !self.has(Fault::OwnerComparedWithoutKind) {
            return self.same("subject", "resource.owner");
        }
        let name = |text: &'a str| text.split_once(':').map_or(text, |(_, name)| name);
        match self.read("resource.owner") {
            Read::Present(Value::Text(owner)) => Truth::from(name(owner) == name(self.request.subject)),
            _ => Truth::Error,
        }
    }

    /// Reads an attribute by its full name.
    fn read(self, name: &str) -> Read<'a> {
        let (kind, id) = self.request.subject.split_once(':').unwrap_or_default();
        let find = |list: &'a [(&'a str, Value<'a>)], name: &str| {
            list.iter().find(|(it, _)| *it == name).map_or(Value::Null, |(_, value)| *value)
        };
        let value = match name.split_once('.') {
            None => Value::Text(self.request.subject),
            Some(("subject", "id")) => Value::Text(id),
            Some(("subject", _)) => Value::Text(kind),
            Some(("resource", name)) => find(self.request.resource, name),
            Some((_, name)) => find(self.request.context, name),
        };
        let declared = self.declared.iter().find(|(it, _)| it == name).map_or("text", |(_, declared)| declared);
        match value {
            Value::Null => Read::Missing,
            value if self.is_of_type(value, declared) => Read::Present(value),
            _ => Read::WrongType,
        }
    }

    fn is_of_type(self, value: Value<'_>, declared: &str) -> bool {
        match (value, declared) {
            (Value::Text(_), "text")
            | (Value::Integer(_), "number")
            | (Value::Boolean(_), "boolean")
            | (Value::Time(_), "time") => true,
            (Value::Decimal(number), "number") => number.is_finite() || self.has(Fault::NanIsANumber),
            (Value::List(items), list) => {
                let of = list.strip_prefix("list of ");
                of.is_some_and(|of| items.iter().all(|it| self.is_of_type(*it, of)))
            }
            _ => false,
        }
    }
}

fn value_of(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Text(text) => Value::Text(text),
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Decimal(number) => Value::Decimal(*number),
        Literal::Boolean(truth) => Value::Boolean(*truth),
    }
}

fn equals(fault: Option<Fault>, value: Value<'_>, literal: &Literal) -> bool {
    match value {
        Value::Time(instant) => read_time(literal) == Some(instant),
        value => same_value(fault, value, value_of(literal)),
    }
}

fn same_value(fault: Option<Fault>, one: Value<'_>, other: Value<'_>) -> bool {
    match compare_numbers(one, other) {
        Some(order) if fault != Some(Fault::NumbersComparedByType) => order == Ordering::Equal,
        _ => one == other,
    }
}

/// Compares two numbers by value, however they are written; nothing else has an order.
fn compare_numbers(one: Value<'_>, other: Value<'_>) -> Option<Ordering> {
    match (one, other) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(&b)),
        (Value::Decimal(a), Value::Decimal(b)) => a.partial_cmp(&b),
        (Value::Integer(a), Value::Decimal(b)) => compare_mixed(a, b),
        (Value::Decimal(a), Value::Integer(b)) => compare_mixed(b, a).map(Ordering::reverse),
        _ => None,
    }
}

/// Compares exactly: neither side is rounded.
fn compare_mixed(integer: i64, decimal: f64) -> Option<Ordering> {
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if decimal.is_nan() {
        return None;
    }
    if BEYOND <= decimal {
        return Some(Ordering::Less);
    }
    if decimal < -BEYOND {
        return Some(Ordering::Greater);
    }
    #[expect(clippy::cast_possible_truncation, reason = "the range was checked, and whole numbers below 2^63 fit")]
    let whole = decimal.trunc() as i64;
    Some(integer.cmp(&whole).then_with(|| 0.0_f64.partial_cmp(&decimal.fract()).unwrap_or(Ordering::Equal)))
}

/// Returns whether the facts satisfy a gate; `facts` are none where no cluster is named.
pub(crate) fn gate_holds(gate: &Gate, facts: Option<&Facts>, fault: Option<Fault>) -> Truth {
    let Some(facts) = facts else { return gate_error(fault) };
    let module = gate.module.as_ref().map(|it| Truth::from(facts.modules.contains(it)));
    let version = gate.version.as_ref().map(|least| match &facts.version {
        Some(version) if fault == Some(Fault::VersionComparedAsText) => Truth::from(least <= version),
        Some(version) => Truth::from(version_parts(least) <= version_parts(version)),
        None => gate_error(fault),
    });
    let connected = gate.connected.then(|| facts.connected.map_or_else(|| gate_error(fault), Truth::from));
    Truth::all([module, version, connected].into_iter().flatten())
}

fn gate_error(fault: Option<Fault>) -> Truth {
    if fault == Some(Fault::GateErrorPasses) { Truth::True } else { Truth::Error }
}

/// The parts of a version without the zeros at its end, for missing parts are zero.
fn version_parts(version: &str) -> Vec<u64> {
    let mut parts: Vec<u64> = version.split('.').map(|it| it.parse().unwrap_or(0)).collect();
    while parts.last() == Some(&0) {
        parts.pop();
    }
    parts
}
