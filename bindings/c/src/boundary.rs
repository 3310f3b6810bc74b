//! The border: every pointer, length and panic that crosses it is met here.
//!
//! What C hands over arrives as [`In`], [`Out`], [`Str`] and lists of them. Only C can make a pointer of those types,
//! and what the header says of pointers is what the unsafe code here relies on: one that is not NULL and is aligned
//! points at as many values as were promised, until the call returns. Everything else is looked at first: NULL,
//! lengths, alignment, UTF-8, sizes of structs.

use std::ffi::c_char;
use std::mem::MaybeUninit;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;

use crate::status::{self, Status};

/// A pointer to one value that is read.
#[repr(transparent)]
pub struct In<T>(*const T);

/// A pointer to one value that is written.
#[repr(transparent)]
pub struct Out<T>(*mut T);

/// A pointer to the first of several values that are read.
#[repr(transparent)]
pub struct List<T>(*const T);

/// A pointer to the first of several values that are written.
#[repr(transparent)]
pub struct Array<T>(*mut T);

/// Bytes in UTF-8: a pointer and a length, without a zero at the end.
///
/// They are borrowed until the call returns and never kept. A NULL pointer with length 0 is 'left out'; a NULL
/// pointer with another length, bytes that are not UTF-8, and more than `BW_LENGTH_MAX` of them are refused with
/// `BW_INVALID_ARGUMENT`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Str {
    /// The first byte.
    data: *const c_char,
    /// How many bytes.
    len: usize,
}

/// The most bytes of one string of a question or a change; texts of policies may be longer.
pub const BW_LENGTH_MAX: usize = 1_048_576;

/// A struct that begins with its size in bytes and grows at its end.
///
/// # Safety
///
/// The first field is a `usize`, the struct is `repr(C)`, and every pattern of bits is a value of it.
pub unsafe trait Versioned: Sized {}

/// Runs what an exported function does: an error is its status, and a panic is `BW_PANIC`.
///
/// The process's panic hook is left as it is. The payload is not dropped, for that could panic again.
#[inline]
pub(crate) fn guard(work: impl FnOnce() -> Result<(), Status>) -> Status {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => status::BW_OK,
        Ok(Err(status)) => status,
        Err(payload) => {
            std::mem::forget(payload);
            status::BW_PANIC
        }
    }
}

impl<T> In<T> {
    /// Returns the value; an error where there is none.
    pub(crate) fn get(&self) -> Result<&T, Status> {
        readable(self.0)?;
        // SAFETY: neither NULL nor out of line, so by the contract of this module it points at a value.
        Ok(unsafe { &*self.0 })
    }
}

impl<T> In<T> {
    /// Returns whether two pointers are the same.
    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl<T: Versioned> In<T> {
    /// Returns a struct that says its size; an error where it is shorter than ours, or longer with something in the
    /// part that we do not know.
    #[inline]
    pub(crate) fn versioned(&self) -> Result<&T, Status> {
        readable(self.0)?;
        // SAFETY: as in `get`, and by `Versioned` every such struct begins with its size.
        let size = unsafe { *self.0.cast::<usize>() };
        if size != size_of::<T>() {
            longer(self.0, size)?;
        }
        // SAFETY: it is as long as ours, and by `Versioned` all bits are a value.
        Ok(unsafe { &*self.0 })
    }
}

/// Accepts a struct of a later header, if nothing is set there that we do not know.
#[cold]
fn longer<T: Versioned>(start: *const T, size: usize) -> Result<(), Status> {
    if size < size_of::<T>() || STRUCT_MAX < size {
        return Err(status::BW_UNSUPPORTED);
    }
    // SAFETY: the caller says that the struct is as long as that, and bytes can always be read as bytes.
    let bytes = unsafe { slice::from_raw_parts(start.cast::<u8>(), size) };
    let is_zero = bytes.iter().skip(size_of::<T>()).all(|byte| *byte == 0);
    if is_zero { Ok(()) } else { Err(status::BW_UNSUPPORTED) }
}

impl<T> Out<T> {
    /// Writes a value; an error where there is no room for one.
    #[inline]
    pub(crate) fn put(&self, value: T) -> Result<(), Status> {
        readable(self.0)?;
        // SAFETY: neither NULL nor out of line, so by the contract of this module there is room for a value.
        unsafe { self.0.write(value) };
        Ok(())
    }

    /// Returns whether a value is wanted: NULL says that it is not.
    pub(crate) fn is_wanted(&self) -> bool {
        !self.0.is_null()
    }

    /// Writes a value where one is wanted.
    pub(crate) fn offer(&self, value: T) -> Result<(), Status> {
        if self.is_wanted() { self.put(value) } else { Ok(()) }
    }
}

impl<T: Versioned> Out<T> {
    /// Returns a struct that says its size, for its fields to be written.
    #[inline]
    pub(crate) fn versioned(&mut self) -> Result<&mut T, Status> {
        In(self.0.cast_const()).versioned()?;
        // SAFETY: it is as long as ours and all bits are a value; by the contract nobody else uses it during the
        // call.
        Ok(unsafe { &mut *self.0 })
    }
}

impl<T> List<T> {
    /// Returns the values.
    #[inline]
    pub(crate) fn get(&self, n: usize) -> Result<&[T], Status> {
        if n == 0 {
            return Ok(&[]);
        }
        readable(self.0)?;
        fits::<T>(n)?;
        // SAFETY: neither NULL nor out of line, and no longer than memory can hold; by the contract there are `n`
        // values.
        Ok(unsafe { slice::from_raw_parts(self.0, n) })
    }
}

impl<T: Copy> Array<T> {
    /// Returns room for values, all set to one; nothing where none are wanted.
    pub(crate) fn fill(&mut self, n: usize, value: T) -> Result<Option<&mut [T]>, Status> {
        if self.0.is_null() || n == 0 {
            return Ok(None);
        }
        readable(self.0)?;
        fits::<T>(n)?;
        for at in 0..n {
            // SAFETY: by the contract there is room for `n` values, and `at` is less.
            unsafe { self.0.add(at).write(value) };
        }
        // SAFETY: all values were just written, and nobody else uses them during the call.
        Ok(Some(unsafe { slice::from_raw_parts_mut(self.0, n) }))
    }
}

impl Array<c_char> {
    /// Copies a text and a zero behind it, if there is room; tells the length of the text without the zero in any
    /// case.
    pub(crate) fn copy(&self, capacity: usize, text: &str, length: &Out<usize>) -> Result<(), Status> {
        length.put(text.len())?;
        if self.0.is_null() && capacity != 0 {
            return Err(status::BW_INVALID_ARGUMENT);
        }
        if capacity <= text.len() {
            return Err(status::BW_BUFFER_TOO_SMALL);
        }
        // SAFETY: there is room for `capacity` bytes, which is more than the text has; ours and theirs do not
        // overlap.
        unsafe { self.0.copy_from_nonoverlapping(text.as_ptr().cast::<c_char>(), text.len()) };
        // SAFETY: the length is less than the capacity.
        unsafe { self.0.add(text.len()).write(0) };
        Ok(())
    }
}

impl Str {
    /// Returns the text; nothing where it is left out.
    #[inline(always)]
    pub(crate) fn optional(&self) -> Result<Option<&str>, Status> {
        if self.data.is_null() {
            return if self.len == 0 { Ok(None) } else { Err(status::BW_INVALID_ARGUMENT) };
        }
        self.within(BW_LENGTH_MAX).map(Some)
    }

    /// Returns the text, which may not be left out.
    #[inline(always)]
    pub(crate) fn required(&self) -> Result<&str, Status> {
        if self.data.is_null() {
            return Err(status::BW_INVALID_ARGUMENT);
        }
        self.within(BW_LENGTH_MAX)
    }

    /// Returns the text of a document, which may be as long as memory holds.
    pub(crate) fn document(&self) -> Result<&str, Status> {
        if self.data.is_null() {
            return Err(status::BW_INVALID_ARGUMENT);
        }
        self.within(isize::MAX.unsigned_abs())
    }

    #[inline(always)]
    fn within(&self, length_max: usize) -> Result<&str, Status> {
        if length_max < self.len {
            return Err(status::BW_INVALID_ARGUMENT);
        }
        // SAFETY: not NULL and not longer than memory can hold; by the contract there are `len` bytes until the call
        // returns.
        let bytes = unsafe { slice::from_raw_parts(self.data.cast::<u8>(), self.len) };
        if is_ascii(bytes) {
            // SAFETY: ASCII is UTF-8. The general test takes some three times as long on names (2026-11-22).
            return Ok(unsafe { std::str::from_utf8_unchecked(bytes) });
        }
        std::str::from_utf8(bytes).map_err(|_| status::BW_INVALID_ARGUMENT)
    }
}

/// A list on the stack, of no more than `N` values that need no drop.
pub(crate) struct Few<T: Copy, const N: usize> {
    values: [MaybeUninit<T>; N],
    n: usize,
}

impl<T: Copy, const N: usize> Few<T, N> {
    #[inline]
    pub(crate) fn new() -> Self {
        Self { values: [const { MaybeUninit::uninit() }; N], n: 0 }
    }

    /// Adds a value; an error where the list is full.
    #[inline]
    pub(crate) fn push(&mut self, value: T) -> Result<(), Status> {
        self.values.get_mut(self.n).ok_or(status::BW_TOO_MANY)?.write(value);
        self.n = self.n.wrapping_add(1);
        Ok(())
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[T] {
        let written = self.values.get(..self.n).unwrap_or(&[]);
        // SAFETY: `push` wrote the first `n`, and `MaybeUninit<T>` lies in memory as `T` does.
        unsafe { slice::from_raw_parts(written.as_ptr().cast::<T>(), written.len()) }
    }
}

/// Returns whether all bytes are ASCII, with a few loads where there are few: the first and the last overlap, so that up
/// to 32 bytes take no loop.
#[inline(always)]
pub(crate) fn is_ascii(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    if let (Some(first), Some(last)) = (bytes.first_chunk::<16>(), bytes.last_chunk::<16>()) {
        // Both halves are there; were one not, the general test would tell.
        let word = |eight: Option<&[u8; 8]>| eight.map_or(u64::MAX, |eight| u64::from_ne_bytes(*eight));
        let ends =
            word(first.first_chunk()) | word(first.last_chunk()) | word(last.first_chunk()) | word(last.last_chunk());
        return ends & HIGH == 0 && (bytes.len() <= 32 || is_long_ascii(bytes));
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        return (u64::from_ne_bytes(*first) | u64::from_ne_bytes(*last)) & HIGH == 0;
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let ends = u32::from_ne_bytes(*first) | u32::from_ne_bytes(*last);
        return u64::from(ends) & HIGH == 0;
    }
    let all = match bytes {
        [a, b, c] => a | b | c,
        [a, b] => a | b,
        [a] => *a,
        _ => 0,
    };
    all < 0x80
}

#[inline(never)]
fn is_long_ascii(bytes: &[u8]) -> bool {
    bytes.is_ascii()
}

/// Refuses NULL and pointers that are out of line.
#[inline]
fn readable<T>(pointer: *const T) -> Result<(), Status> {
    if pointer.is_null() {
        return refused();
    }
    if pointer.is_aligned() { Ok(()) } else { refused() }
}

/// Two branches that are never taken take three instructions less than their conditions put together (2026-11-23).
#[cold]
fn refused() -> Result<(), Status> {
    Err(status::BW_INVALID_ARGUMENT)
}

/// Refuses more values than memory can hold.
#[inline]
fn fits<T>(n: usize) -> Result<(), Status> {
    let bytes = n.checked_mul(size_of::<T>()).filter(|bytes| *bytes <= isize::MAX.unsigned_abs());
    bytes.map(|_| ()).ok_or(status::BW_INVALID_ARGUMENT)
}

/// The longest struct of any later header.
const STRUCT_MAX: usize = 4096;
