//! Blanks comments and literals, keeping every line where it is.

/// A text twice: without comments, and without comments and literals.
pub(super) struct Blanked {
    /// Comments are blanks.
    pub(super) code: String,
    /// Comments, strings and characters are blanks.
    pub(super) bare: String,
}

/// Returns the text with its comments and literals blanked; line breaks stay.
pub(super) fn blank(text: &str) -> Blanked {
    let mut writer = Writer { code: String::with_capacity(text.len()), bare: String::with_capacity(text.len()) };
    let mut rest = text;
    let mut before = ' ';
    while let Some(first) = rest.chars().next() {
        let (kind, len) = piece(rest, first, before);
        let (piece, after) = rest.split_at(len);
        writer.write(kind, piece);
        before = piece.chars().next_back().unwrap_or(' ');
        rest = after;
    }
    Blanked { code: writer.code, bare: writer.bare }
}

#[derive(Clone, Copy)]
enum Kind {
    Comment,
    Literal,
    Code,
}

struct Writer {
    code: String,
    bare: String,
}

impl Writer {
    fn write(&mut self, kind: Kind, piece: &str) {
        let blank = || piece.chars().map(|char| if char == '\n' { '\n' } else { ' ' });
        match kind {
            Kind::Comment => {
                self.code.extend(blank());
                self.bare.extend(blank());
            }
            Kind::Literal => {
                self.code.push_str(piece);
                self.bare.extend(blank());
            }
            Kind::Code => {
                self.code.push_str(piece);
                self.bare.push_str(piece);
            }
        }
    }
}

/// Returns what stands at the start of `rest`, and its length in bytes.
fn piece(rest: &str, first: char, before: char) -> (Kind, usize) {
    let starts_word = !(before.is_alphanumeric() || before == '_');
    if rest.starts_with("//") {
        return (Kind::Comment, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (Kind::Comment, block_comment(rest));
    }
    if starts_word && let Some(len) = raw_string(rest) {
        return (Kind::Literal, len);
    }
    match first {
        '"' => (Kind::Literal, 1 + quoted(rest.get(1..).unwrap_or(""))),
        '\'' => character(rest).map_or((Kind::Code, 1), |len| (Kind::Literal, len)),
        _ => (Kind::Code, first.len_utf8()),
    }
}

/// Returns the length of a block comment, those nested in it included.
fn block_comment(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(here) = rest.get(at..)
        && let Some(first) = here.chars().next()
    {
        if here.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            at += first.len_utf8();
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Returns the length of a raw string (`r"..."`, `br#"..."#`), if one starts here.
fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| rest.strip_prefix(prefix).is_some_and(|after| after.trim_start_matches('#').starts_with('"')))?;
    let after = rest.strip_prefix(prefix)?;
    let n_hashes = after.find('"')?;
    let end = format!("\"{}", "#".repeat(n_hashes));
    let start = prefix.len() + n_hashes + 1;
    let len = rest.get(start..)?.find(&end)?;
    Some(start + len + end.len())
}

/// Returns the length up to and with the closing quote.
fn quoted(rest: &str) -> usize {
    let mut is_escaped = false;
    for (at, char) in rest.char_indices() {
        match char {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// Returns the length of a character literal; none where the quote starts a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next();
        return chars.find(|(_, char)| *char == '\'').map(|(at, _)| at + 1);
    }
    let (at, second) = chars.next()?;
    (second == '\'').then_some(at + 1)
}
