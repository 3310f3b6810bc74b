//! The command line: arguments in, text or JSON out, and an exit status.
//!
//! It stands on the public API alone. What the core leaves to the host is here: files, the clock, the terminal.

mod actor;
mod args;
mod command;
mod failure;
mod finding;
mod help;
mod json;
mod policy;
mod progress;
mod question;
mod refusal;
mod reload;
mod replace;
mod screen;
mod wrap;
mod write;

use std::ffi::OsString;
use std::io::Write as _;

use clap::Parser as _;

use crate::args::Cli;
use crate::failure::Failure;
use crate::screen::Screen;

/// What a command answers.
struct Answer {
    /// What goes to standard output.
    text: String,
    /// Whether the answer is yes: exit status 0, else 1.
    is_yes: bool,
}

/// Runs a command line, the name of the program first, and returns its exit status: 0 yes, 1 no, 2 an error.
///
/// It writes to the standard streams of the process and reads its environment: it is the program, for whoever starts it.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(refusal) => {
            // That nobody reads the help is no error.
            let _ = refusal.print();
            return if refusal.use_stderr() { 2 } else { 0 };
        }
    };
    let screen = Screen::new(&cli.output);
    match command::run(&cli, &screen).and_then(|answer| write(&answer)) {
        Ok(is_yes) => u8::from(!is_yes),
        Err(failure) => {
            failure.tell(&screen);
            2
        }
    }
}

/// Writes an answer; that nobody reads it to the end is no error.
fn write(answer: &Answer) -> Result<bool, Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(answer.text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => Ok(answer.is_yes),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(answer.is_yes),
        Err(error) => Err(Failure::Message(format!("standard output cannot be written: {error}"))),
    }
}
