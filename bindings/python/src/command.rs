//! The command line.

use std::ffi::OsString;

use pyo3::prelude::*;

/// Run the command line, the name of the program first, and return its exit status: 0 yes, 1 no, 2 an error.
#[pyfunction]
pub(crate) fn run_command(py: Python<'_>, arguments: Vec<OsString>) -> u8 {
    py.detach(|| bailiwick_cli::run(arguments))
}
