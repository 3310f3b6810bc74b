//! Typed attributes and the tests on them: the same in what is meant and in what is run.

use std::fmt;

use crate::number::Number;
use crate::time::format_rfc3339;

/// The type of an attribute.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AttributeType {
    /// UTF-8 text, compared byte by byte.
    Text,
    /// An integer or a finite decimal, compared by value.
    Number,
    /// A truth value.
    Boolean,
    /// An instant, in seconds.
    Time,
    /// A list of texts.
    TextList,
    /// A list of numbers.
    NumberList,
    /// A list of truth values.
    BooleanList,
    /// A list of instants.
    TimeList,
}

impl AttributeType {
    /// Every type.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Number,
        Self::Boolean,
        Self::Time,
        Self::TextList,
        Self::NumberList,
        Self::BooleanList,
        Self::TimeList,
    ];

    /// Returns how a policy writes the type: `list of text`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Time => "time",
            Self::TextList => "list of text",
            Self::NumberList => "list of number",
            Self::BooleanList => "list of boolean",
            Self::TimeList => "list of time",
        }
    }

    /// Returns the type of the elements, where this is a list.
    #[must_use]
    pub fn element(self) -> Option<Self> {
        match self {
            Self::TextList => Some(Self::Text),
            Self::NumberList => Some(Self::Number),
            Self::BooleanList => Some(Self::Boolean),
            Self::TimeList => Some(Self::Time),
            Self::Text | Self::Number | Self::Boolean | Self::Time => None,
        }
    }
}

impl fmt::Display for AttributeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Where the value of an attribute comes from.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) enum AttributeSource {
    Context,
    Resource,
    Subject,
    SubjectId,
    SubjectKind,
}

/// A declared attribute.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Attribute {
    pub(crate) source: AttributeSource,
    /// The name within its source; empty for the subject's.
    pub(crate) name: String,
    pub(crate) kind: AttributeType,
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.source {
            AttributeSource::Context => write!(f, "context.{}", self.name),
            AttributeSource::Resource => write!(f, "resource.{}", self.name),
            AttributeSource::Subject => f.write_str("subject"),
            AttributeSource::SubjectId => f.write_str("subject.id"),
            AttributeSource::SubjectKind => f.write_str("subject.kind"),
        }
    }
}

/// One test of an attribute.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Test {
    /// Has one of the values, which are of the attribute's type.
    In(Attribute, Vec<Literal>),
    /// Is a number in the range, both ends included.
    Between(Attribute, Option<Number>, Option<Number>),
    /// Is an instant in the half-open range.
    During(Attribute, Option<i64>, Option<i64>),
    /// Has the value of the other, which is of the same type.
    Same(Attribute, Attribute),
    /// Is a list that holds the value.
    Contains(Attribute, Literal),
    /// Is carried by the request.
    Present(Attribute),
}

/// A typed value of a policy.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Literal {
    Text(String),
    Number(Number),
    Boolean(bool),
    Time(i64),
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "`{text}`"),
            Self::Number(number) => write!(f, "{number}"),
            Self::Boolean(truth) => write!(f, "{truth}"),
            Self::Time(seconds) => f.write_str(&format_rfc3339(*seconds)),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::In(attribute, literals) => match literals.as_slice() {
                [only] => write!(f, "{attribute} equals {only}"),
                several => {
                    let several: Vec<String> = several.iter().map(ToString::to_string).collect();
                    write!(f, "{attribute} in {}", several.join(", "))
                }
            },
            Self::Between(attribute, min, max) => {
                write!(f, "{attribute} between")?;
                bounds(f, min.map(|min| min.to_string()), max.map(|max| max.to_string()))
            }
            Self::During(attribute, from, until) => {
                write!(f, "{attribute} during")?;
                bounds(f, from.map(format_rfc3339), until.map(format_rfc3339))
            }
            Self::Same(a, b) => write!(f, "{a} same as {b}"),
            Self::Contains(attribute, literal) => write!(f, "{attribute} contains {literal}"),
            Self::Present(attribute) => write!(f, "{attribute} present"),
        }
    }
}

/// Writes two bounds, of which either may be open.
fn bounds(f: &mut fmt::Formatter<'_>, first: Option<String>, last: Option<String>) -> fmt::Result {
    write!(f, " {} .. {}", first.as_deref().unwrap_or(""), last.as_deref().unwrap_or(""))
}
