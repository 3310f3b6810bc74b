//! `test`: cases are run, and those that fail are listed.

use std::path::{Path, PathBuf};

use bailiwick::cases::{Case, Cases, Outcome};
use bailiwick::{Diagnostic, Policy, Snapshot};
use serde::Serialize;

use crate::args::TestArgs;
use crate::command::coverage::{Coverage, CoverageShape};
use crate::command::{Form, check};
use crate::failure::Failure;
use crate::json::{self, DecisionShape};
use crate::screen::{Ink, Screen};
use crate::wrap::{shown, wrap};
use crate::{Answer, policy, progress};

pub(super) fn run(args: &TestArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let worlds = progress::during("reading cases", screen, || load(args))?;
    let mut report = Report::default();
    for world in &worlds {
        policy::tell_refused(&world.policy, screen);
        expect_whole(world)?;
        report.run(world, args.coverage);
    }
    let text = match form {
        Form::Json => json::write("test", report.shape())?,
        Form::Text => report.text(screen),
    };
    Ok(Answer { text, is_yes: report.n_failed == 0 })
}

/// A file of cases and the policy they are asked of.
struct World {
    file: String,
    cases: Cases,
    policy: Policy,
}

/// Loads every file; what is wrong in any of them is told at once.
fn load(args: &TestArgs) -> Result<Vec<World>, Failure> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    let mut worlds = Vec::new();
    for path in &args.cases {
        match world(path, &args.policies) {
            Ok(world) => worlds.push(world),
            Err(error) => findings.extend(
                error.findings().iter().filter(|finding| !findings.contains(finding)).cloned().collect::<Vec<_>>(),
            ),
        }
    }
    if findings.is_empty() { Ok(worlds) } else { Err(Failure::Findings(findings)) }
}

fn world(path: &Path, more: &[PathBuf]) -> Result<World, bailiwick::LoadError> {
    let cases = Cases::load(path)?;
    let policy = cases.policy(more)?;
    Ok(World { file: shown(&path.to_string_lossy()), cases, policy })
}

/// Fails where a directory is refused: cases that expect a denial would pass for the wrong reason.
fn expect_whole(world: &World) -> Result<(), Failure> {
    match world.policy.refused_tenants() {
        [] => Ok(()),
        [tenant, ..] => {
            Err(Failure::Message(format!("{}: tenant `{tenant}` is refused, so no case can be asked", world.file)))
        }
    }
}

/// What became of the cases.
#[derive(Default)]
struct Report {
    n_passed: usize,
    n_failed: usize,
    failures: Vec<FailureShape>,
    coverage: Vec<Coverage>,
    is_covered: bool,
}

#[derive(Serialize)]
struct FailureShape {
    name: String,
    file: String,
    line: u32,
    column: u32,
    expect: &'static str,
    expect_reason: Option<&'static str>,
    #[serde(flatten)]
    decision: DecisionShape,
    /// What the decision rests on, in words.
    basis: Option<String>,
}

#[derive(Serialize)]
struct TestShape<'a> {
    passed: usize,
    failed: usize,
    failures: &'a [FailureShape],
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Vec<CoverageShape>>,
}

impl Report {
    fn run(&mut self, world: &World, is_covered: bool) {
        let snapshot = world.policy.compile();
        for outcome in world.cases.run(&world.policy, &snapshot) {
            if outcome.passes() {
                self.n_passed = self.n_passed.saturating_add(1);
            } else {
                self.n_failed = self.n_failed.saturating_add(1);
                self.failures.push(failure(world, &outcome, &snapshot));
            }
        }
        if is_covered {
            self.cover(world, &snapshot);
        }
    }

    fn cover(&mut self, world: &World, snapshot: &Snapshot) {
        self.is_covered = true;
        let matrix = world.policy.matrix();
        if !self.coverage.iter().any(|coverage| coverage.is_of(&matrix)) {
            self.coverage.push(Coverage::new(matrix.clone()));
        }
        let Some(coverage) = self.coverage.iter_mut().find(|coverage| coverage.is_of(&matrix)) else { return };
        coverage.note_file(world.file.clone());
        for case in world.cases.cases() {
            case.ask(&world.policy, |request| coverage.note(request, &snapshot.explain(request)));
        }
    }

    fn shape(&self) -> TestShape<'_> {
        let coverage = || self.coverage.iter().map(Coverage::shape).collect();
        TestShape {
            passed: self.n_passed,
            failed: self.n_failed,
            failures: &self.failures,
            coverage: self.is_covered.then(coverage),
        }
    }

    fn text(&self, screen: &Screen) -> String {
        let mut text = String::new();
        for failure in &self.failures {
            let FailureShape { name, file, line, column, .. } = failure;
            let word = screen.out.paint(Ink::Bad, "FAIL");
            text.push_str(&format!("{word} {file}:{line}:{column}: {name}\n"));
            text.push_str(&wrap(&format!("  {}", failure.words()), screen.width));
            text.push('\n');
        }
        let ink = if self.n_failed == 0 { Ink::Good } else { Ink::Bad };
        let summary = format!("{} passed, {} failed", self.n_passed, self.n_failed);
        text.push_str(&format!("{}\n", screen.out.paint(ink, &summary)));
        for coverage in &self.coverage {
            text.push_str(&coverage.shape().text());
        }
        text
    }
}

impl FailureShape {
    fn words(&self) -> String {
        let reason = self.expect_reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        let basis = self.basis.as_ref().map(|basis| format!(", {basis}")).unwrap_or_default();
        format!("expected {}{reason}, got {}{basis}", self.expect, self.decision.words())
    }
}

fn failure(world: &World, outcome: &Outcome<'_>, snapshot: &Snapshot) -> FailureShape {
    let Outcome { case, decision } = outcome;
    FailureShape {
        name: name(case, &world.policy),
        file: world.file.clone(),
        line: case.place.line,
        column: case.place.column,
        expect: case.expect.word(),
        expect_reason: case.reason.map(bailiwick::Reason::code),
        decision: DecisionShape::of(decision),
        basis: check::basis(decision, snapshot),
    }
}

/// Returns the name of a case, or what it asks.
fn name(case: &Case, policy: &Policy) -> String {
    let asked = || {
        case.ask(policy, |request| {
            format!("{} {} {} at {}", request.subject, request.action, request.kind, request.scope)
        })
    };
    shown(&case.name.clone().unwrap_or_else(asked))
}
