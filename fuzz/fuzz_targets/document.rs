//! Arbitrary text is read without a panic, and whatever is accepted compiles and answers.

#![no_main]

#[path = "../../tests/corpora/document.rs"]
mod document;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| document::read(text));
