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

/// A subject and what is said of it in bulk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BulkSubject<'a> {
    pub(crate) kind: SubjectKind,
    pub(crate) name: &'a str,
    pub(crate) is_listed: bool,
    pub(crate) rules: &'a [BulkRule],
    /// The position of the first of its rules.
    pub(crate) first: usize,
}

impl Bulk {
    /// Returns those who are listed or have a rule, in no order that means anything.
    pub(crate) fn subjects(&self) -> impl Iterator<Item = BulkSubject<'_>> {
        let place = |at: &u32| usize::try_from(*at).unwrap_or(usize::MAX);
        let ends = self.starts.iter().skip(1);
        let named = self.subjects.iter().zip(&self.listed).zip(self.starts.iter().zip(ends));
        named.filter_map(move |((text, is_listed), (start, end))| {
            let (kind, name) = split_subject(text)?;
            let rules = self.rules.get(place(start)..place(end)).unwrap_or_default();
            let subject = BulkSubject { kind, name, is_listed: *is_listed, rules, first: place(start) };
            (*is_listed || !rules.is_empty()).then_some(subject)
        })
    }

    /// Returns how many rules there are.
    pub(crate) fn n_rules(&self) -> usize {
        self.rules.len()
    }

    /// Returns the id of the rule at a position, if it has one.
    pub(crate) fn id(&self, rule: usize) -> Option<&str> {
        let id = self.ids.get(rule).filter(|id| **id != NO_ID)?;
        Some(self.id_names.at(*id))
    }
}

/// The number of no id.
pub(crate) const NO_ID: u32 = u32::MAX;
