//! A program back to the condition that it was compiled from.

use crate::attribute::{Literal as Value, Test};
use crate::document::{Condition, Field, Literal, NumberRange, Table, TimeRange};
use crate::number::Number;
use crate::snapshot::{Op, Program};

/// Returns a condition that compiles to a program.
pub(crate) fn written(program: &Program) -> Option<Condition> {
    let mut stack: Vec<Condition> = Vec::new();
    for op in &program.ops {
        let next = match op {
            Op::Test(test) => tested(test),
            Op::Not => Condition::Not(Box::new(Field::from(stack.pop()?))),
            Op::And => {
                let last = stack.pop()?;
                match stack.pop()? {
                    Condition::All(parts) => Condition::All(with(parts, last)),
                    first => Condition::All(vec![Field::from(first), Field::from(last)]),
                }
            }
            Op::Or => {
                let last = stack.pop()?;
                match stack.pop()? {
                    Condition::Any(parts) => Condition::Any(with(parts, last)),
                    first => Condition::Any(vec![Field::from(first), Field::from(last)]),
                }
            }
        };
        stack.push(next);
    }
    stack.pop()
}

fn with(mut parts: Vec<Field<Condition>>, last: Condition) -> Vec<Field<Condition>> {
    parts.push(Field::from(last));
    parts
}

fn tested(test: &Test) -> Condition {
    match test {
        Test::In(attribute, values) => match values.as_slice() {
            [only] => Condition::Equals(one(attribute, literal(only))),
            several => Condition::In(one(attribute, several.iter().map(|value| Field::from(literal(value))).collect())),
        },
        Test::Between(attribute, min, max) => {
            let bound = |bound: &Option<Number>| bound.map_or_else(Field::default, |bound| Field::from(number(bound)));
            Condition::Between(one(attribute, NumberRange { min: bound(min), max: bound(max) }))
        }
        Test::During(attribute, from, until) => {
            let instant = |at: &Option<i64>| at.map_or_else(Field::default, |at| Field::from(Literal::Integer(at)));
            Condition::During(one(attribute, TimeRange { from: instant(from), until: instant(until) }))
        }
        Test::Same(a, b) => Condition::Same(vec![Field::from(a.to_string()), Field::from(b.to_string())]),
        Test::Contains(attribute, value) => Condition::Contains(one(attribute, literal(value))),
        Test::Present(attribute) => Condition::Present(Field::from(attribute.to_string())),
    }
}

fn one<V>(attribute: &impl ToString, value: V) -> Table<V> {
    Table(vec![(Field::from(attribute.to_string()), Field::from(value))])
}

fn literal(value: &Value) -> Literal {
    match value {
        Value::Text(text) => Literal::Text(text.clone()),
        Value::Number(value) => number(*value),
        Value::Boolean(truth) => Literal::Boolean(*truth),
        Value::Time(seconds) => Literal::Integer(*seconds),
    }
}

fn number(number: Number) -> Literal {
    match number {
        Number::Integer(integer) => Literal::Integer(integer),
        Number::Decimal(decimal) => Literal::Decimal(decimal),
    }
}
