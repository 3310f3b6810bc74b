//! How many instructions each door of the engine may take, and whether it keeps to that.

use std::fmt::Write as _;

/// Instructions of each door, as the compiler that is named makes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// What `rustc --version` says: another compiler makes other instructions.
    pub rustc: String,
    /// Size and door, such as `S decide/handles`, and instructions for one of what it does.
    pub rows: Vec<(String, f64)>,
}

/// How a door keeps to its budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Size and door.
    pub name: String,
    /// What it may take; nothing where the budget does not name it.
    pub allowed: Option<f64>,
    /// What it takes; nothing where there is no such door any more.
    pub counted: Option<f64>,
}

/// By which share a door may exceed its budget.
pub const TOLERANCE: f64 = 0.02;

impl Finding {
    /// Returns by which share the door takes more than it may; less is below zero.
    #[must_use]
    pub fn excess(&self) -> Option<f64> {
        Some(self.counted? / self.allowed? - 1.0)
    }

    /// Returns whether the door is in the budget, is there, and takes no more than it may.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.excess().is_some_and(|excess| excess <= TOLERANCE)
    }
}

impl Budget {
    /// Reads a budget as [`Budget::text`] writes it.
    ///
    /// # Errors
    ///
    /// Says which line is not understood, or that the compiler is not named.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (mut rustc, mut size, mut rows) = (None, "", Vec::new());
        for (line, at) in text.lines().zip(1..) {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Some(section) = line.strip_prefix('[').and_then(|it| it.strip_suffix(']')) {
                size = section;
                continue;
            }
            let row = line.split_once('=').map(|(key, value)| (key.trim().trim_matches('"'), value.trim()));
            match row {
                Some(("rustc", value)) => rustc = Some(value.trim_matches('"').to_owned()),
                Some((door, value)) => {
                    let value: f64 = value.parse().map_err(|_| format!("line {at}: `{value}` is no number"))?;
                    rows.push((format!("{size} {door}"), value));
                }
                None => return Err(format!("line {at} is not understood: `{line}`")),
            }
        }
        Ok(Self { rustc: rustc.ok_or("no compiler is named: `rustc = \"...\"`")?, rows })
    }

    /// Returns the budget as a file for people to review.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{HEADER}\nrustc = \"{}\"\n", self.rustc);
        let mut section = "";
        for (name, value) in &self.rows {
            let (size, door) = name.split_once(' ').unwrap_or(("", name));
            if size != section {
                let _ = writeln!(text, "\n[{size}]");
                section = size;
            }
            let _ = writeln!(text, "{:<18} = {value:.1}", format!("\"{door}\""));
        }
        text
    }

    /// Compares what was counted with this budget, door by door.
    #[must_use]
    pub fn compare(&self, counted: &[(String, f64)]) -> Vec<Finding> {
        let find = |rows: &[(String, f64)], name: &str| rows.iter().find(|row| row.0 == name).map(|row| row.1);
        let there = counted.iter().map(|(name, value)| Finding {
            name: name.clone(),
            allowed: find(&self.rows, name),
            counted: Some(*value),
        });
        let gone = self.rows.iter().filter(|(name, _)| find(counted, name).is_none());
        let gone = gone.map(|(name, value)| Finding { name: name.clone(), allowed: Some(*value), counted: None });
        there.chain(gone).collect()
    }
}

/// Returns what a profile of callgrind counted.
#[must_use]
pub fn instructions(profile: &str) -> Option<u64> {
    let total = |line: &str| line.strip_prefix("totals:")?.trim().parse().ok();
    profile.lines().find_map(total)
}

const HEADER: &str = "\
# Instructions for one decision, rule, explanation or change, by size of the world and by door: what each may take.
# `cargo xtask budget` fails where one takes over 2 % more; `cargo xtask budget --write` writes this file anew, to be
# reviewed like code. Another compiler makes other instructions: then nothing is compared.
";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may panic")]

    use super::*;

    fn budget() -> Budget {
        let rows = [("S decide/handles", 100.0), ("S explain", 9_000.5), ("M decide/handles", 120.0)];
        let rows = rows.map(|(name, value)| (name.to_owned(), value));
        Budget { rustc: "rustc 1.2.3 (abc 2026-01-01)".to_owned(), rows: rows.to_vec() }
    }

    /// Returns the doors that fail where one takes another number of instructions.
    fn failing(name: &str, value: f64) -> Vec<String> {
        let mut counted = budget().rows;
        counted.iter_mut().filter(|row| row.0 == name).for_each(|row| row.1 = value);
        let findings = budget().compare(&counted);
        findings.into_iter().filter(|it| !it.is_kept()).map(|it| it.name).collect()
    }

    #[test]
    fn what_is_written_is_read_again() {
        assert_eq!(Budget::parse(&budget().text()).unwrap(), budget());
    }

    #[test]
    fn more_than_two_in_a_hundred_fails() {
        assert_eq!(failing("S decide/handles", 102.1), ["S decide/handles"]);
        assert_eq!(failing("M decide/handles", 200.0), ["M decide/handles"]);
        assert!(failing("S decide/handles", 101.9).is_empty());
        assert!(failing("S decide/handles", 50.0).is_empty());
    }

    #[test]
    fn a_door_without_budget_fails_and_a_budget_without_door() {
        let mut counted = budget().rows;
        counted.truncate(2);
        counted.push(("S compile".to_owned(), 1.0));
        let failing: Vec<String> =
            budget().compare(&counted).into_iter().filter(|it| !it.is_kept()).map(|it| it.name).collect();
        assert_eq!(failing, ["S compile", "M decide/handles"]);
    }

    #[test]
    fn what_is_not_understood_is_told() {
        assert!(Budget::parse("[S]\n\"a\" = 1\n").unwrap_err().contains("rustc"));
        assert!(Budget::parse("rustc = \"x\"\n[S]\n\"a\" = many\n").unwrap_err().contains("line 3"));
        assert!(Budget::parse("rustc = \"x\"\nanything").unwrap_err().contains("line 2"));
    }

    #[test]
    fn the_total_of_a_profile_is_read() {
        let profile = "version: 1\nevents: Ir\nsummary: 7\n\nfn=(1) a\n1 7\n\ntotals: 221508\n";
        assert_eq!(instructions(profile), Some(221_508));
        assert_eq!(instructions("version: 1"), None);
    }
}
