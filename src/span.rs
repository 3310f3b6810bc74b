//! Places in policy text: which document, which line, which column.

use std::cmp::Ordering;

/// Where a value stands in the text it was read from.
///
/// A default span is nowhere: the value was built by a program.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Span {
    /// Index of the document in the order it was handed in, from 0.
    pub document: u32,
    /// Line, from 1; 0 is nowhere.
    pub line: u32,
    /// Column in characters, from 1; 0 is nowhere.
    pub column: u32,
    /// Length in characters; 0 where it is not known.
    pub length: u32,
}

impl Span {
    /// Returns whether the span points at text.
    #[must_use]
    pub fn is_known(self) -> bool {
        0 < self.line
    }

    /// Orders spans as a reader meets them: by document, line and column.
    #[must_use]
    pub fn reading_order(self, other: Self) -> Ordering {
        self.cmp(&other)
    }
}
