//! The role matrix of release 2.13, read from the published table.

use std::sync::LazyLock;

/// The actions, in the order of the letters CRUD.
pub const ACTIONS: [&str; 4] = ["create", "read", "update", "delete"];

/// The roles, in the order of the published table.
pub const ROLES: [&str; 7] =
    ["admin", "department_admin", "editor", "research_manager", "researcher", "ml_engineer", "viewer"];

/// The resource kinds, in the order of the published table.
pub const KINDS: [&str; 19] = [
    "role_assignment",
    "organization_assignment",
    "department",
    "project",
    "job",
    "deployment",
    "workspace",
    "environment",
    "data_source",
    "compute_resource",
    "template",
    "cluster",
    "node_pool",
    "node",
    "settings",
    "events_history",
    "dashboard_overview",
    "dashboard_analytics",
    "dashboard_consumption",
];

/// What may be asked of each kind at a project, as letters.
///
/// Left out is what cannot be asked there, and what a plain role matrix does not decide: giving roles depends on the
/// role that is given.
const AT_PROJECTS: [&str; KINDS.len()] = [
    "R", "CRUD", "", "RUD", "CRUD", "CRUD", "CRUD", "CRUD", "CRUD", "CRUD", "CRUD", "", "", "", "", "", "CRUD", "CRUD",
    "CRUD",
];

/// An action on a resource kind, as indices.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Permission {
    /// The position in [`KINDS`].
    pub kind: u8,
    /// The position in [`ACTIONS`].
    pub action: u8,
}

impl Permission {
    /// Returns the position among all pairs of kinds and actions.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.kind) * ACTIONS.len() + usize::from(self.action)
    }

    /// Returns the name of the resource kind.
    #[must_use]
    pub fn kind_name(self) -> &'static str {
        KINDS[usize::from(self.kind)]
    }

    /// Returns the name of the action.
    #[must_use]
    pub fn action_name(self) -> &'static str {
        ACTIONS[usize::from(self.action)]
    }
}

/// Returns whether a role, by its position in [`ROLES`], has a permission.
#[must_use]
pub fn cell(role: u8, permission: Permission) -> bool {
    let letters = CELLS[usize::from(permission.kind)][usize::from(role)];
    letters.contains(LETTERS[usize::from(permission.action)])
}

/// Returns the permissions that are asked at projects.
#[must_use]
pub fn permissions_at_projects() -> Vec<Permission> {
    let mut found = Vec::new();
    for (kind, letters) in (0..).zip(AT_PROJECTS) {
        let asked = (0..).zip(LETTERS).filter(|(_, letter)| letters.contains(*letter));
        found.extend(asked.map(|(action, _)| Permission { kind, action }));
    }
    found
}

type Cells = [[&'static str; ROLES.len()]; KINDS.len()];

static CELLS: LazyLock<Cells> = LazyLock::new(|| {
    let mut cells: Cells = [[""; ROLES.len()]; KINDS.len()];
    let letters = TABLE.lines().skip(1).map(letters);
    let places = (0..KINDS.len()).flat_map(|kind| (0..ROLES.len()).map(move |role| (kind, role)));
    for ((kind, role), letters) in places.zip(letters) {
        cells[kind][role] = letters;
    }
    cells
});

/// Returns the third of the values of a line; the first may be quoted.
fn letters(line: &str) -> &str {
    let rest = match line.strip_prefix('"') {
        Some(quoted) => quoted.split_once("\",").map_or("", |(_, rest)| rest),
        None => line.split_once(',').map_or("", |(_, rest)| rest),
    };
    rest.split(',').nth(1).unwrap_or("")
}

const LETTERS: [char; ACTIONS.len()] = ['C', 'R', 'U', 'D'];

/// The published table: kind by kind, and the roles in their order.
const TABLE: &str = include_str!("../../../tests/data/matrix-2.13.csv");
