//! The command line from outside: the built binary on real files.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test fails by panicking")]

mod check;
mod explain;
mod lint;
mod matrix;
mod pages;
mod support;
mod test;
mod usage;
