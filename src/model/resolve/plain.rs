//! The plain entries of feeds: each name is looked at once, and what is good goes to the model in bulk.
//!
//! What is not good, or may repeat or concern another entry, is turned into what the careful reader would have made of
//! it, and goes the way of all other entries, which alone reports.

use std::collections::HashSet;

use super::tenant::Origin;
use crate::document::{self, Field, Names, Plain, PlainId, PlainRule};
use crate::model::directory::{Subject, Tenant};
use crate::name::{self, SubjectKind, split_subject};

/// The plain entries of one tenant, of one or more feeds.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(super) parts: Vec<PlainPart>,
    /// The subjects and the ids of all parts.
    pub(super) subjects: Names,
    pub(super) ids: Names,
    /// What is known of each subject.
    pub(super) known: Vec<Known>,
}

/// The plain entries of one feed.
pub(super) struct PlainPart {
    pub(super) origin: Origin,
    pub(super) plain: Plain,
    /// The numbers among the names of all parts; nothing where they are the same.
    subjects: Option<Vec<u32>>,
    ids: Option<Vec<u32>>,
}

/// What is known of a subject.
#[derive(Clone, Copy, Default)]
pub(super) struct Known {
    /// Whether its name is one, and was not deleted.
    pub(super) is_living: bool,
    pub(super) is_listed: bool,
    /// Whether it is listed more than once.
    is_relisted: bool,
    /// Whether another rule of it, which may say the same, is taken by itself.
    pub(super) is_mixed: bool,
}

impl Known {
    /// Returns whether rules of it may be taken in bulk.
    pub(super) fn may_hold(&self) -> bool {
        self.is_living && !self.is_mixed
    }
}

/// Accounts that are taken one by one.
#[derive(Default)]
pub(crate) struct Accounts {
    pub(crate) users: Vec<(Origin, Field<document::User>)>,
    pub(crate) apps: Vec<(Origin, Field<document::App>)>,
}

impl Gathered {
    /// Gathers the plain entries of the parts of a tenant.
    pub(crate) fn of(plain: Vec<(Origin, Plain)>) -> Self {
        let mut gathered = Self::default();
        for (origin, mut plain) in plain.into_iter().filter(|(_, plain)| !plain.is_empty()) {
            let subjects = add(&mut gathered.subjects, std::mem::take(&mut plain.subjects));
            let ids = add(&mut gathered.ids, std::mem::take(&mut plain.ids));
            gathered.parts.push(PlainPart { origin, plain, subjects, ids });
        }
        gathered
    }

    /// Finds out who is listed; returns the accounts that are not plainly good. `others` are those that are taken one by
    /// one anyway.
    pub(crate) fn accounts<'n>(
        &mut self,
        others: impl Iterator<Item = (SubjectKind, &'n str)>,
        tenant: &Tenant,
    ) -> Accounts {
        let mut accounts = Accounts::default();
        if self.parts.is_empty() {
            return accounts;
        }
        let deleted: HashSet<String> = tenant.deleted.iter().map(text_of).collect();
        let living = |text: &str| Known { is_living: is_living(text, &deleted), ..Known::default() };
        self.known = self.subjects.iter().map(living).collect();
        for (kind, name) in others {
            if let Some(number) = self.subjects.find(&format!("{}:{name}", kind.word())) {
                list(slot(&mut self.known, number), true);
            }
        }
        let Self { parts, subjects, known, .. } = self;
        for part in parts.iter() {
            part.plain.accounts.iter().for_each(|row| list(slot(known, part.subject(row.subject)), false));
        }
        for part in parts.iter() {
            for row in part.plain.accounts.iter() {
                let number = part.subject(row.subject);
                if slot(known, number).is_some_and(|known| known.is_living && !known.is_relisted) {
                    continue;
                }
                let who = subjects.at(number);
                accounts.users.extend(part.plain.user(row, who).map(|user| (part.origin, user)));
                accounts.apps.extend(part.plain.app(row, who).map(|app| (part.origin, app)));
            }
        }
        for known in known {
            known.is_listed &= known.is_living && !known.is_relisted;
        }
        accounts
    }
}

impl PlainPart {
    /// Returns the number of a subject of this part among all.
    pub(super) fn subject(&self, number: u32) -> u32 {
        renumbered(self.subjects.as_deref(), number)
    }

    /// Returns the rules by position; each with its id and the number of that among all, if it has one.
    pub(super) fn rules(&self) -> impl Iterator<Item = (u32, &PlainRule, Option<(&PlainId, u32)>)> {
        let numbered = |id: &PlainId| renumbered(self.ids.as_deref(), id.id);
        self.plain.rules_with_ids().map(move |(row, rule, id)| (row, rule, id.map(|id| (id, numbered(id)))))
    }
}

/// Returns what is known of a subject.
pub(super) fn slot(known: &mut [Known], number: u32) -> Option<&mut Known> {
    known.get_mut(usize::try_from(number).ok()?)
}

/// Adds the names of a part to those of all; returns their numbers there, but for the first part, of which they stay.
fn add(all: &mut Names, own: Names) -> Option<Vec<u32>> {
    if all.len() == 0 {
        *all = own;
        return None;
    }
    Some(own.iter().map(|name| all.number(name).unwrap_or(u32::MAX)).collect())
}

fn renumbered(numbers: Option<&[u32]>, number: u32) -> u32 {
    let Some(numbers) = numbers else { return number };
    usize::try_from(number).ok().and_then(|at| numbers.get(at)).copied().unwrap_or(u32::MAX)
}

/// Takes note that a subject is listed; one that is listed elsewhere too counts twice at once.
fn list(known: Option<&mut Known>, is_elsewhere: bool) {
    let Some(known) = known else { return };
    known.is_relisted |= known.is_listed || is_elsewhere;
    known.is_listed = true;
}

fn is_living(text: &str, deleted: &HashSet<String>) -> bool {
    let is_name = split_subject(text).is_some_and(|(_, name)| name::check(name).is_ok());
    is_name && (deleted.is_empty() || !deleted.contains(text))
}

fn text_of(subject: &Subject) -> String {
    format!("{}:{}", subject.kind.word(), subject.name)
}
