//! The arguments of `cargo xtask generate`: which world, and where to.

use std::path::PathBuf;

use bailiwick_worlds::{Plan, Sizes};

/// A world to be written.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Generate {
    /// From which the world is made.
    pub plan: Plan,
    /// Where the directory goes.
    pub output: PathBuf,
    /// Where the questions go, if they are wanted.
    pub requests: Option<PathBuf>,
}

/// Reads the arguments: a size first, S where none is given, then what is to be otherwise.
///
/// # Errors
///
/// Says which argument is not understood, or that `--output` is missing.
pub fn parse(arguments: &[String]) -> Result<Generate, String> {
    let mut words = arguments.iter().map(String::as_str);
    let first = arguments.first().and_then(|letter| Sizes::of(letter));
    let mut plan = Plan::plain(first.unwrap_or(Sizes::S));
    if first.is_some() {
        words.next();
    }
    let mut output = None;
    let mut requests = None;
    while let Some(flag) = words.next() {
        let value = words.next().ok_or_else(|| format!("`{flag}` is not understood, or lacks its value"))?;
        match flag {
            "--output" => output = Some(PathBuf::from(value)),
            "--requests" => requests = Some(PathBuf::from(value)),
            "--seed" => plan.seed = value.parse().map_err(|_| format!("`{value}` is no seed"))?,
            _ => *count(&mut plan.sizes, flag)? = value.parse().map_err(|_| format!("`{value}` is no count"))?,
        }
    }
    Ok(Generate { plan, output: output.ok_or("`--output FILE` is missing")?, requests })
}

fn count<'s>(sizes: &'s mut Sizes, flag: &str) -> Result<&'s mut u32, String> {
    match flag {
        "--users" => Ok(&mut sizes.users),
        "--groups" => Ok(&mut sizes.groups),
        "--clusters" => Ok(&mut sizes.clusters),
        "--departments" => Ok(&mut sizes.departments),
        "--projects" => Ok(&mut sizes.projects),
        "--rules" => Ok(&mut sizes.rules),
        "--asks" => Ok(&mut sizes.asks),
        _ => Err(format!("`{flag}` is not understood")),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests may panic")]

    use super::*;

    fn read(line: &str) -> Result<Generate, String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_letter_is_a_size() {
        let asked = read("M --output m.jsonl").unwrap();
        assert_eq!(asked.plan, Plan::plain(Sizes::M));
        assert_eq!((asked.output, asked.requests), (PathBuf::from("m.jsonl"), None));
    }

    #[test]
    fn what_is_said_beside_a_letter_is_otherwise() {
        let asked = read("L --rules 7 --users 8 --seed 9 --output a --requests b").unwrap();
        assert_eq!(asked.plan.sizes, Sizes { rules: 7, users: 8, ..Sizes::L });
        assert_eq!((asked.plan.seed, asked.requests), (9, Some(PathBuf::from("b"))));
    }

    #[test]
    fn what_is_not_understood_is_told() {
        for line in ["", "S", "XL --output a", "--users", "--users many --output a", "--people 3 --output a"] {
            read(line).unwrap_err();
        }
    }
}
