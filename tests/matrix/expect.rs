//! What the domain's rules say about one question: from the cell alone, never from a policy file.

use super::table::{Cell, Home, Kind, Level, Right};

/// Where an access rule holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) level: Level,
    pub(super) path: &'static str,
    /// Whether it is limited to the cluster `west`.
    pub(super) is_limited: bool,
}

/// Where is asked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) path: &'static str,
    pub(super) level: Level,
    pub(super) status: Status,
}

/// Whether a scope is there.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Status {
    There,
    /// Created after the rules were written.
    Later,
    /// Another tenant's, of the same name.
    Twin,
    Unknown,
}

/// Returns the reason of the decision.
pub(super) fn reason(cell: &Cell, letter: char, held: Held, asked: Asked, cluster: Option<&str>) -> &'static str {
    let kind = cell.kind;
    let is_write = letter != 'R';
    let names_cluster = cluster.is_some();
    match asked.status {
        Status::Twin => return "other_tenant",
        Status::Unknown => return "unknown_scope",
        Status::There | Status::Later => {}
    }
    if cluster == Some("north") {
        return "unknown_cluster";
    }
    if !is_place(kind, letter, asked.level) {
        return "wrong_place";
    }
    if needs_cluster(kind, letter) && !names_cluster {
        return "cluster_required";
    }
    if kind.is_workload && is_write && !names_cluster {
        return "restriction_error";
    }
    if gives(cell, letter, held, asked, cluster) { "granted" } else { "not_granted" }
}

/// Returns whether a kind can be asked at a level.
fn is_place(kind: Kind, letter: char, level: Level) -> bool {
    match kind.home {
        Home::Lives(levels) => levels.contains(&level),
        Home::Is(own) if letter == 'C' => own.parent() == Some(level),
        Home::Is(own) => own == level,
        Home::Cluster | Home::InCluster => level == Level::Tenant,
    }
}

fn needs_cluster(kind: Kind, letter: char) -> bool {
    kind.home == Home::InCluster || kind.home == Home::Cluster && letter != 'C'
}

/// Returns whether the rule gives the permission.
fn gives(cell: &Cell, letter: char, held: Held, asked: Asked, cluster: Option<&str>) -> bool {
    let kind = cell.kind;
    let concerns_cluster = kind.is_workload || matches!(kind.home, Home::Cluster | Home::InCluster);
    let admits = match cluster {
        None => !held.is_limited || !concerns_cluster,
        Some(name) => !held.is_limited || name == "west",
    };
    let covers = asked.path == held.path || is_below(asked.path, held.path);
    let reads_above = kind.from_below && letter == 'R' && is_below(held.path, asked.path);
    let is_answered = match kind.right {
        Right::None => true,
        Right::ToGiveRoles => letter == 'R',
        Right::ToPlace => cell.at.contains(&asked.level),
    };
    cell.actions.contains(letter) && admits && (covers || reads_above) && is_answered
}

/// Returns whether a path lies strictly below another.
pub(super) fn is_below(path: &str, above: &str) -> bool {
    path.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}
