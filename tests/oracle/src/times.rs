//! RFC 3339 text to seconds since the epoch, and back.

/// Returns the instant of a text such as `2026-01-01T02:00:00+02:00`; whole seconds only.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let days = days_of(number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let seconds = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
    let offset = match text.get(19..20)? {
        "Z" => 0,
        sign => {
            let minutes = number(20, 22)? * 60 + number(23, 25)?;
            if sign == "-" { -60 * minutes } else { 60 * minutes }
        }
    };
    Some(days * 86_400 + seconds - offset)
}

/// Returns an instant as text, with an offset in hours.
pub(crate) fn format(instant: i64, offset_hours: i64) -> String {
    let local = instant + offset_hours * 3600;
    let (days, seconds) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = date_of(days);
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let zone = match offset_hours {
        0 => "Z".to_owned(),
        hours if hours < 0 => format!("-{:02}:00", -hours),
        hours => format!("+{hours:02}:00"),
    };
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{zone}")
}

/// Counts days one year and one month at a time: slow, and easy to believe.
fn days_of(year: i64, month: i64, day: i64) -> i64 {
    let years: i64 = (1970..year).map(days_in_year).sum();
    let months: i64 = (1..month).map(|it| days_in(year, it)).sum();
    years + months + day - 1
}

fn date_of(mut days: i64) -> (i64, i64, i64) {
    let mut year = 1970;
    while days_in_year(year) <= days {
        days -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while days_in(year, month) <= days {
        days -= days_in(year, month);
        month += 1;
    }
    (year, month, days + 1)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}
