//! The policy that the worlds are worlds of.

/// What becomes of the restrictions of the shipped policy.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Restrictions {
    /// They stay; the questions bring what they ask for.
    Kept,
    /// They are left out: peers are asked for the role matrix alone, and so is the engine beside them.
    LeftOut,
}

/// Returns the shipped policy of release 2.13.
#[must_use]
pub fn policy_text(restrictions: Restrictions) -> &'static str {
    match restrictions {
        Restrictions::Kept => SHIPPED,
        Restrictions::LeftOut => SHIPPED.split_once(HEADER).map_or(SHIPPED, |(before, _)| before),
    }
}

const SHIPPED: &str = include_str!("../../../policies/runai-2.13.yaml");

/// The restrictions are the last section.
const HEADER: &str = "\nrestrictions:\n";
