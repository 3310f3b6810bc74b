//! The paths that code names, groups in braces spread out.

use crate::source::{Token, is_word};

/// A path such as `crate::model::Role`, and where it stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NamedPath {
    /// Its segments; `*` may be the last.
    pub segments: Vec<String>,
    /// The line of its last segment, from 1.
    pub line: usize,
}

impl NamedPath {
    /// Returns whether the path starts with these segments.
    #[must_use]
    pub fn starts_with(&self, segments: &[&str]) -> bool {
        segments.len() <= self.segments.len() && self.segments.iter().zip(segments).all(|(a, b)| a == b)
    }
}

/// Returns every path of at least two segments.
pub(super) fn paths(tokens: &[&Token]) -> Vec<NamedPath> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let follows_path = 0 < at && text(tokens, at - 1) == "::";
        let starts_path = is_word(&token.text) && !follows_path && text(tokens, at + 1) == "::";
        at = if starts_path { spread(tokens, at, &mut found) } else { at + 1 };
    }
    found
}

/// Reads the path at `start`, adds it or what its groups spread out to, and returns where to go on.
///
/// Groups are kept on a stack: each level is the prefix that was read when its brace opened.
fn spread(tokens: &[&Token], start: usize, found: &mut Vec<NamedPath>) -> usize {
    let mut prefixes: Vec<Vec<String>> = Vec::new();
    let mut current: Vec<String> = Vec::new();
    let mut line = 0;
    let mut at = start;
    while let Some(token) = tokens.get(at) {
        let follows_path = 0 < at && text(tokens, at - 1) == "::";
        match token.text.as_str() {
            "::" => {}
            "{" if follows_path => prefixes.push(current.clone()),
            "*" if follows_path => current.push("*".to_owned()),
            "as" if !prefixes.is_empty() => at += 1,
            "," | "}" if !prefixes.is_empty() => {
                finish(&mut current, prefixes.last(), line, found);
                if token.text == "}" {
                    prefixes.pop();
                    current.clear();
                }
            }
            word if is_word(word) && (follows_path || current.is_empty() || is_group_start(tokens, at)) => {
                current.push(word.to_owned());
                line = token.line;
            }
            _ => break,
        }
        at += 1;
        if prefixes.is_empty() && text(tokens, at) != "::" && text(tokens, at - 1) != "::" {
            break;
        }
    }
    if 1 < current.len() && prefixes.is_empty() {
        found.push(NamedPath { segments: current, line });
    }
    at.max(start + 1)
}

/// Adds the path that ends here and goes back to the prefix of its group.
fn finish(current: &mut Vec<String>, prefix: Option<&Vec<String>>, line: usize, found: &mut Vec<NamedPath>) {
    let prefix = prefix.cloned().unwrap_or_default();
    if prefix.len() < current.len() {
        found.push(NamedPath { segments: current.clone(), line });
    }
    *current = prefix;
}

fn is_group_start(tokens: &[&Token], at: usize) -> bool {
    0 < at && matches!(text(tokens, at - 1), "{" | "," | "}")
}

fn text<'a>(tokens: &[&'a Token], at: usize) -> &'a str {
    tokens.get(at).map_or("", |token| token.text.as_str())
}
