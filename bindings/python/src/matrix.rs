//! The role matrix.

use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// The role matrix of a policy: roles by resource kinds, as written. In a notebook it shows as a table.
#[pyclass(frozen, module = "bailiwick", eq)]
#[derive(PartialEq)]
pub(crate) struct Matrix(pub(crate) bailiwick::Matrix);

#[pymethods]
impl Matrix {
    /// The roles, in the order written.
    #[getter]
    fn roles<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.roles.iter().map(Heading::of))
    }

    /// The resource kinds, in the order written.
    #[getter]
    fn kinds<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.0.kinds.iter().map(Heading::of))
    }

    /// Return what a role may do on a resource kind; both by name. Raises `KeyError` where there is none.
    #[pyo3(signature = (*, role, kind))]
    fn cell(&self, role: &str, kind: &str) -> PyResult<MatrixCell> {
        let place = |headings: &[bailiwick::Heading], name: &str| headings.iter().position(|known| known.name == name);
        let column = place(&self.0.roles, role).ok_or_else(|| PyKeyError::new_err(role.to_owned()))?;
        let row = place(&self.0.kinds, kind).ok_or_else(|| PyKeyError::new_err(kind.to_owned()))?;
        let cell = self.0.cells.get(row).and_then(|row| row.get(column));
        Ok(MatrixCell(cell.cloned().unwrap_or_default()))
    }

    /// Return comma-separated values, in the columns, order and line ends that the policy asks for.
    fn to_csv(&self) -> String {
        self.0.to_csv()
    }

    fn _repr_html_(&self) -> String {
        let head: String = self.0.roles.iter().map(|role| format!("<th>{}</th>", escaped(&role.title))).collect();
        let rows: String = self.0.kinds.iter().zip(&self.0.cells).map(|(kind, cells)| row(kind, cells)).collect();
        format!("<table><thead><tr><th></th>{head}</tr></thead><tbody>{rows}</tbody></table>")
    }

    fn __repr__(&self) -> String {
        format!("<Matrix of {} roles by {} kinds>", self.0.roles.len(), self.0.kinds.len())
    }
}

/// What heads a row or a column of the matrix.
#[pyclass(frozen, module = "bailiwick", eq, hash, get_all)]
#[derive(Eq, Hash, PartialEq)]
pub(crate) struct Heading {
    /// The name in the policy.
    name: String,
    /// What people call it.
    title: String,
    /// The section of the published table; empty for roles.
    section: String,
}

impl Heading {
    fn of(heading: &bailiwick::Heading) -> Self {
        let bailiwick::Heading { name, title, section } = heading.clone();
        Self { name, title, section }
    }
}

#[pymethods]
impl Heading {
    fn __repr__(&self) -> String {
        format!("<Heading {:?}>", self.name)
    }
}

/// What a role may do on a resource kind.
#[pyclass(frozen, module = "bailiwick", eq)]
#[derive(PartialEq)]
pub(crate) struct MatrixCell(bailiwick::MatrixCell);

#[pymethods]
impl MatrixCell {
    /// The actions by name, in the policy's order.
    #[getter]
    fn actions<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, &self.0.actions)
    }

    /// The title of the qualifier, where the right is qualified.
    #[getter]
    fn qualifier(&self) -> Option<&str> {
        self.0.qualifier.as_deref()
    }

    /// The actions as letters of CRUD, others by name behind them; empty for nothing.
    #[getter]
    fn letters(&self) -> String {
        self.0.letters()
    }

    fn __repr__(&self) -> String {
        format!("<MatrixCell {:?}>", self.letters())
    }
}

fn row(kind: &bailiwick::Heading, cells: &[bailiwick::MatrixCell]) -> String {
    let cells: String = cells.iter().map(cell).collect();
    format!("<tr><th>{}</th>{cells}</tr>", escaped(&kind.title))
}

fn cell(cell: &bailiwick::MatrixCell) -> String {
    match &cell.qualifier {
        Some(qualifier) => format!("<td title=\"{}\">{}*</td>", escaped(qualifier), escaped(&cell.letters())),
        None => format!("<td>{}</td>", escaped(&cell.letters())),
    }
}

/// Returns a text as HTML says it: a title of a policy is no markup.
fn escaped(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(char),
        }
    }
    html
}
