//! The command line from outside: the built binary on real files.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod assign;
mod check;
mod covers;
mod explain;
mod lint;
mod load;
mod matrix;
mod may_assign;
mod pages;
mod support;
mod test;
mod usage;
mod write;
