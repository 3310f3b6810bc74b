//! `test --coverage`: which cells of the matrix no case touches.
//!
//! A cell is a role, a resource kind and an action. A case touches it when it asks that kind and that action at or below
//! the scope of a rule with that role, and the rule applies or lacks at most one other thing: then a change of the cell
//! could change the answer, or does so once that thing is there. Cells that give nothing count as well: they are
//! touched by a case that would be allowed if they did.

use std::collections::BTreeSet;

use bailiwick::{Explanation, Finding, Matrix, Request};
use serde::Serialize;

/// What the cases of some files touch, of one matrix.
pub(super) struct Coverage {
    matrix: Matrix,
    files: Vec<String>,
    touched: BTreeSet<(String, String, String)>,
}

/// One cell that no case touches.
#[derive(Serialize)]
pub(super) struct Cell {
    role: String,
    kind: String,
    action: String,
}

/// The figures of one matrix.
#[derive(Serialize)]
pub(super) struct CoverageShape {
    files: Vec<String>,
    giving: Count,
    not_giving: Count,
}

/// How many cells there are, how many are touched, and which are not.
#[derive(Default, Serialize)]
struct Count {
    cells: usize,
    touched: usize,
    untouched: Vec<Cell>,
}

impl Coverage {
    pub(super) fn new(matrix: Matrix) -> Self {
        Self { matrix, files: Vec::new(), touched: BTreeSet::new() }
    }

    /// Returns whether the figures are about this matrix.
    pub(super) fn is_of(&self, matrix: &Matrix) -> bool {
        self.matrix == *matrix
    }

    /// Counts in a file of cases.
    pub(super) fn note_file(&mut self, file: String) {
        self.files.push(file);
    }

    /// Notes what one case touches.
    pub(super) fn note(&mut self, request: &Request<'_>, explanation: &Explanation) {
        let is_here = |finding: &&Finding| finding.lack.as_ref().is_none_or(|lack| lack.code != "scope");
        for role in explanation.access_rules.iter().filter(is_here).filter_map(|finding| finding.role.clone()) {
            self.touched.insert((role, request.kind.to_owned(), request.action.to_owned()));
        }
    }

    pub(super) fn shape(&self) -> CoverageShape {
        let actions = actions(&self.matrix);
        let (mut giving, mut not_giving) = (Count::default(), Count::default());
        for (at, role) in self.matrix.roles.iter().enumerate() {
            for (kind, cells) in self.matrix.kinds.iter().zip(&self.matrix.cells) {
                for action in &actions {
                    let gives = cells.get(at).is_some_and(|cell| cell.actions.contains(action));
                    let count = if gives { &mut giving } else { &mut not_giving };
                    count.note(&role.name, &kind.name, action, &self.touched);
                }
            }
        }
        CoverageShape { files: self.files.clone(), giving, not_giving }
    }
}

impl Count {
    fn note(&mut self, role: &str, kind: &str, action: &str, touched: &BTreeSet<(String, String, String)>) {
        self.cells = self.cells.saturating_add(1);
        let cell = (role.to_owned(), kind.to_owned(), action.to_owned());
        if touched.contains(&cell) {
            self.touched = self.touched.saturating_add(1);
        } else {
            let (role, kind, action) = cell;
            self.untouched.push(Cell { role, kind, action });
        }
    }
}

impl CoverageShape {
    /// Returns the figures for people: of the cells that give nothing the number alone.
    pub(super) fn text(&self) -> String {
        let mut text = format!(
            "\n{}\ntouched {} of {} cells that give something, {} of {} that give nothing\n",
            self.files.join(", "),
            self.giving.touched,
            self.giving.cells,
            self.not_giving.touched,
            self.not_giving.cells
        );
        for cells in self.giving.untouched.chunk_by(|a, b| a.role == b.role && a.kind == b.kind) {
            let Some(first) = cells.first() else { continue };
            let actions: Vec<&str> = cells.iter().map(|cell| cell.action.as_str()).collect();
            text.push_str(&format!("  untouched: {} on {}: {}\n", first.role, first.kind, actions.join(", ")));
        }
        text
    }
}

/// Returns the four actions, and the others that a cell gives.
fn actions(matrix: &Matrix) -> Vec<String> {
    let mut actions: Vec<String> = ["create", "read", "update", "delete"].map(str::to_owned).to_vec();
    for action in matrix.cells.iter().flatten().flat_map(|cell| &cell.actions) {
        if !actions.contains(action) {
            actions.push(action.clone());
        }
    }
    actions
}
