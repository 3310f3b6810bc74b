//! Checks by names, and many at once.

use bailiwick::{Decision, Groups, PreparedRequest, Request, Situation, Snapshot};

use crate::boundary::{Array, Few, In, List, Out, Str, guard};
use crate::decision::{BW_DENY, DecisionWord, Details, word};
use crate::engine::{EngineHandle, cell, hold};
use crate::pin::Pin;
use crate::prepared::{Found, Handles, PermissionHandle, Prepared, RawSituation, ScopeHandle, SubjectHandle};
use crate::request::{BW_GROUPS_MAX, RawRequest};
use crate::status::{self, ReasonCode, Status};

/// A question by handles: one of many.
#[repr(C)]
pub struct RawPreparedRequest {
    /// Who asks, with the groups of its token.
    pub subject: SubjectHandle,
    /// The action and the resource kind.
    pub permission: PermissionHandle,
    /// Where.
    pub scope: ScopeHandle,
    /// The cluster, the attributes and the time; many questions may share one, and are fastest beside each other.
    pub situation: In<RawSituation>,
}

/// Decides a request and writes `BW_ALLOW` or `BW_DENY` to `*decision`.
///
/// Every request gets a decision, and what is unknown is denied. Nothing is allocated and no lock is taken; the
/// request and its strings are borrowed until the call returns. Whatever is not `BW_OK` leaves a denial.
#[unsafe(no_mangle)]
pub extern "C" fn bw_check(engine: EngineHandle, request: In<RawRequest>, decision: Out<DecisionWord>) -> Status {
    guard(|| {
        decision.put(BW_DENY)?;
        let request = request.versioned()?;
        let pin = Pin::new();
        let snapshot = cell(&pin, engine)?.pinned(&pin);
        decision.put(request.with(|request| word(&snapshot.check(request)))?)
    })
}

/// Decides as `bw_check` does, and fills the details: the reason, the revision and until when the decision is valid.
#[unsafe(no_mangle)]
pub extern "C" fn bw_check_details(engine: EngineHandle, request: In<RawRequest>, mut details: Out<Details>) -> Status {
    guard(|| {
        let details = details.versioned()?;
        details.deny();
        let request = request.versioned()?;
        let pin = Pin::new();
        let snapshot = cell(&pin, engine)?.pinned(&pin);
        request.with(|request| details.tell(&snapshot.check(request)))
    })
}

/// Decides `n_requests` requests on one snapshot, into the caller's arrays of as many.
///
/// `reasons` may be NULL; `decisions` may not, unless there are no requests. Each is decided exactly as by
/// `bw_check`. All decisions are first set to `BW_DENY`. A request that cannot be asked is denied, the others are
/// decided, and the status is that of the first such request. In a large directory what the next requests need is
/// read ahead, so this is faster than asking one by one. All requests of a call have the same `struct_size`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_check_batch(
    engine: EngineHandle,
    requests: List<RawRequest>,
    n_requests: usize,
    mut decisions: Array<DecisionWord>,
    mut reasons: Array<ReasonCode>,
) -> Status {
    guard(|| {
        let mut answers = Answers::new(&mut decisions, &mut reasons, n_requests)?;
        let snapshot = hold(engine)?.snapshot();
        let mut rest = requests.get(n_requests)?;
        while !rest.is_empty() {
            rest = by_names(&snapshot, rest, &mut answers);
        }
        answers.status
    })
}

/// Decides `n_requests` questions by handles, into the caller's arrays of as many.
///
/// As `bw_check_batch`, without looking names up. Handles must be of this engine and of its current snapshot, which
/// is one for the whole call.
#[unsafe(no_mangle)]
pub extern "C" fn bw_check_prepared(
    engine: EngineHandle,
    requests: List<RawPreparedRequest>,
    n_requests: usize,
    mut decisions: Array<DecisionWord>,
    mut reasons: Array<ReasonCode>,
) -> Status {
    guard(|| {
        let mut answers = Answers::new(&mut decisions, &mut reasons, n_requests)?;
        let pin = Pin::new();
        let cell = cell(&pin, engine)?;
        // What was prepared before this call is of this revision or stale, also while another is made current.
        let current = cell.pinned(&pin).revision();
        let fits = |prepared: &Prepared| match (prepared.is_of(cell), prepared.revision() == current) {
            (true, true) => Ok(()),
            (true, false) => Err(status::BW_STALE_HANDLE),
            (false, _) => Err(status::BW_BAD_HANDLE),
        };
        let find = |request: &RawPreparedRequest| request.handles().find(&pin, fits);
        let mut rest = requests.get(n_requests)?;
        while let Some((first, others)) = rest.split_first() {
            rest = match find(first) {
                Ok(found) => by_handles(rest, found, find, &mut answers),
                Err(status) => {
                    answers.fail(status);
                    others
                }
            };
        }
        answers.status
    })
}

impl RawPreparedRequest {
    fn handles(&self) -> Handles {
        Handles { subject: self.subject, permission: self.permission, scope: self.scope }
    }
}

/// The caller's arrays, filled from the front.
struct Answers<'o> {
    decisions: &'o mut [DecisionWord],
    reasons: Option<&'o mut [ReasonCode]>,
    n: usize,
    /// Why the first request that could not be asked could not be.
    status: Result<(), Status>,
}

impl<'o> Answers<'o> {
    fn new(
        decisions: &'o mut Array<DecisionWord>,
        reasons: &'o mut Array<ReasonCode>,
        n_requests: usize,
    ) -> Result<Self, Status> {
        let decisions = match decisions.fill(n_requests, BW_DENY)? {
            Some(decisions) => decisions,
            None if n_requests == 0 => &mut [],
            None => return Err(status::BW_INVALID_ARGUMENT),
        };
        let reasons = reasons.fill(n_requests, status::BW_REASON_INVALID_REQUEST)?;
        Ok(Self { decisions, reasons, n: 0, status: Ok(()) })
    }

    fn tell(&mut self, decision: &Decision) {
        if let Some(slot) = self.decisions.get_mut(self.n) {
            *slot = word(decision);
        }
        if let Some(slot) = self.reasons.as_mut().and_then(|reasons| reasons.get_mut(self.n)) {
            *slot = status::number(decision.reason());
        }
        self.n = self.n.saturating_add(1);
    }

    /// Leaves a denial.
    fn fail(&mut self, status: Status) {
        self.status = self.status.and(Err(status));
        self.n = self.n.saturating_add(1);
    }
}

/// Decides the next requests by names, as many as are read ahead together, and returns the others.
fn by_names<'r>(snapshot: &Snapshot, requests: &'r [RawRequest], answers: &mut Answers<'_>) -> &'r [RawRequest] {
    let mut names = Few::<&str, BW_GROUPS_MAX>::new();
    let mut plain = Few::<(&RawRequest, Option<usize>), CHUNK>::new();
    for request in requests.iter().take(CHUNK) {
        match gather(request, &mut names) {
            Some(n_groups) if plain.push((request, n_groups)).is_ok() => {}
            _ => break,
        }
    }
    let mut rest = names.as_slice();
    let mut ready = Few::<Request<'_>, CHUNK>::new();
    for (request, n_groups) in plain.as_slice() {
        let groups = match n_groups {
            Some(n) => {
                let (own, others) = rest.split_at_checked(*n).unwrap_or((rest, &[]));
                rest = others;
                Groups::Listed(own)
            }
            None => Groups::NotKnown,
        };
        let is_ready = request.plain(groups).and_then(|request| ready.push(request)).is_ok();
        if !is_ready {
            break;
        }
    }
    let ready = ready.as_slice();
    let mut decided = [Decision::default(); CHUNK];
    let n = snapshot.check_batch(ready, decided.get_mut(..ready.len()).unwrap_or(&mut []));
    decided.iter().take(n).for_each(|decision| answers.tell(decision));
    if n != 0 {
        return requests.get(n..).unwrap_or(&[]);
    }
    // One that has attributes, or that cannot be asked, goes alone.
    let Some((first, others)) = requests.split_first() else { return &[] };
    let decided =
        if first.is_whole() { first.with(|request| snapshot.check(request)) } else { Err(status::BW_UNSUPPORTED) };
    match decided {
        Ok(decision) => answers.tell(&decision),
        Err(status) => answers.fail(status),
    }
    others
}

/// Gathers the groups of a request that has no attributes, and returns how many; nothing where it must go alone.
fn gather<'r>(request: &'r RawRequest, names: &mut Few<&'r str, BW_GROUPS_MAX>) -> Option<Option<usize>> {
    let is_plain = request.is_whole() && request.resource.n_entries == 0 && request.context.n_entries == 0;
    let groups = request.groups.get().ok().filter(|_| is_plain)?;
    let Some(groups) = groups else { return Some(None) };
    for group in groups.iter().map(Str::required) {
        names.push(group.ok()?).ok()?;
    }
    Some(Some(groups.len()))
}

/// Decides the next questions by handles that share a situation, as many as are read ahead together, and returns the
/// others.
fn by_handles<'r, 'p>(
    requests: &'r [RawPreparedRequest],
    first: Found<'p>,
    find: impl Fn(&RawPreparedRequest) -> Result<Found<'p>, Status>,
    answers: &mut Answers<'_>,
) -> &'r [RawPreparedRequest] {
    let Some((head, others)) = requests.split_first() else { return &[] };
    let prepared = first.prepared;
    let decide = |situation: &Situation<'_>| {
        let question = |Found { subject, permission, scope, .. }: Found<'p>| PreparedRequest {
            subject,
            permission,
            scope,
            situation,
        };
        let mut ready = Few::<PreparedRequest<'_>, CHUNK>::new();
        let alike = others.iter().take_while(|request| request.situation.is(&head.situation));
        let found = alike.map_while(|request| find(request).ok());
        for request in std::iter::once(first).chain(found).take(CHUNK).map(question) {
            if ready.push(request).is_err() {
                break;
            }
        }
        let ready = ready.as_slice();
        let mut decided = [Decision::default(); CHUNK];
        let n = prepared.snapshot().check_prepared(ready, decided.get_mut(..ready.len()).unwrap_or(&mut []));
        (decided, n)
    };
    let situation = head.situation.versioned().and_then(|situation| situation.with(prepared, decide));
    match situation {
        Ok((decided, n)) => {
            decided.iter().take(n).for_each(|decision| answers.tell(decision));
            requests.get(n..).unwrap_or(&[])
        }
        Err(status) => {
            answers.fail(status);
            others
        }
    }
}

/// How many questions are read ahead together.
const CHUNK: usize = 16;
