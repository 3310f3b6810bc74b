//! The subjects of a tenant by name: each is numbered once, and the tables of their names are those of the snapshot.

use indexmap::IndexSet;

use super::{boxed, stored};
use crate::id::SubjectId;
use crate::model::{Subject, Tenant};
use crate::name::{EVERYONE, SubjectKind};
use crate::snapshot::{NameTable, Names, Numbered};

/// The subjects that a directory mentions, numbered by kind: groups by name, so that the order of the text leaves no trace
/// in which of them is named; users and apps as they come, for nothing shows their order.
pub(crate) struct People {
    users: Roster,
    groups: Roster,
    apps: Roster,
}

/// The subjects of one kind.
pub(crate) struct Roster {
    pub(crate) kind: SubjectKind,
    first: usize,
    pub(crate) table: NameTable,
    /// The number in bulk of each, or [`NOT_IN_BULK`]; where the list ends, the others have none.
    bulk: Vec<u32>,
}

impl People {
    pub(crate) fn of(tenant: &Tenant, first: usize) -> Self {
        let mut others = Others::default();
        others.add_all(tenant);
        let behind = |roster: &Roster| roster.first.saturating_add(roster.table.len());
        let users = Roster::as_they_come(SubjectKind::User, first, tenant, &others.users);
        let groups = Roster::by_name(behind(&users), tenant, others.groups);
        let apps = Roster::as_they_come(SubjectKind::App, behind(&groups), tenant, &others.apps);
        Self { users, groups, apps }
    }

    /// Returns how many subjects there are.
    pub(crate) fn len(&self) -> usize {
        self.rosters().into_iter().map(|roster| roster.table.len()).fold(0, usize::saturating_add)
    }

    /// Returns the subjects of each kind, in the order of their numbers.
    pub(crate) fn rosters(&self) -> [&Roster; 3] {
        [&self.users, &self.groups, &self.apps]
    }

    fn of_kind(&self, kind: SubjectKind) -> &Roster {
        match kind {
            SubjectKind::User => &self.users,
            SubjectKind::Group => &self.groups,
            SubjectKind::App => &self.apps,
        }
    }

    /// Returns the number of a subject.
    pub(crate) fn id(&self, kind: SubjectKind, name: &str) -> SubjectId {
        let roster = self.of_kind(kind);
        let position = roster.table.find(name);
        SubjectId::new(position.map_or(usize::MAX, |position| roster.first.saturating_add(position)))
    }

    /// Returns the numbers of the groups.
    pub(crate) fn groups(&self) -> impl Iterator<Item = SubjectId> {
        let first = self.groups.first;
        (first..first.saturating_add(self.groups.table.len())).map(SubjectId::new)
    }

    /// Returns the names for the snapshot.
    pub(crate) fn into_names(self, tenant: &Tenant) -> Names {
        let numbered = |roster: Roster| Numbered { first: stored(roster.first), table: roster.table };
        Names {
            users: numbered(self.users),
            groups: numbered(self.groups),
            apps: numbered(self.apps),
            deleted: tenant.deleted.iter().map(|who| (who.kind, boxed(&who.name))).collect(),
        }
    }
}

impl Roster {
    /// Returns those of the bulk first, then the others.
    fn as_they_come(kind: SubjectKind, first: usize, tenant: &Tenant, others: &IndexSet<&str>) -> Self {
        let bulk = tenant.bulk.subjects(kind);
        let table = NameTable::new(bulk.clone().map(|(_, name)| name)).with_more(others.iter().copied());
        Self { kind, first, table, bulk: bulk.map(|(number, _)| number).collect() }
    }

    /// Returns the groups, sorted.
    fn by_name<'a>(first: usize, tenant: &'a Tenant, mut names: IndexSet<&'a str>) -> Self {
        let bulk = tenant.bulk.subjects(SubjectKind::Group);
        names.extend(bulk.clone().map(|(_, name)| name));
        names.sort_unstable();
        let table = NameTable::new(names.iter().copied());
        let mut numbers = vec![NOT_IN_BULK; table.len()];
        for (number, name) in bulk {
            let slot = table.find(name).and_then(|position| numbers.get_mut(position));
            slot.into_iter().for_each(|slot| *slot = number);
        }
        Self { kind: SubjectKind::Group, first, table, bulk: numbers }
    }

    /// Returns the number in bulk of the subject at a position, if it has one.
    pub(crate) fn in_bulk(&self, position: usize) -> Option<u32> {
        self.bulk.get(position).copied().filter(|number| *number != NOT_IN_BULK)
    }
}

/// The subjects that are kept one by one.
#[derive(Default)]
struct Others<'a> {
    users: IndexSet<&'a str>,
    groups: IndexSet<&'a str>,
    apps: IndexSet<&'a str>,
}

impl<'a> Others<'a> {
    fn add_all(&mut self, tenant: &'a Tenant) {
        self.users.extend(tenant.users.keys().map(String::as_str));
        self.apps.extend(tenant.apps.keys().map(String::as_str));
        self.groups.extend(tenant.groups.keys().map(String::as_str));
        self.groups.insert(EVERYONE);
        tenant.groups.values().flatten().for_each(|member| self.add(member));
        tenant.placements.keys().for_each(|subject| self.add(subject));
        tenant.access_rules.iter().for_each(|rule| self.add(&rule.subject));
        tenant.deny_rules.iter().for_each(|rule| self.add(&rule.subject));
    }

    fn add(&mut self, subject: &'a Subject) {
        match subject.kind {
            SubjectKind::User => self.users.insert(&subject.name),
            SubjectKind::Group => self.groups.insert(&subject.name),
            SubjectKind::App => self.apps.insert(&subject.name),
        };
    }
}

/// The number of a subject of which nothing is said in bulk.
const NOT_IN_BULK: u32 = u32::MAX;
