//! What tells at a glance that an access rule cannot matter.

use wide::u32x4;

use crate::decide::glance::Sight;
use crate::id::ScopeId;
use crate::snapshot::{AllowRow, NEAR, WINDOW};

/// The asked scope with those above it, and the roles that give the asked permission: a rule at another scope, or of another
/// role, is passed over without a branch of its own.
#[derive(Clone, Copy)]
pub(crate) struct Sieve<'a> {
    chain: &'a [ScopeId; NEAR],
    /// Whether the first half of the chain is all of it.
    is_short: bool,
    /// A bit a role.
    roles: u64,
}

impl<'a> Sieve<'a> {
    /// Returns the sieve of what is in sight; nothing where the scope lies deep or the roles are many.
    #[inline]
    pub(crate) fn new(sight: &Sight<'a>) -> Option<Self> {
        let Sight { permission, place, .. } = sight;
        let table = sight.tenant.role_table(sight.cluster())?;
        let roles = table.roles(permission, place.kind)?;
        Some(Self { chain: place.chain.near()?, is_short: place.chain.is_short(), roles })
    }

    /// Returns a bit for each rule that stands at the asked scope or above it.
    #[inline]
    pub(crate) fn covered(&self, rows: &[AllowRow; WINDOW]) -> u32 {
        let [low, high] = halves(&rows.map(|row| row.scope.bits()));
        let is_in = |scopes: u32x4| match self.chain.map(|scope| u32x4::splat(scope.bits())) {
            [a, b, c, d, ..] if self.is_short => {
                scopes.simd_eq(a) | scopes.simd_eq(b) | (scopes.simd_eq(c) | scopes.simd_eq(d))
            }
            near => near.into_iter().fold(u32x4::ZERO, |found, scope| found | scopes.simd_eq(scope)),
        };
        is_in(low).to_bitmask() | is_in(high).to_bitmask() << LANES
    }

    /// Like [`Sieve::covered`], for the first of any number of rules.
    #[inline(never)]
    pub(crate) fn covered_each(&self, rows: &[AllowRow]) -> u32 {
        let bits =
            rows.iter().take(WINDOW).zip(0_u32..).map(|(row, at)| u32::from(self.chain.contains(&row.scope)) << at);
        bits.fold(0, |all, bit| all | bit)
    }

    /// Returns whether the role of a rule gives the asked permission.
    #[inline]
    pub(crate) fn permits(&self, row: AllowRow) -> bool {
        // Past the word there is no role: the shift leaves nothing.
        self.roles.unbounded_shr(row.role_number()) & 1 == 1
    }

    /// Returns whether a rule may matter.
    #[inline]
    pub(crate) fn passes(&self, row: AllowRow) -> bool {
        self.permits(row) && self.chain.contains(&row.scope)
    }
}

/// Returns eight numbers as two vectors.
#[inline]
pub(crate) fn halves(all: &[u32; WINDOW]) -> [u32x4; 2] {
    let [a, b, c, d, e, f, g, h] = *all;
    [u32x4::new([a, b, c, d]), u32x4::new([e, f, g, h])]
}

/// How many numbers a vector holds.
const LANES: usize = 4;
