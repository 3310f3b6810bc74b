//! Conditions with their attributes resolved and their literals typed.

use crate::attribute::Test;

/// A condition: a finite tree of tests.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Not(Box<Condition>),
    Test(Test),
}
