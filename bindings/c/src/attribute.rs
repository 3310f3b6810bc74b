//! Attributes of the resource and of the context.

use bailiwick::Value;

use crate::boundary::{Few, List, Str};
use crate::status::{self, Status};

/// What a value is: one of the `BW_VALUE_` numbers.
pub type ValueType = i32;

/// No value: the same as leaving the attribute out.
pub const BW_VALUE_NULL: ValueType = 0;
/// Text, in `text`.
pub const BW_VALUE_TEXT: ValueType = 1;
/// An integer number, in `integer`.
pub const BW_VALUE_INTEGER: ValueType = 2;
/// A decimal number, in `decimal`. One that is not finite is a wrong type.
pub const BW_VALUE_DECIMAL: ValueType = 3;
/// A truth value, in `integer`: 0 or 1, anything else is refused.
pub const BW_VALUE_BOOLEAN: ValueType = 4;
/// An instant in seconds since the epoch, UTC, in `integer`.
pub const BW_VALUE_TIME: ValueType = 5;
/// Values of one type, in `values` and `n_values`. A list in a list is refused.
pub const BW_VALUE_LIST: ValueType = 6;

/// The value of an attribute. Only the field that the type names is read.
#[repr(C)]
pub struct RawValue {
    /// What it is.
    pub kind: ValueType,
    /// Of `BW_VALUE_INTEGER`, `BW_VALUE_BOOLEAN` and `BW_VALUE_TIME`.
    pub integer: i64,
    /// Of `BW_VALUE_DECIMAL`.
    pub decimal: f64,
    /// Of `BW_VALUE_TEXT`.
    pub text: Str,
    /// Of `BW_VALUE_LIST`: the first value.
    pub values: List<RawValue>,
    /// Of `BW_VALUE_LIST`: how many values.
    pub n_values: usize,
}

/// An attribute: a name and its value.
#[repr(C)]
pub struct Attribute {
    /// The name, such as `owner`.
    pub name: Str,
    /// The value.
    pub value: RawValue,
}

/// Attributes, at most `BW_ATTRIBUTES_MAX`. All zero is none.
#[repr(C)]
pub struct Attributes {
    /// The first attribute.
    pub entries: List<Attribute>,
    /// How many attributes.
    pub n_entries: usize,
}

/// The most attributes of a resource, and of a context.
pub const BW_ATTRIBUTES_MAX: usize = 64;
/// The most values that the lists of one question hold together.
pub const BW_ELEMENTS_MAX: usize = 256;

/// The values of all lists of a question, in the order in which they stand there.
pub(crate) type Elements<'a, const E: usize> = Few<Value<'a>, E>;

/// Attributes as the core takes them.
pub(crate) type Named<'a, const A: usize> = Few<(&'a str, Value<'a>), A>;

impl Attributes {
    pub(crate) fn get(&self) -> Result<&[Attribute], Status> {
        self.entries.get(self.n_entries)
    }

    /// Gathers the values of lists.
    pub(crate) fn gather<'a, const E: usize>(&'a self, elements: &mut Elements<'a, E>) -> Result<(), Status> {
        for Attribute { value, .. } in self.get()?.iter().filter(|entry| entry.value.kind == BW_VALUE_LIST) {
            for element in value.values.get(value.n_values)? {
                elements.push(element.single()?)?;
            }
        }
        Ok(())
    }

    /// Reads the attributes; `rest` are the values of lists that were gathered and not used yet.
    pub(crate) fn read<'a, const A: usize>(
        &'a self,
        named: &mut Named<'a, A>,
        rest: &mut &'a [Value<'a>],
    ) -> Result<(), Status> {
        for Attribute { name, value } in self.get()? {
            let value = if value.kind == BW_VALUE_LIST {
                let (own, others) = rest.split_at_checked(value.n_values).ok_or(status::BW_TOO_MANY)?;
                *rest = others;
                Value::List(own)
            } else {
                value.single()?
            };
            named.push((name.required()?, value))?;
        }
        Ok(())
    }
}

impl RawValue {
    /// Returns a value that is no list.
    fn single(&self) -> Result<Value<'_>, Status> {
        match (self.kind, self.integer) {
            (BW_VALUE_NULL, _) => Ok(Value::Null),
            (BW_VALUE_TEXT, _) => Ok(Value::Text(self.text.required()?)),
            (BW_VALUE_INTEGER, integer) => Ok(Value::Integer(integer)),
            (BW_VALUE_DECIMAL, _) => Ok(Value::Decimal(self.decimal)),
            (BW_VALUE_BOOLEAN, truth @ (0 | 1)) => Ok(Value::Boolean(truth == 1)),
            (BW_VALUE_TIME, seconds) => Ok(Value::Time(seconds)),
            _ => Err(status::BW_INVALID_ARGUMENT),
        }
    }
}
