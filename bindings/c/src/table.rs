//! The table of what has a handle and is freed: a place, how often it was used before, and what stands there now.
//!
//! A handle is `kind, 4 bits | generation, 32 bits | place, 28 bits` and is compared whole with the one that stands
//! at its place, so that one that was freed, is of another kind or was made up is told from one that lives. No handle
//! is given twice: a place whose generations are used up is left.

use std::ptr;
use std::sync::atomic::{AtomicPtr, Ordering};

use crate::engine::Published;
use crate::fork;
use crate::lock::Locked;
use crate::pin::{self, Pin};
use crate::prepared::Prepared;
use crate::status::{self, Status};

/// What a handle names.
pub(crate) struct Entry {
    handle: u64,
    pub(crate) what: What,
}

/// What stands in the table. Which one it is lies in a byte of its own: found among the bytes of what it holds, it takes
/// eight instructions more of a check by handles (2026-11-23).
#[repr(u8)]
pub(crate) enum What {
    Engine(std::sync::Arc<crate::engine::Cell>),
    Subject(Prepared),
    Error(crate::error::Findings),
    Text(String),
    Rule(crate::rule::Rule),
    Approval(crate::change::Approval),
    /// A subject whose snapshot was given up: it can be freed and nothing else.
    Stale,
}

/// Which kind of thing a handle names: in the table or, for permissions, scopes and clusters, in [`crate::number`].
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[repr(u8)]
pub(crate) enum Kind {
    Engine = 1,
    Subject = 2,
    Permission = 3,
    Scope = 4,
    Cluster = 5,
    Error = 6,
    Text = 7,
    Rule = 8,
    Approval = 9,
}

impl Kind {
    /// Returns the kind where it lies in a handle.
    #[inline(always)]
    pub(crate) const fn bits(self) -> u64 {
        (self as u64) << KIND_SHIFT
    }
}

impl What {
    fn kind(&self) -> Kind {
        match self {
            Self::Engine(_) => Kind::Engine,
            Self::Subject(_) | Self::Stale => Kind::Subject,
            Self::Error(_) => Kind::Error,
            Self::Text(_) => Kind::Text,
            Self::Rule(_) => Kind::Rule,
            Self::Approval(_) => Kind::Approval,
        }
    }
}

/// Returns what a handle names, which stays as long as the pin.
///
/// Inlined: what it returns would go through memory.
#[inline(always)]
pub(crate) fn find(_pin: &Pin, handle: u64) -> Result<&What, Status> {
    let place = usize::try_from(handle & PLACE_MASK).ok().and_then(place).ok_or(status::BW_BAD_HANDLE)?;
    let entry = place.load(Ordering::SeqCst);
    // SAFETY: a pointer in the table is null or came from `Box::into_raw` in `insert` or `replace`, and what it
    // points at is not changed any more. It is freed only by `Retired::free`, after it was taken out of the table and
    // when no pin is left that was made before that; the reference ends with our pin, which was made before the load.
    let entry = unsafe { entry.as_ref() }.ok_or(status::BW_BAD_HANDLE)?;
    if entry.handle == handle { Ok(&entry.what) } else { Err(status::BW_BAD_HANDLE) }
}

/// Puts something into the table, and returns its handle.
pub(crate) fn insert(what: What) -> Result<u64, Status> {
    fork::prepare();
    WRITER.with(|writer| {
        let number = writer.free.pop().or_else(|| writer.grow()).ok_or(status::BW_TOO_MANY)?;
        let generation = writer.generations.get(number).copied().ok_or(status::BW_TOO_MANY)?;
        let handle = what.kind().bits()
            | u64::from(generation) << PLACE_BITS
            | u64::try_from(number).map_err(|_| status::BW_TOO_MANY)?;
        let place = place(number).ok_or(status::BW_TOO_MANY)?;
        place.store(Box::into_raw(Box::new(Entry { handle, what })), Ordering::SeqCst);
        Ok(handle)
    })
}

/// Takes something out of the table; it is gone when the last who reads it is done.
///
/// Nothing and a handle of nothing are fine: there is nothing to free.
pub(crate) fn remove(kind: Kind, handle: u64) -> Result<(), Status> {
    if handle == 0 {
        return Ok(());
    }
    let freed = WRITER.with(|writer| {
        let number = usize::try_from(handle & PLACE_MASK).map_err(|_| status::BW_BAD_HANDLE)?;
        let place = place(number).ok_or(status::BW_BAD_HANDLE)?;
        let entry = place.load(Ordering::SeqCst);
        // SAFETY: as in `find`; entries leave the table under the lock alone, which is held.
        let is_it = unsafe { entry.as_ref() }.is_some_and(|entry| entry.handle == handle && entry.what.kind() == kind);
        if !is_it {
            return Err(status::BW_BAD_HANDLE);
        }
        place.store(ptr::null_mut(), Ordering::SeqCst);
        writer.leave(number);
        Ok(writer.retire(Garbage::Entry(entry)))
    })?;
    freed.into_iter().for_each(Retired::free);
    Ok(())
}

/// Gives up what subjects hold whose snapshot is older than the current one of their engine.
pub(crate) fn give_up(engine: &crate::engine::Cell) {
    let freed = WRITER.with(|writer| {
        let mut freed = Vec::new();
        for number in 0..writer.generations.len() {
            let Some(place) = place(number) else { break };
            let entry = place.load(Ordering::SeqCst);
            // SAFETY: as in `find`; entries leave the table under the lock alone, which is held.
            let Some(old) = (unsafe { entry.as_ref() }) else { continue };
            if matches!(&old.what, What::Subject(prepared) if prepared.is_of(engine) && prepared.is_stale()) {
                let stale = Entry { handle: old.handle, what: What::Stale };
                place.store(Box::into_raw(Box::new(stale)), Ordering::SeqCst);
                freed.extend(writer.retire(Garbage::Entry(entry)));
            }
        }
        freed
    });
    freed.into_iter().for_each(Retired::free);
}

/// Changes something under the lock, so that a fork finds all of it or nothing; what is taken out is gone when the last who
/// reads it is done.
pub(crate) fn exchange<R>(work: impl FnOnce() -> (R, Option<*mut Published>)) -> R {
    let (result, freed) = WRITER.with(|writer| {
        let (result, old) = work();
        (result, old.map_or_else(Vec::new, |old| writer.retire(Garbage::Published(old))))
    });
    freed.into_iter().for_each(Retired::free);
    result
}

/// Takes the lock, before a fork.
pub(crate) fn lock() {
    WRITER.take();
}

/// Gives the lock back, after a fork.
pub(crate) fn unlock() {
    WRITER.let_go();
}

/// What only one thread at a time works on.
struct Writer {
    /// How often each place was used before.
    generations: Vec<u32>,
    /// Places where nothing stands.
    free: Vec<usize>,
    /// What was taken out and may still be read.
    retired: Vec<Retired>,
}

/// Something that was taken out, and the last epoch in which it could be found.
struct Retired {
    garbage: Garbage,
    epoch: u64,
}

/// What was taken out. Each came from `Box::into_raw` and was taken out once.
enum Garbage {
    Entry(*mut Entry),
    Published(*mut Published),
}

// SAFETY: garbage may be dropped by any thread: all that it holds is `Send`, which `assert_send` holds it to.
unsafe impl Send for Retired {}

const fn assert_send<T: Send + Sync>() {}
const _: () = assert_send::<What>();
const _: () = assert_send::<Published>();

impl Writer {
    fn grow(&mut self) -> Option<usize> {
        let number = self.generations.len();
        let (segment, _) = position(number);
        let start = SEGMENTS.get(segment)?;
        if start.load(Ordering::SeqCst).is_null() {
            let places: Box<[AtomicPtr<Entry>]> = (0..SEGMENT).map(|_| AtomicPtr::new(ptr::null_mut())).collect();
            start.store(Box::into_raw(places).cast(), Ordering::SeqCst);
        }
        self.generations.push(1);
        Some(number)
    }

    /// Leaves a place to the next, unless its generations are used up.
    fn leave(&mut self, number: usize) {
        let generation = self.generations.get_mut(number);
        if let Some((generation, next)) = generation.and_then(|it| it.checked_add(1).map(|next| (it, next))) {
            *generation = next;
            self.free.push(number);
        }
    }

    /// Keeps what was taken out while it may be read, and returns what no longer is.
    fn retire(&mut self, garbage: Garbage) -> Vec<Retired> {
        self.retired.push(Retired { garbage, epoch: pin::end_epoch() });
        let oldest = pin::oldest();
        self.retired.extract_if(.., |retired| retired.epoch < oldest).collect()
    }
}

impl Retired {
    fn free(self) {
        match self.garbage {
            // SAFETY: as `Garbage` says, and no reader is left who could hold it.
            Garbage::Entry(entry) => drop(unsafe { Box::from_raw(entry) }),
            // SAFETY: as `Garbage` says, and no reader is left who could hold it.
            Garbage::Published(old) => drop(unsafe { Box::from_raw(old) }),
        }
    }
}

/// Returns a place of the table, if the table is that large.
#[inline(always)]
fn place(number: usize) -> Option<&'static AtomicPtr<Entry>> {
    let (segment, offset) = position(number);
    let start = SEGMENTS.get(segment)?.load(Ordering::Acquire);
    if start.is_null() {
        return None;
    }
    // SAFETY: the segment was made by `grow` and is never taken down; it has `SEGMENT` places, and by `position` the
    // offset is less.
    Some(unsafe { &*start.add(offset) })
}

/// Returns in which segment a place lies, and where there. All are of one size, so that both are parts of the number.
#[inline(always)]
pub(crate) fn position(number: usize) -> (usize, usize) {
    (number / SEGMENT, number % SEGMENT)
}

/// How many places a segment has.
pub(crate) const SEGMENT: usize = 1 << 12;
/// Where the kind of a handle begins.
pub(crate) const KIND_SHIFT: u32 = 60;
/// The lowest bits of a handle: its place, or its number. Above them lies what tells old from new, and then the kind.
pub(crate) const PLACE_BITS: u32 = 28;
const PLACE_MASK: u64 = (1 << PLACE_BITS) - 1;

/// How many segments there may be: as many as the places of a handle need.
const N_SEGMENTS: usize = (1 << PLACE_BITS) / SEGMENT;

/// A segment is made once and never moves or goes, so that readers need no lock to find a place. What is not used of
/// the list takes no memory: it is zero from the start.
static SEGMENTS: [AtomicPtr<AtomicPtr<Entry>>; N_SEGMENTS] = [const { AtomicPtr::new(ptr::null_mut()) }; N_SEGMENTS];
static WRITER: Locked<Writer> = Locked::new(Writer { generations: Vec::new(), free: Vec::new(), retired: Vec::new() });
