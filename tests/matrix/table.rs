//! The published tables, and what the domain says about where their kinds live.

use std::fs;

use xtask::tree;

/// A level of the tree.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Level {
    Tenant,
    Department,
    Project,
}

use Level::{Department, Project, Tenant};

impl Level {
    pub(super) const ALL: [Self; 3] = [Tenant, Department, Project];

    pub(super) fn parent(self) -> Option<Self> {
        match self {
            Tenant => None,
            Department => Some(Tenant),
            Project => Some(Department),
        }
    }
}

/// Where a kind is asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Home {
    /// It lives in scopes of these levels.
    Lives(&'static [Level]),
    /// It is the scopes of a level: created at the parent, and itself for the rest.
    Is(Level),
    /// It is the cluster: asked at the tenant; created without naming one.
    Cluster,
    /// It lives in clusters: asked at the tenant, with the cluster named.
    InCluster,
}

/// Whether a kind carries one of the rights to change access.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Right {
    None,
    ToGiveRoles,
    ToPlace,
}

/// A resource kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// What the table calls it.
    pub(super) title: &'static str,
    /// What the policy calls it.
    pub(super) name: &'static str,
    pub(super) home: Home,
    /// A workload: it concerns a cluster, and its writes need a connected one.
    pub(super) is_workload: bool,
    /// Whether it is read from below.
    pub(super) from_below: bool,
    pub(super) right: Right,
}

/// A cell of the table: a kind, a role and what the role may do.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub(super) kind: Kind,
    /// The name of the role in the policy.
    pub(super) role: String,
    /// Letters of `CRUD`.
    pub(super) actions: String,
    /// The levels that the qualifier of the place right admits.
    pub(super) at: &'static [Level],
}

/// A release: its table and its policy.
pub(super) struct Release {
    pub(super) table: &'static str,
    pub(super) policy: &'static str,
    pub(super) cells: Vec<Cell>,
    /// The roles, and the level at which each can be held; none for anywhere.
    pub(super) roles: Vec<(String, Option<Level>)>,
}

/// Reads the table of 2.13.
pub(super) fn release_2_13() -> Release {
    let table = "tests/data/matrix-2.13.csv";
    let rows = rows(table);
    let cells = rows.iter().map(|row| Cell {
        kind: kind(&KINDS_2_13, &row[0]),
        role: ROLES_2_13.iter().find(|(title, ..)| *title == row[1]).unwrap().1.to_owned(),
        actions: row[2].clone(),
        at: match row[3].as_str() {
            "Projects, Departments" => &[Department, Project],
            "Projects only" => &[Project],
            "" | "all roles" | "Proj. Researchers and ML Engineers only" => &Level::ALL,
            other => unreachable!("qualifier `{other}`"),
        },
    });
    let roles = ROLES_2_13.iter().map(|(_, name, level)| ((*name).to_owned(), Some(*level))).collect();
    Release { table, policy: "policies/runai-2.13.yaml", cells: cells.collect(), roles }
}

/// Reads the table of 2.18.
pub(super) fn release_2_18() -> Release {
    let table = "tests/data/matrix-2.18.csv";
    let role = |title: &str| title.to_lowercase().replace(' ', "_");
    let rows = rows(table);
    let cells = rows.iter().map(|row| Cell {
        kind: kind(&KINDS_2_18, &row[0]),
        role: role(&row[3]),
        actions: row[4].clone(),
        at: &Level::ALL,
    });
    let mut roles: Vec<(String, Option<Level>)> = Vec::new();
    for row in &rows {
        if !roles.iter().any(|(name, _)| *name == role(&row[3])) {
            roles.push((role(&row[3]), None));
        }
    }
    Release { table, policy: "policies/runai-2.18.yaml", cells: cells.collect(), roles }
}

/// The roles of 2.13: title, name, and the level at which each is held.
const ROLES_2_13: [(&str, &str, Level); 7] = [
    ("Admin", "admin", Tenant),
    ("Dep. Admin", "department_admin", Department),
    ("Editor", "editor", Tenant),
    ("Research Manager", "research_manager", Tenant),
    ("Researcher", "researcher", Project),
    ("ML Eng.", "ml_engineer", Project),
    ("Viewer", "viewer", Tenant),
];

const ANYWHERE: Home = Home::Lives(&Level::ALL);
const AT_TENANT: Home = Home::Lives(&[Tenant]);

const KINDS_2_13: [Kind; 19] = [
    Kind {
        right: Right::ToGiveRoles,
        ..plain("Assign (Settings) Users/Groups/Apps to Roles", "role_assignment", ANYWHERE)
    },
    Kind {
        right: Right::ToPlace,
        ..plain(
            "Assign Users/Groups/Apps to Organizations",
            "organization_assignment",
            Home::Lives(&[Department, Project]),
        )
    },
    Kind { from_below: true, ..plain("Departments", "department", Home::Is(Department)) },
    plain("Projects", "project", Home::Is(Project)),
    workload("Jobs", "job"),
    workload("Deployments", "deployment"),
    workload("Workspaces", "workspace"),
    plain("Environments", "environment", ANYWHERE),
    plain("Data Sources", "data_source", ANYWHERE),
    plain("Compute Resources", "compute_resource", ANYWHERE),
    plain("Templates", "template", ANYWHERE),
    Kind { from_below: true, ..plain("Clusters", "cluster", Home::Cluster) },
    Kind { from_below: true, ..plain("Node Pools", "node_pool", Home::InCluster) },
    Kind { from_below: true, ..plain("Nodes", "node", Home::InCluster) },
    plain("Settings (General, Credentials)", "settings", AT_TENANT),
    plain("Events History", "events_history", AT_TENANT),
    plain("Dashboard.Overview", "dashboard_overview", ANYWHERE),
    plain("Dashboards.Analytics", "dashboard_analytics", ANYWHERE),
    plain("Dashboards.Consumption", "dashboard_consumption", ANYWHERE),
];

const KINDS_2_18: [Kind; 36] = [
    same("dashboards-analytics", ANYWHERE),
    same("dashboards-consumption", ANYWHERE),
    same("dashboards-overview", ANYWHERE),
    Kind { right: Right::ToGiveRoles, ..same("access_rules", ANYWHERE) },
    Kind { from_below: true, ..same("apps", AT_TENANT) },
    Kind { from_below: true, ..same("groups", AT_TENANT) },
    Kind { from_below: true, ..same("roles", AT_TENANT) },
    Kind { from_below: true, ..same("users", AT_TENANT) },
    Kind { from_below: true, ..same("department", Home::Is(Department)) },
    same("events-history", AT_TENANT),
    same("policies", ANYWHERE),
    same("project", Home::Is(Project)),
    same("settings", AT_TENANT),
    Kind { from_below: true, ..same("tenant", Home::Is(Tenant)) },
    Kind { from_below: true, ..same("cluster", Home::Cluster) },
    same("cluster-config", Home::InCluster),
    Kind { from_below: true, ..same("nodepools", Home::InCluster) },
    Kind { from_below: true, ..same("nodes", Home::InCluster) },
    workload("inferences", "inferences"),
    workload("jobs", "jobs"),
    workload("trainings", "trainings"),
    workload("workloads", "workloads"),
    workload("workspaces", "workspaces"),
    same("cm-volume-assets", ANYWHERE),
    same("compute-resources", ANYWHERE),
    same("credentials", ANYWHERE),
    same("datavolumes", ANYWHERE),
    same("datavolumes/sharedscopes", ANYWHERE),
    same("environments", ANYWHERE),
    same("git-assets", ANYWHERE),
    same("host-path-assets", ANYWHERE),
    same("nfs-assets", ANYWHERE),
    same("pvc-assets", ANYWHERE),
    same("s3-assets", ANYWHERE),
    same("secret-volume-assets", ANYWHERE),
    same("templates", ANYWHERE),
];

const fn plain(title: &'static str, name: &'static str, home: Home) -> Kind {
    Kind { title, name, home, is_workload: false, from_below: false, right: Right::None }
}

const fn same(name: &'static str, home: Home) -> Kind {
    plain(name, name, home)
}

const fn workload(title: &'static str, name: &'static str) -> Kind {
    Kind { is_workload: true, ..plain(title, name, Home::Lives(&[Project])) }
}

fn kind(kinds: &[Kind], title: &str) -> Kind {
    *kinds.iter().find(|kind| kind.title == title).unwrap()
}

/// Returns the rows of a table, its header apart.
fn rows(path: &str) -> Vec<Vec<String>> {
    let text = fs::read_to_string(tree::root().join(path)).unwrap();
    text.lines().skip(1).map(fields).collect()
}

/// Returns the fields of a line; a field in quotes may hold commas.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut is_quoted = false;
    for char in line.chars() {
        match char {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(char),
        }
    }
    fields
}
