//! Errors as objects: every finding, with its place.

use std::ffi::c_char;

use bailiwick::{Diagnostic, Severity};

use crate::boundary::{Array, Out, Versioned, guard};
use crate::pin::Pin;
use crate::status::{self, Status};
use crate::table::{self, Kind, What};

/// Names an error object: the findings of a load, in the order of the texts. 0 is none. It is owned by whom it was
/// given to and never changes.
pub type ErrorHandle = u64;

/// How bad a finding is.
pub type SeverityCode = i32;

/// The finding refuses what it stands in.
pub const BW_SEVERITY_ERROR: SeverityCode = 0;
/// The finding refuses nothing.
pub const BW_SEVERITY_WARNING: SeverityCode = 1;

/// Which text of a finding is asked for.
pub type ErrorField = i32;

/// The stable code, such as `P0012`.
pub const BW_ERROR_CODE: ErrorField = 0;
/// What is wrong, in one sentence.
pub const BW_ERROR_MESSAGE: ErrorField = 1;
/// The path or name of the text in which it stands; empty where it stands in none.
pub const BW_ERROR_FILE: ErrorField = 2;
/// What to do; empty where there is no advice.
pub const BW_ERROR_HELP: ErrorField = 3;
/// All of it as people read it, in up to three lines.
pub const BW_ERROR_ALL: ErrorField = 4;

/// The numbers of a finding. Set `struct_size` to `sizeof(bw_finding)` before a call fills it; `bw_finding_init`
/// does.
#[repr(C)]
pub struct RawFinding {
    /// The size of the struct in bytes, set by the caller.
    pub struct_size: usize,
    /// How bad it is.
    pub severity: SeverityCode,
    /// The line, from 1; 0 where it stands in no text.
    pub line: u32,
    /// The column in characters, from 1; 0 where it stands in no text.
    pub column: u32,
    /// The length in characters; 0 where it is not known.
    pub length: u32,
}

// SAFETY: `repr(C)`, begins with a `usize`, and has numbers alone.
unsafe impl Versioned for RawFinding {}

/// Writes the number of findings to `*n_findings`. The error 0 has none.
#[unsafe(no_mangle)]
pub extern "C" fn bw_error_count(error: ErrorHandle, n_findings: Out<usize>) -> Status {
    guard(|| {
        n_findings.put(0)?;
        if error == 0 {
            return Ok(());
        }
        n_findings.put(findings(&Pin::new(), error)?.len())
    })
}

/// Fills the numbers of a finding, counted from 0.
#[unsafe(no_mangle)]
pub extern "C" fn bw_error_finding(error: ErrorHandle, index: usize, mut finding: Out<RawFinding>) -> Status {
    guard(|| {
        let finding = finding.versioned()?;
        let RawFinding { struct_size, .. } = *finding;
        *finding = RawFinding { struct_size, severity: BW_SEVERITY_ERROR, line: 0, column: 0, length: 0 };
        let pin = Pin::new();
        let found = findings(&pin, error)?.get(index).ok_or(status::BW_NO_SUCH_ITEM)?;
        if found.severity() == Severity::Warning {
            finding.severity = BW_SEVERITY_WARNING;
        }
        if let Some(place) = &found.place {
            (finding.line, finding.column, finding.length) = (place.line, place.column, place.length);
        }
        Ok(())
    })
}

/// Copies a text of a finding, counted from 0, into `buffer`, with a zero byte behind it.
///
/// `*length` is the length without the zero. `capacity` must be greater; where it is not, nothing is copied and the
/// status is `BW_BUFFER_TOO_SMALL`. Ask with NULL and 0 to learn the length.
#[unsafe(no_mangle)]
pub extern "C" fn bw_error_text(
    error: ErrorHandle,
    index: usize,
    field: ErrorField,
    buffer: Array<c_char>,
    capacity: usize,
    length: Out<usize>,
) -> Status {
    guard(|| {
        length.put(0)?;
        let pin = Pin::new();
        let found = findings(&pin, error)?.get(index).ok_or(status::BW_NO_SUCH_ITEM)?;
        let all;
        let text = match field {
            BW_ERROR_CODE => found.code.number(),
            BW_ERROR_MESSAGE => found.message.as_str(),
            BW_ERROR_FILE => found.place.as_ref().map_or("", |place| &place.file),
            BW_ERROR_HELP => found.help.as_deref().unwrap_or(""),
            BW_ERROR_ALL => {
                all = found.to_string();
                all.as_str()
            }
            _ => return Err(status::BW_INVALID_ARGUMENT),
        };
        buffer.copy(capacity, text, &length)
    })
}

/// Frees an error object. 0 is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bw_error_free(error: ErrorHandle) -> Status {
    guard(|| table::remove(Kind::Error, error))
}

/// The findings of an error object.
pub(crate) struct Findings(pub(crate) Vec<Diagnostic>);

/// Makes an error object where one is wanted.
pub(crate) fn offer(error: &Out<ErrorHandle>, findings: &[Diagnostic]) -> Result<(), Status> {
    if error.is_wanted() { error.put(table::insert(What::Error(Findings(findings.to_vec())))?) } else { Ok(()) }
}

fn findings(pin: &Pin, error: ErrorHandle) -> Result<&[Diagnostic], Status> {
    match table::find(pin, error)? {
        What::Error(Findings(findings)) => Ok(findings),
        _ => Err(status::BW_BAD_HANDLE),
    }
}
