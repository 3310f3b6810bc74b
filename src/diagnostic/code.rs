//! The stable codes of findings.

/// What is wrong, as a stable code.
///
/// A code is never reused. `P` codes are errors in policies and directories, `W` codes are warnings.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Code {
    /// The text is not YAML or JSON.
    Syntax,
    /// The text is larger, deeper or busier than the limits allow.
    Limit,
    /// A feature of YAML that policies do not use: tags, merges, aliases, several documents.
    Feature,
    /// A key is given twice in one mapping.
    DuplicateKey,
    /// A key is not known here.
    UnknownKey,
    /// A value has the wrong type.
    WrongType,
    /// A required key is missing.
    MissingKey,
    /// A file could not be read.
    Unreadable,
    /// The format version is not known.
    FormatVersion,
    /// A name is malformed or reserved.
    InvalidName,
    /// A scope kind is not declared.
    UnknownScopeKind,
    /// A resource kind is not declared.
    UnknownKind,
    /// An action is not declared.
    UnknownAction,
    /// A role is not defined.
    UnknownRole,
    /// A qualifier is not declared.
    UnknownQualifier,
    /// An attribute is not declared.
    UnknownAttribute,
    /// A scope is not listed.
    UnknownScope,
    /// A cluster is not listed.
    UnknownCluster,
    /// A subject is not written as `kind:name`, cannot stand here, or was deleted.
    InvalidSubject,
    /// Something is defined twice.
    Redefined,
    /// Roles include, or scope kinds contain, each other in a circle.
    Cycle,
    /// The scope kinds or axes do not form a tree.
    Topology,
    /// A resource kind cannot live where it says.
    Place,
    /// A matrix row has not one cell a role.
    MatrixRow,
    /// A cell is not a set of actions.
    InvalidCell,
    /// A qualifier stands where none belongs, or says nothing sensible.
    InvalidQualifier,
    /// A condition cannot be evaluated.
    InvalidCondition,
    /// A gate or version is malformed.
    InvalidGate,
    /// A restriction, delegation or table section contradicts itself.
    InvalidSection,
    /// A scope stands below a scope of the wrong kind.
    WrongParent,
    /// A role is held, or a subject placed, where it cannot be.
    WrongPlace,
    /// A list of clusters is empty.
    EmptyClusterList,
    /// A rule names a cluster other than the one it lies in.
    ClusterMismatch,
    /// A rule holds at no time.
    EmptyWindow,
    /// A time is neither RFC 3339 nor seconds.
    InvalidTime,
    /// Two rules are equal in all but the id.
    Duplicate,
    /// A rule says neither or both of two things of which it must say one.
    Ambiguous,
    /// A directory cannot be read for want of a policy.
    NoPolicy,
    /// Warning: an action makes no sense for a kind.
    IdleAction,
    /// Warning: two names look alike.
    LookAlike,
    /// Warning: something is defined and never used.
    Unused,
    /// Warning: a name is legal and asks for trouble.
    SuspiciousName,
    /// Warning: a bad rule of a feed counts for nothing, since a well-formed one of its id is there.
    Mended,
}

/// Whether a finding refuses what it stands in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// Refused.
    Error,
    /// Taken, and worth a look.
    Warning,
}

impl Code {
    /// Every code, in order.
    pub const ALL: [Self; 43] = [
        Self::Syntax,
        Self::Limit,
        Self::Feature,
        Self::DuplicateKey,
        Self::UnknownKey,
        Self::WrongType,
        Self::MissingKey,
        Self::Unreadable,
        Self::FormatVersion,
        Self::InvalidName,
        Self::UnknownScopeKind,
        Self::UnknownKind,
        Self::UnknownAction,
        Self::UnknownRole,
        Self::UnknownQualifier,
        Self::UnknownAttribute,
        Self::UnknownScope,
        Self::UnknownCluster,
        Self::InvalidSubject,
        Self::Redefined,
        Self::Cycle,
        Self::Topology,
        Self::Place,
        Self::MatrixRow,
        Self::InvalidCell,
        Self::InvalidQualifier,
        Self::InvalidCondition,
        Self::InvalidGate,
        Self::InvalidSection,
        Self::WrongParent,
        Self::WrongPlace,
        Self::EmptyClusterList,
        Self::ClusterMismatch,
        Self::EmptyWindow,
        Self::InvalidTime,
        Self::Duplicate,
        Self::Ambiguous,
        Self::NoPolicy,
        Self::IdleAction,
        Self::LookAlike,
        Self::Unused,
        Self::SuspiciousName,
        Self::Mended,
    ];

    /// Returns the stable number, such as `P0014`.
    // A flat table: longer than a function should be, and nothing but rows.
    #[must_use]
    pub fn number(self) -> &'static str {
        match self {
            Self::Syntax => "P0001",
            Self::Limit => "P0002",
            Self::Feature => "P0003",
            Self::DuplicateKey => "P0004",
            Self::UnknownKey => "P0005",
            Self::WrongType => "P0006",
            Self::MissingKey => "P0007",
            Self::Unreadable => "P0008",
            Self::FormatVersion => "P0009",
            Self::InvalidName => "P0010",
            Self::UnknownScopeKind => "P0011",
            Self::UnknownKind => "P0012",
            Self::UnknownAction => "P0013",
            Self::UnknownRole => "P0014",
            Self::UnknownQualifier => "P0015",
            Self::UnknownAttribute => "P0016",
            Self::UnknownScope => "P0017",
            Self::UnknownCluster => "P0018",
            Self::InvalidSubject => "P0019",
            Self::Redefined => "P0020",
            Self::Cycle => "P0021",
            Self::Topology => "P0022",
            Self::Place => "P0023",
            Self::MatrixRow => "P0024",
            Self::InvalidCell => "P0025",
            Self::InvalidQualifier => "P0026",
            Self::InvalidCondition => "P0027",
            Self::InvalidGate => "P0028",
            Self::InvalidSection => "P0029",
            Self::WrongParent => "P0030",
            Self::WrongPlace => "P0031",
            Self::EmptyClusterList => "P0032",
            Self::ClusterMismatch => "P0033",
            Self::EmptyWindow => "P0034",
            Self::InvalidTime => "P0035",
            Self::Duplicate => "P0036",
            Self::Ambiguous => "P0037",
            Self::NoPolicy => "P0038",
            Self::IdleAction => "W0001",
            Self::LookAlike => "W0002",
            Self::Unused => "W0003",
            Self::SuspiciousName => "W0004",
            Self::Mended => "W0005",
        }
    }

    /// Returns whether the finding refuses what it stands in.
    #[must_use]
    pub fn severity(self) -> Severity {
        if Self::IdleAction <= self { Severity::Warning } else { Severity::Error }
    }
}
