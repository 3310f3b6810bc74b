//! The commands, one a file.

mod assign;
mod check;
mod completions;
mod coverage;
mod covers;
mod explain;
mod lint;
mod load;
mod matrix;
mod may_assign;
mod table;
mod test;

use crate::Answer;
use crate::args::{Cli, Command};
use crate::failure::Failure;
use crate::screen::Screen;

/// Runs the command that the arguments name.
pub(crate) fn run(cli: &Cli, screen: &Screen) -> Result<Answer, Failure> {
    let form = if cli.output.json { Form::Json } else { Form::Text };
    match &cli.command {
        Command::Check(args) => check::run(args, form, screen),
        Command::Explain(args) => explain::run(args, form, screen),
        Command::Test(args) => test::run(args, form, screen),
        Command::Matrix(args) => matrix::run(args, form, screen),
        Command::Lint(args) => lint::run(args, form, screen),
        Command::Assign(args) => assign::run(args, form, screen),
        Command::MayAssign(args) => may_assign::run(args, form, screen),
        Command::Covers(args) => covers::run(args, form, screen),
        Command::Load(args) => load::run(args, form, screen),
        Command::Completions(args) => completions::run(args, form),
    }
}

/// For whom an answer is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Form {
    /// For people.
    Text,
    /// For programs.
    Json,
}
