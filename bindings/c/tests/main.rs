//! The C interface, from C: programs built with the compiler of the machine and bound to the installed library.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tests fail by panicking, and say what is skipped"
)]

mod answers;
mod build;
mod frozen;
mod go;
mod nginx;
mod programs;
