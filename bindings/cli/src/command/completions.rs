//! `completions`: a script for a shell.

use clap::CommandFactory as _;
use serde::Serialize;

use crate::args::{Cli, CompletionsArgs};
use crate::command::Form;
use crate::failure::Failure;
use crate::{Answer, json};

pub(super) fn run(args: &CompletionsArgs, form: Form) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "bailiwick", &mut script);
    let script = String::from_utf8_lossy(&script).into_owned();
    let text = match form {
        Form::Text => script,
        Form::Json => json::write("completions", CompletionsShape { shell: args.shell.to_string(), script })?,
    };
    Ok(Answer { text, is_yes: true })
}

#[derive(Serialize)]
struct CompletionsShape {
    shell: String,
    script: String,
}
