//! The hot path: total, allocation free, deny by default.
//!
//! Names are looked up once; the walk then sees ids and tables, never a `Model`, a name's spelling or a clock. There is
//! one walk: checks, batches, handles and explanations differ only in what they note on the way. Most questions are settled at
//! a glance before it, which follows the walk's order and gives up where it cannot tell.

mod ahead;
mod batch;
mod condition;
mod decision;
mod gathered;
mod glance;
mod handle;
mod lookup;
mod numbered;
mod question;
mod request;
mod sieve;
mod source;
mod trace;
mod validity;
mod walk;
mod weigh;

pub use batch::PreparedRequest;
pub(crate) use condition::{Seen, Truth, read};
pub use decision::{Decision, Reason};
pub use handle::{Cluster, LookupError, Permission, Scope, Situation, Subject};
pub(crate) use lookup::{named, resolve, speaks_for_subject};
pub use numbered::{ClusterNumber, NumberedSubject};
pub(crate) use question::{Asker, GroupList, Length, Named, Question, RightAsked, RoleAsked};
pub use request::{Groups, Request, Value};
pub use source::{RuleSource, Source};
pub(crate) use source::{allow_source, deny_source};
pub(crate) use trace::{Facets, Met, Trace, Via};
pub(crate) use validity::decide;
pub(crate) use walk::walk;

use crate::snapshot::Snapshot;

impl Snapshot {
    /// Decides a request.
    ///
    /// Total: every request gets a decision, and what is unknown is denied.
    ///
    /// # Cost
    ///
    /// One hash look-up a name, then the rules of the subject and its groups at the scope and above. Nothing is
    /// allocated and no lock is taken. Handles ([`Snapshot::subject`]) save the look-ups.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Policy, Reason, Request, Text};
    ///
    /// let text = "
    /// kinds: { job: { lives_in: [project] } }
    /// roles: { researcher: { permissions: { job: CRUD } } }
    /// tenant: acme
    /// scopes: [acme/vision, acme/vision/detector]
    /// access_rules: [{ subject: user:ana, role: researcher, scope: acme/vision }]
    /// ";
    /// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)])?.compile();
    /// let request = Request {
    ///     subject: "user:ana",
    ///     action: "create",
    ///     kind: "job",
    ///     scope: "acme/vision/detector",
    ///     ..Request::at(1_767_225_600)
    /// };
    /// assert_eq!(snapshot.check(&request).reason(), Reason::Granted);
    /// assert_eq!(snapshot.check(&Request { scope: "acme/audio", ..request }).reason(), Reason::UnknownScope);
    /// # Ok::<(), bailiwick::LoadError>(())
    /// ```
    pub fn check(&self, request: &Request<'_>) -> Decision {
        lookup::check(&self.tables, self.revision, request)
    }
}
