//! Handles that are numbers and nothing else: permissions, scopes and clusters. Nothing stands behind them that could be
//! freed.
//!
//! A handle is `kind, 4 bits | stamp, 32 bits | number, 28 bits`. The stamp is of one snapshot of one engine, and a process
//! gives none twice: a subject, which keeps what the handles of its own snapshot begin with, tells what goes with it by one
//! comparison.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use bailiwick::ClusterNumber;

use crate::status::{self, Status};
use crate::table::{KIND_SHIFT, Kind, PLACE_BITS};

/// The stamp of a snapshot, where it lies in a handle.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Stamp(u64);

/// What every handle of one kind and one stamp begins with, so that one comparison tells both.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Prefix(u64);

/// The stamp of a snapshot once it is drawn, with the first of its handles; nought before.
pub(crate) struct StampCell(AtomicU64);

impl StampCell {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(0))
    }

    /// Returns the stamp; an error once 4,294,967,295 were drawn. Of two threads that draw at once both get the same.
    pub(crate) fn get(&self) -> Result<Stamp, Status> {
        match self.0.load(Ordering::SeqCst) {
            0 => {
                let drawn = DRAWN.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |last| last.checked_add(1));
                let next = u64::from(drawn.map_err(|_| status::BW_TOO_MANY)?).wrapping_add(1) << PLACE_BITS;
                let kept = self.0.compare_exchange(0, next, Ordering::SeqCst, Ordering::SeqCst);
                Ok(Stamp(kept.map_or_else(|first| first, |_| next)))
            }
            stamp => Ok(Stamp(stamp)),
        }
    }
}

impl Stamp {
    /// Returns what the handles of a kind begin with.
    pub(crate) fn prefix(self, kind: Kind) -> Prefix {
        Prefix(kind.bits() | self.0)
    }
}

impl Prefix {
    /// Returns the handle of a number; an error where the number is too large for one.
    pub(crate) fn handle(self, number: u32) -> Result<u64, Status> {
        let number = Some(u64::from(number)).filter(|number| number >> PLACE_BITS == 0).ok_or(status::BW_TOO_MANY)?;
        Ok(self.0 | number)
    }

    /// Returns the number of a handle; nothing where the handle is of another kind or of another stamp.
    #[inline(always)]
    pub(crate) fn number(self, handle: u64) -> Option<u32> {
        let rest = handle ^ self.0;
        u32::try_from(rest).ok().filter(|number| number >> PLACE_BITS == 0)
    }

    /// Returns why a handle names nothing that begins so: it is of an earlier or a later snapshot, or no handle at all.
    #[cold]
    pub(crate) fn unfit(self, handle: u64) -> Status {
        let kind = self.0 >> KIND_SHIFT << KIND_SHIFT;
        // Of another kind it is larger than every stamp.
        let [stamp, own] = [handle, self.0].map(|bits| (bits ^ kind) >> PLACE_BITS);
        let was_drawn = (1..=u64::from(DRAWN.load(Ordering::SeqCst))).contains(&stamp);
        if was_drawn && stamp != own { status::BW_STALE_HANDLE } else { status::BW_BAD_HANDLE }
    }
}

/// Returns the number of a cluster as one; an error where its tenant's or its own is too large.
pub(crate) fn of_cluster(ClusterNumber { tenant, cluster }: ClusterNumber) -> Result<u32, Status> {
    let tenant = tenant.checked_mul(1 << CLUSTER_BITS).filter(|_| cluster >> CLUSTER_BITS == 0);
    tenant.map(|tenant| tenant | cluster).ok_or(status::BW_TOO_MANY)
}

/// Returns the number of a cluster.
#[inline(always)]
pub(crate) fn to_cluster(number: u32) -> ClusterNumber {
    ClusterNumber { tenant: number >> CLUSTER_BITS, cluster: number & ((1 << CLUSTER_BITS) - 1) }
}

/// A tenant may have had 4,096 clusters since it was loaded, and 65,536 tenants may have some.
const CLUSTER_BITS: u32 = 12;

/// How many stamps were drawn.
static DRAWN: AtomicU32 = AtomicU32::new(0);
