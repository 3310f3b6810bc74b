//! Which snapshot is current: the only mutable thing.

use std::sync::Arc;

use arc_swap::ArcSwap;

use crate::admin::{Approved, StaleApproval};
use crate::decide::{Decision, Request};
use crate::load::Policy;
use crate::snapshot::Snapshot;

/// Holds the current snapshot and swaps it whole; readers never wait and never see a half.
///
/// # Examples
///
/// ```
/// use bailiwick::{Engine, Policy, Request, Text};
///
/// let text = "
/// kinds: { job: { lives_in: [project] } }
/// roles: { reader: { permissions: { job: R } } }
/// tenant: acme
/// scopes: [acme/vision, acme/vision/detector]
/// access_rules: [{ subject: user:ana, role: reader, scope: acme/vision }]
/// ";
/// let engine = Engine::new(&Policy::parse([Text::yaml("acme.yaml", text)])?);
/// let request = Request {
///     subject: "user:ana",
///     action: "read",
///     kind: "job",
///     scope: "acme/vision/detector",
///     ..Request::at(1_767_225_600)
/// };
/// assert!(engine.check(&request).is_allow());
///
/// let revoked = text.replace("user:ana", "user:ben");
/// let revision = engine.replace(&Policy::parse([Text::yaml("acme.yaml", revoked)])?);
/// assert!(!engine.check(&request).is_allow());
/// assert_eq!(engine.check(&request).revision(), revision);
/// assert_eq!(engine.revision(), revision);
/// # Ok::<(), bailiwick::LoadError>(())
/// ```
#[derive(Debug)]
pub struct Engine {
    current: ArcSwap<Snapshot>,
}

impl Engine {
    /// Returns an engine at revision 1.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        Self { current: ArcSwap::from_pointee(policy.compile()) }
    }

    /// Returns the current snapshot. One piece of work uses one, so that its answers agree with each other.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::clone(&self.current.load())
    }

    /// Returns the revision of the current snapshot: whether it moved on, without holding it.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.current.load().revision()
    }

    /// Decides a request on the current snapshot.
    pub fn check(&self, request: &Request<'_>) -> Decision {
        self.current.load().check(request)
    }

    /// Makes what an approval leads to current, and returns its revision. Readers see all of it or nothing.
    ///
    /// # Errors
    ///
    /// The approval was given on another snapshot than the current one: ask again.
    pub fn apply(&self, approved: &Approved) -> Result<u64, StaleApproval> {
        let current = self.current.load();
        let next = current.apply(approved)?;
        let revision = next.revision();
        let before = self.current.compare_and_swap(&*current, Arc::new(next));
        if Arc::ptr_eq(&before, &current) { Ok(revision) } else { Err(StaleApproval) }
    }

    /// Makes a policy current and returns its revision, one more than that of the snapshot it replaces.
    ///
    /// A policy that could not be loaded never gets here, so the last good state stays.
    pub fn replace(&self, policy: &Policy) -> u64 {
        self.make_current(&policy.compile())
    }

    /// Makes a policy current that was compiled before, as [`Engine::replace`] does, and returns its revision.
    ///
    /// For hosts that must be done at once: to compile takes long, to exchange one snapshot for another does not.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Engine, Policy, Text};
    ///
    /// let kinds = Text::yaml("policy.yaml", "kinds: { job: { lives_in: [project] } }");
    /// let policy = |text| Policy::parse([kinds.clone(), Text::yaml("directory.yaml", text)]).expect("it is sound");
    /// let engine = Engine::new(&policy("tenant: acme"));
    /// let compiled = policy("tenant: zenith").compile();
    /// assert_eq!(engine.make_current(&compiled), 2);
    /// assert!(engine.snapshot().tenants().eq(["zenith"]));
    /// ```
    pub fn make_current(&self, compiled: &Snapshot) -> u64 {
        let next = |current: &Arc<Snapshot>| compiled.at_revision(current.revision().saturating_add(1));
        let before = self.current.rcu(next);
        before.revision().saturating_add(1)
    }
}
