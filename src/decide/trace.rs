//! What the walk meets on its way, and who takes note of it.

use crate::decide::condition::{Seen, Truth};
use crate::decide::decision::RuleId;
use crate::id::{RoleId, ScopeId, SubjectId};
use crate::snapshot::Limits;

/// Takes note of what the walk sees.
pub(crate) trait Trace: Seen {
    /// Whether rows that cannot matter to the decision are visited too.
    const COMPLETE: bool;

    /// Notes an access rule.
    fn allow(&mut self, rule: Met<'_>, facets: Facets);

    /// Notes a deny rule.
    fn deny(&mut self, rule: Met<'_>, facets: Facets);

    /// Notes a restriction on the asked permission: true denies.
    fn restriction(&mut self, restriction: u32, truth: Truth);
}

impl Trace for () {
    const COMPLETE: bool = false;

    fn allow(&mut self, _: Met<'_>, _: Facets) {}

    fn deny(&mut self, _: Met<'_>, _: Facets) {}

    fn restriction(&mut self, _: u32, _: Truth) {}
}

/// A rule that the walk meets.
#[derive(Clone, Copy)]
pub(crate) struct Met<'a> {
    pub(crate) id: RuleId,
    pub(crate) via: Via,
    pub(crate) scope: ScopeId,
    /// The role that it gives, or denies.
    pub(crate) role: Option<RoleId>,
    pub(crate) limits: Option<&'a Limits>,
}

/// How a rule concerns the asker.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Via {
    /// It is the asker's own.
    Own,
    /// A group of the token.
    Token(SubjectId),
    /// A group of the directory.
    Directory(SubjectId),
    /// The built-in group.
    Everyone(SubjectId),
    /// A group that the asker may be in: the groups of its token are not known.
    Unknown(SubjectId),
}

impl Via {
    /// Returns the group, if it is one.
    pub(crate) fn group(self) -> Option<SubjectId> {
        match self {
            Self::Own => None,
            Self::Token(id) | Self::Directory(id) | Self::Everyone(id) | Self::Unknown(id) => Some(id),
        }
    }
}

/// The parts of a rule's answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facets {
    /// Its scope covers the asked one, or is below it where that is enough.
    pub(crate) covers: bool,
    /// Its role, or its list, holds the permission.
    pub(crate) permits: bool,
    pub(crate) clusters: Truth,
    pub(crate) condition: Truth,
    pub(crate) is_active: bool,
    /// The asker is its subject, or in the group that is.
    pub(crate) membership: Truth,
}

impl Facets {
    /// Returns the answer of the rule at any time.
    pub(crate) fn timeless(self) -> Truth {
        let plain = Truth::of(self.covers && self.permits);
        plain.min(self.clusters).min(self.condition).min(self.membership)
    }

    /// Returns the answer of the rule now.
    pub(crate) fn truth(self) -> Truth {
        self.timeless().min(Truth::of(self.is_active))
    }

    /// The answer of a rule without limits that covers and permits.
    pub(crate) const UNLIMITED: Self = Self {
        covers: true,
        permits: true,
        clusters: Truth::True,
        condition: Truth::True,
        is_active: true,
        membership: Truth::True,
    };
}
