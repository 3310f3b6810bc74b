//! What cannot be reached from C: panics, the arithmetic of the table, and every number told apart.

#![expect(clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::ffi::CStr;

use bailiwick::{Policy, Reason, Text};

use crate::boundary::{guard, is_ascii};
use crate::engine::Cell;
use crate::lock::Locked;
use crate::pin::{self, Pin};
use crate::status::{self, REASONS};
use crate::table;

#[test]
fn a_panic_is_a_status() {
    assert_eq!(guard(|| panic!("planted")), status::BW_PANIC);
    assert_eq!(guard(|| Ok(())), status::BW_OK);
    assert_eq!(guard(|| Err(status::BW_REFUSED)), status::BW_REFUSED);
}

#[test]
fn a_panic_gives_the_lock_back() {
    static LOCKED: Locked<u32> = Locked::new(1);
    assert_eq!(guard(|| LOCKED.with(|_| panic!("planted"))), status::BW_PANIC);
    assert_eq!(LOCKED.with(|value| *value), 1);
}

#[test]
fn every_reason_has_a_number_and_its_code() {
    let numbers: BTreeSet<i32> = REASONS.iter().map(|(_, number, _)| *number).collect();
    assert_eq!(numbers.len(), Reason::ALL.len());
    for reason in Reason::ALL {
        let number = status::number(reason);
        // SAFETY: the text is the library's and ends in a zero.
        let code = unsafe { CStr::from_ptr(status::bw_reason_code(number)) };
        assert_eq!(code.to_str(), Ok(reason.code()));
    }
    assert_eq!(status::number(Reason::Granted), status::BW_REASON_GRANTED);
}

#[test]
fn places_lie_one_behind_another() {
    let mut expected = (0, 0);
    for number in 0..100_000 {
        let (segment, offset) = table::position(number);
        assert_eq!((segment, offset), expected);
        expected = if offset + 1 == table::SEGMENT { (segment + 1, 0) } else { (segment, offset + 1) };
    }
}

#[test]
fn a_byte_that_is_no_ascii_is_seen_wherever_it_stands() {
    for length in 0..100 {
        let with = |odd: Option<usize>| -> Vec<u8> {
            (0..length).map(|at| if Some(at) == odd { 0x80 } else { 0x7F }).collect()
        };
        assert!(is_ascii(&with(None)), "{length}");
        assert!((0..length).all(|odd| !is_ascii(&with(Some(odd)))), "{length}");
    }
}

#[test]
fn of_two_loads_at_once_the_later_is_told() {
    let good = Text::yaml("good", "kinds: { job: { lives_in: [project] } }\ntenant: good");
    let bad = Text::yaml("bad", "tenant: bad\naccess_rules: [{ subject: nobody, role: x, scope: y }]");
    let (whole, broken) = (Policy::parse([good.clone()]), Policy::parse([good, bad]));
    let (Ok(whole), Ok(broken)) = (whole, broken) else { panic!("a policy is refused") };
    let cell = Cell::new(&whole);
    let (first, second) = (cell.engine.replace(&whole), cell.engine.replace(&broken));
    cell.keep(&broken, second);
    cell.keep(&whole, first);
    assert!(!cell.is_complete(), "what is current left a tenant out");
}

#[test]
fn what_is_read_is_not_freed() {
    let first = Pin::new();
    let epoch = pin::end_epoch();
    assert!(pin::oldest() <= epoch, "a reader of before is still there");
    let many: Vec<Pin> = (0..300).map(|_| Pin::new()).collect();
    drop(first);
    assert!(pin::oldest() == 0, "more readers than places are counted");
    drop(many);
}
