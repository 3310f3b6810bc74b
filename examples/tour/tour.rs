//! Every call of the table in the README, "The same call in each language": `tour.c` and `tour.py` beside this make the same ones
//! in the same order, and print the same lines. From the root of the repository: `cargo run --example tour`.

use std::error::Error;
use std::io::Write;
use std::{fs, io};

use bailiwick::{
    Actor, Change, Decision, Edit, Engine, Groups, Policy, PreparedRequest, Request, Rules, Situation, Source, Text,
    Value,
};

fn main() -> Result<(), Box<dyn Error>> {
    tour(&mut io::stdout().lock())
}

fn tour(out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let engine = loads(out)?;
    asks(&engine, out)?;
    asks_often(&engine, out)?;
    changes(&engine, out)
}

fn loads(out: &mut impl Write) -> Result<Engine, Box<dyn Error>> {
    let engine = Engine::new(&Policy::load(FILES)?);
    writeln!(out, "load: revision {}", engine.revision())?;

    let texts =
        [Text::yaml("policy", fs::read_to_string(FILES[0])?), Text::yaml("acme", fs::read_to_string(FILES[1])?)];
    let parsed = Engine::new(&Policy::parse(texts)?);
    writeln!(out, "parse: revision {}", parsed.revision())?;

    writeln!(out, "reload: revision {}", engine.replace(&Policy::load(FILES)?))?;
    Ok(engine)
}

fn asks(engine: &Engine, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let snapshot = engine.snapshot();
    let context = [("network", Value::Text("corporate"))];
    let request = Request {
        subject: "user:ana@acme.io",
        action: "create",
        kind: "job",
        scope: "acme/vision/detector",
        groups: Groups::Listed(&["ml-team"]),
        cluster: Some("west"),
        context: &context,
        ..Request::at(NOW)
    };
    let decision = engine.check(&request);
    writeln!(out, "check: {}", told(&decision))?;
    if let Some(Source::AccessRule(rule)) = snapshot.source(&decision) {
        writeln!(out, "rule: {} at {}", rule.id.unwrap_or_default(), rule.scope)?;
    }

    let outside = Request { context: &[], ..request };
    let decision = engine.check(&outside);
    if let Some(Source::Restriction(name)) = snapshot.source(&decision) {
        writeln!(out, "restriction: {name}")?;
    }

    let requests = [request, outside];
    let mut decisions = [Decision::default(); 2];
    snapshot.check_batch(&requests, &mut decisions);
    writeln!(out, "check many: {}, {}", told(&decisions[0]), told(&decisions[1]))?;

    let request = outside;
    writeln!(out, "explain: {}", snapshot.explain(&request))?;
    Ok(())
}

fn asks_often(engine: &Engine, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let snapshot = engine.snapshot();
    let (tenant, subject, groups) = (Some("acme"), "user:ana@acme.io", Groups::Listed(&["ml-team"]));
    let subject = snapshot.subject(tenant, subject, groups)?;
    let (action, kind) = ("create", "job");
    let permission = snapshot.permission(action, kind)?;
    let path = "acme/vision/detector";
    let scope = snapshot.scope(path)?;
    let (tenant, name) = ("acme", "west");
    let cluster = snapshot.cluster(tenant, name)?;

    let context = [("network", Value::Text("corporate"))];
    let situation = Situation { cluster: Some(cluster), context: &context, ..Situation::at(NOW) };
    writeln!(out, "handles: {}", told(&subject.check(permission, scope, &situation)))?;

    let asked = PreparedRequest { subject: &subject, permission, scope, situation: &situation };
    let requests = [asked, PreparedRequest { scope: snapshot.scope("acme/language/speech")?, ..asked }];
    let mut decisions = [Decision::default(); 2];
    snapshot.check_prepared(&requests, &mut decisions);
    writeln!(out, "check prepared: {}, {}", told(&decisions[0]), told(&decisions[1]))?;
    Ok(())
}

fn changes(engine: &Engine, out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let snapshot = engine.snapshot();
    let actor = Actor::Subject { subject: "user:dana@acme.io", groups: Groups::Listed(&[]), context: &[] };
    let (subjects, roles, scopes) = (&["user:milo@acme.io"], &["researcher"], &["acme/vision/detector"]);
    let change = Change::at(NOW, Edit::AddRules(Rules { subjects, roles, scopes, ..Rules::default() }));
    let approved = snapshot.approve(&actor, &change);
    writeln!(out, "approve: {}", if approved.is_complete() { "complete" } else { "refused" })?;
    writeln!(out, "apply: revision {}", engine.apply(&approved)?)?;
    Ok(())
}

fn told(decision: &Decision) -> String {
    format!("{} {}", if decision.is_allow() { "allow" } else { "deny" }, decision.reason().code())
}

const FILES: [&str; 2] = ["policies/runai-2.13.yaml", "policies/acme.yaml"];
/// The first second of 2026.
const NOW: i64 = 1_767_225_600;

#[cfg(test)]
mod tests {
    #[test]
    fn the_lines_are_those_of_every_language() {
        let mut out = Vec::new();
        super::tour(&mut out).unwrap_or_else(|error| out.extend(error.to_string().bytes()));
        assert_eq!(String::from_utf8_lossy(&out), include_str!("tour.txt"));
    }
}
