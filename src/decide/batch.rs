//! Many requests at once: in a large directory what the next ones will read is read ahead.

use crate::decide::ahead::{Ahead, is_worthwhile};
use crate::decide::decision::{Decision, Reason};
use crate::decide::handle::{Permission, Scope, Situation, Subject};
use crate::decide::lookup;
use crate::decide::request::Request;
use crate::snapshot::{Base, Snapshot};

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
        let n = requests.len().min(decisions.len());
        let (asked, rest) = decisions.split_at_mut(n);
        rest.fill(Decision::default());
        lookup::check_all(&self.tables, self.revision, requests, asked);
        n
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
        let n = requests.len().min(decisions.len());
        let (asked, rest) = decisions.split_at_mut(n);
        rest.fill(Decision::default());
        for (requests, decisions) in requests.chunks(CHUNK).zip(asked.chunks_mut(CHUNK)) {
            if is_worthwhile(&self.tables.base) {
                read_ahead(&self.tables.base, requests);
            }
            for (request, decision) in requests.iter().zip(decisions) {
                *decision = self.check_one(request);
            }
        }
        n
    }

    fn check_one(&self, PreparedRequest { subject, permission, scope, situation }: &PreparedRequest<'_>) -> Decision {
        match subject.is_of(self) {
            true => subject.check(*permission, *scope, situation),
            false => Decision::denial(Reason::InvalidRequest, self.revision),
        }
    }
}

/// Reads what requests by handles will need: the handles and the scopes, then the first rules.
fn read_ahead(base: &Base, requests: &[PreparedRequest<'_>]) {
    let mut ahead = Ahead::<SOURCES_MAX>::new(base);
    for request in requests {
        request.subject.read_ahead();
        ahead.scope(request.scope.id());
    }
    for subject in requests.iter().map(|request| request.subject) {
        match subject.gathered() {
            Some(gathered) => gathered.read_ahead(),
            None => subject.sources().for_each(|id| ahead.rules(id)),
        }
    }
    ahead.end();
}

/// How many requests are read ahead.
const CHUNK: usize = 16;
/// How many subjects and groups of them are.
const SOURCES_MAX: usize = CHUNK * 5;
