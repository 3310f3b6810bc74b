//! What the fuzzers started from and what they found, replayed.

mod document;

use std::fs;

use xtask::tree;

#[test]
fn the_corpus_of_documents_holds() {
    let dir = tree::root().join("fuzz/corpus/document");
    let files = tree::files(&dir).unwrap();
    assert!(10 <= files.len());
    for file in files {
        // Text that is no UTF-8 is refused before it becomes a `Text`.
        document::read(&String::from_utf8_lossy(&fs::read(dir.join(file)).unwrap()));
    }
}
