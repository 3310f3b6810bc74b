//! The native half of the Python package, over the public API of the core: one file a class.
//!
//! Whatever Python hands over is taken once, as plain Rust, before anything is decided. Every class is frozen, and may be used from any
//! number of threads. What goes wrong is raised: no error is ever an answer.
#![deny(unsafe_code)]

mod actor;
mod approved;
mod asked;
mod attributes;
mod cases;
mod cluster;
mod command;
mod convert;
mod decision;
mod decisions;
mod diagnostic;
mod edit;
mod engine;
mod errors;
mod explanation;
mod following;
mod home;
mod limits;
mod many;
mod matrix;
mod numbered;
mod permission;
mod prepared;
mod prepared_many;
mod request;
mod rule;
mod scope;
mod shared;
mod situation;
mod subject;
mod text;
mod time;
mod word;

use pyo3::prelude::*;

/// The native half of `bailiwick`.
#[pymodule(gil_used = false)]
mod _bailiwick {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::actor::Actor;
    #[pymodule_export]
    use crate::approved::{Answer, Approved, Missing};
    #[pymodule_export]
    use crate::cases::{Case, Cases};
    #[pymodule_export]
    use crate::cluster::Cluster;
    #[pymodule_export]
    use crate::command::run_command;
    #[pymodule_export]
    use crate::decision::Decision;
    #[pymodule_export]
    use crate::decisions::Decisions;
    #[pymodule_export]
    use crate::diagnostic::Diagnostic;
    #[pymodule_export]
    use crate::edit::Edit;
    #[pymodule_export]
    use crate::engine::Engine;
    #[pymodule_export]
    use crate::explanation::{Explanation, Finding, RestrictionFinding, Step, Unknown};
    #[pymodule_export]
    use crate::matrix::{Heading, Matrix, MatrixCell};
    #[pymodule_export]
    use crate::permission::Permission;
    #[pymodule_export]
    use crate::request::Request;
    #[pymodule_export]
    use crate::rule::{Restriction, Rule};
    #[pymodule_export]
    use crate::scope::Scope;
    #[pymodule_export]
    use crate::subject::Subject;
    #[pymodule_export]
    use crate::text::Text;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::home::expect_one(module.py())
    }
}
