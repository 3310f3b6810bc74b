//! The commonest lines of a feed, read in one pass and without a copy.
//!
//! What is taken here means what the careful reader would have made of it; whatever is not the plainest JSON is not taken,
//! and goes to that reader: escapes, control characters, tabs, other values than texts, keys that are unknown or
//! given twice. Nothing is reported here.

use crate::document::plain::{RuleWords, Word};
use crate::name::is_forbidden;

/// A line that was taken.
pub(super) struct Plainly<'t> {
    pub(super) tenant: Word<'t>,
    pub(super) says: Says<'t>,
}

/// What it says.
pub(crate) enum Says<'t> {
    Rule(RuleWords<'t>),
    /// A path, an id and a kind.
    Scope(u16, [Option<Word<'t>>; 3]),
    User(u16, Word<'t>),
    App(u16, Word<'t>),
    /// A name, and the members with the place of their list.
    Group(u16, Word<'t>, Option<(u16, Vec<Word<'t>>)>),
}

/// Reads a line, if it is plain.
pub(super) fn read(line: &str) -> Option<Plainly<'_>> {
    let is_ascii = is_plain_ascii(line);
    if !is_ascii && line.chars().any(is_odd_char) {
        return None;
    }
    let mut scan = Scan { line, at: 0, is_ascii };
    let mut tenant = None;
    let mut says = None;
    scan.take(b'{')?;
    loop {
        let key = scan.word()?;
        scan.take(b':')?;
        match key.text {
            "tenant" if tenant.is_none() => tenant = Some(scan.word()?),
            key if says.is_none() => says = Some(scan.says(key)?),
            _ => return None,
        }
        if scan.take(b',').is_none() {
            break;
        }
    }
    scan.take(b'}')?;
    scan.end()?;
    Some(Plainly { tenant: tenant?, says: says? })
}

/// Returns whether a line has no control character, no backslash, and nothing but ASCII: one pass that needs no branch.
pub(super) fn is_plain_ascii(line: &str) -> bool {
    let is_odd = |byte: &u8| !(0x20..0x7F).contains(byte) || *byte == b'\\';
    !line.as_bytes().iter().fold(false, |found, byte| found | is_odd(byte))
}

/// Returns whether a character is left to the careful reader: what no name may hold, backslashes, and non-characters.
fn is_odd_char(c: char) -> bool {
    let is_no_character = u32::from(c) & 0xFFFE == 0xFFFE || ('\u{FDD0}'..='\u{FDEF}').contains(&c);
    is_forbidden(c) || c == '\\' || is_no_character
}

struct Scan<'t> {
    line: &'t str,
    /// The next byte; always the begin of a character.
    at: usize,
    is_ascii: bool,
}

impl<'t> Scan<'t> {
    fn says(&mut self, key: &str) -> Option<Says<'t>> {
        match key {
            "access_rule" => {
                let (column, words) = self.mapping(["subject", "role", "scope", "id"])?;
                let [subject, role, scope, id] = words;
                let is_ascii = self.is_ascii;
                Some(Says::Rule(RuleWords { column, subject: subject?, role: role?, scope: scope?, id, is_ascii }))
            }
            "scope" => {
                let (column, words) = self.mapping_or_word(["path", "id", "kind"])?;
                words.first().copied().flatten()?;
                Some(Says::Scope(column, words))
            }
            "user" | "app" => {
                let (column, [name]) = self.mapping_or_word(["name"])?;
                Some(if key == "app" { Says::App(column, name?) } else { Says::User(column, name?) })
            }
            "group" => self.group(),
            _ => None,
        }
    }

    fn group(&mut self) -> Option<Says<'t>> {
        if self.next()? == b'"' {
            let name = self.word()?;
            return Some(Says::Group(name.column, name, None));
        }
        let column = self.here()?;
        self.take(b'{')?;
        let (mut name, mut members) = (None, None);
        loop {
            let key = self.word()?;
            self.take(b':')?;
            match key.text {
                "name" if name.is_none() => name = Some(self.word()?),
                "members" if members.is_none() => members = Some(self.list()?),
                _ => return None,
            }
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b'}')?;
        Some(Says::Group(column, name?, members))
    }

    fn list(&mut self) -> Option<(u16, Vec<Word<'t>>)> {
        self.next()?;
        let column = self.here()?;
        self.take(b'[')?;
        let mut words = Vec::new();
        if self.take(b']').is_some() {
            return Some((column, words));
        }
        loop {
            words.push(self.word()?);
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b']')?;
        Some((column, words))
    }

    /// Takes a mapping, or a text that stands for its first value.
    fn mapping_or_word<const N: usize>(&mut self, keys: [&str; N]) -> Option<(u16, [Option<Word<'t>>; N])> {
        if self.next()? != b'"' {
            return self.mapping(keys);
        }
        let word = self.word()?;
        let mut words = [None; N];
        *words.first_mut()? = Some(word);
        Some((word.column, words))
    }

    /// Takes a mapping of known keys to texts.
    fn mapping<const N: usize>(&mut self, keys: [&str; N]) -> Option<(u16, [Option<Word<'t>>; N])> {
        self.next()?;
        let column = self.here()?;
        self.take(b'{')?;
        let mut words = [None; N];
        loop {
            let key = self.word()?;
            self.take(b':')?;
            let (_, slot) = keys.iter().zip(&mut words).find(|(known, _)| **known == key.text)?;
            if slot.replace(self.word()?).is_some() {
                return None;
            }
            if self.take(b',').is_none() {
                break;
            }
        }
        self.take(b'}')?;
        Some((column, words))
    }

    /// Takes a text in quotes.
    fn word(&mut self) -> Option<Word<'t>> {
        self.next()?;
        let column = self.here()?;
        self.take(b'"')?;
        let rest = self.line.get(self.at..)?;
        let length = rest.bytes().position(|byte| byte == b'"')?;
        self.at = self.at.checked_add(length)?.checked_add(1)?;
        Some(Word { text: rest.get(..length)?, column })
    }

    /// Takes one byte, and the blanks before it.
    fn take(&mut self, byte: u8) -> Option<()> {
        if self.next()? != byte {
            return None;
        }
        self.at = self.at.checked_add(1)?;
        Some(())
    }

    /// Skips blanks and returns the byte after them.
    fn next(&mut self) -> Option<u8> {
        loop {
            match self.line.as_bytes().get(self.at)? {
                b' ' => self.at = self.at.checked_add(1)?,
                byte => return Some(*byte),
            }
        }
    }

    /// Succeeds where nothing but blanks is left.
    fn end(&mut self) -> Option<()> {
        if self.next().is_none() { Some(()) } else { None }
    }

    /// Returns the column of the next byte.
    fn here(&self) -> Option<u16> {
        let column = if self.is_ascii { self.at } else { self.line.get(..self.at)?.chars().count() };
        u16::try_from(column).ok()
    }
}
