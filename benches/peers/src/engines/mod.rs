//! The engines, one file each.

mod bailiwick;
mod casbin;
mod cedar;
mod floor;
mod naive;
mod oso;
mod regorus;

use bailiwick_worlds::Extras;

use crate::figures::Figures;
use crate::measure::{Job, measure, measure_on_threads};

/// An engine of the list.
pub(crate) struct Entry {
    /// What it is called on the command line and in the figures.
    pub(crate) name: &'static str,
    /// What people read.
    pub(crate) title: &'static str,
    /// The package of which the version is told.
    pub(crate) package: Option<&'static str>,
    pub(crate) role: Role,
    /// Whether it is asked in names, as requests come, or by what was looked up before.
    pub(crate) is_by_names: bool,
    /// Which rules of its world are more than plain.
    pub(crate) extras: Extras,
    pub(crate) run: fn(&Job) -> Figures,
}

/// One rule in ten has a cluster, a window, a condition, or denies.
const ONE_IN_TEN: Extras = Extras { clusters: 2, windows: 3, conditions: 3, denies: 2 };
const PLAIN: Extras = Extras { clusters: 0, windows: 0, conditions: 0, denies: 0 };

/// What an engine is here for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Role {
    Ours,
    Floor,
    Naive,
    Peer,
}

/// Every engine, in the order of a round.
pub(crate) const ENTRIES: &[Entry] = &[
    entry("bailiwick-handles", "**bailiwick, handles**", Role::Ours, false, measure_on_threads::<bailiwick::Handles>),
    entry("bailiwick-strings", "**bailiwick, strings**", Role::Ours, true, measure_on_threads::<bailiwick::Strings>),
    Entry {
        extras: ONE_IN_TEN,
        ..entry(
            "bailiwick-handles-rich",
            "bailiwick, handles, one rule in ten more than plain",
            Role::Ours,
            false,
            measure_on_threads::<bailiwick::Handles>,
        )
    },
    Entry {
        extras: ONE_IN_TEN,
        ..entry(
            "bailiwick-strings-rich",
            "bailiwick, strings, one rule in ten more than plain",
            Role::Ours,
            true,
            measure_on_threads::<bailiwick::Strings>,
        )
    },
    entry("floor-handles", "floor, handles", Role::Floor, false, measure_on_threads::<floor::Handles>),
    entry("floor-strings", "floor, strings", Role::Floor, true, measure_on_threads::<floor::Strings>),
    entry("naive", "nested std HashMaps", Role::Naive, true, measure_on_threads::<naive::Naive>),
    peer("regorus-rvm", "regorus, virtual machine", "regorus", measure_on_threads::<regorus::Machine>),
    peer("cedar-roles", "cedar-policy, roles as groups", "cedar-policy", measure_on_threads::<cedar::Roles>),
    peer("cedar-tree", "cedar-policy, scope tree as groups", "cedar-policy", measure_on_threads::<cedar::Tree>),
    peer("regorus-interpreter", "regorus, interpreter", "regorus", measure_on_threads::<regorus::Interpreter>),
    peer("oso", "oso, facts", "oso", measure::<oso::Facts>),
    peer("casbin", "casbin", "casbin", measure_on_threads::<casbin::Casbin>),
];

const fn entry(
    name: &'static str,
    title: &'static str,
    role: Role,
    is_by_names: bool,
    run: fn(&Job) -> Figures,
) -> Entry {
    Entry { name, title, package: None, role, is_by_names, extras: PLAIN, run }
}

const fn peer(name: &'static str, title: &'static str, package: &'static str, run: fn(&Job) -> Figures) -> Entry {
    Entry { name, title, package: Some(package), role: Role::Peer, is_by_names: true, extras: PLAIN, run }
}
