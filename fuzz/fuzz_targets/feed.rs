//! Arbitrary lines of a feed are taken without a panic, and their order changes nothing.

#![no_main]

#[path = "../../tests/corpora/feed.rs"]
mod feed;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| feed::compare(text));
