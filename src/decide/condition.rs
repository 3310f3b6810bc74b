//! Conditions: three-valued, so that an error is neither true nor false.

use crate::attribute::{Attribute, AttributeSource, AttributeType, Literal, Test};
use crate::decide::question::Question;
use crate::decide::request::Value;
use crate::number::Number;
use crate::snapshot::{Op, Program, STACK_MAX};

/// A truth value. `All` takes the least and `Any` the greatest, so that a decisive answer wins over an error.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(crate) enum Truth {
    False,
    Error,
    True,
}

impl Truth {
    /// Returns the truth of a plain answer.
    pub(crate) fn of(answer: bool) -> Self {
        if answer { Self::True } else { Self::False }
    }

    /// Turns it around; an error stays one.
    pub(crate) fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Error => Self::Error,
            Self::True => Self::False,
        }
    }
}

/// Takes note of the tests of a condition.
pub(crate) trait Seen {
    /// Notes a test and its answer.
    fn test(&mut self, question: &Question<'_>, test: &Test, truth: Truth);
}

impl Seen for () {
    fn test(&mut self, _: &Question<'_>, _: &Test, _: Truth) {}
}

/// Evaluates a condition.
pub(crate) fn evaluate(question: &Question<'_>, program: &Program, seen: &mut impl Seen) -> Truth {
    let mut stack = Stack { values: [Truth::Error; STACK_MAX], n_values: 0 };
    for op in &program.ops {
        match op {
            Op::Test(test) => {
                let truth = ask(question, test);
                seen.test(question, test, truth);
                stack.push(truth);
            }
            Op::And => stack.combine(Ord::min),
            Op::Or => stack.combine(Ord::max),
            Op::Not => stack.turn(),
        }
    }
    stack.pop()
}

/// The values that a program has in hand; a program that misuses it ends in an error.
struct Stack {
    values: [Truth; STACK_MAX],
    n_values: usize,
}

impl Stack {
    fn push(&mut self, truth: Truth) {
        if let Some(slot) = self.values.get_mut(self.n_values) {
            *slot = truth;
        }
        self.n_values = self.n_values.saturating_add(1);
    }

    fn pop(&mut self) -> Truth {
        self.n_values = self.n_values.saturating_sub(1);
        self.values.get(self.n_values).copied().unwrap_or(Truth::Error)
    }

    fn combine(&mut self, combine: fn(Truth, Truth) -> Truth) {
        let (b, a) = (self.pop(), self.pop());
        self.push(combine(a, b));
    }

    fn turn(&mut self) {
        let value = self.pop();
        self.push(value.not());
    }
}

/// Answers one test.
fn ask(question: &Question<'_>, test: &Test) -> Truth {
    match test {
        Test::Present(attribute) => match read(question, attribute) {
            None => Truth::False,
            Some(found) if has_type(found, attribute.kind) => Truth::True,
            Some(_) => Truth::Error,
        },
        Test::In(attribute, literals) => match value(question, attribute) {
            Some(found) => Truth::of(literals.iter().any(|literal| is_literal(found, literal))),
            None => Truth::Error,
        },
        Test::Between(attribute, min, max) => match value(question, attribute).and_then(number) {
            Some(found) => Truth::of(min.is_none_or(|min| min <= found) && max.is_none_or(|max| found <= max)),
            None => Truth::Error,
        },
        Test::During(attribute, from, until) => match value(question, attribute) {
            Some(Value::Time(found)) => {
                Truth::of(from.is_none_or(|from| from <= found) && until.is_none_or(|until| found < until))
            }
            _ => Truth::Error,
        },
        Test::Same(a, b) => match (value(question, a), value(question, b)) {
            (Some(a), Some(b)) => Truth::of(is_same(a, b)),
            _ => Truth::Error,
        },
        Test::Contains(attribute, literal) => match value(question, attribute) {
            Some(Value::List(values)) => Truth::of(values.iter().any(|value| is_literal(*value, literal))),
            _ => Truth::Error,
        },
    }
}

/// Returns the value of an attribute, if it is there and of its type.
fn value<'a>(question: &Question<'a>, attribute: &Attribute) -> Option<Value<'a>> {
    read(question, attribute).filter(|value| has_type(*value, attribute.kind))
}

/// Returns the value of an attribute, if it is there. Where a name is given twice the first counts, unless they
/// differ: then the request contradicts itself, and the value is of no type.
pub(crate) fn read<'a>(question: &Question<'a>, attribute: &Attribute) -> Option<Value<'a>> {
    let listed = match attribute.source {
        AttributeSource::Context => question.context,
        AttributeSource::Resource => question.resource,
        AttributeSource::Subject => return Some(Value::Text(question.asker.text)),
        AttributeSource::SubjectKind => return Some(Value::Text(question.asker.kind.word())),
        AttributeSource::SubjectId => {
            return question.asker.text.split_once(':').map(|(_, name)| Value::Text(name));
        }
    };
    let mut found = listed.iter().filter(|(name, _)| *name == attribute.name).map(|(_, value)| *value);
    let first = found.next()?;
    let is_clear = found.all(|other| agrees(first, other));
    let value = if is_clear { first } else { Value::List(CONTRADICTION) };
    (value != Value::Null).then_some(value)
}

/// Returns whether two values say the same. Lists of lists never do: they are of no type, however deep they go.
fn agrees(a: Value<'_>, b: Value<'_>) -> bool {
    let is_plain = |value: &Value<'_>| !matches!(value, Value::List(_));
    match (a, b) {
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| is_plain(a) && is_plain(b) && a == b)
        }
        (Value::List(_), _) | (_, Value::List(_)) => false,
        (a, b) => a == b,
    }
}

/// Returns whether a value is of a declared type; in a list, each element is.
fn has_type(value: Value<'_>, kind: AttributeType) -> bool {
    match (kind, value) {
        (AttributeType::Text, Value::Text(_))
        | (AttributeType::Boolean, Value::Boolean(_))
        | (AttributeType::Time, Value::Time(_))
        | (AttributeType::Number, Value::Integer(_)) => true,
        (AttributeType::Number, Value::Decimal(decimal)) => decimal.is_finite(),
        (list, Value::List(values)) => {
            list.element().is_some_and(|element| values.iter().all(|value| has_type(*value, element)))
        }
        _ => false,
    }
}

fn number(value: Value<'_>) -> Option<Number> {
    match value {
        Value::Integer(integer) => Some(Number::Integer(integer)),
        Value::Decimal(decimal) => Number::decimal(decimal),
        _ => None,
    }
}

/// Returns whether a value is the literal; both are of one type.
fn is_literal(value: Value<'_>, literal: &Literal) -> bool {
    match (literal, value) {
        (Literal::Text(expected), Value::Text(found)) => expected == found,
        (Literal::Boolean(expected), Value::Boolean(found)) => *expected == found,
        (Literal::Time(expected), Value::Time(found)) => *expected == found,
        (Literal::Number(expected), found) => number(found).is_some_and(|found| found == *expected),
        _ => false,
    }
}

/// Returns whether two values of one type, neither a list, are the same.
fn is_same(a: Value<'_>, b: Value<'_>) -> bool {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a == b,
        _ => a == b,
    }
}

/// A list that is of no declared type, since its elements are of two.
const CONTRADICTION: &[Value<'static>] = &[Value::Null, Value::Boolean(false)];
