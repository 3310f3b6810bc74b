//! Counts of passed and failed tests, as test runners print them.

use std::fmt;
use std::iter::Sum;

/// How many tests passed, and how many failed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed.
    pub failed: u64,
}

impl Counts {
    /// Returns the counts of one line of a test runner, if it tells any.
    ///
    /// Read are `test result: ok. 5 passed; 0 failed; ...` and `5 passed, 0 failed`.
    #[must_use]
    pub fn of_line(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let before = |unit: &str| {
            words.windows(2).find_map(|pair| match pair {
                [count, word] if word.trim_end_matches([';', ',', '.']) == unit => count.parse().ok(),
                _ => None,
            })
        };
        Some(Self { passed: before("passed")?, failed: before("failed")? })
    }

    /// Returns the counts of a single check.
    #[must_use]
    pub fn of_check(passed: bool) -> Self {
        Self { passed: u64::from(passed), failed: u64::from(!passed) }
    }
}

impl Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), |sum, more| Self {
            passed: sum.passed.saturating_add(more.passed),
            failed: sum.failed.saturating_add(more.failed),
        })
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_spellings_are_read() {
        let libtest = "test result: FAILED. 5 passed; 2 failed; 0 ignored; 0 measured; 1 filtered out";
        assert_eq!(Counts::of_line(libtest), Some(Counts { passed: 5, failed: 2 }));
        assert_eq!(Counts::of_line("12 passed, 0 failed"), Some(Counts { passed: 12, failed: 0 }));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(Counts::of_line("test names::twins_never_mix ... ok"), None);
        assert_eq!(Counts::of_line("all passed"), None);
        assert_eq!(Counts::of_line(""), None);
    }

    #[test]
    fn counts_add_up_and_print_on_one_line() {
        let sum: Counts =
            [Counts { passed: 3, failed: 1 }, Counts::of_check(true), Counts::of_check(false)].into_iter().sum();
        assert_eq!(sum.to_string(), "4 passed, 2 failed");
    }
}
