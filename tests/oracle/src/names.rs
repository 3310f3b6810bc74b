//! Which names are well-formed, written out from the ruling on names.

/// Returns whether a name is well-formed: 1 to 256 bytes, visible characters, plain space inside only.
pub(crate) fn is_name(name: &str) -> bool {
    let is_sized = (1..=256).contains(&name.len());
    let is_trimmed = !name.starts_with(' ') && !name.ends_with(' ');
    is_sized && is_trimmed && !name.chars().any(is_forbidden)
}

/// Returns whether every segment of a path is a well-formed name.
pub(crate) fn is_path(path: &str) -> bool {
    path.split('/').all(is_name)
}

/// Returns whether the text is `user:`, `group:` or `app:` and a well-formed name.
pub(crate) fn is_subject(text: &str) -> bool {
    match text.split_once(':') {
        Some(("user" | "group" | "app", name)) => is_name(name),
        _ => false,
    }
}

fn is_forbidden(character: char) -> bool {
    let code = u32::from(character);
    let is_plain = (0x20..0x7F).contains(&code);
    !is_plain && FORBIDDEN.iter().any(|(first, last)| (*first..=*last).contains(&code))
}

/// The categories Cc, Cf, Zl, Zp, Zs but U+0020, and what is default-ignorable. (Cs is no `char`.)
const FORBIDDEN: [(u32, u32); 29] = [
    (0x00, 0x1F),
    (0x7F, 0xA0),
    (0xAD, 0xAD),
    (0x34F, 0x34F),
    (0x600, 0x605),
    (0x61C, 0x61C),
    (0x6DD, 0x6DD),
    (0x70F, 0x70F),
    (0x890, 0x891),
    (0x8E2, 0x8E2),
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
