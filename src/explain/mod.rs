//! Why: the same walk with a witness, as data and as a tree for people.
//!
//! An explanation is for the host and its administrators. It tells what exists, so it must not be shown to outsiders.

mod render;
mod witness;

use crate::decide::{Decision, Reason, Request, decide, resolve, walk};
use crate::id::TenantId;
use crate::snapshot::{Snapshot, Tables, TenantRow};
use crate::suggest::closest;
use witness::Witness;

/// Why a request is decided as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// The decision, the same that [`Snapshot::check`] takes.
    pub decision: Decision,
    /// What the request names that is not there, where that decides.
    pub unknown: Option<Unknown>,
    /// Whether the groups of the token are known.
    pub knows_groups: bool,
    /// The access rules that apply, then those that nearly do.
    pub access_rules: Vec<Finding>,
    /// The deny rules that apply, then those that nearly do.
    pub deny_rules: Vec<Finding>,
    /// The restrictions on the asked permission.
    pub restrictions: Vec<RestrictionFinding>,
    /// How many rules of the subject lack more than one thing, or were left out past the first thousand.
    pub n_others: usize,
}

/// A name that is not there.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Unknown {
    /// What it names: `tenant`, `action`, `kind`, `scope` or `cluster`.
    pub what: &'static str,
    /// The name, as the request has it.
    pub name: String,
    /// A name that is there and may be meant.
    pub suggestion: Option<String>,
}

/// A rule that applies, or would if one thing were otherwise.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its id, where the directory gives it one.
    pub id: Option<String>,
    /// Its subject, as `kind:name`.
    pub subject: String,
    /// Its role; none for a deny of permissions.
    pub role: Option<String>,
    /// The path of its scope.
    pub scope: String,
    /// The group through which it concerns who asked.
    pub group: Option<String>,
    /// What it answers.
    pub verdict: Verdict,
    /// The one thing that it lacks; none where it applies.
    pub lack: Option<Lack>,
    /// The tests of its condition, with the values they saw.
    pub steps: Vec<Step>,
}

/// What a rule or restriction answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// It applies.
    Applies,
    /// It could not be evaluated: an allow then gives nothing, a deny denies.
    Error,
    /// It does not apply.
    DoesNotApply,
}

/// What a rule lacks.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Lack {
    /// Which part of the rule, as a code: `scope`, `permission`, `role_disabled`, `gate`, `cluster`, `window`,
    /// `condition` or `membership`.
    pub code: &'static str,
    /// The same in words.
    pub text: String,
}

/// A restriction, or the gate of a kind, on the asked permission.
#[derive(Clone, Debug, PartialEq)]
pub struct RestrictionFinding {
    /// The name of the restriction, or of the kind whose gate it is.
    pub name: String,
    /// Whether it is the gate of a kind.
    pub is_gate_of_kind: bool,
    /// What it answers: a restriction that applies denies.
    pub verdict: Verdict,
    /// What the gate asks, where it is one.
    pub gate: Option<String>,
    /// The tests of its condition, with the values they saw.
    pub steps: Vec<Step>,
}

/// One test of a condition.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The test, in words.
    pub test: String,
    /// The values it saw, in words; `nothing` for a missing attribute.
    pub seen: String,
    /// What it answered: `true`, `false` or `error`.
    pub answer: &'static str,
}

impl Snapshot {
    /// Explains a request: every rule that applies, every rule that nearly does and what it lacks, every deny and
    /// restriction with the values it saw.
    ///
    /// # Cost
    ///
    /// Proportional to all rules of the subject and its groups; allocates. Names at most a thousand rules of each kind.
    ///
    /// # Examples
    ///
    /// ```
    /// use bailiwick::{Policy, Request, Text};
    ///
    /// let text = "
    /// kinds: { job: { lives_in: [project] } }
    /// roles: { reader: { permissions: { job: R } } }
    /// tenant: acme
    /// scopes: [acme/vision, acme/vision/detector]
    /// access_rules: [{ subject: user:ana, role: reader, scope: acme/vision }]
    /// ";
    /// let snapshot = Policy::parse([Text::yaml("acme.yaml", text)])?.compile();
    /// let request = Request {
    ///     subject: "user:ana",
    ///     action: "delete",
    ///     kind: "job",
    ///     scope: "acme/vision/detector",
    ///     ..Request::at(1_767_225_600)
    /// };
    /// let explanation = snapshot.explain(&request);
    /// assert_eq!(explanation.decision, snapshot.check(&request));
    /// assert_eq!(explanation.access_rules[0].lack.as_ref().map(|lack| lack.code), Some("permission"));
    /// # Ok::<(), bailiwick::LoadError>(())
    /// ```
    #[must_use]
    pub fn explain(&self, request: &Request<'_>) -> Explanation {
        let tables: &Tables = &self.tables;
        let knows_groups = matches!(request.groups, crate::decide::Groups::Listed(_));
        let question = match resolve(tables, self.revision, request) {
            Ok(question) => question,
            Err(reason) => {
                return Explanation {
                    decision: Decision::denial(reason, self.revision),
                    unknown: unknown(tables, request, reason),
                    knows_groups,
                    access_rules: Vec::new(),
                    deny_rules: Vec::new(),
                    restrictions: Vec::new(),
                    n_others: 0,
                };
            }
        };
        let mut witness = Witness::new(&question);
        // A check need not read what an explanation shows, and may see fewer instants: the decision is the check's.
        walk(&question, &mut witness);
        let Witness { access_rules, deny_rules, restrictions, n_others, .. } = witness;
        Explanation {
            decision: decide(&question),
            unknown: None,
            knows_groups,
            access_rules: applying_first(access_rules),
            deny_rules: applying_first(deny_rules),
            restrictions,
            n_others,
        }
    }
}

/// Orders rules: those that apply, those in error, those that nearly apply; each in the order of the walk.
fn applying_first(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| match finding.verdict {
        Verdict::Applies => 0,
        Verdict::Error => 1,
        Verdict::DoesNotApply => 2,
    });
    findings
}

/// Returns the name that is not there, where a reason is about one.
fn unknown(tables: &Tables, request: &Request<'_>, reason: Reason) -> Option<Unknown> {
    let tenant_id = request.tenant.and_then(|name| tables.tenant_id(name)).unwrap_or(TenantId::new(0));
    let policy = &tables.policy;
    let (what, name, known): (_, _, Vec<&str>) = match reason {
        Reason::UnknownTenant => {
            ("tenant", request.tenant.unwrap_or(""), tables.tenants.iter().map(|tenant| &*tenant.name).collect())
        }
        Reason::UnknownAction => ("action", request.action, policy.actions.iter().collect()),
        Reason::UnknownKind => ("kind", request.kind, policy.kind_rows.iter().map(|kind| &*kind.name).collect()),
        Reason::UnknownScope => {
            let own = tables.scopes_of(tenant_id).filter_map(|(id, _)| tables.scope_path(id));
            ("scope", request.scope, own.collect())
        }
        Reason::UnknownCluster => {
            let names = tables.tenant(tenant_id).into_iter().flat_map(TenantRow::cluster_names);
            ("cluster", request.cluster.unwrap_or(""), names.collect())
        }
        _ => return None,
    };
    let suggestion = closest(name, known).map(str::to_owned);
    Some(Unknown { what, name: name.to_owned(), suggestion })
}
