//! A value as written: present with its place, malformed, or missing.

use crate::span::Span;

/// A value of a document together with where it stands.
///
/// Equality ignores the place, so that documents compare by what they say. A malformed field was
/// reported when the text was read; readers skip it, so that one finding never hides another.
#[derive(Clone, Debug)]
pub struct Field<T> {
    state: State<T>,
    span: Span,
}

#[derive(Clone, Debug, PartialEq)]
enum State<T> {
    Missing,
    Malformed,
    Present(T),
}

impl<T> Field<T> {
    /// Returns a present value that stands at `span`.
    #[must_use]
    pub fn at(value: T, span: Span) -> Self {
        Self { state: State::Present(value), span }
    }

    /// Returns a field that was written but could not be read.
    #[must_use]
    pub fn malformed(span: Span) -> Self {
        Self { state: State::Malformed, span }
    }

    /// Returns the value, if it is present.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match &self.state {
            State::Present(value) => Some(value),
            State::Missing | State::Malformed => None,
        }
    }

    /// Returns the value for editing, if it is present.
    #[must_use]
    pub fn value_mut(&mut self) -> Option<&mut T> {
        match &mut self.state {
            State::Present(value) => Some(value),
            State::Missing | State::Malformed => None,
        }
    }

    /// Returns where the value stands.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Returns whether nothing was written.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.state, State::Missing)
    }

    /// Returns whether something was written that could not be read.
    #[must_use]
    pub fn is_malformed(&self) -> bool {
        matches!(self.state, State::Malformed)
    }
}

impl<T> Default for Field<T> {
    fn default() -> Self {
        Self { state: State::Missing, span: Span::default() }
    }
}

impl<T: PartialEq> PartialEq for Field<T> {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

impl<T> From<T> for Field<T> {
    fn from(value: T) -> Self {
        Self::at(value, Span::default())
    }
}

impl From<&str> for Field<String> {
    fn from(value: &str) -> Self {
        Self::from(value.to_owned())
    }
}
