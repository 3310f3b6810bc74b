//! What is measured by counting allocations: it takes an allocator of its own, so a test binary of its own.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

mod allocations;
mod directory;
mod hostile;
mod texts;
mod worlds;
