//! Rust source as the house rules read it: comments and literals told apart from code, tests told apart from the rest.
//!
//! This is a reader for our own formatted sources, not a Rust parser: it knows comments, literals, braces and paths.

mod blank;
mod path;

use blank::blank;
pub use path::NamedPath;

/// A Rust source text, read once.
#[derive(Clone, Debug)]
pub struct Source {
    /// The text as written.
    lines: Vec<String>,
    /// Invariant: as many lines as `lines`, comments blanked.
    code: Vec<String>,
    tokens: Vec<Token>,
    /// Invariant: as long as `lines`; whether the line belongs to an item that is compiled for tests only.
    in_tests: Vec<bool>,
}

/// A word or a sign of the code.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Token {
    /// The word, or the sign; `::` is one sign.
    pub text: String,
    /// Line, from 1.
    pub line: usize,
}

/// A function: where it stands and how long it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of its `fn`, from 1.
    pub line: usize,
    /// Lines of code of its body, from brace to brace.
    pub n_lines: usize,
    /// Whether the body is a table: nothing but one `match`, and a comment above says that it is flat.
    pub is_table: bool,
}

impl Source {
    /// Reads a source text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        let blanked = blank(text);
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let code: Vec<String> = blanked.code.lines().map(str::to_owned).collect();
        let tokens = tokens(&blanked.bare);
        let mut in_tests = vec![false; lines.len()];
        for (first, last) in test_items(&tokens) {
            in_tests.iter_mut().take(last).skip(first.saturating_sub(1)).for_each(|line| *line = true);
        }
        Self { lines, code, tokens, in_tests }
    }

    /// Returns how many lines of code there are outside tests; comments and blank lines do not count.
    #[must_use]
    pub fn n_lines(&self) -> usize {
        self.count(|line| !self.is_test_line(line))
    }

    /// Returns how many lines of code the tests inside the file have.
    #[must_use]
    pub fn n_test_lines(&self) -> usize {
        self.count(|line| self.is_test_line(line))
    }

    /// Returns whether a line, from 1, belongs to an item that is compiled for tests only.
    #[must_use]
    pub fn is_test_line(&self, line: usize) -> bool {
        self.in_tests.get(line.saturating_sub(1)).copied().unwrap_or(false)
    }

    /// Returns the words and signs outside tests.
    pub fn tokens(&self) -> impl Iterator<Item = &Token> {
        self.tokens.iter().filter(|token| !self.is_test_line(token.line))
    }

    /// Returns the paths that the code outside tests names, groups in braces spread out.
    #[must_use]
    pub fn paths(&self) -> Vec<NamedPath> {
        let tokens: Vec<&Token> = self.tokens().collect();
        path::paths(&tokens)
    }

    /// Returns the functions that have a body, tests included.
    #[must_use]
    pub fn functions(&self) -> Vec<Function> {
        let mut found = Vec::new();
        for (at, pair) in self.tokens.windows(2).enumerate() {
            let [keyword, name] = pair else { continue };
            if keyword.text != "fn" || !is_word(&name.text) {
                continue;
            }
            if let Some((open, close)) = body(&self.tokens, at) {
                found.push(self.function(keyword.line, &name.text, open, close));
            }
        }
        found
    }

    fn function(&self, line: usize, name: &str, open: usize, close: usize) -> Function {
        let line_of = |at: usize| self.tokens.get(at).map_or(0, |token| token.line);
        let (first, last) = (line_of(open), line_of(close));
        let is_match = self.tokens.get(open.saturating_add(1)).is_some_and(|token| token.text == "match")
            && matching(&self.tokens, open.saturating_add(1)) == Some(close.saturating_sub(1));
        Function {
            name: name.to_owned(),
            line,
            n_lines: self.count(|at| first < at && at < last),
            is_table: is_match && self.comment_above(line).contains("flat"),
        }
    }

    /// Returns the comments and attributes directly above a line, in lower case.
    fn comment_above(&self, line: usize) -> String {
        let above = self.lines.iter().take(line.saturating_sub(1)).rev().map(|text| text.trim());
        let block = above.take_while(|text| text.starts_with("//") || text.starts_with("#["));
        block.collect::<Vec<_>>().join("\n").to_lowercase()
    }

    fn count(&self, is_counted: impl Fn(usize) -> bool) -> usize {
        let lines = self.code.iter().zip(1..);
        lines.filter(|(text, line)| !text.trim().is_empty() && is_counted(*line)).count()
    }
}

/// Returns the indices of the braces of the body that follows `fn` at `at`; none for a declaration.
fn body(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.text.as_str() {
            "(" | "[" => depth = depth.saturating_add(1),
            ")" | "]" => depth = depth.saturating_sub(1),
            ";" if depth == 0 => return None,
            "{" if depth == 0 => return Some((index, matching(tokens, index)?)),
            _ => {}
        }
    }
    None
}

/// Returns the index of the brace that closes the first one opened at or after `from`.
fn matching(tokens: &[Token], from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (index, token) in tokens.iter().enumerate().skip(from) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth <= 1 => return Some(index),
            "}" => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Returns first and last line of each item under `#[cfg(test)]`.
fn test_items(tokens: &[Token]) -> Vec<(usize, usize)> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut found = Vec::new();
    for (at, window) in tokens.windows(MARK.len()).enumerate() {
        if !window.iter().map(|token| token.text.as_str()).eq(MARK) {
            continue;
        }
        let is_end = |token: &&Token| token.text == "{" || token.text == ";";
        let rest = tokens.iter().enumerate().skip(at.saturating_add(MARK.len()));
        let end = rest.clone().find(|(_, token)| is_end(token));
        let last = match end {
            Some((index, token)) if token.text == "{" => matching(tokens, index).and_then(|close| tokens.get(close)),
            Some((_, token)) => Some(token),
            None => None,
        };
        let first = window.first().map_or(1, |token| token.line);
        found.push((first, last.map_or(usize::MAX, |token| token.line)));
    }
    found
}

/// Returns whether a token is an identifier or a keyword.
fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn tokens(bare: &str) -> Vec<Token> {
    let mut found = Vec::new();
    for (text, line) in bare.lines().zip(1..) {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let is_part = |char: char| char.is_alphanumeric() || char == '_';
            let len = match first {
                _ if is_part(first) => rest.find(|char| !is_part(char)).unwrap_or(rest.len()),
                ':' if rest.starts_with("::") => 2,
                _ => first.len_utf8(),
            };
            let (token, after) = rest.split_at(len);
            found.push(Token { text: token.to_owned(), line });
            rest = after.trim_start();
        }
    }
    found
}

#[cfg(test)]
mod tests;
