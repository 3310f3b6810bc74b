//! Did you mean: the known name closest to a misspelt one.

/// Returns the candidate closest to `name`, if one is close enough to be meant.
///
/// Close is an edit distance (insert, delete, replace, swap neighbours) of at most a third of the name's length,
/// compared without regard to ASCII case; ties go to the first.
///
/// # Cost
///
/// Proportional to the product of the lengths for each candidate; names past 64 characters are not compared.
#[must_use]
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted: Vec<char> = name.chars().take(LENGTH_MAX + 1).collect();
    if LENGTH_MAX < wanted.len() {
        return None;
    }
    let distance_max = (wanted.len() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(&wanted, candidate, distance_max), candidate))
        .filter(|(distance, candidate)| *distance <= distance_max && *candidate != name)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the edit distance, or a huge one where the candidate is too long or too short to be close.
#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "both texts are at most 64 characters, and each row has one place more"
)]
fn distance(a: &[char], candidate: &str, distance_max: usize) -> usize {
    let mut b = ['\0'; LENGTH_MAX];
    let mut n_b = 0;
    for c in candidate.chars() {
        if n_b == LENGTH_MAX {
            return usize::MAX;
        }
        b[n_b] = c;
        n_b += 1;
    }
    if distance_max < a.len().abs_diff(n_b) {
        return usize::MAX;
    }
    let mut before = [0; LENGTH_MAX + 1];
    let mut last: [usize; LENGTH_MAX + 1] = std::array::from_fn(|idx| idx);
    for i in 0..a.len() {
        let mut row = [0; LENGTH_MAX + 1];
        row[0] = i + 1;
        for j in 0..n_b {
            let replace = last[j] + usize::from(!a[i].eq_ignore_ascii_case(&b[j]));
            let mut best = replace.min(last[j + 1] + 1).min(row[j] + 1);
            let is_swap = 0 < i && 0 < j && a[i] == b[j - 1] && a[i - 1] == b[j];
            if is_swap {
                best = best.min(before[j - 1] + 1);
            }
            row[j + 1] = best;
        }
        before = std::mem::replace(&mut last, row);
    }
    last[n_b]
}

const LENGTH_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_swapped_letter_is_found() {
        assert_eq!(closest("edtior", ["admin", "editor"]), Some("editor"));
    }

    #[test]
    fn a_case_twin_is_found() {
        assert_eq!(closest("Editor", ["admin", "editor"]), Some("editor"));
    }

    #[test]
    fn a_stranger_is_not_suggested() {
        assert_eq!(closest("zebra", ["admin", "editor"]), None);
    }
}
