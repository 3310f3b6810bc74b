//! Instants: aware datetimes in and out, and the clock where none is given.

#[cfg(not(target_os = "linux"))]
use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(not(target_os = "linux"))]
use pyo3::exceptions::PyOSError;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::errors;

/// Returns the instant of a datetime in seconds since the epoch, or that of the clock where there is none.
#[inline]
pub(crate) fn now(given: Option<&Bound<'_, PyAny>>) -> PyResult<i64> {
    given.map_or_else(clock, |given| seconds("now", given))
}

/// Returns the instant of an aware datetime, rounded down to whole seconds.
///
/// The subtraction is that of `datetime` itself, whatever a subclass makes of it; the result is an exact `timedelta`.
pub(crate) fn seconds(what: &str, given: &Bound<'_, PyAny>) -> PyResult<i64> {
    let py = given.py();
    let calendar = Calendar::of(py)?;
    if !given.is_instance(calendar.datetime.bind(py))? {
        return Err(errors::wrong_type(what, "a datetime with a time zone", given));
    }
    let offset = calendar.datetime.bind(py).call_method1("utcoffset", (given,))?;
    if offset.is_none() {
        return Err(PyValueError::new_err(format!("{what}: expected a datetime with a time zone, found one without")));
    }
    let past = calendar.datetime.bind(py).call_method1("__sub__", (given, &calendar.epoch))?;
    past.floor_div(&calendar.second)?.extract()
}

/// Returns whether something is a datetime.
pub(crate) fn is_datetime(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    given.is_instance(Calendar::of(given.py())?.datetime.bind(given.py()))
}

/// Returns an instant as a datetime in UTC; one that a datetime cannot say becomes the nearest that it can.
pub(crate) fn datetime(py: Python<'_>, seconds: i64) -> PyResult<Bound<'_, PyAny>> {
    let calendar = Calendar::of(py)?;
    let (first, last) = SECONDS;
    let past = calendar.second.bind(py).mul(seconds.clamp(first, last))?;
    calendar.epoch.bind(py).add(past)
}

/// Returns the time of the clock, in whole seconds. The coarse one may be a tick late, some milliseconds.
#[cfg(target_os = "linux")]
#[inline]
fn clock() -> PyResult<i64> {
    Ok(rustix::time::clock_gettime(rustix::time::ClockId::RealtimeCoarse).tv_sec)
}

#[cfg(not(target_os = "linux"))]
fn clock() -> PyResult<i64> {
    let past = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    let seconds = past.and_then(|past| i64::try_from(past.as_secs()).ok());
    seconds.ok_or_else(|| PyOSError::new_err("the clock stands before 1970: say `now`"))
}

/// What is needed of the module `datetime`.
struct Calendar {
    datetime: Py<PyType>,
    epoch: Py<PyAny>,
    second: Py<PyAny>,
}

impl Calendar {
    fn of(py: Python<'_>) -> PyResult<&Self> {
        CALENDAR.get_or_try_init(py, || {
            let module = py.import("datetime")?;
            let datetime = module.getattr("datetime")?;
            let utc = module.getattr("timezone")?.getattr("utc")?;
            let epoch = datetime.call1((1970, 1, 1, 0, 0, 0, 0, utc))?.unbind();
            let second = module.getattr("timedelta")?.call1((0, 1))?.unbind();
            Ok(Self { datetime: datetime.cast_into()?.unbind(), epoch, second })
        })
    }
}

static CALENDAR: PyOnceLock<Calendar> = PyOnceLock::new();

/// The first and the last instant that a datetime in UTC can say.
const SECONDS: (i64, i64) = (-62_135_596_800, 253_402_300_799);
