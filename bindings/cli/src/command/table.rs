//! Tables for people: columns under each other, fitted to a width.

use unicode_width::UnicodeWidthStr as _;

use crate::wrap::pad;

/// Rows of cells; the first row is the heading, the first column names the rows.
pub(super) struct Table {
    pub(super) heading: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    /// Lays the table out.
    ///
    /// Where it is wider than `width` the columns are numbered and named below; where that does not help either, they
    /// are printed in blocks.
    pub(super) fn lay_out(&self, width: Option<usize>) -> String {
        let all: Vec<usize> = (1..self.heading.len()).collect();
        let Some(width) = width else { return self.block(&self.heading, &all) };
        if self.n_columns(&self.heading, &all) <= width {
            return self.block(&self.heading, &all);
        }
        let number =
            |at: usize| if at == 0 { self.heading.first().cloned().unwrap_or_default() } else { at.to_string() };
        let numbers: Vec<String> = (0..self.heading.len()).map(number).collect();
        let blocks: Vec<String> =
            self.split(&numbers, &all, width).iter().map(|columns| self.block(&numbers, columns)).collect();
        format!("{}\n{}", blocks.join("\n"), self.legend())
    }

    /// Splits columns into blocks that fit; a block holds at least one.
    fn split(&self, heading: &[String], columns: &[usize], width: usize) -> Vec<Vec<usize>> {
        let mut blocks: Vec<Vec<usize>> = Vec::new();
        let mut block: Vec<usize> = Vec::new();
        for column in columns {
            block.push(*column);
            if width < self.n_columns(heading, &block) && 1 < block.len() {
                block.pop();
                blocks.push(std::mem::replace(&mut block, vec![*column]));
            }
        }
        blocks.push(block);
        blocks
    }

    fn block(&self, heading: &[String], columns: &[usize]) -> String {
        let mut text = self.line(heading, heading, columns);
        for row in &self.rows {
            text.push_str(&self.line(row, heading, columns));
        }
        text
    }

    fn line(&self, cells: &[String], heading: &[String], columns: &[usize]) -> String {
        let cell = |at: &usize| pad(cells.get(*at).map_or("", String::as_str), self.n_wide(heading, *at));
        let cells: Vec<String> = std::iter::once(&0).chain(columns).map(cell).collect();
        format!("{}\n", cells.join(GAP).trim_end())
    }

    fn legend(&self) -> String {
        let names = self.heading.iter().enumerate().skip(1);
        names.map(|(at, name)| format!("{at:>3} {name}\n")).collect()
    }

    /// Returns how wide a block is.
    fn n_columns(&self, heading: &[String], columns: &[usize]) -> usize {
        let widths = columns.iter().map(|at| self.n_wide(heading, *at).saturating_add(GAP.len()));
        widths.fold(self.n_wide(heading, 0), usize::saturating_add)
    }

    /// Returns how wide a column is.
    fn n_wide(&self, heading: &[String], at: usize) -> usize {
        let rows = self.rows.iter().filter_map(|row| row.get(at));
        rows.chain(heading.get(at)).map(|cell| cell.width()).max().unwrap_or(0)
    }
}

const GAP: &str = "  ";
