//! The one integration test binary: each module tests one thing from outside.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]
#![expect(clippy::print_stdout, reason = "figures are printed for the reader of a test run")]

mod admin;
mod advisories;
mod agreement;
mod changes;
mod corpora;
mod defects;
mod deleted;
mod diagnostics;
mod house;
mod laws;
mod loading;
mod matrix;
mod publication;
mod rulings;
mod support;
