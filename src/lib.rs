#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod admin;
mod attribute;
mod bits;
pub mod cases;
mod compile;
mod decide;
mod diagnostic;
pub mod document;
mod engine;
mod explain;
mod export;
mod id;
mod load;
mod matrix;
mod model;
mod name;
mod number;
mod snapshot;
mod span;
mod suggest;
mod time;

pub use admin::{
    Actor, Answer, Approved, Assignable, Change, ChangeCode, Denied, Denies, Edit, Given, Holder, Missing, RuleLimits,
    Rules, StaleApproval,
};
pub use attribute::AttributeType;
pub use decide::{
    Cluster, ClusterNumber, Decision, Groups, LookupError, NumberedSubject, Permission, PreparedRequest, Reason,
    Request, RuleSource, Scope, Situation, Source, Subject, Value,
};
pub use diagnostic::{ClosedTenant, Code, Diagnostic, Fate, FeedCount, FeedEntry, FeedReport, Place, Severity};
pub use engine::Engine;
pub use explain::{Explanation, Finding, Lack, RestrictionFinding, Step, Unknown, Verdict};
pub use load::{Feed, LoadError, Loader, Policy, Progress, Text};
pub use matrix::{Heading, Matrix, MatrixCell};
pub use snapshot::{Condition, Snapshot};
pub use span::Span;
pub use suggest::closest;
pub use time::{format_rfc3339, parse_rfc3339};
