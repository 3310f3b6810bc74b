//! Bailiwick.
#![cfg_attr(not(test), expect(dead_code, reason = "the engine that reads documents is not here yet"))]

pub mod diagnostic;
pub mod document;
mod span;

pub use span::Span;
