//! Changes to access: who may make them, and what they leave behind.

mod advisories;
mod cells;
mod edits;
mod guards;
mod strict;

use bailiwick::{Actor, Approved, Change, ChangeCode, Edit, Groups, Rules, Snapshot};

use crate::support::NOW;

/// A subject in no group of a token.
pub(crate) fn actor(subject: &str) -> Actor<'_> {
    Actor::Subject { subject, groups: Groups::Listed(&[]), context: &[] }
}

/// Returns the codes of a change.
pub(crate) fn codes(approved: &Approved) -> Vec<ChangeCode> {
    approved.answers().iter().map(|answer| answer.code).collect()
}

/// Asks a change, and returns its codes.
pub(crate) fn ask(snapshot: &Snapshot, who: Actor<'_>, edit: Edit<'_>) -> Vec<ChangeCode> {
    codes(&snapshot.approve(&who, &Change::at(NOW, edit)))
}

/// Asks a change of one item, and returns its code.
pub(crate) fn ask_one(snapshot: &Snapshot, who: Actor<'_>, edit: Edit<'_>) -> ChangeCode {
    let codes = ask(snapshot, who, edit);
    assert_eq!(codes.len(), 1);
    codes[0]
}

/// Makes a change as the host, which must be approved whole.
pub(crate) fn made(snapshot: &Snapshot, edit: Edit<'_>) -> Snapshot {
    made_by(snapshot, Actor::Host, edit)
}

/// Makes a change, which must be approved whole.
pub(crate) fn made_by(snapshot: &Snapshot, who: Actor<'_>, edit: Edit<'_>) -> Snapshot {
    let approved = snapshot.approve(&who, &Change::at(NOW, edit));
    assert!(approved.is_complete(), "{:?}", approved.answers());
    snapshot.apply(&approved).unwrap()
}

/// One rule without limits.
pub(crate) fn rule<'a>(subject: &'a [&'a str; 1], role: &'a [&'a str; 1], scope: &'a [&'a str; 1]) -> Rules<'a> {
    Rules { subjects: subject, roles: role, scopes: scope, ..Rules::default() }
}
