//! `cargo xtask interrupt`: `assign --write` killed again and again, and never a torn file.

use crate::report;
use crate::shell::{self, Listen};

/// Kills so many writes, 1000 where no number is given, and writes docs/interrupt.md. Ends within three minutes.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let kills = match arguments {
        [] => "1000",
        [kills] if kills.parse::<u32>().is_ok() => kills,
        _ => return Err("takes a number of kills at most".to_owned()),
    };
    let test = ["test", "--quiet", "--package", "bailiwick-cli", "--test", "interrupt", "--", "--nocapture"];
    let heard = shell::listen(shell::cargo(test).env("BAILIWICK_KILLS", kills), Listen::Output)?;
    let counts = heard.lines.iter().find(|line| line.contains(" kills over "));
    let counts = counts.ok_or_else(|| "no kill was counted".to_owned())?;
    report::write("interrupt", "Interrupted writes", &format!("```text\n{counts}\n```\n\n{ABOUT}"))?;
    if heard.is_success { Ok(()) } else { Err("a write was torn, or none was hit".to_owned()) }
}

const ABOUT: &str = "\
Each time `bailiwick assign --write` is started on a directory of 1,500 rules and killed after a while: half the kills are
spread over the whole run, half are aimed at the instant in which the old file gives way to the new one. A kill landed
*before* the write where the old file stands alone, *during* the write where a new file was begun beside it, *after* it
where the new file stands. Torn is a file that is neither.";
