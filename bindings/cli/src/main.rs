//! The program: its arguments go to the library, which the Python package starts too.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(bailiwick_cli::run(std::env::args_os()))
}
