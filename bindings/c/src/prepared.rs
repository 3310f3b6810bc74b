//! Prepared names: a subject with its groups, a permission, a scope, a cluster, each looked up once.

use std::sync::Arc;

use bailiwick::{
    Cluster, Decision, Groups, LookupError, NumberedSubject, Permission, Scope, Situation, Snapshot, Subject,
};

use crate::attribute::{Attributes, BW_ATTRIBUTES_MAX, BW_ELEMENTS_MAX, Elements, Named};
use crate::boundary::{In, Out, Str, Versioned, guard};
use crate::decision::{BW_DENY, DecisionWord, Details, word};
use crate::engine::{Cell, EngineHandle, hold};
use crate::number::{self, Prefix, Stamp};
use crate::pin::Pin;
use crate::request::RawGroups;
use crate::status::{self, ReasonCode, Status};
use crate::table::{self, Kind, What};

/// Names a subject with the groups of its token, prepared once a token. 0 is none.
///
/// A prepared handle belongs to the snapshot that was current when it was made. After a reload, after an applied
/// change and after the engine was freed it is stale: checks with it are denied with `BW_STALE_HANDLE`, so that
/// nothing that was revoked is granted by a handle that was kept. A subject is then freed, and all are prepared again. Handles of one
/// snapshot go together, those of two never do, whatever their engines. Any number of threads may use one at once.
pub type SubjectHandle = u64;

/// Names one action on one resource kind, prepared once a snapshot, as `bw_subject` is. 0 is none. There is nothing to
/// free: the same name has the same number in a snapshot, and in no other.
pub type PermissionHandle = u64;

/// Names a scope, prepared once a snapshot, as `bw_permission` is. 0 is none.
pub type ScopeHandle = u64;

/// Names a cluster of a tenant, prepared once a snapshot, as `bw_permission` is. 0 is none.
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
        let prepared = found.map_err(|error| refuse(&reason, error))?;
        handle.put(table::insert(What::Subject(prepared))?)
    })
}

/// Prepares one action on one resource kind, for as long as the snapshot is current. `reason` is as in
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
        let look_up = |snapshot: &Snapshot| snapshot.permission(action, kind).map(|found| found.number());
        give(engine, Kind::Permission, (&handle, &reason), look_up, Ok)
    })
}

/// Prepares a scope of any tenant by its path, as `bw_engine_permission` does a permission.
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
        let look_up = |snapshot: &Snapshot| snapshot.scope(path).map(|found| found.number());
        give(engine, Kind::Scope, (&handle, &reason), look_up, Ok)
    })
}

/// Prepares a cluster of a tenant by its name, as `bw_engine_permission` does a permission. `BW_TOO_MANY` where more
/// than 4,096 clusters of the tenant were there since the last load, deleted ones included, or where 65,536 tenants come
/// before it by name: then ask by names.
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
        let look_up = |snapshot: &Snapshot| snapshot.cluster(tenant, name).map(|found| found.number());
        give(engine, Kind::Cluster, (&handle, &reason), look_up, number::of_cluster)
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
        let situation = situation.versioned()?;
        let pin = Pin::new();
        let handles = Handles { subject, permission, scope };
        decision.put(decide(&pin, &handles, situation, word)?)
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
        decide(&pin, &handles, situation.versioned()?, |decided| details.tell(decided))
    })
}

/// Frees a prepared subject, stale or not. 0 is fine; a handle that was freed before gives `BW_BAD_HANDLE`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_subject_free(subject: SubjectHandle) -> Status {
    guard(|| table::remove(Kind::Subject, subject))
}

/// A subject of the core together with the snapshot that it borrows.
pub(crate) struct Prepared {
    // Invariant: borrows `snapshot`; it is dropped first and leaves only with a shorter life.
    subject: NumberedSubject<'static>,
    /// Of the handles that go with it.
    prefixes: Prefixes,
    revision: u64,
    engine: Arc<Cell>,
    // Invariant: what lies here is borrowed, and never moves.
    snapshot: Arc<Snapshot>,
}

impl Prepared {
    /// Looks a subject up in the current snapshot of an engine, and keeps the snapshot.
    fn new(
        engine: EngineHandle,
        look_up: impl FnOnce(&'static Snapshot) -> Result<Subject<'static>, LookupError>,
    ) -> Result<Result<Self, LookupError>, Status> {
        let engine = hold(engine)?;
        let (snapshot, stamp) = engine.stamped()?;
        let revision = snapshot.revision();
        let snapshot = Arc::new(snapshot);
        // SAFETY: what the pointer points at lies in an `Arc`, so it does not move, is not changed, and lives until
        // the last clone is dropped. Ours is dropped after `subject`, which alone borrows it; what `subject` lends is
        // handed out for no longer than `self` lives.
        let borrowed: &'static Snapshot = unsafe { &*Arc::as_ptr(&snapshot) };
        let found = look_up(borrowed);
        Ok(found.map(|subject| Self {
            subject: subject.numbered(),
            prefixes: Prefixes::new(stamp),
            revision,
            engine,
            snapshot,
        }))
    }

    #[inline]
    pub(crate) fn is_of(&self, engine: &Cell) -> bool {
        std::ptr::eq(&*self.engine, engine)
    }

    /// Returns whether a later snapshot is current.
    #[inline]
    pub(crate) fn is_stale(&self) -> bool {
        self.revision < self.engine.least_revision()
    }

    /// Accepts a subject whose snapshot is current.
    #[inline]
    fn current(&self) -> Result<(), Status> {
        if self.is_stale() { Err(status::BW_STALE_HANDLE) } else { Ok(()) }
    }

    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    pub(crate) fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    #[inline]
    fn subject(&self) -> &Subject<'_> {
        self.subject.subject()
    }

    #[inline(always)]
    fn permission(&self, handle: PermissionHandle) -> Result<Permission<'_>, Status> {
        let prefix = self.prefixes.permission;
        let found = prefix.number(handle).and_then(|number| self.subject.permission(number));
        found.ok_or_else(|| prefix.unfit(handle))
    }

    #[inline(always)]
    fn scope(&self, handle: ScopeHandle) -> Result<Scope<'_>, Status> {
        let prefix = self.prefixes.scope;
        let found = prefix.number(handle).and_then(|number| self.subject.scope(number));
        found.ok_or_else(|| prefix.unfit(handle))
    }

    #[inline(always)]
    fn cluster(&self, handle: ClusterHandle) -> Result<Option<Cluster<'_>>, Status> {
        if handle == 0 {
            return Ok(None);
        }
        let prefix = self.prefixes.cluster;
        let number = prefix.number(handle);
        let found = number.and_then(|number| self.subject.cluster(number::to_cluster(number)));
        found.map(Some).ok_or_else(|| prefix.unfit(handle))
    }
}

/// What the handles that go with a subject begin with.
struct Prefixes {
    permission: Prefix,
    scope: Prefix,
    cluster: Prefix,
}

impl Prefixes {
    fn new(stamp: Stamp) -> Self {
        Self {
            permission: stamp.prefix(Kind::Permission),
            scope: stamp.prefix(Kind::Scope),
            cluster: stamp.prefix(Kind::Cluster),
        }
    }
}

/// The handles of a question.
#[derive(Clone, Copy)]
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
    pub(crate) prepared: &'p Prepared,
}

impl Handles {
    /// Returns what the handles name, where they go together and `accept` takes the subject.
    #[inline(always)]
    pub(crate) fn find<'p>(
        &self,
        pin: &'p Pin,
        accept: impl FnOnce(&Prepared) -> Result<(), Status>,
    ) -> Result<Found<'p>, Status> {
        let prepared = match table::find(pin, self.subject)? {
            What::Subject(prepared) => prepared,
            other => return Err(no_subject(other)),
        };
        accept(prepared)?;
        let (permission, scope) = (prepared.permission(self.permission)?, prepared.scope(self.scope)?);
        Ok(Found { subject: prepared.subject(), permission, scope, prepared })
    }
}

/// Returns why something is not a subject.
#[cold]
fn no_subject(what: &What) -> Status {
    if matches!(what, What::Stale) { status::BW_STALE_HANDLE } else { status::BW_BAD_HANDLE }
}

/// Decides, and hands the decision on where it lies: to copy it costs 5 ns (2026-11-22).
#[inline(always)]
fn decide<R>(
    pin: &Pin,
    handles: &Handles,
    situation: &RawSituation,
    tell: impl FnOnce(&Decision) -> R,
) -> Result<R, Status> {
    let found = handles.find(pin, Prepared::current)?;
    if !situation.is_plain() {
        // Copied here, the handles stay in registers for every other question.
        return with_attributes(pin, *handles, situation, tell);
    }
    let situation = Situation { cluster: found.prepared.cluster(situation.cluster)?, ..Situation::at(situation.now) };
    Ok(tell(&found.subject.check(found.permission, found.scope, &situation)))
}

#[inline(never)]
fn with_attributes<R>(
    pin: &Pin,
    handles: Handles,
    situation: &RawSituation,
    tell: impl FnOnce(&Decision) -> R,
) -> Result<R, Status> {
    let found = handles.find(pin, Prepared::current)?;
    let check = |situation: &Situation<'_>| tell(&found.subject.check(found.permission, found.scope, situation));
    situation.with(found.prepared, check)
}

impl RawSituation {
    #[inline(always)]
    fn is_plain(&self) -> bool {
        self.resource.n_entries == 0 && self.context.n_entries == 0
    }

    /// Hands the situation to whoever decides in it. What it borrows lies on the stack.
    pub(crate) fn with<R>(&self, prepared: &Prepared, answer: impl FnOnce(&Situation<'_>) -> R) -> Result<R, Status> {
        let cluster = prepared.cluster(self.cluster)?;
        if self.is_plain() {
            return Ok(answer(&Situation { cluster, ..Situation::at(self.now) }));
        }
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

/// Looks a name up in the current snapshot of an engine, and gives out its number; or tells why there is none.
fn give<T>(
    engine: EngineHandle,
    kind: Kind,
    (handle, reason): (&Out<u64>, &Out<ReasonCode>),
    look_up: impl FnOnce(&Snapshot) -> Result<T, LookupError>,
    pack: impl FnOnce(T) -> Result<u32, Status>,
) -> Result<(), Status> {
    let (snapshot, stamp) = hold(engine)?.stamped()?;
    let found = look_up(&snapshot).map_err(|error| refuse(reason, error));
    handle.put(stamp.prefix(kind).handle(pack(found?)?)?)
}

/// Tells why a name has no handle.
fn refuse(reason: &Out<ReasonCode>, error: LookupError) -> Status {
    reason.offer(status::number(error.reason())).err().unwrap_or(status::BW_UNKNOWN_NAME)
}
