//! Many requests at once: in a large directory what the next ones will read is read ahead.

use std::hint::black_box;

use crate::decide::decision::{Decision, Reason};
use crate::decide::handle::{Permission, Scope, Situation, Subject};
use crate::decide::request::{Groups, Request};
use crate::id::{ScopeId, SubjectId, TenantId};
use crate::name::{SubjectKind, split_subject};
use crate::snapshot::{Base, Probe, Snapshot};

/// A request by handles: one of many.
#[derive(Clone, Copy)]
pub struct PreparedRequest<'a> {
    /// Who asks, with the groups of its token.
    pub subject: &'a Subject<'a>,
    /// The action and the resource kind.
    pub permission: Permission<'a>,
    /// Where.
    pub scope: Scope<'a>,
    /// The cluster, the attributes and the time; many requests may share one.
    pub situation: &'a Situation<'a>,
}

impl Snapshot {
    /// Decides requests into `decisions`, as far as both reach; returns how many were decided.
    ///
    /// Each is decided exactly as by [`Snapshot::check`]. Decisions past the last request are set to a denial, so that none is
    /// ever left from an earlier batch.
    ///
    /// # Cost
    ///
    /// Nothing is allocated. In a large directory what the next requests need is read ahead.
    pub fn check_batch(&self, requests: &[Request<'_>], decisions: &mut [Decision]) -> usize {
        let ahead = |chunk: &[Request<'_>]| read_names_ahead(&self.tables.base, chunk);
        self.batch(requests, decisions, ahead, |request| self.check(request))
    }

    /// Decides requests by handles into `decisions`, as far as both reach; returns how many were decided.
    ///
    /// Each is decided exactly as by [`Subject::check`]; handles of another snapshot are denied as `invalid_request`.
    /// Decisions past the last request are set to a denial.
    ///
    /// # Cost
    ///
    /// As for [`Snapshot::check_batch`], without looking names up.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Decision, Groups, Policy, PreparedRequest, Situation, Text};
    ///
    /// let text = "
    /// kinds: { job: { lives_in: [project] } }
    /// roles: { researcher: { permissions: { job: CRUD } } }
    /// tenant: acme
    /// scopes: [acme/vision, acme/vision/detector, acme/vision/tracker]
    /// access_rules: [{ subject: user:ana, role: researcher, scope: acme/vision/detector }]
    /// ";
    /// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)])?.compile();
    /// let ana = snapshot.subject(None, "user:ana", Groups::Listed(&[])).expect("acme is loaded");
    /// let submit = snapshot.permission("create", "job").expect("jobs are declared");
    /// let now = Situation::at(1_767_225_600);
    /// let requests: Vec<PreparedRequest<'_>> = ["acme/vision/detector", "acme/vision/tracker"]
    ///     .into_iter()
    ///     .filter_map(|path| snapshot.scope(path).ok())
    ///     .map(|scope| PreparedRequest { subject: &ana, permission: submit, scope, situation: &now })
    ///     .collect();
    /// let mut decisions = [Decision::default(); 2];
    /// assert_eq!(snapshot.check_prepared(&requests, &mut decisions), 2);
    /// assert_eq!(decisions.map(|decision| decision.is_allow()), [true, false]);
    /// # Ok::<(), bailiwick::LoadError>(())
    /// ```
    pub fn check_prepared(&self, requests: &[PreparedRequest<'_>], decisions: &mut [Decision]) -> usize {
        let ahead = |chunk: &[PreparedRequest<'_>]| read_rows_ahead(&self.tables.base, chunk);
        let is_own = |request: &PreparedRequest<'_>| request.subject.is_of(self);
        self.batch(requests, decisions, ahead, |request| match is_own(request) {
            true => request.subject.check(request.permission, request.scope, request.situation),
            false => Decision::denial(Reason::InvalidRequest, self.revision),
        })
    }

    fn batch<R>(
        &self,
        requests: &[R],
        decisions: &mut [Decision],
        read_ahead: impl Fn(&[R]),
        decide: impl Fn(&R) -> Decision,
    ) -> usize {
        decisions.fill(Decision::default());
        let is_large = LARGE <= self.tables.base.allows.len();
        let n = requests.len().min(decisions.len());
        let requests = requests.get(..n).unwrap_or(&[]);
        for (requests, decisions) in requests.chunks(CHUNK).zip(decisions.chunks_mut(CHUNK)) {
            if is_large {
                read_ahead(requests);
            }
            for (request, decision) in requests.iter().zip(decisions) {
                *decision = decide(request);
            }
        }
        n
    }
}

/// Reads what requests by handles will need: the handles, then the rows of subjects and scopes, then the first rules.
fn read_rows_ahead(base: &Base, requests: &[PreparedRequest<'_>]) {
    for request in requests {
        black_box(request.subject.sources().next());
        read_scope(base, request.scope.id());
    }
    let mut sources = Ahead::default();
    for id in requests.iter().flat_map(|request| request.subject.sources()) {
        sources.push(base, id);
    }
    sources.read(base);
}

/// Reads what requests by names will need: the slots of the names, then the rows behind them, then the first rules.
fn read_names_ahead(base: &Base, requests: &[Request<'_>]) {
    let mut begun = [(SubjectKind::User, Probe::default()); SOURCES_MAX];
    let mut scopes = [Probe::default(); CHUNK];
    let mut free = begun.iter_mut();
    let tenant = requests.first().and_then(|request| match request.tenant {
        Some(name) => base.tenants.find(name),
        None => Some(0),
    });
    let Some(names) = tenant.and_then(|tenant| base.names.get(tenant)) else { return };
    for (request, scope) in requests.iter().zip(&mut scopes) {
        *scope = base.paths.begin(request.scope);
        let own = split_subject(request.subject);
        let groups = match request.groups {
            Groups::Listed(listed) => listed,
            Groups::NotKnown => &[],
        };
        let groups = groups.iter().take(GROUPS_MAX).map(|name| (SubjectKind::Group, *name));
        for ((kind, name), slot) in own.into_iter().chain(groups).zip(&mut free) {
            *slot = (kind, names.of(kind).table.begin(name));
        }
    }
    let mut sources = Ahead::default();
    for (kind, probe) in begun {
        if let Some(position) = names.of(kind).table.likely(probe) {
            black_box(names.of(kind).table.read_ahead(position));
            sources.push(base, names.of(kind).id(position));
        }
    }
    for position in scopes.into_iter().filter_map(|probe| base.paths.likely(probe)) {
        black_box(base.paths.read_ahead(position));
        read_scope(base, ScopeId::new(position));
    }
    sources.read(base);
}

/// Where the rules of some subjects begin.
struct Ahead {
    firsts: [u32; SOURCES_MAX],
    n_firsts: usize,
}

impl Default for Ahead {
    fn default() -> Self {
        Self { firsts: [0; SOURCES_MAX], n_firsts: 0 }
    }
}

impl Ahead {
    fn push(&mut self, base: &Base, id: SubjectId) {
        if let Some((first, row)) = self.firsts.get_mut(self.n_firsts).zip(base.subjects.get(id.index())) {
            *first = row.first_allow;
            self.n_firsts = self.n_firsts.saturating_add(1);
        }
    }

    fn read(&self, base: &Base) {
        for first in self.firsts.iter().take(self.n_firsts) {
            black_box(base.allows.get(*first as usize).map(|row| row.scope));
        }
    }
}

fn read_scope(base: &Base, id: ScopeId) {
    black_box(base.scopes.get(id.index()).map(|row| row.tenant == TenantId::new(0)));
}

/// From how many access rules on it pays to read ahead: fewer lie in the fast memory anyway.
const LARGE: usize = 1 << 14;
/// How many requests are read ahead.
const CHUNK: usize = 16;
/// How many groups of a request are read ahead.
const GROUPS_MAX: usize = 4;
const SOURCES_MAX: usize = CHUNK * (GROUPS_MAX + 1);
