//! How large a world is, and what is in it.

/// How many there are of each thing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sizes {
    /// Users, each with 0 to 3 groups.
    pub users: u32,
    /// Groups.
    pub groups: u32,
    /// Clusters of the tenant.
    pub clusters: u32,
    /// Departments, spread over the clusters.
    pub departments: u32,
    /// Projects, spread over the departments.
    pub projects: u32,
    /// Rules.
    pub rules: u32,
    /// Questions in a list of them.
    pub asks: u32,
}

impl Sizes {
    /// A team.
    pub const S: Self =
        Self { users: 100, groups: 10, clusters: 1, departments: 2, projects: 10, rules: 300, asks: 20_000 };
    /// A company.
    pub const M: Self = Self {
        users: 10_000,
        groups: 500,
        clusters: 4,
        departments: 20,
        projects: 1_000,
        rules: 30_000,
        asks: 100_000,
    };
    /// The largest there is.
    pub const L: Self = Self {
        users: 1_000_000,
        groups: 20_000,
        clusters: 20,
        departments: 500,
        projects: 50_000,
        rules: 3_000_000,
        asks: 100_000,
    };

    /// Returns the sizes of a letter.
    #[must_use]
    pub fn of(letter: &str) -> Option<Self> {
        match letter {
            "S" => Some(Self::S),
            "M" => Some(Self::M),
            "L" => Some(Self::L),
            _ => None,
        }
    }
}

/// How many rules in a hundred are more than plain; none by default.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Extras {
    /// Are limited to one cluster.
    pub clusters: u32,
    /// Hold from one instant until another.
    pub windows: u32,
    /// Have a condition on the context.
    pub conditions: u32,
    /// Deny what their role allows.
    pub denies: u32,
}

/// What a world is made from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Plan {
    /// How much of everything.
    pub sizes: Sizes,
    /// From which everything else follows.
    pub seed: u64,
    /// Rules that are more than plain.
    pub extras: Extras,
}

impl Plan {
    /// Returns the plan that everybody measures: the seed is fixed and every rule plain.
    #[must_use]
    pub fn plain(sizes: Sizes) -> Self {
        Self { sizes, seed: SEED, extras: Extras::default() }
    }
}

/// The seed of the worlds that are measured.
const SEED: u64 = 20_261_122;
