//! What one decision costs, on the shipped policy and the shipped company.

#![expect(clippy::unwrap_used, reason = "a benchmark fails by panicking")]

use std::hint::black_box;

use bailiwick::{Groups, Policy, Request, Situation, Snapshot, Value};
use criterion::{Criterion, criterion_group, criterion_main};

criterion_group!(benches, by_strings, by_handles);
criterion_main!(benches);

/// A question of acme's, and its answer.
struct Question {
    name: &'static str,
    request: Request<'static>,
    reason: &'static str,
}

const CORPORATE: &[(&str, Value<'static>)] = &[("network", Value::Text("corporate"))];

fn questions() -> [Question; 4] {
    let ana = Request {
        tenant: Some("acme"),
        subject: "user:ana@acme.io",
        groups: Groups::Listed(&[]),
        action: "create",
        kind: "job",
        scope: "acme/vision/detector",
        cluster: Some("west"),
        context: CORPORATE,
        ..Request::at(1_767_225_600)
    };
    let dirk = Request { subject: "user:dirk@acme.io", ..ana };
    let outsider = Request { subject: "user:ines@acme.io", groups: Groups::Listed(&["sso-research"]), ..ana };
    [
        Question { name: "own-rule-allows", request: ana, reason: "granted" },
        Question {
            name: "rule-above-allows",
            request: Request { action: "read", scope: "acme/language/speech", ..dirk },
            reason: "granted",
        },
        Question {
            name: "group-rule-allows",
            request: Request { subject: "user:nobody@acme.io", scope: "acme/language/translator", ..outsider },
            reason: "granted",
        },
        Question { name: "nothing-allows", request: outsider, reason: "not_granted" },
    ]
}

fn by_strings(criterion: &mut Criterion) {
    let snapshot = acme();
    let mut group = criterion.benchmark_group("check/acme/strings");
    for question in questions() {
        assert_eq!(snapshot.check(&question.request).reason().code(), question.reason, "{}", question.name);
        group.bench_function(question.name, |bencher| bencher.iter(|| snapshot.check(black_box(&question.request))));
    }
    group.finish();
}

fn by_handles(criterion: &mut Criterion) {
    let snapshot = acme();
    let mut group = criterion.benchmark_group("check/acme/handles");
    for Question { name, request, reason } in questions() {
        let subject = snapshot.subject(request.tenant, request.subject, request.groups).unwrap();
        let permission = snapshot.permission(request.action, request.kind).unwrap();
        let scope = snapshot.scope(request.scope).unwrap();
        let cluster = request.cluster.map(|cluster| snapshot.cluster("acme", cluster).unwrap());
        let situation = Situation { cluster, resource: request.resource, context: request.context, now: request.now };
        assert_eq!(subject.check(permission, scope, &situation).reason().code(), reason, "{name}");
        group.bench_function(name, |bencher| bencher.iter(|| subject.check(permission, scope, black_box(&situation))));
    }
    group.finish();
}

fn acme() -> Snapshot {
    Policy::load(["policies/runai-2.13.yaml", "policies/acme.yaml"]).unwrap().compile()
}
