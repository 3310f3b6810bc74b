//! The C interface of Bailiwick, over the public API of the core.
//!
//! The committed header `include/bailiwick.h` is made from these files, and its prose is theirs. What holds for every
//! function stands in [`boundary`]: no pointer is read before it was looked at, no panic leaves, and a decision is a
//! denial before anything else happens. Handles are integers: of what is freed they name a place in one [`table`], of
//! what needs no freeing they are a [`number`] of a snapshot.

pub mod attribute;
pub mod boundary;
pub mod change;
pub mod check;
pub mod decision;
pub mod engine;
pub mod error;
pub mod explain;
mod fork;
mod lock;
mod number;
mod pin;
pub mod prepared;
pub mod request;
pub mod rule;
pub mod status;
mod table;
pub mod text;
pub mod version;

#[cfg(test)]
mod tests;
