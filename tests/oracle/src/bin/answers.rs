//! Questions with the engine's answers, for the other doors to compare: `answers random [questions] [seed]` or
//! `answers cases FILE...`.
//!
//! One JSON value a line: `{"texts": [...]}` is what is loaded next, `{"ask": ..., "answer": ...}` is asked of it. Every tenth random question,
//! and every case, is explained too, as text and as JSON. A value is written as its type and its text, since JSON has no times and no infinity.

use std::env;
use std::error::Error;
use std::io::{self, BufWriter, Write};

use bailiwick::cases::Cases;
use bailiwick::{Groups, Policy, Request, RuleSource, Snapshot, Source, Text, Value};
use bailiwick_oracle::{Random, World, asks, documents, with_requests};
use bailiwick_shapes::ExplainShape;
use serde_json::{Value as Json, json};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let number = |idx: usize| arguments.get(idx).and_then(|text| text.parse::<u64>().ok());
    let mut out = BufWriter::new(io::stdout().lock());
    match arguments.first().map(String::as_str) {
        Some("random") => random(number(1).unwrap_or(1_000_000), number(2).unwrap_or(1), &mut out)?,
        Some("cases") => arguments.iter().skip(1).try_for_each(|path| cases(path, &mut out))?,
        _ => return Err("expected `random [questions] [seed]` or `cases FILE...`".into()),
    }
    Ok(out.flush()?)
}

/// Asks of random worlds, a hundred questions each. Worlds that are refused when read as texts are passed over.
fn random(n: u64, seed: u64, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let mut left = n;
    for index in 0.. {
        let mut random = Random::of_world(seed, index);
        let documents = documents(&mut random);
        let world = World::new(&documents);
        let asks = asks(&mut random, &world, PER_WORLD);
        let bodies = documents.iter().map(serde_json::to_string).collect::<Result<Vec<_>, _>>()?;
        let texts = bodies.iter().map(|body| Text::yaml("world.json", body.as_str()));
        let Ok(policy) = Policy::parse(texts) else { continue };
        let snapshot = policy.compile();
        writeln!(out, "{}", json!({ "texts": bodies }))?;
        let lines: Vec<Json> = with_requests(&asks, |requests| {
            let explained = |idx: usize| idx.is_multiple_of(EXPLAINED);
            requests.iter().enumerate().map(|(idx, request)| line(&snapshot, request, explained(idx))).collect()
        });
        for line in lines {
            let Some(fewer) = left.checked_sub(1) else { return Ok(()) };
            writeln!(out, "{line}")?;
            left = fewer;
        }
    }
    Ok(())
}

/// Asks the cases of a file; the other door reads the same file.
fn cases(path: &str, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let cases = Cases::load(path)?;
    let policy = cases.policy(&[])?;
    let snapshot = policy.compile();
    writeln!(out, "{}", json!({ "cases": path }))?;
    for case in cases.cases() {
        writeln!(out, "{}", case.ask(&policy, |request| line(&snapshot, request, true)))?;
    }
    Ok(())
}

fn line(snapshot: &Snapshot, request: &Request<'_>, is_explained: bool) -> Json {
    let decision = snapshot.check(request);
    let explanation = is_explained.then(|| snapshot.explain(request));
    let shape = explanation.as_ref().map(|explanation| ExplainShape::of(explanation, None, snapshot));
    let attributes = |attributes: &[(&str, Value<'_>)]| -> Vec<Json> {
        attributes.iter().map(|(name, held)| json!([name, value(held)])).collect()
    };
    let groups = match request.groups {
        Groups::NotKnown => Json::Null,
        Groups::Listed(names) => json!(names),
    };
    json!({
        "ask": {
            "tenant": request.tenant,
            "subject": request.subject,
            "groups": groups,
            "action": request.action,
            "kind": request.kind,
            "scope": request.scope,
            "cluster": request.cluster,
            "resource": attributes(request.resource),
            "context": attributes(request.context),
            "now": request.now,
        },
        "answer": {
            "is_allow": decision.is_allow(),
            "reason": decision.reason().code(),
            "valid_until": decision.valid_until(),
            "source": snapshot.source(&decision).map(source),
            "explanation": explanation.as_ref().map(ToString::to_string),
            "explanation_json": shape.and_then(|shape| bailiwick_shapes::write("explain", shape).ok()),
        },
    })
}

fn value(held: &Value<'_>) -> Json {
    match held {
        Value::Null => json!(["null"]),
        Value::Text(text) => json!(["text", text]),
        Value::Integer(number) => json!(["integer", number]),
        Value::Decimal(number) => json!(["decimal", number.to_string()]),
        Value::Boolean(truth) => json!(["boolean", truth]),
        Value::Time(seconds) => json!(["time", seconds]),
        Value::List(items) => json!(["list", items.iter().map(value).collect::<Vec<_>>()]),
    }
}

fn source(source: Source<'_>) -> Json {
    let rule = |effect: &str, rule: RuleSource<'_>| {
        let subject = format!("{}:{}", rule.subject_kind, rule.subject);
        json!([effect, rule.id, subject, rule.role, rule.scope, rule.group])
    };
    match source {
        Source::AccessRule(it) => rule("allow", it),
        Source::DenyRule(it) => rule("deny", it),
        Source::Restriction(name) => json!(["restriction", name]),
        Source::KindGate(kind) => json!(["gate", kind]),
        _ => Json::Null,
    }
}

/// How many questions are asked of one world.
const PER_WORLD: usize = 100;
/// Every so many are explained.
const EXPLAINED: usize = 10;
