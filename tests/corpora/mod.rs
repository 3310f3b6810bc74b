//! What the fuzzers started from and what they found, replayed.

mod change;
mod decide;
mod document;
pub(crate) mod feed;

use std::fs;

use xtask::tree;

#[test]
fn the_corpus_of_documents_holds() {
    // Text that is no UTF-8 is refused before it becomes a `Text`.
    replay("document", |bytes| document::read(&String::from_utf8_lossy(bytes)));
}

#[test]
fn the_corpus_of_decisions_holds() {
    replay("decide", decide::compare);
}

#[test]
fn the_corpus_of_changes_holds() {
    replay("change", change::compare);
}

#[test]
fn the_corpus_of_feeds_holds() {
    replay("feed", |bytes| feed::compare(&String::from_utf8_lossy(bytes)));
}

fn replay(target: &str, take: fn(&[u8])) {
    let dir = tree::root().join("fuzz/corpus").join(target);
    let files = tree::files(&dir).unwrap();
    assert!(8 < files.len(), "the corpus of {target} is not here");
    files.iter().for_each(|file| take(&fs::read(dir.join(file)).unwrap()));
}
