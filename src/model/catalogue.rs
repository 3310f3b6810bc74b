//! The catalogue: what the policy declares.

use std::ops::Range;

use indexmap::{IndexMap, IndexSet};

use crate::attribute::AttributeType;
use crate::model::condition::Condition;
use crate::span::Span;

/// The policy.
#[derive(Debug)]
pub(crate) struct Catalogue {
    /// The levels of the tree, the parent of each, and which of them is the root.
    pub(crate) scope_kinds: IndexMap<String, Option<usize>>,
    /// Where clusters are.
    pub(crate) topology: Topology,
    /// The actions: the four, then those the policy declares.
    pub(crate) actions: IndexSet<String>,
    /// The resource kinds.
    pub(crate) kinds: IndexMap<String, Kind>,
    /// The attributes of requests and their types, by full name.
    pub(crate) attributes: IndexMap<String, AttributeType>,
    /// The qualifiers of the delegation rights.
    pub(crate) qualifiers: IndexMap<String, Qualifier>,
    /// The roles.
    pub(crate) roles: IndexMap<String, Role>,
    /// The denies for everybody.
    pub(crate) restrictions: IndexMap<String, Restriction>,
    /// Which kinds carry the rights to change access.
    pub(crate) delegation: Option<Delegation>,
    /// How the matrix prints.
    pub(crate) layout: Layout,
}

impl Catalogue {
    /// Returns the position of the root among the scope kinds.
    pub(crate) fn root(&self) -> usize {
        self.scope_kinds.values().position(Option::is_none).unwrap_or(0)
    }

    /// Returns the mask of all actions.
    pub(crate) fn all_actions(&self) -> u64 {
        (0..self.actions.len()).map(crate::model::bit).fold(0, |mask, bit| mask | bit)
    }
}

/// Where clusters are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Topology {
    /// Nowhere: no request may name one.
    NoClusters,
    /// Beside the tree, on an axis of their own.
    Axis,
    /// In the tree, as the scopes of this kind.
    Nested(usize),
}

/// A resource kind.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) title: String,
    pub(crate) section: String,
    /// The scope kinds at which `create` is asked.
    pub(crate) create_at: u64,
    /// The scope kinds at which every other action is asked.
    pub(crate) act_at: u64,
    /// Whether, on the axis, `create` is asked at the root with a cluster named.
    pub(crate) create_in_cluster: bool,
    /// Whether, on the axis, every other action is asked at the root with a cluster named.
    pub(crate) act_in_cluster: bool,
    pub(crate) concerns_cluster: bool,
    pub(crate) read_from_below: bool,
    pub(crate) gate: Option<Gate>,
}

/// Facts that must all hold.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) of: GateOf,
    pub(crate) facts: Vec<Fact>,
}

/// Whose facts a gate asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum GateOf {
    Tenant,
    Cluster,
}

/// One fact that a gate asks.
#[derive(Clone, Debug)]
pub(crate) enum Fact {
    Module(String),
    Version(Version),
    Connected,
}

/// A version: dotted integers, compared part by part, missing parts zero.
#[derive(Clone, Debug)]
pub(crate) struct Version(Vec<u64>);

impl Version {
    /// Parses dotted integers, at most eight of them.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let parse = |part: &str| is_number(part).then(|| part.parse().ok()).flatten();
        let parts: Vec<u64> = text.split('.').map(parse).collect::<Option<_>>()?;
        (parts.len() <= 8).then_some(Self(parts))
    }

    /// Returns whether this version is as new as another, or newer.
    pub(crate) fn is_at_least(&self, other: &Self) -> bool {
        let n_parts = self.0.len().max(other.0.len());
        let part = |version: &Self, idx: usize| version.0.get(idx).copied().unwrap_or(0);
        let first_difference = (0..n_parts).find(|idx| part(self, *idx) != part(other, *idx));
        first_difference.is_none_or(|idx| part(other, idx) < part(self, idx))
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (idx, part) in self.0.iter().enumerate() {
            let dot = if idx == 0 { "" } else { "." };
            write!(f, "{dot}{part}")?;
        }
        Ok(())
    }
}

/// A role: of the policy, or a tenant's own.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub(crate) title: String,
    /// The scope kinds at which it can be held; `None` is anywhere.
    pub(crate) held_at: Option<u64>,
    /// Positions among the policy's roles followed by the tenant's own.
    pub(crate) includes: Vec<usize>,
    pub(crate) grants: Vec<Grant>,
    pub(crate) gate: Option<Gate>,
}

/// Some actions on one kind or on all, perhaps qualified.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Grant {
    /// Nothing where it was written `*`: every kind, later ones too.
    pub(crate) kind: Option<usize>,
    pub(crate) actions: u64,
    pub(crate) qualifier: Option<usize>,
    /// Whether the actions were written `*`: later ones too.
    pub(crate) is_any_action: bool,
    pub(crate) span: Span,
}

impl Grant {
    /// Returns the kinds that it is for, of which there are so many.
    pub(crate) fn kinds(&self, n_kinds: usize) -> Range<usize> {
        self.kind.map_or(0..n_kinds, |kind| kind..kind.saturating_add(1))
    }
}

/// A qualifier of a delegation right.
#[derive(Debug)]
pub(crate) struct Qualifier {
    pub(crate) title: String,
    /// The roles that may be given; `None` is all, later ones too.
    pub(crate) roles: Option<Vec<usize>>,
    /// The scope kinds at which; `None` is any.
    pub(crate) at: Option<u64>,
    pub(crate) seconds_max: Option<i64>,
}

/// Which kinds carry the rights to change access.
#[derive(Debug)]
pub(crate) struct Delegation {
    pub(crate) role_right: usize,
    pub(crate) place_right: Option<usize>,
    pub(crate) organizations: u64,
    pub(crate) is_strict: bool,
    /// The kind whose update is the right to disable subjects; the role right, for all roles, where nothing stands.
    pub(crate) disable_right: Option<usize>,
}

/// A deny for everybody.
#[derive(Debug)]
pub(crate) struct Restriction {
    /// The kinds it covers, by position.
    pub(crate) kinds: Vec<usize>,
    pub(crate) actions: u64,
    pub(crate) requirement: Requirement,
}

/// What a restriction asks.
#[derive(Debug)]
pub(crate) enum Requirement {
    /// Denies where it is true.
    When(Condition),
    /// Denies where it is false.
    Unless(Condition),
    /// Denies where it is missing.
    Gate(Gate),
}

/// How the matrix prints.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Layout {
    pub(crate) columns: Vec<Column>,
    /// Whether it goes role by role.
    pub(crate) is_by_roles: bool,
    pub(crate) line_end: &'static str,
}

impl Default for Layout {
    fn default() -> Self {
        let columns = vec![Column::Kind, Column::RoleName, Column::Actions, Column::Qualifier];
        Self { columns, is_by_roles: false, line_end: "\n" }
    }
}

/// A column of the printed matrix.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Column {
    Kind,
    Entity,
    DisplayName,
    Group,
    Role,
    RoleName,
    Actions,
    Qualifier,
}

impl Column {
    /// Every column.
    pub(crate) const ALL: [Self; 8] = [
        Self::Kind,
        Self::Entity,
        Self::DisplayName,
        Self::Group,
        Self::Role,
        Self::RoleName,
        Self::Actions,
        Self::Qualifier,
    ];

    /// Returns the heading.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Kind => "kind",
            Self::Entity => "entity",
            Self::DisplayName => "display_name",
            Self::Group => "group",
            Self::Role => "role",
            Self::RoleName => "role_name",
            Self::Actions => "actions",
            Self::Qualifier => "qualifier",
        }
    }
}
