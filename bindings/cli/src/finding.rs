//! Findings for people: the message, the line it stands on, and a mark under it.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use bailiwick::{Diagnostic, Place, Severity};
use bailiwick_shapes::level;
use unicode_width::UnicodeWidthChar as _;

use crate::screen::{Ink, Palette};
use crate::wrap::{is_hidden, shown, wrap};

/// Renders findings one below the other, with a blank line between them.
pub(crate) fn render(findings: &[Diagnostic], palette: Palette, width: Option<usize>) -> String {
    let mut sources = Sources::default();
    let rendered: Vec<String> = findings.iter().map(|finding| one(finding, &mut sources, palette, width)).collect();
    rendered.join("\n")
}

fn one(finding: &Diagnostic, sources: &mut Sources, palette: Palette, width: Option<usize>) -> String {
    let ink = match finding.severity() {
        Severity::Error => Ink::Bad,
        Severity::Warning => Ink::Warning,
    };
    let head = format!("{}[{}]", level(finding.severity()), finding.code.number());
    let mut text = wrap(&format!("{head}: {}", finding.message), width);
    if let Some(rest) = text.strip_prefix(&head) {
        text = format!("{}{rest}", palette.paint(ink, &head));
    }
    text.push('\n');
    if let Some(place) = &finding.place {
        let _ = writeln!(text, "  --> {}:{}:{}", shown(&place.file), place.line, place.column);
        text.push_str(&snippet(place, sources, palette, width).unwrap_or_default());
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "{}", wrap(&format!("help: {help}"), width));
    }
    text
}

/// Returns the line of a place and a mark under it, cut to the width; nothing where it cannot be read any more.
fn snippet(place: &Place, sources: &mut Sources, palette: Palette, width: Option<usize>) -> Option<String> {
    let line: Vec<char> = sources.line(place)?.trim_end().chars().map(tame).collect();
    let gutter = place.line.to_string();
    let n_room = width.unwrap_or(COLUMNS).saturating_sub(gutter.len().saturating_add(3)).max(COLUMNS_MIN);
    let at = usize::try_from(place.column).ok()?.saturating_sub(1).min(line.len());
    let length = usize::try_from(place.length).ok()?.max(1);
    let shown = window(&line, at, n_room);
    let end = at.saturating_add(length).min(shown.end);
    let before = n_columns(line.get(shown.start..at).unwrap_or_default());
    let under = n_columns(line.get(at..end).unwrap_or_default()).max(1);
    let cut = |is_cut: bool| if is_cut { "…" } else { "" };
    let (cut_before, cut_after) = (cut(0 < shown.start), cut(shown.end < line.len()));
    let window: String = line.get(shown.clone()).unwrap_or_default().iter().collect();
    let indent = " ".repeat(before.saturating_add(cut_before.chars().count()));
    let bar = palette.paint(Ink::Faint, "|");
    let (blank, mark) = (" ".repeat(gutter.len()), palette.paint(Ink::Strong, &"^".repeat(under)));
    let gutter = palette.paint(Ink::Faint, &gutter);
    let shown = format!("{cut_before}{window}{cut_after}");
    Some(format!("{blank} {bar}\n{gutter} {bar} {shown}\n{blank} {bar} {indent}{mark}\n"))
}

/// Returns which characters of a line are shown: all where they fit, else those around a place.
fn window(line: &[char], at: usize, n_room: usize) -> Range<usize> {
    if n_columns(line) <= n_room {
        return 0..line.len();
    }
    let n_room = n_room.saturating_sub(2);
    let mut start = at;
    while 0 < start && n_columns(line.get(start.saturating_sub(1)..at).unwrap_or_default()) <= n_room / 2 {
        start = start.saturating_sub(1);
    }
    let mut end = start;
    let fits = |end: usize| n_columns(line.get(start..end).unwrap_or_default()) <= n_room;
    while end < line.len() && fits(end.saturating_add(1)) {
        end = end.saturating_add(1);
    }
    start..end
}

fn n_columns(text: &[char]) -> usize {
    text.iter().map(|c| c.width().unwrap_or(0)).fold(0, usize::saturating_add)
}

/// Returns a character that stays in its place on a terminal.
fn tame(c: char) -> char {
    match c {
        '\t' => ' ',
        c if is_hidden(c) => '\u{fffd}',
        c => c,
    }
}

/// The texts in which findings stand, read again where one is shown.
#[derive(Default)]
struct Sources {
    texts: HashMap<String, Option<String>>,
}

impl Sources {
    fn line(&mut self, place: &Place) -> Option<&str> {
        let text = self.texts.entry(place.file.to_string()).or_insert_with_key(|name| {
            let bytes = std::fs::read(name).ok()?;
            Some(String::from_utf8_lossy(&bytes).into_owned())
        });
        let text = text.as_deref()?;
        let idx = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        text.lines().nth(idx)
    }
}

/// How much of a line is shown where no terminal says how wide it is.
const COLUMNS: usize = 160;
const COLUMNS_MIN: usize = 20;

#[cfg(test)]
mod tests {
    use super::{tame, window};

    #[test]
    fn a_line_that_fits_is_shown_whole() {
        let line: Vec<char> = "roles: { editor: }".chars().collect();
        assert_eq!(window(&line, 17, 18), 0..18);
    }

    #[test]
    fn of_a_long_line_the_neighbourhood_is_shown() {
        let line: Vec<char> = "x".repeat(200).chars().collect();
        assert_eq!(window(&line, 100, 22), 90..110);
        assert_eq!(window(&line, 0, 22), 0..20);
        assert_eq!(window(&line, 200, 22), 190..200);
    }

    #[test]
    fn nothing_in_a_line_moves_the_cursor() {
        let line: String = "a\t\u{1b}[31m\u{202e}".chars().map(tame).collect();
        assert_eq!(line, "a \u{fffd}[31m\u{fffd}");
    }
}
