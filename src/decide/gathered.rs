//! The rules that concern a subject, gathered in its handle, so that a question reads them in one go.
//!
//! They stand in the order in which the walk reads them: the subject's own, then those of its groups. Limits are looked at in
//! the tables; where they or a deny matter, all are weighed, and where that tells nothing the walk follows.

use std::hint::black_box;
use std::ops::ControlFlow;

use wide::u32x4;

use crate::decide::decision::{Reason, RuleId};
use crate::decide::sieve::halves;
use crate::id::{ScopeId, SubjectId};
use crate::snapshot::{AllowRow, Chain, DenyRow, Limits, PermissionRow, ScopeRow, SubjectView, TenantRow};

/// The rules of a subject and of its groups.
#[derive(Clone)]
pub(crate) struct Gathered<'s> {
    octets: Box<[Octet]>,
    /// Where the rules of each holder begin, a byte each, the first holder's lowest; [`BEYOND`] behind the last.
    starts: u64,
    /// Why the subject is denied what no rule gives it.
    pub(crate) refusal: Reason,
    /// The denies of the holders.
    denies: Box<[Denial<'s>]>,
}

/// A deny of a holder.
#[derive(Clone, Copy)]
pub(crate) struct Denial<'s> {
    pub(crate) rule: RuleId,
    /// Where it stands, so that one that stands elsewhere is passed over without a look at its row.
    scope: ScopeId,
    row: &'s DenyRow,
    pub(crate) limits: Option<&'s Limits>,
}

/// Eight rules side by side, in one line of memory; one that is not there has no role.
#[derive(Clone, Copy)]
#[repr(align(64))]
struct Octet {
    scopes: [u32x4; 2],
    /// A bit a role, and [`LIMITED`].
    roles: [u32x4; 2],
}

impl<'s> Gathered<'s> {
    /// Gathers the rules of holders, of whom all but the first are groups; nothing where they are too many, or a role has no bit.
    pub(crate) fn new(
        holders: impl Iterator<Item = (SubjectId, Option<SubjectView<'s>>)>,
        refusal: Reason,
    ) -> Option<Self> {
        let mut rows: Vec<AllowRow> = Vec::new();
        let mut starts = [BEYOND; HOLDERS_MAX];
        let mut free = starts.iter_mut();
        let mut denies = Vec::new();
        for ((subject, holder), is_through) in holders.zip(std::iter::once(false).chain(std::iter::repeat(true))) {
            *free.next()? = u8::try_from(rows.len()).ok()?;
            let own = holder.map_or(&[][..], |view| view.allows);
            if RULES_MAX < rows.len().saturating_add(own.len()) {
                return None;
            }
            rows.extend(own);
            denies.extend(holder.into_iter().flat_map(|view| denials(subject, is_through, view)));
            if RULES_MAX < denies.len() {
                return None;
            }
        }
        let octets: Option<Vec<Octet>> = rows.chunks(LANES).map(Octet::new).collect();
        let octets = octets?.into_boxed_slice();
        Some(Self { octets, starts: u64::from_le_bytes(starts), refusal, denies: denies.into_boxed_slice() })
    }

    /// Returns the denies that may matter, in their order.
    #[inline]
    pub(crate) fn denies(
        &self,
        tenant: &TenantRow,
        permission: &PermissionRow,
        place: &ScopeRow,
    ) -> impl Iterator<Item = &Denial<'s>> {
        let may_matter = |deny: &&Denial<'s>| place.is_under(deny.scope) && deny.row.names(tenant, permission.number);
        self.denies.iter().filter(may_matter)
    }

    /// Reads the first rules, to have them near.
    pub(crate) fn read_ahead(&self) {
        for octet in &self.octets {
            let [first, ..] = octet.roles;
            black_box(first.to_array());
        }
    }

    /// Visits the rules that stand at a scope of a chain and have one of some roles, in their order: the position of each, and
    /// whether it has limits. What the visitor breaks off with is returned; nothing where the chain is long.
    #[inline(always)]
    pub(crate) fn visit<B>(
        &self,
        chain: &Chain,
        roles: u64,
        visit: impl FnMut(u32, bool) -> ControlFlow<B>,
    ) -> Option<ControlFlow<B>> {
        let roles = u32x4::splat(u32::try_from(roles & u64::from(!LIMITED)).ok()?);
        Some(match chain.near()?.map(|scope| u32x4::splat(scope.bits())) {
            [a, b, c, d, ..] if chain.is_short() => self.visit_covered(
                |scopes| scopes.simd_eq(a) | scopes.simd_eq(b) | (scopes.simd_eq(c) | scopes.simd_eq(d)),
                roles,
                visit,
            ),
            near => self.visit_covered(
                |scopes| near.iter().fold(u32x4::ZERO, |found, scope| found | scopes.simd_eq(*scope)),
                roles,
                visit,
            ),
        })
    }

    #[inline(always)]
    fn visit_covered<B>(
        &self,
        covers: impl Fn(u32x4) -> u32x4,
        roles: u32x4,
        mut visit: impl FnMut(u32, bool) -> ControlFlow<B>,
    ) -> ControlFlow<B> {
        let mut at = 0_u32;
        for octet in &self.octets {
            let mut lanes = octet.lanes(roles, &covers);
            while lanes != 0 {
                let lane = lanes.trailing_zeros();
                visit(at | lane, octet.limited() >> lane & 1 == 1)?;
                lanes &= lanes.wrapping_sub(1);
            }
            at = at.wrapping_add(LANES as u32);
        }
        ControlFlow::Continue(())
    }

    /// Returns the rule at a position as one of its holder's.
    #[inline(always)]
    pub(crate) fn rule(&self, holders: &[SubjectId], at: u32) -> Option<RuleId> {
        let at = u64::from(at);
        // In each byte the highest bit says whether the rules of that holder begin no later; such holders come first.
        let begun = (at | HIGH_BIT).wrapping_mul(EACH_BYTE).wrapping_sub(self.starts);
        let n_begun = (!begun & HIGH_BIT.wrapping_mul(EACH_BYTE)).trailing_zeros() / u8::BITS;
        let holder = n_begun.checked_sub(1)?;
        let start = self.starts >> holder.wrapping_mul(u8::BITS) & u64::from(u8::MAX);
        let position = u32::try_from(at.checked_sub(start)?).ok()?;
        Some(RuleId { subject: *holders.get(holder as usize)?, position, is_through: holder != 0 })
    }
}

/// Returns the denies of a holder.
fn denials<'s>(subject: SubjectId, is_through: bool, view: SubjectView<'s>) -> impl Iterator<Item = Denial<'s>> {
    (0_u32..).zip(view.denies()).map(move |(position, row)| Denial {
        rule: RuleId { subject, position, is_through },
        scope: row.scope,
        row,
        limits: view.deny_limits(row),
    })
}

impl Octet {
    fn new(rows: &[AllowRow]) -> Option<Self> {
        let (mut scopes, mut roles) = ([u32::MAX; LANES], [0; LANES]);
        for ((row, scope), role) in rows.iter().zip(&mut scopes).zip(&mut roles) {
            *scope = row.scope.bits();
            *role = role_bit(row.role_number())? | if row.limits().is_some() { LIMITED } else { 0 };
        }
        Some(Self { scopes: halves(&scopes), roles: halves(&roles) })
    }

    /// Returns a bit for each rule that is covered and has one of some roles.
    #[inline]
    fn lanes(&self, roles: u32x4, covers: impl Fn(u32x4) -> u32x4) -> u32 {
        let ([low, high], [low_roles, high_roles]) = (self.scopes, self.roles);
        set(covers(low) & low_roles & roles, covers(high) & high_roles & roles)
    }

    /// Returns a bit for each rule that has limits.
    #[inline]
    fn limited(&self) -> u32 {
        let [low, high] = self.roles;
        set(low & u32x4::splat(LIMITED), high & u32x4::splat(LIMITED))
    }
}

/// Returns a bit for each lane that is not nought.
#[inline]
fn set(low: u32x4, high: u32x4) -> u32 {
    let is_nought = |half: u32x4| half.simd_eq(u32x4::ZERO).to_bitmask();
    (is_nought(low) | is_nought(high) << 4) ^ 0xFF
}

/// Returns the bit of a role, if it has one.
fn role_bit(number: u32) -> Option<u32> {
    (number < LIMITED.trailing_zeros()).then(|| 1 << number)
}

/// Marks a rule with limits, above the bits of roles.
const LIMITED: u32 = 1 << 31;
const LANES: usize = 8;
/// How many rules are gathered at most, and how many denies: less than [`BEYOND`].
const RULES_MAX: usize = 120;
/// How many holders there may be.
const HOLDERS_MAX: usize = 8;
/// Where a holder begins that is not there.
const BEYOND: u8 = 0x7F;
const HIGH_BIT: u64 = 0x80;
const EACH_BYTE: u64 = 0x0101_0101_0101_0101;
