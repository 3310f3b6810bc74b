//! Which library this is.

use std::ffi::{CStr, c_char};

/// The version of this header: major, minor and patch in 8 bits each. A program compares it with `bw_version()`.
pub const BW_VERSION: u32 = 0x0000_0100;

/// Returns the version of the library that is loaded, in the form of `BW_VERSION`.
///
/// While the major version is 0 a library fits a header of the same minor version; from 1 on, of the same major
/// version and no later a minor one.
#[unsafe(no_mangle)]
pub extern "C" fn bw_version() -> u32 {
    BW_VERSION
}

/// Returns the version of the library as text, such as `0.1.0`.
///
/// The text ends in a zero byte, is the library's and lives as long as it is loaded.
#[unsafe(no_mangle)]
pub extern "C" fn bw_version_text() -> *const c_char {
    TEXT.as_ptr()
}

const TEXT: &CStr = match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
    Ok(text) => text,
    Err(_) => c"",
};
