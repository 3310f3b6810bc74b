//! Keys that are given twice: most mappings are small, and hostile text has many of them.

use std::collections::HashSet;

use foldhash::quality::RandomState;

/// Returns the first key that was given before.
pub(super) fn given_twice<'a>(keys: impl Iterator<Item = &'a str> + Clone) -> Option<&'a str> {
    let n_keys = keys.size_hint().1.unwrap_or(usize::MAX);
    if n_keys <= SMALL {
        let mut each = keys.clone().enumerate();
        return each.find(|(at, key)| keys.clone().take(*at).any(|before| before == *key)).map(|(_, key)| key);
    }
    let mut met = HashSet::with_capacity_and_hasher(n_keys.min(ROOM_MAX), RandomState::default());
    let mut keys = keys;
    keys.find(|key| !met.insert(*key))
}

/// How many keys are compared each with each.
const SMALL: usize = 8;

/// For how many keys there is room at first, at most.
const ROOM_MAX: usize = 65_536;
