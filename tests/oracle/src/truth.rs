//! Three-valued logic: an error is neither true nor false, and a decisive answer wins over it.

/// True, false, or not to be told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Truth {
    True,
    False,
    Error,
}

use Truth::{Error, False, True};

impl Truth {
    pub(crate) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut result = True;
        for part in parts {
            match part {
                False => return False,
                Error => result = Error,
                True => {}
            }
        }
        result
    }

    pub(crate) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        Self::all(parts.into_iter().map(Self::not)).not()
    }

    pub(crate) fn not(self) -> Self {
        match self {
            True => False,
            False => True,
            Error => Error,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { True } else { False }
    }
}
