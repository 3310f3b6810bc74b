//! The role matrix, for people and tools: roles by resource kinds, as written.

use crate::model::{ACTIONS, Catalogue, Column, Layout, Model, Role, bit};

/// The role matrix of a policy: what each role may do on each resource kind, its own grants and those it includes.
///
/// # Examples
///
/// ```
/// use bailiwick::{Policy, Text};
///
/// let text = "
/// kinds: { job: { title: Jobs, lives_in: [project] } }
/// roles: { viewer: { permissions: { job: R } }, lead: { includes: [viewer], permissions: { job: C } } }
/// ";
/// let matrix = Policy::parse([Text::yaml("policy.yaml", text)])?.matrix();
/// assert_eq!(matrix.to_csv(), "kind,role_name,actions,qualifier\njob,viewer,R,\njob,lead,CR,\n");
/// # Ok::<(), bailiwick::LoadError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Matrix {
    /// The roles, one a column, in the order written.
    pub roles: Vec<Heading>,
    /// The resource kinds, one a row, in the order written.
    pub kinds: Vec<Heading>,
    /// The cells, row by row: `cells[kind][role]`.
    pub cells: Vec<Vec<MatrixCell>>,
    layout: Layout,
}

/// What heads a row or a column.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Heading {
    /// The name in the policy.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// The section of the published table; empty for roles.
    pub section: String,
}

/// What a role may do on a kind.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct MatrixCell {
    /// The actions by name, in the policy's order.
    pub actions: Vec<String>,
    /// The title of the qualifier, where the right is qualified.
    pub qualifier: Option<String>,
}

impl MatrixCell {
    /// Returns the actions as letters of CRUD, others by name behind them; empty for nothing.
    #[must_use]
    pub fn letters(&self) -> String {
        let is_letter = |action: &&String| ACTIONS.contains(&action.as_str());
        let letter = |action: &String| action.chars().next().map(|c| c.to_ascii_uppercase());
        let mut letters: String = self.actions.iter().filter(is_letter).filter_map(letter).collect();
        for action in self.actions.iter().filter(|action| !is_letter(action)) {
            if !letters.is_empty() {
                letters.push(' ');
            }
            letters.push_str(action);
        }
        letters
    }
}

impl Matrix {
    pub(crate) fn of(model: &Model) -> Self {
        let catalogue = &model.catalogue;
        let heading = |name: &String, title: &String, section: &String| Heading {
            name: name.clone(),
            title: title.clone(),
            section: section.clone(),
        };
        let none = String::new();
        let kinds = catalogue.kinds.iter().map(|(name, kind)| heading(name, &kind.title, &kind.section)).collect();
        let roles = catalogue.roles.iter().map(|(name, role)| heading(name, &role.title, &none)).collect();
        let row = |kind: usize| catalogue.roles.values().map(|role| cell(role, kind, catalogue)).collect();
        Self { roles, kinds, cells: (0..catalogue.kinds.len()).map(row).collect(), layout: catalogue.layout.clone() }
    }

    /// Returns the matrix as comma-separated values (RFC 4180) in the columns, order and line ends that the policy asks for.
    #[must_use]
    pub fn to_csv(&self) -> String {
        let end = self.layout.line_end;
        let mut text = line(self.layout.columns.iter().map(|column| column.word()), end);
        let (outer, inner) = if self.layout.is_by_roles {
            (self.roles.len(), self.kinds.len())
        } else {
            (self.kinds.len(), self.roles.len())
        };
        for first in 0..outer {
            for second in 0..inner {
                let (kind, role) = if self.layout.is_by_roles { (second, first) } else { (first, second) };
                let fields: Option<Vec<String>> =
                    self.layout.columns.iter().map(|column| self.field(*column, kind, role)).collect();
                text.push_str(&line(fields.unwrap_or_default().iter().map(String::as_str), end));
            }
        }
        text
    }

    fn field(&self, column: Column, kind: usize, role: usize) -> Option<String> {
        let cell = self.cells.get(kind)?.get(role)?;
        let (kind, role) = (self.kinds.get(kind)?, self.roles.get(role)?);
        Some(match column {
            Column::Kind => kind.name.clone(),
            Column::Entity | Column::DisplayName => kind.title.clone(),
            Column::Group => kind.section.clone(),
            Column::Role => role.title.clone(),
            Column::RoleName => role.name.clone(),
            Column::Actions => cell.letters(),
            Column::Qualifier => cell.qualifier.clone().unwrap_or_default(),
        })
    }
}

/// Returns what a role may do on a kind, its includes counted in.
fn cell(role: &Role, kind: usize, catalogue: &Catalogue) -> MatrixCell {
    let mut actions = 0_u64;
    let mut qualifiers: Vec<Option<usize>> = Vec::new();
    let mut seen: Vec<usize> = Vec::new();
    let mut left = vec![role];
    while let Some(role) = left.pop() {
        for grant in role.grants.iter().filter(|grant| grant.kind.is_none_or(|own| own == kind)) {
            actions |= grant.actions;
            qualifiers.push(grant.qualifier);
        }
        for include in &role.includes {
            if !seen.contains(include) {
                seen.push(*include);
                left.extend(catalogue.roles.get_index(*include).map(|(_, role)| role));
            }
        }
    }
    let names = catalogue.actions.iter().enumerate().filter(|(idx, _)| actions & bit(*idx) != 0);
    MatrixCell { actions: names.map(|(_, name)| name.clone()).collect(), qualifier: qualifier(&qualifiers, catalogue) }
}

/// Returns the titles of the qualifiers, unless one of the grants has none and so covers all.
fn qualifier(qualifiers: &[Option<usize>], catalogue: &Catalogue) -> Option<String> {
    let positions: Vec<usize> = qualifiers.iter().copied().collect::<Option<_>>()?;
    let titles: Vec<&str> = positions
        .iter()
        .filter_map(|position| catalogue.qualifiers.get_index(*position))
        .map(|(_, qualifier)| qualifier.title.as_str())
        .collect();
    (!titles.is_empty()).then(|| titles.join("; "))
}

/// Writes one line of comma-separated values.
fn line<'a>(fields: impl Iterator<Item = &'a str>, end: &str) -> String {
    let quoted = |field: &str| {
        let needs_quotes = field.contains([',', '"', '\n', '\r']);
        if needs_quotes { format!("\"{}\"", field.replace('"', "\"\"")) } else { field.to_owned() }
    };
    let mut text = fields.map(quoted).collect::<Vec<_>>().join(",");
    text.push_str(end);
    text
}
