//! Findings for people: the message, the line it stands on, and a mark under it.

use std::collections::HashMap;
use std::fmt::Write as _;

use bailiwick::{Diagnostic, Place, Severity};
use unicode_width::UnicodeWidthChar as _;

use crate::screen::{Ink, Palette};
use crate::wrap::{is_hidden, shown, wrap};

/// Renders findings one below the other, with a blank line between them.
pub(crate) fn render(findings: &[Diagnostic], palette: Palette, width: Option<usize>) -> String {
    let mut sources = Sources::default();
    let rendered: Vec<String> = findings.iter().map(|finding| one(finding, &mut sources, palette, width)).collect();
    rendered.join("\n")
}

/// Returns the word for a severity.
pub(crate) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
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
    let line = sources.line(place)?;
    let gutter = place.line.to_string();
    let n_room = width.unwrap_or(COLUMNS).saturating_sub(gutter.len().saturating_add(3)).max(COLUMNS_MIN);
    let at = usize::try_from(place.column).ok()?.saturating_sub(1);
    // The mark stands in the left half of what is shown, or where it stands in the line.
    let first = at.saturating_sub(n_room / 2);
    let mut window = String::new();
    let (mut before, mut under, mut n_columns) = (0_usize, 0_usize, 0_usize);
    let length = usize::try_from(place.length).ok()?.max(1);
    let end = at.saturating_add(length);
    for (idx, c) in line.chars().enumerate().skip(first) {
        let c = if is_hidden(c) { if c == '\t' { ' ' } else { '\u{fffd}' } } else { c };
        let n = c.width().unwrap_or(0);
        if n_room < n_columns.saturating_add(n) {
            break;
        }
        n_columns = n_columns.saturating_add(n);
        before = before.saturating_add(if idx < at { n } else { 0 });
        under = under.saturating_add(if at <= idx && idx < end { n } else { 0 });
        window.push(c);
    }
    let bar = palette.paint(Ink::Faint, "|");
    let (blank, mark) = (" ".repeat(gutter.len()), palette.paint(Ink::Strong, &"^".repeat(under.max(1))));
    let gutter = palette.paint(Ink::Faint, &gutter);
    Some(format!("{blank} {bar}\n{gutter} {bar} {}\n{blank} {bar} {}{mark}\n", window.trim_end(), " ".repeat(before)))
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
