//! What an unquoted scalar means: the core schema of YAML 1.2, less what readers disagree on.

use std::borrow::Cow;

use crate::document::tree::{Value, shown};

/// Why an unquoted scalar is refused, and what to write instead.
pub(crate) struct Refusal {
    pub(crate) message: String,
    pub(crate) help: String,
}

/// Returns what an unquoted scalar means.
///
/// `no`, `on` and dates are text, as YAML 1.2 has it. Numbers that one reader takes for text, or for another
/// number, are refused: leading zeros, other bases, past 64 bits, and what is not finite.
pub(crate) fn resolve(written: Cow<'_, str>) -> Result<Value<'_>, Refusal> {
    match written.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Value::Null),
        "true" | "True" | "TRUE" => return Ok(Value::Boolean(true)),
        "false" | "False" | "FALSE" => return Ok(Value::Boolean(false)),
        _ => {}
    }
    let unsigned = written.strip_prefix(['-', '+']).unwrap_or(&written);
    if !unsigned.starts_with(|c: char| c == '.' || c.is_ascii_digit()) {
        return Ok(Value::Text(written));
    }
    if is_ambiguous(unsigned) {
        let message = format!("`{}` is a number to some readers and another one, or text, to others", shown(&written));
        return Err(Refusal {
            message,
            help: format!("write a name in quotes: \"{}\", a number in decimal", shown(&written)),
        });
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return integer(written);
    }
    if matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan") {
        return Err(infinite(&written));
    }
    if is_decimal(unsigned) { decimal(written) } else { Ok(Value::Text(written)) }
}

/// Returns whether JSON has a number or a word of this spelling.
pub(crate) fn is_json(written: &str) -> bool {
    let unsigned = written.strip_prefix('-').unwrap_or(written);
    let is_number = unsigned.starts_with(|c: char| c.is_ascii_digit()) && is_decimal(unsigned);
    is_number || matches!(written, "true" | "false" | "null")
}

fn integer(written: Cow<'_, str>) -> Result<Value<'_>, Refusal> {
    match written.parse() {
        Ok(number) => Ok(Value::Integer(number, written)),
        Err(_) => Err(Refusal {
            message: format!("the number `{}` does not fit 64 bits", shown(&written)),
            help: format!("write text in quotes: \"{}\"", shown(&written)),
        }),
    }
}

fn decimal(written: Cow<'_, str>) -> Result<Value<'_>, Refusal> {
    match written.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Value::Decimal(number, written)),
        _ => Err(infinite(&written)),
    }
}

fn infinite(written: &str) -> Refusal {
    Refusal {
        message: format!("the number `{}` is not finite", shown(written)),
        help: format!("write text in quotes: \"{}\"", shown(written)),
    }
}

/// Returns whether an unsigned scalar has leading zeros or another base, in the spelling of any YAML.
fn is_ambiguous(unsigned: &str) -> bool {
    let Some(rest) = unsigned.strip_prefix('0') else { return false };
    let has_leading_zero = !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit());
    let is_based = rest.strip_prefix(['x', 'X', 'o', 'O', 'b', 'B']).is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'_')
    });
    has_leading_zero || is_based
}

/// Returns whether an unsigned scalar is digits with perhaps a point and an exponent.
fn is_decimal(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let is_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let has_mantissa = is_digits(whole) && is_digits(part) && !(whole.is_empty() && part.is_empty());
    has_mantissa && exponent.is_none_or(|digits| !digits.is_empty() && is_digits(digits))
}
