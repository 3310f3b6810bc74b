//! The answer.

use bailiwick::Decision;

use crate::boundary::Versioned;
use crate::status::{self, ReasonCode};

/// Allow or deny. Zero is deny, so a decision that nobody wrote protects. Compare with `BW_ALLOW`, never with 'not
/// `BW_DENY`'.
pub type DecisionWord = i32;

/// The request is denied.
pub const BW_DENY: DecisionWord = 0;
/// The request is allowed.
pub const BW_ALLOW: DecisionWord = 1;

/// A decision with what is known of it. Set `struct_size` to `sizeof(bw_details)` before a call fills it;
/// `bw_details_init` does.
#[repr(C)]
pub struct Details {
    /// The size of the struct in bytes, set by the caller.
    pub struct_size: usize,
    /// `BW_ALLOW` or `BW_DENY`.
    pub decision: DecisionWord,
    /// Why.
    pub reason: ReasonCode,
    /// The revision of the snapshot that decided; 0 where nothing was decided.
    pub revision: u64,
    /// The first later instant at which time alone turns allow into deny or back, in seconds since the epoch. Read it
    /// only where `has_valid_until` is 1.
    pub valid_until: i64,
    /// Whether there is such an instant: 0 or 1.
    pub has_valid_until: i32,
    /// Zero.
    pub reserved: i32,
}

// SAFETY: `repr(C)`, begins with a `usize`, and has numbers alone.
unsafe impl Versioned for Details {}

impl Details {
    /// Sets everything to a denial.
    #[inline]
    pub(crate) fn deny(&mut self) {
        let struct_size = self.struct_size;
        let (decision, reason) = (BW_DENY, status::BW_REASON_INVALID_REQUEST);
        *self = Self { struct_size, decision, reason, revision: 0, valid_until: 0, has_valid_until: 0, reserved: 0 };
    }

    #[inline]
    pub(crate) fn tell(&mut self, decision: &Decision) {
        self.decision = word(decision);
        self.reason = status::number(decision.reason());
        self.revision = decision.revision();
        self.valid_until = decision.valid_until().unwrap_or(0);
        self.has_valid_until = i32::from(decision.valid_until().is_some());
    }
}

#[inline]
pub(crate) fn word(decision: &Decision) -> DecisionWord {
    if decision.is_allow() { BW_ALLOW } else { BW_DENY }
}
