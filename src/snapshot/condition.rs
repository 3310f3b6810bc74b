//! Conditions as straight-line programs over a stack of truth values.

use std::sync::Arc;

use crate::attribute::Test;

/// A condition of a policy's attributes, for the rules of a change. [`crate::Policy::condition`] makes one.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    pub(crate) program: Arc<Program>,
}

/// A condition in postfix order: no recursion, no allocation.
#[derive(Debug, PartialEq)]
pub(crate) struct Program {
    // Invariant: the stack is never deeper than `STACK_MAX` and holds one value at the end.
    pub(crate) ops: Box<[Op]>,
}

/// One step.
#[derive(Debug, PartialEq)]
pub(crate) enum Op {
    /// Pushes the answer of a test.
    Test(Test),
    /// Replaces the last two values by the lesser.
    And,
    /// Replaces the last two values by the greater.
    Or,
    /// Turns the last value around.
    Not,
}

/// How many values a program may have on the stack at once: one for each level of nesting, and one more.
pub(crate) const STACK_MAX: usize = 32;
