//! The tasks, one file each.

mod bench;
mod budget;
mod coverage;
mod criterion;
mod doors;
mod fuzz;
mod generate;
mod header;
mod install;
mod interrupt;
mod lines;
mod python;
mod schema;
mod soak;
mod test;

/// A task of `cargo xtask`.
pub(crate) struct Task {
    pub(crate) name: &'static str,
    pub(crate) arguments: &'static str,
    pub(crate) about: &'static str,
    pub(crate) run: fn(&[String]) -> Result<(), String>,
}

/// Every task, in the order of use.
pub(crate) const TASKS: &[Task] = &[
    Task {
        name: "test",
        arguments: "",
        about: "all tests, the schema and every case; the counts last",
        run: test::run,
    },
    Task {
        name: "schema",
        arguments: "[--check]",
        about: "writes or checks docs/bailiwick.schema.json",
        run: schema::run,
    },
    Task {
        name: "header",
        arguments: "[--check]",
        about: "writes or checks bindings/c/include/bailiwick.h",
        run: header::run,
    },
    Task {
        name: "install",
        arguments: "--prefix DIR",
        about: "the C library, its header and its pkg-config file",
        run: install::run,
    },
    Task { name: "python", arguments: "", about: "the Python package: built, installed, tested", run: python::run },
    Task {
        name: "doors",
        arguments: "[QUESTIONS]",
        about: "1000000 random questions through Rust, C and Python, 1000 interpreter exits; docs/doors.md",
        run: doors::run,
    },
    Task { name: "wheel", arguments: "", about: "builds a manylinux wheel of the Python package", run: python::wheel },
    Task { name: "lines", arguments: "", about: "lines of code per room, tests apart", run: lines::run },
    Task {
        name: "fuzz",
        arguments: "[SECONDS]",
        about: "every fuzz target, 60 seconds each; docs/fuzz.md",
        run: fuzz::run,
    },
    Task {
        name: "soak",
        arguments: "[--changes | --safety] [NUMBER]",
        about: "engine against reference, 100000000 triples, or 1000000 sequences of changes; docs/soak.md",
        run: soak::run,
    },
    Task {
        name: "interrupt",
        arguments: "[KILLS]",
        about: "kills `assign --write`, 1000 times; docs/interrupt.md",
        run: interrupt::run,
    },
    Task {
        name: "generate",
        arguments: "[S|M|L] --output FILE",
        about: "writes a directory to measure; --requests FILE, --seed N, --users N and the like",
        run: generate::run,
    },
    Task {
        name: "bench",
        arguments: "[--large | --python]",
        about: "the engine beside its peers at S and M, or at L, or from Python; docs/benchmarks.md",
        run: bench::run,
    },
    Task {
        name: "budget",
        arguments: "[--write]",
        about: "counts the instructions of every door against benches/budget.toml, or makes them the budget",
        run: budget::run,
    },
    Task { name: "criterion", arguments: "", about: "every bench of benches/; docs/criterion.md", run: criterion::run },
    Task { name: "coverage", arguments: "", about: "line coverage of src/; docs/coverage.md", run: coverage::run },
];
