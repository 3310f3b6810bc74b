//! What cannot be reached from C: panics, the arithmetic of the table, and every number told apart.

#![expect(clippy::panic, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::ffi::CStr;

use bailiwick::{ClusterNumber, Policy, Reason, Text};

use crate::boundary::{guard, is_ascii};
use crate::engine::Cell;
use crate::lock::Locked;
use crate::number::{self, Stamp, StampCell};
use crate::pin::{self, Pin};
use crate::status::{self, REASONS};
use crate::table::{self, Kind};

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

/// Returns the stamps of two snapshots; of neighbours, unless another test draws between.
fn two_stamps() -> (Stamp, Stamp) {
    match (StampCell::new().get(), StampCell::new().get()) {
        (Ok(first), Ok(second)) => (first, second),
        _ => panic!("no stamps are left"),
    }
}

#[test]
fn a_stamp_is_drawn_once() {
    let cell = StampCell::new();
    assert_eq!(cell.get(), cell.get());
    let (first, second) = two_stamps();
    assert_ne!(first, second);
}

#[test]
fn threads_that_draw_at_once_get_one_stamp() {
    for _ in 0..1_000 {
        let cell = StampCell::new();
        let (here, there) = std::thread::scope(|scope| {
            let there = scope.spawn(|| cell.get());
            (cell.get(), there.join())
        });
        assert_eq!(Some(here), there.ok());
    }
}

#[test]
fn a_number_is_told_with_its_own_stamp_and_kind_alone() {
    let kinds = [Kind::Permission, Kind::Scope, Kind::Cluster];
    let (first, second) = two_stamps();
    for (number, kind) in [0, 1, 4_096, (1 << 28) - 1].into_iter().flat_map(|number| kinds.map(|kind| (number, kind))) {
        let Ok(handle) = first.prefix(kind).handle(number) else { panic!("{number} has no handle") };
        assert_eq!(first.prefix(kind).number(handle), Some(number));
        assert_eq!(second.prefix(kind).number(handle), None, "a snapshot with as many things would answer for another");
        for other in kinds.into_iter().filter(|other| *other != kind) {
            assert_eq!(first.prefix(other).number(handle), None);
        }
    }
    assert_eq!(first.prefix(Kind::Scope).handle(1 << 28), Err(status::BW_TOO_MANY));
}

#[test]
fn a_handle_that_names_nothing_is_stale_or_bad() {
    let (first, second) = two_stamps();
    let Ok(handle) = first.prefix(Kind::Scope).handle(7) else { panic!("7 has no handle") };
    assert_eq!(second.prefix(Kind::Scope).unfit(handle), status::BW_STALE_HANDLE);
    assert_eq!(first.prefix(Kind::Scope).unfit(handle), status::BW_BAD_HANDLE, "there is no such number");
    assert_eq!(first.prefix(Kind::Permission).unfit(handle), status::BW_BAD_HANDLE);
    assert_eq!(first.prefix(Kind::Scope).unfit(handle | 1 << 59), status::BW_BAD_HANDLE, "no such stamp was drawn");
    let of_no_snapshot = Kind::Scope.bits() | 7;
    assert_eq!(first.prefix(Kind::Scope).unfit(of_no_snapshot), status::BW_BAD_HANDLE, "no snapshot has stamp 0");
}

#[test]
fn clusters_of_all_tenants_have_numbers_of_their_own() {
    let of = |tenant, cluster| number::of_cluster(ClusterNumber { tenant, cluster });
    for (tenant, cluster) in [(0, 0), (0, 4_095), (1, 0), (65_535, 4_095)] {
        assert_eq!(of(tenant, cluster).map(number::to_cluster), Ok(ClusterNumber { tenant, cluster }));
    }
    assert_eq!(of(0, 4_096), Err(status::BW_TOO_MANY));
    let (stamp, _) = two_stamps();
    let beyond = of(65_536, 0).and_then(|number| stamp.prefix(Kind::Cluster).handle(number));
    assert_eq!(beyond, Err(status::BW_TOO_MANY));
}
