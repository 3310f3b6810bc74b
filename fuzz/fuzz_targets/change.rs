//! The engine answers any sequence of changes to any world as the reference does.

#![no_main]

#[path = "../../tests/corpora/change.rs"]
mod change;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| change::compare(bytes));
