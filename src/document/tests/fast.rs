//! The fast reader against the careful one: whatever it takes means the same, to the last column.

use super::lines::written_out;
use super::worded;
use crate::diagnostic::Sink;
use crate::document::Says;
use crate::document::fast::{self, Plainly};
use crate::document::lines::{Lines, read_lines, read_lines_with_care};
use crate::document::pattern::Pattern;

/// Everything that can be told of a feed.
fn told(text: &str, read: fn(&str, u32, &mut Sink) -> Lines) -> String {
    let mut sink = Sink::default();
    let lines = read(text, 3, &mut sink);
    let by_line = |run: &crate::document::Run| {
        (run.line..run.line.saturating_add(run.n_lines)).map(|line| (line, run.kind(), run.part)).collect::<Vec<_>>()
    };
    let runs: Vec<_> = lines.runs.iter().flat_map(by_line).collect();
    format!("{:#?}\n{runs:?}\n{:#?}", written_out(lines), worded(sink))
}

fn agree(text: &str) {
    let (fast, careful) = (told(text, read_lines), told(text, read_lines_with_care));
    assert!(fast == careful, "{text:?}\nfast: {fast}\ncareful: {careful}");
}

/// A source of numbers that look random.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap().checked_rem(n).unwrap()
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }

    /// Most often the first, now and then another.
    fn mostly<'a>(&mut self, words: &[&'a str]) -> &'a str {
        if self.below(30) == 0 { self.of(words) } else { words[0] }
    }

    fn blank(&mut self) -> &'static str {
        match self.below(60) {
            0 => self.of(&["\t", " \t ", "\u{a0}", "#", " # ", "\u{b}"]),
            1..20 => self.of(&[" ", "  "]),
            _ => "",
        }
    }

    fn name(&mut self) -> &'static str {
        let n_good = NAMES.iter().position(|name| name.is_empty()).unwrap();
        let n = if self.below(12) == 0 { NAMES.len() } else { n_good };
        self.of(&NAMES[..n])
    }

    fn word(&mut self) -> String {
        let name = self.name();
        match self.below(48) {
            0 => {
                self.of(&["null", "true", "17", "1.5", "plain", "'text'", "", "[\"a\"]", "{}", "*", "&a b"]).to_owned()
            }
            _ => format!("\"{name}\""),
        }
    }

    fn mapping(&mut self, keys: &[&str]) -> String {
        let mut parts = Vec::new();
        for key in keys {
            if self.below(12) != 0 {
                let (a, b, c, d) = (self.blank(), self.blank(), self.blank(), self.blank());
                let word = self.word();
                parts.push(format!("{a}\"{key}\"{b}:{c}{word}{d}"));
            }
        }
        if 1 < parts.len() && self.below(3) == 0 {
            let last = parts.pop().unwrap();
            let at = self.below(parts.len());
            parts.insert(at, last);
        }
        format!("{{{}{}}}", parts.join(","), self.mostly(&["", "", "", ",", ",,"]))
    }

    fn says(&mut self) -> String {
        let key =
            self.of(&["access_rule", "access_rule", "scope", "user", "app", "group", "deny_rule", "facts", "usr"]);
        let value = match (key, self.below(6)) {
            (_, 0) => self.word(),
            ("access_rule", _) => self.mapping(&["subject", "role", "scope", "id"]),
            ("scope", _) => self.mapping(&["path", "id", "kind"]),
            ("group", _) => {
                let members: Vec<String> = (0..self.below(4)).map(|_| self.word()).collect();
                let (name, blank) = (self.word(), self.blank());
                format!("{{\"name\": {name},{blank}\"members\":{blank}[{}{blank}]}}", members.join(", "))
            }
            ("deny_rule", _) => self.mapping(&["subject", "role", "scope", "id", "from"]),
            _ => {
                let keys: &[&str] = if self.below(3) == 0 { &["name", "disabled", "internal"] } else { &["name"] };
                self.mapping(keys)
            }
        };
        format!("\"{key}\"{}:{}{value}", self.blank(), self.blank())
    }

    fn line(&mut self) -> String {
        let tenant = self.mostly(&["\"acme\"", "\"zeta\"", "\"a/b\"", "\"\"", "1", "\"größe\""]);
        let tenant = format!("\"tenant\"{}:{}{tenant}", self.blank(), self.blank());
        let says = self.says();
        let mut parts = if self.below(3) == 0 { [says, tenant] } else { [tenant, says] }.to_vec();
        match self.below(20) {
            0 => drop(parts.pop()),
            1 => parts.push(parts[0].clone()),
            2 => parts.push("\"more\": 1".to_owned()),
            _ => {}
        }
        let (a, b, c) = (self.blank(), self.blank(), self.blank());
        format!("{a}{{{b}{}{c}}}{}", parts.join(","), self.mostly(&["", " ", "\r", "\t", "x", "}", "\r\r", "# a"]))
    }

    /// Returns a rule with holes where its names stand.
    fn shape(&mut self) -> String {
        let mut keys = vec!["subject", "role", "scope"];
        if self.below(3) == 0 {
            keys.insert(self.below(4), "id");
        }
        let at = self.below(keys.len());
        keys.rotate_left(at);
        let keys: Vec<String> = keys.into_iter().map(|key| format!("\"{key}\":{}\"{HOLE}\"", self.blank())).collect();
        let rule = format!("\"access_rule\":{}{{{}{}}}", self.blank(), keys.join(","), self.blank());
        let tenant = self.mostly(&["\"tenant\":\"acme\"", "\"tenant\": \"größe\"", "\"tenant\":\"zeta\""]);
        if self.below(3) == 0 { format!("{{{rule},{tenant}}}") } else { format!("{{{tenant},{rule}}}") }
    }

    /// Changes a character or two.
    fn spoilt(&mut self, line: &str) -> String {
        let mut chars: Vec<char> = line.chars().collect();
        for _ in 0..self.below(3) {
            let at = self.below(chars.len());
            match self.below(3) {
                0 => drop(chars.remove(at)),
                1 => chars.insert(at, ODD[self.below(ODD.len())]),
                _ => chars[at] = ODD[self.below(ODD.len())],
            }
            if chars.is_empty() {
                break;
            }
        }
        chars.into_iter().filter(|c| *c != '\n').collect()
    }
}

const NAMES: [&str; 34] = [
    "user:ana",
    "user:ben",
    "app:ci",
    "group:ml",
    "viewer",
    "acme",
    "acme/vision",
    "r-1",
    "",
    " ",
    " a",
    "a ",
    "user:",
    "user",
    ":",
    "user:größe",
    "日本語",
    "😀",
    "a\\u0041",
    "a\\\\",
    "\\\"",
    "\\/",
    "\\ud83d\\ude00",
    "\\ud83d",
    "a\tb",
    "a\u{7f}b",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{feff}b",
    "a\u{fffe}b",
    "a\u{1ffff}b",
    "a\u{fdd0}b",
    "a\u{200b}b",
    "it's: # {a} [b], - ? | > @ ` % ! & * ~",
];

const ODD: [char; 30] = [
    '{', '}', '[', ']', '"', '\'', ':', ',', '\\', ' ', '\t', '\r', '#', '-', '?', '&', '*', '!', '|', '%', 'a', '0',
    '\0', '\u{1b}', '\u{7f}', '\u{a0}', '\u{feff}', '\u{fffd}', '\u{ffff}', 'é',
];

#[test]
fn what_the_fast_reader_takes_means_the_same_to_the_careful_one() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let (mut n_taken, mut n_left) = (0, 0);
    for _ in 0..ROUNDS {
        let mut text = dice.mostly(&["", "\u{feff}", "\n", "{\"bailiwick\": 1}\n", "{\"bailiwick\": 2}\n"]).to_owned();
        for _ in 0..=dice.below(8) {
            let line = dice.line();
            let line = if dice.below(4) == 0 { dice.spoilt(&line) } else { line };
            let is_taken = fast::read(&line).is_some();
            n_taken += usize::from(is_taken);
            n_left += usize::from(!is_taken);
            text += &line;
            text += dice.mostly(&["\n", "\r\n", "\n\n", "\n \n"]);
        }
        agree(&text);
    }
    // Neither road is idle.
    assert!(ROUNDS / 4 < n_taken && ROUNDS / 4 < n_left, "{n_taken} taken, {n_left} left");
}

#[test]
fn rules_written_like_the_one_before_mean_the_same() {
    let mut dice = Dice(0xD1B5_4A32_D192_ED03);
    let mut n_alike = 0;
    for _ in 0..ROUNDS / 2 {
        let shape = dice.shape();
        let mut pattern = Pattern::default();
        let mut text = String::new();
        for _ in 0..=dice.below(6) {
            let mut line = shape.clone();
            while line.contains(HOLE) {
                line = line.replacen(HOLE, dice.name(), 1);
            }
            let line = if dice.below(8) == 0 { dice.spoilt(&line) } else { line };
            n_alike += usize::from(pattern.read(&line).is_some());
            if let Some(Plainly { says: Says::Rule(rule), .. }) = fast::read(&line) {
                pattern.learn(&line, &rule);
            }
            text += &line;
            text += "\n";
        }
        agree(&text);
    }
    assert!(ROUNDS / 4 < n_alike, "{n_alike} alike");
}

#[test]
fn long_lines_are_taken_alike() {
    let line = |n: usize| format!("{{\"tenant\": \"acme\", \"user\": \"{}\"}}", "u".repeat(n));
    let rule = |n: usize| {
        let name = "ü".repeat(n);
        format!(
            "{{\"tenant\":\"acme\",\"access_rule\":{{\"subject\":\"user:{name}\",\"role\":\"r\",\"scope\":\"acme\"}}}}"
        )
    };
    for n in [255, 256, 257, 1_000, 1_024, 1_100, 65_000, 65_500, 65_504, 65_505, 65_506, 65_507, 70_000] {
        agree(&line(n));
        agree(&format!("{}\n{}\r\n", rule(n / 2), line(3)));
    }
}

const ROUNDS: usize = 6_000;

const HOLE: &str = "@@";
