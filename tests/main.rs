//! The one integration test binary: each module tests one thing from outside.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod advisories;
mod corpora;
mod defects;
mod house;
mod matrix;
mod support;
