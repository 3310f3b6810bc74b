//! Files, read within limits: documents whole, feeds line by line.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::intake::Watch;
use crate::diagnostic::{Code, Sink};
use crate::document::{self, LineReader, Lines};
use crate::span::Span;

/// Returns how many bytes the files hold; of those that cannot be asked, none.
pub(super) fn sizes<'p>(paths: impl Iterator<Item = &'p PathBuf>) -> u64 {
    let size = |path: &PathBuf| fs::metadata(path).map_or(0, |found| found.len());
    paths.map(size).fold(0, u64::saturating_add)
}

/// Returns whether a file holds a feed.
pub(super) fn is_feed(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("jsonl"))
}

/// Reads a file as one text, but no more than would be accepted of one written by people, or reports why that cannot be
/// done.
pub(super) fn document(path: &Path, number: u32, sink: &mut Sink) -> Option<String> {
    let bytes_max = u64::try_from(document::TEXT_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(bytes_max).read_to_end(&mut bytes));
    if let Err(error) = read {
        unreadable(&error, number, sink);
        return None;
    }
    String::from_utf8(bytes).map_err(|error| document::utf8(error.as_bytes(), number, sink).is_some()).ok()
}

/// Reads a feed, of which no more than a line is held, or reports why that cannot be done: then nothing of it is read.
pub(super) fn feed(path: &Path, number: u32, watch: &mut Watch<'_>, sink: &mut Sink) -> Option<Lines> {
    let mut own = sink.apart();
    let opened = File::open(path).map(|file| BufReader::with_capacity(BUFFER, file));
    match opened.and_then(|mut file| lines(&mut file, number, watch, &mut own)) {
        Ok(Ok(lines)) => {
            sink.absorb(own);
            return Some(lines);
        }
        Ok(Err(NotUtf8 { at })) => document::report_utf8(at, sink),
        Err(error) => unreadable(&error, number, sink),
    }
    None
}

/// A feed is not text.
struct NotUtf8 {
    at: Span,
}

fn lines(
    file: &mut impl BufRead,
    number: u32,
    watch: &mut Watch<'_>,
    sink: &mut Sink,
) -> io::Result<Result<Lines, NotUtf8>> {
    let mut reader = LineReader::new(number);
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        let n_read = file.take(LINE_KEPT_MAX.saturating_add(1)).read_until(b'\n', &mut bytes)?;
        let n_read = u64::try_from(n_read).unwrap_or(u64::MAX);
        watch.read(n_read);
        if n_read == 0 {
            return Ok(Ok(reader.finish(sink)));
        }
        if LINE_KEPT_MAX < n_read {
            skip_line(file, &mut bytes, watch)?;
            reader.long_line(sink);
            continue;
        }
        let line = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
        match std::str::from_utf8(line) {
            Ok(line) => reader.line(line, sink),
            Err(error) => return Ok(Err(NotUtf8 { at: reader.broken_line(line, error) })),
        }
    }
}

/// Skips the rest of a line, of which some was read.
fn skip_line(file: &mut impl BufRead, bytes: &mut Vec<u8>, watch: &mut Watch<'_>) -> io::Result<()> {
    while !bytes.is_empty() && !bytes.ends_with(b"\n") {
        bytes.clear();
        let n_read = file.take(LINE_KEPT_MAX).read_until(b'\n', bytes)?;
        watch.read(u64::try_from(n_read).unwrap_or(u64::MAX));
    }
    Ok(())
}

fn unreadable(error: &io::Error, number: u32, sink: &mut Sink) {
    let span = Span { document: number, line: 1, column: 1, length: 0 };
    sink.report(Code::Unreadable, span, format!("the file cannot be read: {error}"));
}

/// How much is asked of a file at once.
const BUFFER: usize = 256 * 1024;

/// The longest line that is kept, in bytes: an entry and its end.
const LINE_KEPT_MAX: u64 = 64 * 1024 + 2;
