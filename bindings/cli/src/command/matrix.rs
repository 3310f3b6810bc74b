//! `matrix`: what each role may do on each resource kind.

use bailiwick::{Heading, Matrix, MatrixCell};
use serde::Serialize;

use crate::args::{MatrixArgs, MatrixFormat};
use crate::command::Form;
use crate::command::table::Table;
use crate::failure::Failure;
use crate::screen::Screen;
use crate::{Answer, json, policy};

pub(super) fn run(args: &MatrixArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let matrix = policy::load(&args.files.policies, screen)?.matrix();
    let text = match (form, args.format) {
        (Form::Json, _) => json::write("matrix", MatrixShape::of(&matrix))?,
        (Form::Text, MatrixFormat::Text) => text(&matrix, screen.width),
        (Form::Text, MatrixFormat::Markdown) => markdown(&matrix),
        (Form::Text, MatrixFormat::Csv) => matrix.to_csv(),
    };
    Ok(Answer { text, is_yes: true })
}

/// Returns a table by names; qualifiers are numbered and told below.
fn text(matrix: &Matrix, width: Option<usize>) -> String {
    let mut notes: Vec<&str> = Vec::new();
    let mut rows = Vec::new();
    for (kind, cells) in matrix.kinds.iter().zip(&matrix.cells) {
        let mut row = vec![kind.name.clone()];
        row.extend(cells.iter().map(|cell| cell_text(cell, &mut notes)));
        rows.push(row);
    }
    let heading = std::iter::once("kind").chain(matrix.roles.iter().map(|role| role.name.as_str()));
    let table = Table { heading: heading.map(str::to_owned).collect(), rows };
    let mut text = table.lay_out(width);
    for (at, note) in (1_usize..).zip(&notes) {
        let gap = if at == 1 { "\n" } else { "" };
        text.push_str(&format!("{gap}[{at}] {note}\n"));
    }
    text
}

fn cell_text<'m>(cell: &'m MatrixCell, notes: &mut Vec<&'m str>) -> String {
    let letters = letters(cell);
    let Some(qualifier) = &cell.qualifier else { return letters };
    let known = notes.iter().position(|note| note == qualifier);
    let at = known.unwrap_or_else(|| {
        notes.push(qualifier);
        notes.len().saturating_sub(1)
    });
    format!("{letters} [{}]", at.saturating_add(1))
}

/// Returns the actions of a cell, or a sign that there are none.
fn letters(cell: &MatrixCell) -> String {
    let letters = cell.letters();
    if letters.is_empty() { "-".to_owned() } else { letters }
}

/// Returns a table by titles.
fn markdown(matrix: &Matrix) -> String {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|");
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let titles = |headings: &[Heading]| headings.iter().map(|heading| escape(&heading.title)).collect::<Vec<_>>();
    let cell = |cell: &MatrixCell| match &cell.qualifier {
        Some(qualifier) => format!("{} ({})", letters(cell), escape(qualifier)),
        None => letters(cell),
    };
    let mut heading = vec![String::new()];
    heading.extend(titles(&matrix.roles));
    let rule = heading.iter().map(|_| "---".to_owned()).collect();
    let mut text = row(heading) + &row(rule);
    for (kind, cells) in titles(&matrix.kinds).into_iter().zip(&matrix.cells) {
        text.push_str(&row(std::iter::once(kind).chain(cells.iter().map(cell)).collect()));
    }
    text
}

#[derive(Serialize)]
struct MatrixShape<'a> {
    roles: Vec<RoleShape<'a>>,
    kinds: Vec<KindShape<'a>>,
}

#[derive(Serialize)]
struct RoleShape<'a> {
    name: &'a str,
    title: &'a str,
}

#[derive(Serialize)]
struct KindShape<'a> {
    name: &'a str,
    title: &'a str,
    section: &'a str,
    /// One a role, in their order.
    cells: Vec<CellShape<'a>>,
}

#[derive(Serialize)]
struct CellShape<'a> {
    actions: &'a [String],
    qualifier: Option<&'a str>,
}

impl<'a> MatrixShape<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let cell = |cell: &'a MatrixCell| CellShape { actions: &cell.actions, qualifier: cell.qualifier.as_deref() };
        let kind = |(kind, cells): (&'a Heading, &'a Vec<MatrixCell>)| KindShape {
            name: &kind.name,
            title: &kind.title,
            section: &kind.section,
            cells: cells.iter().map(cell).collect(),
        };
        Self {
            roles: matrix.roles.iter().map(|role| RoleShape { name: &role.name, title: &role.title }).collect(),
            kinds: matrix.kinds.iter().zip(&matrix.cells).map(kind).collect(),
        }
    }
}
