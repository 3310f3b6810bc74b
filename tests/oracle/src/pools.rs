//! The few names and values of which random worlds are made: few, so that they meet.

use bailiwick::document::Literal;

/// Instants at which rules begin and end, in order; some are neighbours, and one lies before the epoch.
pub(crate) const INSTANTS: [i64; 7] =
    [-1, 1_767_139_200, 1_767_225_600, 1_767_225_601, 1_767_229_200, 1_767_232_800, 1_772_323_200];

/// Numbers in order by value; some are equal by value and written in two ways, some differ by less than a decimal tells.
pub(crate) const NUMBERS: [Literal; 16] = [
    Literal::Decimal(-9_223_372_036_854_775_808.0),
    Literal::Integer(i64::MIN),
    Literal::Integer(-1),
    Literal::Decimal(0.0),
    Literal::Integer(0),
    Literal::Decimal(0.5),
    Literal::Integer(1),
    Literal::Decimal(1.0),
    Literal::Decimal(1.5),
    Literal::Integer(2),
    Literal::Decimal(2.0),
    Literal::Integer(8),
    Literal::Decimal(9_007_199_254_740_992.0),
    Literal::Integer(9_007_199_254_740_993),
    Literal::Integer(i64::MAX),
    Literal::Decimal(9_223_372_036_854_775_808.0),
];

/// Texts.
pub(crate) const TEXTS: [&str; 6] = ["red", "Red", "blue", "corporate", "user:ana", ""];

/// Tenants; two differ in case alone, and one begins with another.
pub(crate) const TENANTS: [&str; 5] = ["acme", "globex", "Acme", "acme-2", "initech"];

/// Users, without their kind; two look the same and are not.
pub(crate) const USERS: [&str; 6] = ["ana", "bob", "Ana", "caf\u{E9}@acme.io", "cafe\u{301}@acme.io", "*"];

/// Applications, without their kind.
pub(crate) const APPS: [&str; 3] = ["ci", "bot", "ana"];

/// Groups, without their kind; one bears a user's name.
pub(crate) const GROUPS: [&str; 6] = ["ml", "ops", "ana", "Ops", "a:b", "Everyone"];

/// Subjects that conditions speak of.
pub(crate) const SUBJECTS: [&str; 6] = ["user:ana", "user:bob", "user:Ana", "app:ci", "app:ana", "group:ml"];

/// Names of scopes below the tenant; one begins with another, and two differ in case alone.
pub(crate) const SCOPES: [&str; 8] = ["web", "web-2", "Web", "vision", "core team", "*", "..", "acme"];

/// Names of clusters.
pub(crate) const CLUSTERS: [&str; 5] = ["west", "east", "West", "north", "*"];

/// Roles of the policy.
pub(crate) const ROLES: [&str; 6] = ["admin", "editor", "viewer", "lead", "Viewer", "auditor"];

/// Roles of a tenant alone.
pub(crate) const CUSTOM_ROLES: [&str; 3] = ["custom", "custom-2", "job"];

/// Modules.
pub(crate) const MODULES: [&str; 2] = ["inference", "training"];

/// Versions, of which text and number order differ.
pub(crate) const VERSIONS: [&str; 7] = ["2.9", "2.10", "2.10.0", "2.10.1", "3", "10.0", "3.0.0"];

/// How many of everything a crowded tenant has.
pub(crate) const CROWD: usize = 70;
