//! Instants as text: RFC 3339 in, seconds since the epoch out.

/// Parses RFC 3339 in the two forms `2026-01-31T09:00:00Z` and `2026-01-31T09:00:00+01:00`, without fractions.
///
/// Returns nothing for anything else, leap seconds included: an instant of a policy is a whole second that every
/// clock agrees on.
///
/// ```
/// assert_eq!(bailiwick::parse_rfc3339("1970-01-01T00:01:00Z"), Some(60));
/// assert_eq!(bailiwick::parse_rfc3339("1970-01-01 00:01:00Z"), None);
/// ```
#[must_use]
pub fn parse_rfc3339(text: &str) -> Option<i64> {
    let offset = text.get(DATE_TIME.len()..)?;
    let has_form = |text: &str, form: &str| {
        let fits = |(byte, form): (u8, u8)| if form == b'0' { byte.is_ascii_digit() } else { byte == form };
        text.len() == form.len() && text.bytes().zip(form.bytes()).all(fits)
    };
    let is_in_a_day = offset.get(1..3).is_some_and(|hours| hours < "24");
    let is_offset = offset == "Z" || (is_in_a_day && (has_form(offset, "+00:00") || has_form(offset, "-00:00")));
    let is_leap = text.get(17..19)? == "60";
    if !has_form(text.get(..DATE_TIME.len())?, DATE_TIME) || !is_offset || is_leap {
        return None;
    }
    text.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// Formats seconds since the epoch as RFC 3339 in UTC; far years that it cannot express are written as seconds.
///
/// ```
/// assert_eq!(bailiwick::format_rfc3339(60), "1970-01-01T00:01:00Z");
/// ```
#[must_use]
pub fn format_rfc3339(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

const DATE_TIME: &str = "0000-00-00T00:00:00";
