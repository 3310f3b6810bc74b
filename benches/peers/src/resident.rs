//! How much memory a process holds.

use std::fs;

/// Returns the resident bytes of this process, or 0 where the system does not tell.
pub(crate) fn bytes() -> f64 {
    bytes_of("self")
}

/// Returns the resident bytes of a process, or 0 where the system does not tell.
pub(crate) fn bytes_of(process: &str) -> f64 {
    number(&format!("/proc/{process}/status"), "VmRSS:")
}

/// Returns the bytes of memory that processes may still take, or what a small machine has where the system does not tell.
pub(crate) fn available() -> f64 {
    let bytes = number("/proc/meminfo", "MemAvailable:");
    if bytes == 0.0 { 4e9 } else { bytes }
}

fn number(path: &str, key: &str) -> f64 {
    let text = fs::read_to_string(path).unwrap_or_default();
    let kibibytes = text.lines().find_map(|line| line.strip_prefix(key)?.split_whitespace().next()?.parse().ok());
    kibibytes.map_or(0.0, |kibibytes: f64| kibibytes * 1024.0)
}
