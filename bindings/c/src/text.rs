//! Texts that the library wrote.

use std::ffi::c_char;

use crate::boundary::{Array, Out, guard};
use crate::pin::Pin;
use crate::status::{self, Status};
use crate::table::{self, Kind, What};

/// Names a text that the library wrote. 0 is none. It is owned by whom it was given to and never changes.
pub type TextHandle = u64;

/// Copies a text into `buffer`, with a zero byte behind it; `capacity` and `length` are as in `bw_error_text`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_text_copy(text: TextHandle, buffer: Array<c_char>, capacity: usize, length: Out<usize>) -> Status {
    guard(|| {
        length.put(0)?;
        let pin = Pin::new();
        match table::find(&pin, text)? {
            What::Text(text) => buffer.copy(capacity, text, &length),
            _ => Err(status::BW_BAD_HANDLE),
        }
    })
}

/// Frees a text. 0 is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bw_text_free(text: TextHandle) -> Status {
    guard(|| table::remove(Kind::Text, text))
}
