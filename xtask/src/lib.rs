//! What the repository knows about itself: its tree, its Rust sources, its counts.
//!
//! The commands of `cargo xtask` and the house rules in `tests/house` read the sources through the same eyes, so
//! that a line counted by one is a line counted by the other.

#![expect(clippy::arithmetic_side_effects, reason = "counts lines and columns of files that fit in memory")]

pub mod budget;
pub mod counts;
pub mod source;
pub mod tree;
pub mod worlds;
