//! The catalogue, plainly.

use bailiwick::document::Condition;

/// The catalogue.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Name and parent of every scope kind.
    pub scope_kinds: Vec<(String, Option<String>)>,
    /// Where clusters are.
    pub topology: Topology,
    /// Every action.
    pub actions: Vec<String>,
    /// Every resource kind.
    pub kinds: Vec<Kind>,
    /// Full name and type of every declared attribute.
    pub attributes: Vec<(String, String)>,
    /// The policy's roles.
    pub roles: Vec<Role>,
    /// The qualifiers of cells of the two rights.
    pub qualifiers: Vec<Qualifier>,
    /// The kind that is the right to give roles.
    pub role_right: Option<String>,
    /// The kind that is the right to place subjects.
    pub place_right: Option<String>,
    /// The kind whose `update` is the right to disable subjects.
    pub disable_right: Option<String>,
    /// The scope kinds at which the right to place is needed.
    pub organizations: Vec<String>,
    /// Whether who gives must hold.
    pub is_strict: bool,
    /// The denies for everybody.
    pub restrictions: Vec<Restriction>,
}

/// Where clusters are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Topology {
    /// Beside the tree.
    Axis,
    /// In the tree.
    Nested,
    /// Nowhere.
    Absent,
}

/// A resource kind.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its name.
    pub name: String,
    /// The scope kinds (or `cluster`) at which it lives; none where it is a scope itself.
    pub lives_in: Option<Vec<String>>,
    /// Whether a request should name a cluster.
    pub concerns_cluster: bool,
    /// Whether members below may read it.
    pub read_from_below: bool,
    /// Its gate.
    pub requires: Option<Gate>,
}

/// A gate.
#[derive(Clone, Debug)]
pub struct Gate {
    /// The module that must be there.
    pub module: Option<String>,
    /// The least version.
    pub version: Option<String>,
    /// Whether the cluster must be connected.
    pub connected: bool,
    /// Whether the facts are those of the cluster.
    pub of_cluster: bool,
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: String,
    /// Where it can be held; anywhere where not told.
    pub held_at: Option<Vec<String>>,
    /// The roles that it includes.
    pub includes: Vec<String>,
    /// Its own permissions.
    pub rows: Vec<Row>,
    /// Its gate.
    pub requires: Option<Gate>,
}

/// A qualifier.
#[derive(Clone, Debug)]
pub struct Qualifier {
    /// Its name.
    pub name: String,
    /// The roles that may be given; all, later ones too, where not told.
    pub roles: Option<Vec<String>>,
    /// The scope kinds at which; any where not told.
    pub at: Option<Vec<String>>,
    /// How long a rule may hold at most, in seconds; for ever where not told.
    pub seconds_max: Option<i64>,
}

/// Some actions on a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The kind, or `*`.
    pub kind: String,
    /// The actions, or `*`.
    pub actions: Vec<String>,
    /// The name of the qualifier.
    pub qualifier: Option<String>,
}

/// A deny for everybody.
#[derive(Clone, Debug)]
pub struct Restriction {
    /// Its name.
    pub name: String,
    /// The kinds, or `*`.
    pub kinds: Vec<String>,
    /// The actions, or `*`.
    pub actions: Vec<String>,
    /// When it denies.
    pub test: Test,
}

/// When a restriction denies.
#[derive(Clone, Debug)]
pub enum Test {
    /// Where the condition is true.
    When(Condition),
    /// Where the condition is false.
    Unless(Condition),
    /// Where the gate is missing.
    Requires(Gate),
}

impl Policy {
    /// Returns the scope kind above another.
    #[must_use]
    pub fn parent_kind(&self, kind: &str) -> Option<&str> {
        let (_, parent) = self.scope_kinds.iter().find(|(name, _)| name == kind)?;
        parent.as_deref()
    }

    /// Returns whether a name is a scope kind's.
    #[must_use]
    pub fn is_scope_kind(&self, name: &str) -> bool {
        self.scope_kinds.iter().any(|(it, _)| it == name)
    }

    /// Returns whether an action on a kind is asked at scopes of a kind.
    #[must_use]
    pub fn is_place(&self, kind: &Kind, action: &str, scope_kind: &str) -> bool {
        let is_here = |place: &str| match place {
            axis if self.is_on_axis(axis) => scope_kind == self.root_kind(),
            place => scope_kind == place,
        };
        match &kind.lives_in {
            Some(places) => places.iter().any(|it| is_here(it)),
            None if action == "create" && !self.is_on_axis(&kind.name) => {
                self.parent_kind(&kind.name).is_some_and(is_here)
            }
            None => is_here(&kind.name),
        }
    }

    /// Returns whether the name is the axis of clusters.
    #[must_use]
    pub fn is_on_axis(&self, name: &str) -> bool {
        name == "cluster" && self.topology == Topology::Axis
    }

    /// Returns the scope kind that has none above.
    #[must_use]
    pub fn root_kind(&self) -> &str {
        self.scope_kinds.iter().find(|(_, parent)| parent.is_none()).map_or("", |(name, _)| name)
    }
}
