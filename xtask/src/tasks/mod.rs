//! The tasks, one file each.

mod bench;
mod budget;
mod coverage;
mod criterion;
mod fuzz;
mod generate;
mod interrupt;
mod lines;
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
    Task { name: "lines", arguments: "", about: "lines of code per room, tests apart", run: lines::run },
    Task {
        name: "fuzz",
        arguments: "[SECONDS]",
        about: "every fuzz target, 60 seconds each; docs/fuzz.md",
        run: fuzz::run,
    },
    Task {
        name: "soak",
        arguments: "[--changes] [NUMBER]",
        about: "engine against reference, 100000000 triples or 1000000 sequences of changes; docs/soak.md",
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
        arguments: "[--large]",
        about: "the engine beside its peers at S and M, or at L; docs/benchmarks.md",
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
