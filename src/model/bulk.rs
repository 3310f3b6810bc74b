//! The plain rules and accounts of a large directory, in bulk: 8 bytes a rule.
//!
//! They mean what an [`AccessRule`](crate::model::AccessRule) without limits means, and an account that is neither
//! disabled nor internal. No rule here says the same as another one, here or among those that are kept one by one.

use crate::document::Names;
use crate::name::{SubjectKind, split_subject};

/// Plain rules by subject, and who is listed.
#[derive(Debug, Default)]
pub(crate) struct Bulk {
    /// Subjects as `kind:name`; some may have no rule here and not be listed.
    pub(crate) subjects: Names,
    /// Whether each subject is a listed user or app.
    pub(crate) listed: Vec<bool>,
    /// Where the rules of each subject begin, and at last where they end.
    pub(crate) starts: Vec<u32>,
    /// The rules of each subject side by side, sorted.
    pub(crate) rules: Vec<BulkRule>,
    /// The number of each rule's id, or [`NO_ID`]; empty where no rule has one.
    pub(crate) ids: Vec<u32>,
    pub(crate) id_names: Names,
}

/// What a subject holds, and where: positions in the tables of the model.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub(crate) struct BulkRule {
    pub(crate) scope: u32,
    pub(crate) role: u16,
}

/// What is said of a subject in bulk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BulkSubject<'a> {
    pub(crate) is_listed: bool,
    pub(crate) rules: &'a [BulkRule],
    /// The position of the first of its rules.
    pub(crate) first: usize,
}

impl Bulk {
    /// Returns the numbers and names of those of a kind who are listed or have a rule, in no order that means anything.
    pub(crate) fn subjects(&self, wanted: SubjectKind) -> impl Iterator<Item = (u32, &str)> + Clone {
        let ends = self.starts.iter().skip(1);
        let has_rule = self.starts.iter().zip(ends).map(|(start, end)| start < end);
        let named = (0_u32..).zip(self.subjects.iter()).zip(self.listed.iter().zip(has_rule));
        named.filter_map(move |((number, text), (is_listed, has_rule))| {
            let (_, name) = split_subject(text).filter(|(kind, _)| *kind == wanted)?;
            (*is_listed || has_rule).then_some((number, name))
        })
    }

    /// Returns what is said of the subject of a number.
    pub(crate) fn subject(&self, number: u32) -> Option<BulkSubject<'_>> {
        let at = usize::try_from(number).ok()?;
        let place = |at: usize| usize::try_from(*self.starts.get(at)?).ok();
        let (first, end) = (place(at)?, place(at.checked_add(1)?)?);
        Some(BulkSubject { is_listed: *self.listed.get(at)?, rules: self.rules.get(first..end)?, first })
    }

    /// Returns how many rules there are.
    pub(crate) fn n_rules(&self) -> usize {
        self.rules.len()
    }

    /// Returns whether a rule may have an id.
    pub(crate) fn has_ids(&self) -> bool {
        !self.ids.is_empty()
    }

    /// Returns the id of the rule at a position, if it has one.
    pub(crate) fn id(&self, rule: usize) -> Option<&str> {
        let id = self.ids.get(rule).filter(|id| **id != NO_ID)?;
        Some(self.id_names.at(*id))
    }
}

/// The number of no id.
pub(crate) const NO_ID: u32 = u32::MAX;
