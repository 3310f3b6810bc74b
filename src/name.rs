//! Names: checked once, trusted after.
//!
//! A name is 1 to 256 bytes of UTF-8, compared byte by byte. Nothing is folded or normalized; characters that cannot be
//! seen or that reorder text are refused, so that two names that print alike differ by something a person can find.

use std::fmt::{self, Write as _};

/// Why a text is no name.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NameFault {
    /// It has no characters.
    Empty,
    /// It is longer than 256 bytes.
    TooLong,
    /// It begins or ends with a space.
    OuterSpace,
    /// It holds a character that cannot be seen or that reorders text.
    Forbidden(char),
    /// It holds `/`, which separates the names of a scope path.
    Slash,
}

impl fmt::Display for NameFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("is empty"),
            Self::TooLong => write!(f, "is longer than {LENGTH_MAX} bytes"),
            Self::OuterSpace => f.write_str("begins or ends with a space"),
            Self::Forbidden(c) => write!(f, "holds the forbidden character U+{:04X}", u32::from(*c)),
            Self::Slash => f.write_str("holds a `/`"),
        }
    }
}

/// Checks a name of anything but a scope.
///
/// # Errors
///
/// Returns the first fault of the text.
pub(crate) fn check(text: &str) -> Result<(), NameFault> {
    if text.is_empty() {
        return Err(NameFault::Empty);
    }
    if LENGTH_MAX < text.len() {
        return Err(NameFault::TooLong);
    }
    if text.starts_with(' ') || text.ends_with(' ') {
        return Err(NameFault::OuterSpace);
    }
    if text.bytes().all(is_plain) {
        return Ok(());
    }
    match text.chars().find(|c| is_forbidden(*c)) {
        Some(c) => Err(NameFault::Forbidden(c)),
        None => Ok(()),
    }
}

/// Returns whether a byte is a character of ASCII that is allowed.
fn is_plain(byte: u8) -> bool {
    (0x20..0x7F).contains(&byte)
}

/// Checks the name of a scope, such as a tenant's: it holds no `/`.
///
/// # Errors
///
/// Returns the first fault of the text.
pub(crate) fn check_scope(text: &str) -> Result<(), NameFault> {
    check(text)?;
    if text.contains('/') { Err(NameFault::Slash) } else { Ok(()) }
}

/// Checks a path of scope names joined by `/`.
///
/// # Errors
///
/// Returns the first fault of the first faulty name.
pub(crate) fn check_path(path: &str) -> Result<(), NameFault> {
    path.split('/').try_for_each(check)
}

/// The three kinds of subject.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) enum SubjectKind {
    /// A person.
    User,
    /// A group of the identity provider or the directory.
    Group,
    /// An application or service account.
    App,
}

impl SubjectKind {
    /// Returns the word before the `:` of a subject.
    #[must_use]
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
            Self::App => "app",
        }
    }
}

/// Splits `kind:name` at the first `:`; the name is not checked.
#[must_use]
#[inline]
pub(crate) fn split_subject(text: &str) -> Option<(SubjectKind, &str)> {
    let kinds = [("user:", SubjectKind::User), ("group:", SubjectKind::Group), ("app:", SubjectKind::App)];
    kinds.into_iter().find_map(|(word, kind)| text.strip_prefix(word).map(|name| (kind, name)))
}

/// Returns a name as it may be shown to people: bounded, on one line, and without characters that cannot be seen.
#[must_use]
pub(crate) fn show(name: &str) -> String {
    shown(name).to_string()
}

/// Like [`show`], written only where the message is kept.
pub(crate) fn shown(name: &str) -> impl fmt::Display {
    Shown(name)
}

struct Shown<'a>(&'a str);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n_shown, c) in self.0.chars().enumerate() {
            if SHOWN_MAX <= n_shown {
                return f.write_char('…');
            }
            if is_forbidden(c) { write!(f, "{}", c.escape_unicode())? } else { f.write_char(c)? }
        }
        Ok(())
    }
}

/// The one built-in group: every user and app whose home is the tenant.
pub(crate) const EVERYONE: &str = "everyone";

/// Returns whether a character is a control, a format character, a separator but U+0020, or ignorable by default.
pub(crate) fn is_forbidden(c: char) -> bool {
    let c = u32::from(c);
    if (0x20..0x7F).contains(&c) {
        return false;
    }
    FORBIDDEN.iter().any(|(first, last)| *first <= c && c <= *last)
}

const LENGTH_MAX: usize = 256;

const SHOWN_MAX: usize = 256;

/// The categories Cc, Cf, Zl, Zp, Zs (but U+0020) and the property `Default_Ignorable_Code_Point`, Unicode 16, as inclusive
/// ranges in number-line order. Surrogates (Cs) cannot occur in UTF-8.
const FORBIDDEN: [(u32, u32); 29] = [
    (0x0000, 0x001F),
    (0x007F, 0x00A0),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x0600, 0x0605),
    (0x061C, 0x061C),
    (0x06DD, 0x06DD),
    (0x070F, 0x070F),
    (0x0890, 0x0891),
    (0x08E2, 0x08E2),
    (0x115F, 0x1160),
    (0x1680, 0x1680),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x110BD, 0x110BD),
    (0x110CD, 0x110CD),
    (0x13430, 0x1343F),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
];
