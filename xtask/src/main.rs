//! The long and the repeated work of the repository: `cargo xtask` without arguments lists it.

#![expect(clippy::print_stdout, reason = "what a command finds out is printed")]

mod packages;
mod report;
mod shell;
mod tasks;

use std::env;
use std::process::ExitCode;

use tasks::TASKS;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        print_tasks();
        return ExitCode::SUCCESS;
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprintln!("there is no task `{name}`; `cargo xtask` lists them");
        return ExitCode::from(2);
    };
    match (task.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        // A task that has said it all fails without a message.
        Err(message) if message.is_empty() => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("{name}: {message}");
            ExitCode::FAILURE
        }
    }
}

fn print_tasks() {
    println!("cargo xtask TASK\n");
    for task in TASKS {
        println!("  {:<32}{}", format!("{} {}", task.name, task.arguments), task.about);
    }
}
