//! What tells at a glance that an access rule cannot matter.

use crate::decide::glance::Sight;
use crate::id::ScopeId;
use crate::snapshot::{AllowRow, NEAR, Right, RoleTable};

/// The asked scope with those above it, and the roles that give the asked permission: a rule at another scope, or of another
/// role, is passed over without a branch of its own.
#[derive(Clone, Copy)]
pub(crate) struct Sieve<'a> {
    chain: &'a [ScopeId; NEAR],
    /// A bit a role.
    roles: u64,
}

impl<'a> Sieve<'a> {
    /// Returns the sieve of what is in sight; nothing where the scope lies deep or the roles are many.
    #[inline]
    pub(crate) fn new(sight: &Sight<'a>) -> Option<Self> {
        let Sight { permission, place, .. } = sight;
        let table = sight.tenant.role_table(sight.cluster())?;
        let roles = table.gives.word(permission.number)?;
        let roles = if permission.kind.right == Right::Place { placing(sight, table, roles) } else { roles };
        Some(Self { chain: place.chain.near()?, roles })
    }

    /// Returns whether a rule may matter.
    #[inline]
    pub(crate) fn passes(&self, row: AllowRow) -> bool {
        let covers = self.chain.iter().fold(false, |found, scope| found | (*scope == row.scope));
        // Past the word there is no role: the shift leaves nothing.
        let permits = self.roles.unbounded_shr(row.role_number()) & 1 == 1;
        covers & permits
    }
}

/// Returns those of some roles that give the right to place at the asked kind of scope.
#[inline(never)]
fn placing(sight: &Sight<'_>, table: &RoleTable, roles: u64) -> u64 {
    let Sight { permission, place, .. } = sight;
    let n_actions = sight.tables.policy.actions.len();
    let (mut rest, mut placing) = (roles, 0);
    while rest != 0 {
        let lowest = rest & rest.wrapping_neg();
        if table.gives_place(rest.trailing_zeros() as usize, n_actions, permission.action, place.kind) {
            placing |= lowest;
        }
        rest ^= lowest;
    }
    placing
}
