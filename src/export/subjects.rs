//! The users, applications and groups that are listed.

use std::collections::BTreeMap;

use super::{IntoField as _, Writer, list, written};
use crate::document::{App, Field, Group, User};
use crate::id::SubjectId;
use crate::name::{EVERYONE, SubjectKind};
use crate::snapshot::{Account, SubjectName};

/// A list of names, left out where it is empty.
type Names = Field<Vec<Field<String>>>;

/// A subject that is listed.
type Listed<'s> = (SubjectId, SubjectName<'s>, Account);

impl Writer<'_> {
    pub(super) fn users(&self, subjects: &[(SubjectId, SubjectName<'_>)]) -> Vec<User> {
        let user = |(id, name, account): Listed<'_>| {
            let (roles, organizations) = self.placement(id);
            User {
                name: Field::from(name.name),
                disabled: account.is_disabled.then_some(true).into_field(),
                internal: account.is_internal.then_some(true).into_field(),
                roles,
                organizations,
            }
        };
        self.listed(subjects, SubjectKind::User).into_iter().map(user).collect()
    }

    pub(super) fn apps(&self, subjects: &[(SubjectId, SubjectName<'_>)]) -> Vec<App> {
        let app = |(id, name, account): Listed<'_>| {
            let (roles, organizations) = self.placement(id);
            let disabled = account.is_disabled.then_some(true).into_field();
            App { name: Field::from(name.name), disabled, roles, organizations }
        };
        self.listed(subjects, SubjectKind::App).into_iter().map(app).collect()
    }

    pub(super) fn groups(&self, subjects: &[(SubjectId, SubjectName<'_>)]) -> Vec<Group> {
        let mut members: BTreeMap<SubjectId, Vec<String>> = BTreeMap::new();
        for (id, name) in subjects {
            for group in self.tables.subject(*id).map_or(&[][..], |view| view.groups()) {
                members.entry(*group).or_default().push(written(*name));
            }
        }
        let group = |(id, name, _): Listed<'_>| {
            let (roles, organizations) = self.placement(id);
            let members = list(members.remove(&id).unwrap_or_default());
            Group { name: Field::from(name.name), members, roles, organizations }
        };
        let listed = self.listed(subjects, SubjectKind::Group).into_iter();
        listed.filter(|(_, name, _)| name.name != EVERYONE).map(group).collect()
    }

    /// Returns the subjects of a kind that are listed.
    fn listed<'s>(&self, subjects: &[(SubjectId, SubjectName<'s>)], kind: SubjectKind) -> Vec<Listed<'s>> {
        let of_kind = subjects.iter().filter(|(_, name)| name.kind == kind);
        let accounts = of_kind.filter_map(|(id, name)| self.tables.subject(*id).map(|view| (*id, *name, view.account)));
        accounts.filter(|(_, _, account)| account.is_listed).collect()
    }

    /// Returns the roles and organizations of the older form that are still there.
    fn placement(&self, id: SubjectId) -> (Names, Names) {
        let Some(placement) = self.tables.placement(id) else { return (Field::default(), Field::default()) };
        let role = |role: &crate::id::RoleId| self.row.roles.get(role.index()).map(|row| row.name.to_string());
        let mut roles: Vec<String> = placement.roles.iter().filter_map(role).collect();
        let paths = placement.organizations.iter().filter_map(|scope| self.tables.scope_path(*scope));
        let mut paths: Vec<String> = paths.map(str::to_owned).collect();
        roles.sort_unstable();
        paths.sort_unstable();
        (list(roles), list(paths))
    }
}
