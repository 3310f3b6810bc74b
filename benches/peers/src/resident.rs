//! How much memory this process holds.

use std::fs;

/// Returns the resident bytes of this process, or 0 where the system does not tell.
pub(crate) fn bytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kibibytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok());
    kibibytes.map_or(0.0, |kibibytes: f64| kibibytes * 1024.0)
}
