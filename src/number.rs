//! Numbers of policies and requests: integers and finite decimals, compared by value.

use std::cmp::Ordering;
use std::fmt;

/// A number: an integer or a finite decimal, compared by value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    Integer(i64),
    // Invariant: finite, and no integer that fits the other variant.
    Decimal(f64),
}

impl Number {
    /// Returns the number of a decimal, or nothing where it is not finite.
    pub(crate) fn decimal(value: f64) -> Option<Self> {
        if !value.is_finite() {
            return None;
        }
        let fits = value.fract() == 0.0 && (-TWO_63..TWO_63).contains(&value);
        #[expect(clippy::cast_possible_truncation, reason = "the value is integral and in the range of i64")]
        let number = if fits { Self::Integer(value as i64) } else { Self::Decimal(value) };
        Some(number)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => a.cmp(b),
            (Self::Decimal(a), Self::Decimal(b)) => a.total_cmp(b),
            (Self::Integer(a), Self::Decimal(b)) => compare(*a, *b),
            (Self::Decimal(a), Self::Integer(b)) => compare(*b, *a).reverse(),
        }
    }
}

/// Compares an integer with a decimal that is no integer in its range, exactly.
fn compare(a: i64, b: f64) -> Ordering {
    if TWO_63 <= b {
        return Ordering::Less;
    }
    if b < -TWO_63 {
        return Ordering::Greater;
    }
    #[expect(clippy::cast_possible_truncation, reason = "the floor of the value is in the range of i64")]
    let floor = b.floor() as i64;
    // The decimal has a fraction, so it lies strictly above its floor.
    if a <= floor { Ordering::Less } else { Ordering::Greater }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl std::hash::Hash for Number {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        match self {
            Self::Integer(value) => value.hash(state),
            Self::Decimal(value) => value.to_bits().hash(state),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{value}"),
        }
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn numbers_compare_by_value_across_their_forms() {
        let decimal = |value| Number::decimal(value).unwrap_or(Number::Integer(0));
        assert_eq!(Number::Integer(1), decimal(1.0));
        assert_eq!(Number::Integer(0), decimal(-0.0));
        assert!(Number::Integer(1) < decimal(1.5));
        assert!(decimal(1.5) < Number::Integer(2));
        assert!(decimal(-1.5) < Number::Integer(-1));
        assert!(Number::Integer(i64::MAX) < decimal(9_223_372_036_854_775_808.0));
        assert!(Number::Integer(9_007_199_254_740_993) > decimal(9_007_199_254_740_992.0));
        assert!(Number::decimal(f64::NAN).is_none());
    }
}
