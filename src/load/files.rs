//! Files, read within limits: documents whole, feeds line by line.

use std::fs::{self, File};
use std::io::{self, Read};
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

/// Reads a feed, of which no more than a part is held, or reports why that cannot be done: then nothing of it is read.
pub(super) fn feed(path: &Path, number: u32, watch: &mut Watch<'_>, sink: &mut Sink) -> Option<Lines> {
    let mut own = sink.apart();
    match File::open(path).and_then(|mut file| lines(&mut file, number, watch, &mut own)) {
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
    file: &mut impl Read,
    number: u32,
    watch: &mut Watch<'_>,
    sink: &mut Sink,
) -> io::Result<Result<Lines, NotUtf8>> {
    let mut reader = LineReader::new(number);
    let mut held = Vec::with_capacity(PART);
    loop {
        let n_wanted = u64::try_from(PART.saturating_sub(held.len())).unwrap_or(0);
        let n_read = file.take(n_wanted).read_to_end(&mut held)?;
        watch.read(u64::try_from(n_read).unwrap_or(u64::MAX));
        let is_last = n_read == 0;
        let n_whole = held.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at.saturating_add(1));
        let n_whole = if is_last { held.len() } else { n_whole };
        if n_whole == 0 && LINE_KEPT_MAX < held.len() {
            skip_line(file, &mut held, watch)?;
            reader.long_line(sink);
            continue;
        }
        if let Err(broken) = part(held.get(..n_whole).unwrap_or_default(), &mut reader, sink) {
            return Ok(Err(broken));
        }
        if is_last {
            return Ok(Ok(reader.finish(sink)));
        }
        held.drain(..n_whole);
    }
}

/// Reads whole lines.
fn part(bytes: &[u8], reader: &mut LineReader, sink: &mut Sink) -> Result<(), NotUtf8> {
    if bytes.is_empty() {
        return Ok(());
    }
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        for line in text.split('\n') {
            if LINE_KEPT_MAX < line.len() { reader.long_line(sink) } else { reader.line(line, sink) }
        }
        return Ok(());
    }
    for line in bytes.split(|byte| *byte == b'\n') {
        match std::str::from_utf8(line) {
            _ if LINE_KEPT_MAX < line.len() => reader.long_line(sink),
            Ok(line) => reader.line(line, sink),
            Err(error) => return Err(NotUtf8 { at: reader.broken_line(line, error) }),
        }
    }
    Ok(())
}

/// Skips the rest of a line, and holds what was read behind it.
fn skip_line(file: &mut impl Read, held: &mut Vec<u8>, watch: &mut Watch<'_>) -> io::Result<()> {
    loop {
        held.clear();
        let n_read = file.take(u64::try_from(PART).unwrap_or(0)).read_to_end(held)?;
        watch.read(u64::try_from(n_read).unwrap_or(u64::MAX));
        let end = held.iter().position(|byte| *byte == b'\n');
        if let Some(end) = end {
            held.drain(..=end);
        }
        if n_read == 0 || end.is_some() {
            return Ok(());
        }
    }
}

fn unreadable(error: &io::Error, number: u32, sink: &mut Sink) {
    let span = Span { document: number, line: 1, column: 1, length: 0 };
    sink.report(Code::Unreadable, span, format!("the file cannot be read: {error}"));
}

/// How much of a feed is held at once, in bytes: more than the longest line.
const PART: usize = 256 * 1024;

/// The longest line that is read, in bytes and without its line feed: an entry and a carriage return.
const LINE_KEPT_MAX: usize = 64 * 1024 + 1;
