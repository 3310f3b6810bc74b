//! The attributes of a context or a resource, copied out of Python.

use std::sync::Arc;

use bailiwick::Value;
use pyo3::exceptions::{PyOverflowError, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::{errors, time};

/// Attributes by name; copying them costs one count.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Attributes(Option<Arc<[(String, Held)]>>);

/// The value of an attribute.
#[derive(Clone, Debug, PartialEq)]
enum Held {
    Null,
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    Time(i64),
    List(Vec<Held>),
}

/// The value of an attribute, with the list that it may borrow.
pub(crate) enum Read<'a> {
    One(Value<'a>),
    Listed(Vec<Value<'a>>),
}

impl Attributes {
    /// Returns whether none were given; an empty mapping was given.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns names and values, with the lists that the values borrow.
    #[inline]
    pub(crate) fn read(&self) -> Vec<(&str, Read<'_>)> {
        // Nearly every question has none, which is not to cost anything.
        let Some(held) = &self.0 else { return Vec::new() };
        held.iter().map(|(name, held)| (name.as_str(), held.read())).collect()
    }

    /// Takes all items of a mapping at one moment; what their conversion runs can change the mapping, and not what was taken.
    pub(crate) fn of(what: &str, given: &Bound<'_, PyAny>) -> PyResult<Self> {
        let items = match given.cast_exact::<PyDict>() {
            Ok(dict) => dict.items(),
            Err(_) => copied(what, given)?.items(),
        };
        let attribute = |item: Bound<'_, PyAny>| {
            let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            match name.cast::<PyString>() {
                Ok(name) => Ok((name.to_str()?.to_owned(), Held::of(name, &value)?)),
                Err(_) => Err(errors::wrong_type(what, "only names, as str", &name)),
            }
        };
        items.iter().map(attribute).collect::<PyResult<Vec<_>>>().map(|held| Self(Some(held.into())))
    }
}

/// Returns attributes as a request takes them.
#[inline]
pub(crate) fn values<'a>(attributes: &'a [(&'a str, Read<'a>)]) -> Vec<(&'a str, Value<'a>)> {
    if attributes.is_empty() {
        return Vec::new();
    }
    let value = |(name, read): &'a (&'a str, Read<'a>)| match read {
        Read::One(value) => (*name, *value),
        Read::Listed(values) => (*name, Value::List(values)),
    };
    attributes.iter().map(value).collect()
}

/// Copies a mapping that is no plain dictionary.
fn copied<'py>(what: &str, given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    if !given.hasattr("keys")? {
        return Err(errors::wrong_type(what, "a dict", given));
    }
    given.py().get_type::<PyDict>().call1((given,))?.cast_into().map_err(PyErr::from)
}

impl Held {
    /// Takes a value, which may be a list.
    fn of(name: &Bound<'_, PyString>, given: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(list) = given.cast::<PyList>() {
            return list.to_tuple().iter().map(|item| Self::one(name, &item)).collect::<PyResult<_>>().map(Self::List);
        }
        match given.cast::<PyTuple>() {
            Ok(tuple) => tuple.iter().map(|item| Self::one(name, &item)).collect::<PyResult<_>>().map(Self::List),
            Err(_) => Self::one(name, given),
        }
    }

    /// Takes a value that is no list. A truth value is asked for before a number, since in Python it is one.
    fn one(name: &Bound<'_, PyString>, given: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(text) = given.cast::<PyString>() {
            return text.to_str().map(|text| Self::Text(text.to_owned()));
        }
        if given.is_none() {
            return Ok(Self::Null);
        }
        if let Ok(truth) = given.cast::<PyBool>() {
            return Ok(Self::Boolean(truth.is_true()));
        }
        if let Ok(number) = given.cast::<PyInt>() {
            let too_large = |_| PyOverflowError::new_err(format!("attribute {name:?}: the number is too large"));
            return number.extract().map(Self::Integer).map_err(too_large);
        }
        if let Ok(number) = given.cast::<PyFloat>() {
            return Ok(Self::Decimal(number.value()));
        }
        if time::is_datetime(given)? {
            return time::seconds(&format!("attribute {name:?}"), given).map(Self::Time);
        }
        let found = given.get_type().name()?;
        let expected = "str, int, float, bool, an aware datetime, None or a list of these";
        Err(PyTypeError::new_err(format!("attribute {name:?}: expected {expected}, found {found}")))
    }

    fn read(&self) -> Read<'_> {
        match self {
            Self::List(items) => Read::Listed(items.iter().map(Self::value).collect()),
            _ => Read::One(self.value()),
        }
    }

    /// Returns a value that is no list; lists in lists are never taken.
    fn value(&self) -> Value<'_> {
        match self {
            Self::Null | Self::List(_) => Value::Null,
            Self::Text(text) => Value::Text(text),
            Self::Integer(number) => Value::Integer(*number),
            Self::Decimal(number) => Value::Decimal(*number),
            Self::Boolean(truth) => Value::Boolean(*truth),
            Self::Time(seconds) => Value::Time(*seconds),
        }
    }
}
