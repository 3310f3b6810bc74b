//! Dense typed indices that do not mix.

/// Declares an index type over `u32`.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub(crate) struct $name(u32);

        impl $name {
            /// Returns the id of the `index`-th thing; past `u32::MAX` it is an id that no table has.
            pub(crate) fn new(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// Returns the position in its table.
            pub(crate) fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// A tenant of a snapshot.
    TenantId
);
id!(
    /// A scope of any tenant.
    ScopeId
);
id!(
    /// A role of a tenant: the policy's first, then its own.
    RoleId
);
id!(
    /// A cluster of a tenant.
    ClusterId
);
id!(
    /// A subject of any tenant.
    SubjectId
);
id!(
    /// An action of the policy.
    ActionId
);
id!(
    /// A resource kind of the policy.
    KindId
);

impl ScopeId {
    /// Returns the bits, to compare many at once.
    pub(crate) fn bits(self) -> u32 {
        self.0
    }
}
