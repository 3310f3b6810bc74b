//! The engine answers any question about any world as the reference does.

#![no_main]

#[path = "../../tests/corpora/decide.rs"]
mod decide;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| decide::compare(bytes));
