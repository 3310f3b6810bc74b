//! Figures as people read them: three digits and a unit.

/// Returns nanoseconds as `42 ns`, `1.38 us`, `31.6 ms`.
pub(crate) fn time(nanos: f64) -> String {
    with_unit(nanos, 1e3, &["ns", "us", "ms", "s"])
}

/// Returns bytes as `0.9 MB` of 2^20 bytes.
pub(crate) fn bytes(bytes: f64) -> String {
    with_unit((bytes / 1024.0).max(0.0), 1024.0, &["KB", "MB", "GB"])
}

/// Returns a ratio as `0.98` or `74`.
pub(crate) fn ratio(ratio: f64) -> String {
    digits(ratio)
}

fn with_unit(value: f64, step: f64, units: &[&str]) -> String {
    let mut value = value;
    let mut units = units.iter().peekable();
    let mut unit = units.next().copied().unwrap_or("");
    while step <= value {
        let Some(next) = units.next() else { break };
        value /= step;
        unit = next;
    }
    format!("{} {unit}", digits(value))
}

/// Returns three digits that count.
fn digits(value: f64) -> String {
    match value {
        value if 99.95 <= value => format!("{value:.0}"),
        value if 9.995 <= value => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_count() {
        let times = [0.5, 41.96, 230.0, 1_380.0, 999.99, 31_600.0, 2_680_000.0, 1.86e11];
        let texts = ["0.50 ns", "42.0 ns", "230 ns", "1.38 us", "1000 ns", "31.6 us", "2.68 ms", "186 s"];
        assert_eq!(times.map(time), texts);
        assert_eq!([0.0, 943_718.0, 1.2e10].map(bytes), ["0.00 KB", "922 KB", "11.2 GB"]);
        assert_eq!([0.982, 74.3, 231.2].map(ratio), ["0.98", "74.3", "231"]);
    }
}
