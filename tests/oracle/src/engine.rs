//! The engine behind its public names.

use bailiwick::document::Document;
use bailiwick::{
    Decision, Diagnostic, Permission, Policy, PreparedRequest, Request, RuleSource, Scope, Situation, Snapshot, Source,
    Subject,
};

use crate::harness::Verdict;
use crate::plain::World;
use crate::reference::{RuleText, SourceText};

/// Loads the documents and decides: one by one, as a batch, and through handles, which must agree.
///
/// # Errors
///
/// Says why the documents are refused.
pub fn decide(documents: &[Document], requests: &[Request<'_>]) -> Result<Vec<Verdict>, String> {
    let World { tenants, mut refused, .. } = World::new(documents);
    refused.sort();
    let policy = match Policy::resolve(documents.to_vec()) {
        Ok(policy) => policy,
        // Where nothing is left, the load as a whole is refused.
        Err(_) if tenants.is_empty() && !refused.is_empty() => return Ok(Vec::new()),
        Err(error) => return Err(told(error.findings())),
    };
    if policy.refused_tenants() != refused {
        return Err(format!("expected {refused:?} to be refused, and no other:{}", told(policy.findings())));
    }
    let snapshot = policy.compile();
    let mut batch = vec![Decision::default(); requests.len()];
    let n_decided = snapshot.check_batch(requests, &mut batch);
    if n_decided != requests.len() {
        return Err(format!("{n_decided} of {} were decided", requests.len()));
    }
    let verdict = |(request, batched): (&Request<'_>, &Decision)| {
        let decision = snapshot.check(request);
        let verdict = read(&snapshot, &decision);
        match differs_by_handles(&snapshot, request, decision) {
            _ if decision != *batched => Verdict { reason: "alone and in a batch differ", ..verdict },
            Some(reason) => Verdict { reason, ..verdict },
            None => verdict,
        }
    };
    Ok(requests.iter().zip(&batch).map(verdict).collect())
}

fn told(findings: &[Diagnostic]) -> String {
    findings.iter().map(|it| format!("\n    {it}")).collect()
}

/// Returns what differs where handles do not decide as names do.
pub(crate) fn differs_by_handles(
    snapshot: &Snapshot,
    request: &Request<'_>,
    decision: Decision,
) -> Option<&'static str> {
    match through_handles(snapshot, request) {
        Some(handled) if decision != handled => Some("names and handles differ"),
        None if decision.is_allow() => Some("allowed without a handle"),
        _ => None,
    }
}

/// Decides through handles; none where a name has no handle.
fn through_handles(snapshot: &Snapshot, request: &Request<'_>) -> Option<Decision> {
    let home = request.tenant.or_else(|| snapshot.tenants().next())?;
    let subject = snapshot.subject(request.tenant, request.subject, request.groups).ok()?;
    let permission = snapshot.permission(request.action, request.kind).ok()?;
    let scope = snapshot.scope(request.scope).ok()?;
    let cluster = match request.cluster {
        Some(name) => Some(snapshot.cluster(home, name).ok()?),
        None => None,
    };
    let situation = Situation { cluster, resource: request.resource, context: request.context, now: request.now };
    let decision = subject.check(permission, scope, &situation);
    let prepared = PreparedRequest { subject: &subject, permission, scope, situation: &situation };
    let mut batch = [Decision::default()];
    snapshot.check_prepared(&[prepared], &mut batch);
    // Nothing else has the default's revision.
    let is_alike = batch == [decision] && through_numbers(subject, (permission, scope), situation) == Some(decision);
    Some(if is_alike { decision } else { Decision::default() })
}

/// Decides by what the numbers of handles name.
fn through_numbers(
    subject: Subject<'_>,
    (permission, scope): (Permission<'_>, Scope<'_>),
    situation: Situation<'_>,
) -> Option<Decision> {
    let numbered = subject.numbered();
    let (permission, scope) = (numbered.permission(permission.number())?, numbered.scope(scope.number())?);
    let cluster = match situation.cluster {
        Some(cluster) => Some(numbered.cluster(cluster.number())?),
        None => None,
    };
    Some(numbered.subject().check(permission, scope, &Situation { cluster, ..situation }))
}

fn read(snapshot: &Snapshot, decision: &Decision) -> Verdict {
    Verdict {
        is_allow: decision.is_allow(),
        reason: decision.reason().code(),
        valid_until: decision.valid_until(),
        source: snapshot.source(decision).and_then(source_text),
    }
}

fn source_text(source: Source<'_>) -> Option<SourceText> {
    let rule = |rule: RuleSource<'_>| RuleText {
        id: rule.id.map(str::to_owned),
        subject: format!("{}:{}", rule.subject_kind, rule.subject),
        role: rule.role.map(str::to_owned),
        scope: rule.scope.to_owned(),
        group: rule.group.map(str::to_owned),
    };
    match source {
        Source::AccessRule(it) => Some(SourceText::Allow(rule(it))),
        Source::DenyRule(it) => Some(SourceText::Deny(rule(it))),
        Source::Restriction(name) => Some(SourceText::Restriction(name.to_owned())),
        Source::KindGate(kind) => Some(SourceText::Gate(kind.to_owned())),
        _ => None,
    }
}
