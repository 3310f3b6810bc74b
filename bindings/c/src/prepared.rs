//! Prepared names: a subject with its groups, a permission, a scope, a cluster, each looked up once.

use std::sync::Arc;

use bailiwick::{Cluster, Decision, Groups, LookupError, Permission, Scope, Situation, Snapshot, Subject};

use crate::attribute::{Attributes, BW_ATTRIBUTES_MAX, BW_ELEMENTS_MAX, Elements, Named};
use crate::boundary::{In, Out, Str, Versioned, guard};
use crate::decision::{BW_DENY, DecisionWord, Details, word};
use crate::engine::{Cell, EngineHandle, hold};
use crate::pin::Pin;
use crate::request::RawGroups;
use crate::status::{self, ReasonCode, Status};
use crate::table::{self, Kind, What};

/// Names a subject with the groups of its token, prepared once a token. 0 is none.
///
/// A prepared handle belongs to the snapshot that was current when it was made. After a reload, after an applied
/// change and after the engine was freed it is stale: checks with it are denied with `BW_STALE_HANDLE`, so that
/// nothing that was revoked is granted by a handle that was kept. It is then freed and prepared again. Handles of one
/// engine go together, those of two never do. Any number of threads may use one at once.
pub type SubjectHandle = u64;

/// Names one action on one resource kind, prepared once a snapshot, as `bw_subject` is. 0 is none.
pub type PermissionHandle = u64;

/// Names a scope, prepared once a snapshot, as `bw_subject` is. 0 is none.
pub type ScopeHandle = u64;

/// Names a cluster of a tenant, prepared once a snapshot, as `bw_subject` is. 0 is none.
pub type ClusterHandle = u64;

/// What else a question by handles says. Begin with `bw_situation_at`, which names the time.
#[repr(C)]
pub struct RawSituation {
    /// The size of the struct in bytes, set by the caller.
    pub struct_size: usize,
    /// The cluster concerned; 0 is none.
    pub cluster: ClusterHandle,
    /// Attributes of the resource.
    pub resource: Attributes,
    /// Attributes of the context.
    pub context: Attributes,
    /// The time: seconds since the epoch, UTC. The library reads no clock.
    pub now: i64,
}

// SAFETY: `repr(C)`, begins with a `usize`, and has numbers and pointers alone, which are looked at before they are
// followed.
unsafe impl Versioned for RawSituation {}

/// Prepares a subject with the groups of its token; both are copied.
///
/// `tenant` may be left out while one tenant is loaded. A subject that the directory does not mention has a handle
/// too: its groups decide. `*handle` is freed with `bw_subject_free`. Where a name cannot be prepared the status is
/// `BW_UNKNOWN_NAME`, `*handle` is 0, and `*reason`, unless `reason` is NULL, is the reason with which `bw_check`
/// would deny.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_subject(
    engine: EngineHandle,
    tenant: Str,
    subject: Str,
    groups: In<RawGroups>,
    handle: Out<SubjectHandle>,
    reason: Out<ReasonCode>,
) -> Status {
    guard(|| {
        handle.put(0)?;
        reason.offer(status::BW_REASON_INVALID_REQUEST)?;
        let (tenant, subject) = (tenant.optional()?, subject.required()?);
        let names: Option<Vec<&str>> = match groups.get()?.get()? {
            Some(names) => Some(names.iter().map(Str::required).collect::<Result<_, _>>()?),
            None => None,
        };
        let groups = names.as_deref().map_or(Groups::NotKnown, Groups::Listed);
        let found = Prepared::new(engine, |snapshot| snapshot.subject(tenant, subject, groups))?;
        give(&handle, &reason, found, What::Subject)
    })
}

/// Prepares one action on one resource kind. `*handle` is freed with `bw_permission_free`; `reason` is as in
/// `bw_engine_subject`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_permission(
    engine: EngineHandle,
    action: Str,
    kind: Str,
    handle: Out<PermissionHandle>,
    reason: Out<ReasonCode>,
) -> Status {
    guard(|| {
        handle.put(0)?;
        reason.offer(status::BW_REASON_INVALID_REQUEST)?;
        let (action, kind) = (action.required()?, kind.required()?);
        let found = Prepared::new(engine, |snapshot| snapshot.permission(action, kind))?;
        give(&handle, &reason, found, What::Permission)
    })
}

/// Prepares a scope of any tenant by its path. `*handle` is freed with `bw_scope_free`; `reason` is as in
/// `bw_engine_subject`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_scope(
    engine: EngineHandle,
    path: Str,
    handle: Out<ScopeHandle>,
    reason: Out<ReasonCode>,
) -> Status {
    guard(|| {
        handle.put(0)?;
        reason.offer(status::BW_REASON_INVALID_REQUEST)?;
        let path = path.required()?;
        let found = Prepared::new(engine, |snapshot| snapshot.scope(path))?;
        give(&handle, &reason, found, What::Scope)
    })
}

/// Prepares a cluster of a tenant by its name. `*handle` is freed with `bw_cluster_free`; `reason` is as in
/// `bw_engine_subject`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_cluster(
    engine: EngineHandle,
    tenant: Str,
    name: Str,
    handle: Out<ClusterHandle>,
    reason: Out<ReasonCode>,
) -> Status {
    guard(|| {
        handle.put(0)?;
        reason.offer(status::BW_REASON_INVALID_REQUEST)?;
        let (tenant, name) = (tenant.required()?, name.required()?);
        let found = Prepared::new(engine, |snapshot| snapshot.cluster(tenant, name))?;
        give(&handle, &reason, found, What::Cluster)
    })
}

/// Decides by handles, exactly as `bw_check` does for the names behind them, and writes `BW_ALLOW` or `BW_DENY` to
/// `*decision`.
///
/// Nothing is allocated and no lock is taken. The three handles and the cluster of the situation are of one engine
/// and of its current snapshot; else the status is `BW_STALE_HANDLE` or `BW_BAD_HANDLE` and the decision a denial.
#[unsafe(no_mangle)]
pub extern "C" fn bw_subject_check(
    subject: SubjectHandle,
    permission: PermissionHandle,
    scope: ScopeHandle,
    situation: In<RawSituation>,
    decision: Out<DecisionWord>,
) -> Status {
    guard(|| {
        decision.put(BW_DENY)?;
        let pin = Pin::new();
        let handles = Handles { subject, permission, scope };
        decision.put(decide(&pin, &handles, situation.versioned()?, |decided| word(&decided))?)
    })
}

/// Decides as `bw_subject_check` does, and fills the details.
#[unsafe(no_mangle)]
pub extern "C" fn bw_subject_check_details(
    subject: SubjectHandle,
    permission: PermissionHandle,
    scope: ScopeHandle,
    situation: In<RawSituation>,
    mut details: Out<Details>,
) -> Status {
    guard(|| {
        let details = details.versioned()?;
        details.deny();
        let pin = Pin::new();
        let handles = Handles { subject, permission, scope };
        decide(&pin, &handles, situation.versioned()?, |decided| details.tell(&decided))
    })
}

/// Frees a prepared subject, stale or not. 0 is fine; a handle that was freed before gives `BW_BAD_HANDLE`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_subject_free(subject: SubjectHandle) -> Status {
    guard(|| table::remove(Kind::Subject, subject))
}

/// Frees a prepared permission, as `bw_subject_free` does a subject.
#[unsafe(no_mangle)]
pub extern "C" fn bw_permission_free(permission: PermissionHandle) -> Status {
    guard(|| table::remove(Kind::Permission, permission))
}

/// Frees a prepared scope, as `bw_subject_free` does a subject.
#[unsafe(no_mangle)]
pub extern "C" fn bw_scope_free(scope: ScopeHandle) -> Status {
    guard(|| table::remove(Kind::Scope, scope))
}

/// Frees a prepared cluster, as `bw_subject_free` does a subject.
#[unsafe(no_mangle)]
pub extern "C" fn bw_cluster_free(cluster: ClusterHandle) -> Status {
    guard(|| table::remove(Kind::Cluster, cluster))
}

/// A handle of the core together with the snapshot that it borrows.
pub(crate) struct Prepared<T> {
    // Invariant: borrows `bound.snapshot`; it is dropped first and leaves only with a shorter life.
    value: T,
    bound: Bound,
}

/// To which snapshot of which engine something is bound.
pub(crate) struct Bound {
    engine: Arc<Cell>,
    revision: u64,
    // Invariant: what lies here is borrowed, and never moves.
    snapshot: Arc<Snapshot>,
}

impl Bound {
    #[inline]
    pub(crate) fn is_of(&self, engine: &Cell) -> bool {
        std::ptr::eq(&*self.engine, engine)
    }

    /// Returns whether a later snapshot is current.
    #[inline]
    pub(crate) fn is_stale(&self) -> bool {
        self.revision < self.engine.least_revision()
    }

    #[inline]
    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Accepts what goes with this: something of the same snapshot of the same engine.
    #[inline]
    pub(crate) fn fits(&self, other: &Self) -> Result<(), Status> {
        match (other.is_of(&self.engine), self.revision == other.revision) {
            (true, true) => Ok(()),
            (true, false) => Err(status::BW_STALE_HANDLE),
            (false, _) => Err(status::BW_BAD_HANDLE),
        }
    }

    /// Accepts what is current.
    #[inline]
    pub(crate) fn current(&self) -> Result<(), Status> {
        if self.is_stale() { Err(status::BW_STALE_HANDLE) } else { Ok(()) }
    }
}

impl<T> Prepared<T> {
    /// Looks a name up in the current snapshot of an engine, and keeps the snapshot.
    fn new(
        engine: EngineHandle,
        look_up: impl FnOnce(&'static Snapshot) -> Result<T, LookupError>,
    ) -> Result<Result<Self, LookupError>, Status> {
        let engine = hold(engine)?;
        let snapshot = Arc::new(engine.snapshot());
        // SAFETY: what the pointer points at lies in an `Arc`, so it does not move, is not changed, and lives until
        // the last clone is dropped. Ours is dropped after the value that borrows it, and `get` hands the value out
        // for no longer than `self` lives.
        let borrowed: &'static Snapshot = unsafe { &*Arc::as_ptr(&snapshot) };
        let found = look_up(borrowed);
        Ok(found.map(|value| Self { value, bound: Bound { engine, revision: snapshot.revision(), snapshot } }))
    }

    #[inline]
    pub(crate) fn bound(&self) -> &Bound {
        &self.bound
    }
}

impl Prepared<Subject<'static>> {
    #[inline]
    pub(crate) fn get(&self) -> &Subject<'_> {
        &self.value
    }
}

impl Prepared<Permission<'static>> {
    #[inline]
    pub(crate) fn get(&self) -> Permission<'_> {
        self.value
    }
}

impl Prepared<Scope<'static>> {
    #[inline]
    pub(crate) fn get(&self) -> Scope<'_> {
        self.value
    }
}

impl Prepared<Cluster<'static>> {
    #[inline]
    pub(crate) fn get(&self) -> Cluster<'_> {
        self.value
    }
}

/// The handles of a question.
pub(crate) struct Handles {
    pub(crate) subject: SubjectHandle,
    pub(crate) permission: PermissionHandle,
    pub(crate) scope: ScopeHandle,
}

/// What the handles of a question name.
pub(crate) struct Found<'p> {
    pub(crate) subject: &'p Subject<'p>,
    pub(crate) permission: Permission<'p>,
    pub(crate) scope: Scope<'p>,
    pub(crate) bound: &'p Bound,
}

impl Handles {
    /// Returns what the handles name, where they go together. Whether that is current is not looked at.
    #[inline(always)]
    pub(crate) fn find<'p>(&self, pin: &'p Pin) -> Result<Found<'p>, Status> {
        let subject = match table::find(pin, self.subject)? {
            What::Subject(subject) => subject,
            other => return Err(unfit(other, Kind::Subject)),
        };
        let permission = match table::find(pin, self.permission)? {
            What::Permission(permission) => permission,
            other => return Err(unfit(other, Kind::Permission)),
        };
        let scope = match table::find(pin, self.scope)? {
            What::Scope(scope) => scope,
            other => return Err(unfit(other, Kind::Scope)),
        };
        let bound = subject.bound();
        bound.fits(permission.bound())?;
        bound.fits(scope.bound())?;
        Ok(Found { subject: subject.get(), permission: permission.get(), scope: scope.get(), bound })
    }
}

/// Decides, and hands the decision on where it lies: to copy it costs 5 ns (2026-11-22).
#[inline(always)]
fn decide<R>(
    pin: &Pin,
    handles: &Handles,
    situation: &RawSituation,
    tell: impl FnOnce(Decision) -> R,
) -> Result<R, Status> {
    let found = handles.find(pin)?;
    found.bound.current()?;
    let check = |situation: &Situation<'_>| tell(found.subject.check(found.permission, found.scope, situation));
    situation.with(pin, found.bound, check)
}

impl RawSituation {
    /// Hands the situation to whoever decides in it. What it borrows lies on the stack.
    #[inline(always)]
    pub(crate) fn with<R>(
        &self,
        pin: &Pin,
        bound: &Bound,
        answer: impl FnOnce(&Situation<'_>) -> R,
    ) -> Result<R, Status> {
        let is_plain = self.resource.n_entries == 0 && self.context.n_entries == 0;
        // Each arm makes a situation of its own: an optional cluster on the stack costs 5 ns more (2026-11-22).
        match (self.cluster, is_plain) {
            (0, true) => Ok(answer(&Situation::at(self.now))),
            (0, false) => self.with_room(None, answer),
            (handle, true) => {
                let cluster = Some(cluster(pin, handle, bound)?);
                Ok(answer(&Situation { cluster, ..Situation::at(self.now) }))
            }
            (handle, false) => self.with_room(Some(cluster(pin, handle, bound)?), answer),
        }
    }

    #[inline(never)]
    fn with_room<R>(
        &self,
        cluster: Option<Cluster<'_>>,
        answer: impl FnOnce(&Situation<'_>) -> R,
    ) -> Result<R, Status> {
        let mut elements = Elements::<BW_ELEMENTS_MAX>::new();
        self.resource.gather(&mut elements)?;
        self.context.gather(&mut elements)?;
        let mut rest = elements.as_slice();
        let mut resource = Named::<BW_ATTRIBUTES_MAX>::new();
        self.resource.read(&mut resource, &mut rest)?;
        let mut context = Named::<BW_ATTRIBUTES_MAX>::new();
        self.context.read(&mut context, &mut rest)?;
        let (resource, context) = (resource.as_slice(), context.as_slice());
        Ok(answer(&Situation { cluster, resource, context, now: self.now }))
    }
}

#[inline(always)]
fn cluster<'p>(pin: &'p Pin, handle: ClusterHandle, bound: &Bound) -> Result<Cluster<'p>, Status> {
    match table::find(pin, handle)? {
        What::Cluster(cluster) => {
            bound.fits(cluster.bound())?;
            Ok(cluster.get())
        }
        other => Err(unfit(other, Kind::Cluster)),
    }
}

/// Returns why something is not what a question needs.
#[cold]
fn unfit(what: &What, wanted: Kind) -> Status {
    match what {
        What::Stale(kind) if *kind == wanted => status::BW_STALE_HANDLE,
        _ => status::BW_BAD_HANDLE,
    }
}

/// Gives out what was prepared, or tells why it could not be.
fn give<T>(
    handle: &Out<u64>,
    reason: &Out<ReasonCode>,
    found: Result<Prepared<T>, LookupError>,
    what: impl FnOnce(Prepared<T>) -> What,
) -> Result<(), Status> {
    match found {
        Ok(prepared) => handle.put(table::insert(what(prepared))?),
        Err(error) => {
            reason.offer(status::number(error.reason()))?;
            Err(status::BW_UNKNOWN_NAME)
        }
    }
}
