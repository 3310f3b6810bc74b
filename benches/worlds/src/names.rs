//! What everybody is called; a caller may call them otherwise.

/// Something that has a name, with its number among its like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Named {
    /// A user; the name goes without `user:`.
    User(u32),
    /// A group; the name goes without `group:`.
    Group(u32),
    /// A cluster.
    Cluster(u32),
    /// A department.
    Department(u32),
    /// A project.
    Project(u32),
}

/// Returns the name in the worlds that are measured.
#[must_use]
pub fn plain_name(named: Named) -> String {
    match named {
        Named::User(n) => format!("u{n}@acme.io"),
        Named::Group(n) => format!("g{n}"),
        Named::Cluster(n) => format!("c{n}"),
        Named::Department(n) => format!("d{n}"),
        Named::Project(n) => format!("p{n}"),
    }
}
