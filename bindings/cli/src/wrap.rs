//! Lines broken to a width, as terminals count it.

use unicode_width::UnicodeWidthStr as _;

/// Breaks lines at blanks where they are longer than `width`.
///
/// What goes on stands under the text, beside the lines of the tree that it belongs to. A word that is longer than the
/// width by itself stays whole.
pub(crate) fn wrap(text: &str, width: Option<usize>) -> String {
    let Some(width) = width else { return text.to_owned() };
    let lines: Vec<String> = text.split('\n').map(|line| wrap_line(line, width)).collect();
    lines.join("\n")
}

fn wrap_line(line: &str, width: usize) -> String {
    let text = line.trim_start_matches([' ', '│', '├', '└', '─']);
    let stem: String = line.chars().take(line.chars().count().saturating_sub(text.chars().count())).collect();
    let rest: String = stem.chars().map(|c| if matches!(c, '│' | '├') { '│' } else { ' ' }).chain([' ', ' ']).collect();
    let mut wrapped = stem;
    let mut n_columns = wrapped.width();
    let mut is_first = true;
    for word in text.split(' ') {
        let n_needed = word.width().saturating_add(usize::from(!is_first));
        if !is_first && width < n_columns.saturating_add(n_needed) {
            wrapped.push('\n');
            wrapped.push_str(&rest);
            n_columns = rest.width().saturating_add(word.width());
        } else {
            wrapped.push_str(if is_first { "" } else { " " });
            n_columns = n_columns.saturating_add(n_needed);
        }
        wrapped.push_str(word);
        is_first = false;
    }
    wrapped
}

/// Returns a text with blanks up to a width.
pub(crate) fn pad(text: &str, width: usize) -> String {
    let n_missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(n_missing))
}

/// Returns a text as it may be shown: bounded, on one line, and with nothing that moves the cursor.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (n_shown, c) in text.chars().enumerate() {
        if SHOWN_MAX <= n_shown {
            shown.push('…');
            break;
        }
        if is_hidden(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    shown
}

/// Returns whether a character is a control, or turns or hides what stands beside it.
pub(crate) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

const SHOWN_MAX: usize = 256;

#[cfg(test)]
mod tests {
    use super::{shown, wrap};

    #[test]
    fn what_goes_on_stands_under_its_branch() {
        let tree = "├─ access rules\n│  ├─ applies: user:ana as researcher\n└─ the end of it all";
        let wrapped =
            "├─ access rules\n│  ├─ applies:\n│  │    user:ana as\n│  │    researcher\n└─ the end of it\n     all";
        assert_eq!(wrap(tree, Some(19)), wrapped);
    }

    #[test]
    fn lines_stay_whole_without_a_width() {
        assert_eq!(wrap("a b c", None), "a b c");
    }

    #[test]
    fn a_word_is_never_broken() {
        assert_eq!(wrap("an extraordinary word", Some(5)), "an\n  extraordinary\n  word");
    }

    #[test]
    fn what_moves_the_cursor_is_spelt() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}"), "a\\u{1b}[2Jb\\u{202e}");
    }
}
