//! Handles that are numbers and nothing else: permissions, scopes and clusters. Nothing stands behind them that could be freed.
//!
//! A handle is `kind, 4 bits | stamp, 32 bits | number, 28 bits`. The stamp is of one snapshot of one engine and is never given twice, so that a subject,
//! which keeps the stamp of its own snapshot, tells what goes with it by one comparison.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use crate::status::{self, Status};
use crate::table::Kind;

/// The stamp of a snapshot, where its handles have it. It is drawn with the first of them.
pub(crate) struct Stamp(AtomicU64);

impl Stamp {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Returns the stamp; an error once 4,294,967,295 were drawn. Of two threads that draw at once both get the same.
    pub(crate) fn get(&self) -> Result<u64, Status> {
        match self.0.load(Ordering::SeqCst) {
            0 => {
                let drawn = DRAWN.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| last.checked_add(1));
                let next = u64::from(drawn.map_err(|_| status::BW_TOO_MANY)?).wrapping_add(1) << STAMP_SHIFT;
                let kept = self.0.compare_exchange(0, next, Ordering::SeqCst, Ordering::SeqCst);
                Ok(kept.map_or_else(|first| first, |_| next))
            }
            stamp => Ok(stamp),
        }
    }
}

/// Returns a handle of a number; an error where the number is too large for one.
pub(crate) fn handle(kind: Kind, stamp: u64, number: usize) -> Result<u64, Status> {
    let number = u64::try_from(number).ok().filter(|number| number >> STAMP_SHIFT == 0).ok_or(status::BW_TOO_MANY)?;
    Ok(mark(kind) | stamp | number)
}

/// Returns the number of a handle; one that nothing has where the handle is of another kind or of another stamp.
#[inline(always)]
pub(crate) fn number(kind: Kind, stamp: u64, handle: u64) -> usize {
    usize::try_from(handle ^ (mark(kind) | stamp)).unwrap_or(usize::MAX)
}

/// Returns why a handle names nothing in the snapshot of a stamp.
#[cold]
pub(crate) fn unfit(kind: Kind, stamp: u64, handle: u64) -> Status {
    let other = (handle ^ mark(kind)) & !NUMBER_MASK;
    let last = u64::from(DRAWN.load(Ordering::SeqCst)) << STAMP_SHIFT;
    if other != 0 && other != stamp && other <= last { status::BW_STALE_HANDLE } else { status::BW_BAD_HANDLE }
}

/// Returns the number of a cluster by its tenant's and its own; an error where one is too large.
pub(crate) fn of_cluster((tenant, cluster): (usize, usize)) -> Result<usize, Status> {
    let tenant = tenant.checked_mul(1 << CLUSTER_BITS).filter(|_| cluster >> CLUSTER_BITS == 0);
    tenant.map(|tenant| tenant | cluster).ok_or(status::BW_TOO_MANY)
}

/// Returns the two numbers of a cluster's.
#[inline(always)]
pub(crate) fn to_cluster(number: usize) -> (usize, usize) {
    (number >> CLUSTER_BITS, number & ((1 << CLUSTER_BITS) - 1))
}

#[inline(always)]
const fn mark(kind: Kind) -> u64 {
    (kind as u64) << KIND_SHIFT
}

const KIND_SHIFT: u32 = 60;
const STAMP_SHIFT: u32 = 28;
const NUMBER_MASK: u64 = (1 << STAMP_SHIFT) - 1;
/// A tenant may have had 4,096 clusters since it was loaded, and 65,536 tenants may have some.
const CLUSTER_BITS: u32 = 12;

/// How many stamps were drawn.
static DRAWN: AtomicU32 = AtomicU32::new(0);
