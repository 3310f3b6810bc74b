//! Whether a qualified cell gives what is asked: a plain check, or a right for one role, kind of scope and length.

use crate::changes::ChangeFault;
use crate::faults::Fault;
use crate::plain::{Qualifier, Row};
use crate::reference::{Aim, Case, Length, Point};

impl Case<'_> {
    /// The right to give roles allows no plain check but `read`; the right to place is bound to kinds of scope.
    pub(crate) fn is_qualified(&self, row: &Row) -> bool {
        let policy = &self.world.policy;
        let qualifier = || policy.qualifiers.iter().find(|it| Some(&it.name) == row.qualifier.as_ref());
        if let Aim::Right(point) = self.aim {
            return qualifier().is_none_or(|it| self.admits(it, point));
        }
        if policy.role_right.as_ref() == Some(&self.kind.name) {
            return self.action == "read" || self.has(Fault::RoleRightAllowsPlainCheck);
        }
        let is_place_right = policy.place_right.as_ref() == Some(&self.kind.name);
        let at = qualifier().filter(|_| is_place_right).and_then(|it| it.at.as_ref());
        at.is_none_or(|kinds| kinds.contains(&self.scope.kind)) || self.has(Fault::PlaceQualifierIgnored)
    }

    /// The roles of a qualifier bind the right to give them; its kinds of scope and its length bind both rights.
    fn admits(&self, qualifier: &Qualifier, point: Point<'_>) -> bool {
        let is_role_right = self.world.policy.role_right.as_ref() == Some(&self.kind.name);
        let ignores =
            |role: ChangeFault, place: ChangeFault| point.fault == Some(if is_role_right { role } else { place });
        let has_role = match (&qualifier.roles, point.role) {
            (Some(roles), Some(role)) => roles.iter().any(|it| it == role),
            (Some(_), None) => point.fault == Some(ChangeFault::DenyByListedRoles),
            (None, _) => true,
        };
        let has_kind = qualifier.at.as_ref().is_none_or(|kinds| kinds.iter().any(|it| it == point.scope_kind));
        let has_length = match (qualifier.seconds_max, point.length) {
            (Some(most), Length::Seconds(length)) => length <= most,
            (Some(_), Length::ForEver) => false,
            (None, _) | (_, Length::NotAsked) => true,
        };
        (has_role || !is_role_right || point.fault == Some(ChangeFault::QualifierRolesIgnored))
            && (has_kind || ignores(ChangeFault::QualifierKindsIgnored, ChangeFault::PlaceKindsIgnored))
            && (has_length || ignores(ChangeFault::QualifierLengthIgnored, ChangeFault::PlaceLengthIgnored))
    }
}
