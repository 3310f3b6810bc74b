//! `covers`: whether somebody holds all that a rule would give.

use bailiwick::{ChangeCode, Given, Holder};
use serde::Serialize;

use crate::args::CoversArgs;
use crate::command::Form;
use crate::failure::Failure;
use crate::refusal::{self, Asked, MissingShape};
use crate::screen::{Ink, Screen};
use crate::wrap::{shown, wrap};
use crate::{Answer, json, policy, question};

pub(super) fn run(args: &CoversArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let policy = policy::load(&args.files.policies, screen)?;
    let tenant = args.tenant.as_deref();
    policy::expect_loaded(&policy, tenant)?;
    let snapshot = policy.compile();
    let groups: Vec<&str> = args.groups.iter().map(String::as_str).collect();
    let clusters: Vec<&str> = args.clusters.iter().map(String::as_str).collect();
    let holder = Holder { tenant, subject: &args.holder, groups: question::listed(&groups, args.no_groups, screen) };
    let clusters = (!clusters.is_empty()).then_some(clusters.as_slice());
    let given = Given { role: &args.role, scope: &args.scope, clusters };
    let answer = snapshot.covers(&holder, &given, question::time(args.at)?);
    if !matches!(answer.code, ChangeCode::Ok | ChangeCode::NotHeld) {
        let asked = Asked { snapshot: &snapshot, tenant, actor: &args.holder, clusters: clusters.unwrap_or_default() };
        // The subject is the holder here, and a malformed one makes the request invalid.
        return Err(asked.failure(&bailiwick::Answer { subject: String::new(), ..answer }));
    }
    let text = match form {
        Form::Json => json::write("covers", CoversShape::of(&answer))?,
        Form::Text => text(&answer, screen),
    };
    Ok(Answer { text, is_yes: answer.is_ok() })
}

fn text(answer: &bailiwick::Answer, screen: &Screen) -> String {
    let (word, verb) = match answer.is_ok() {
        true => (screen.out.paint(Ink::Good, "yes"), "holds all"),
        false => (screen.out.paint(Ink::Bad, "no"), "does not hold all"),
    };
    let part = |part: &Option<String>| shown(part.as_deref().unwrap_or(""));
    let (subject, role, scope) = (shown(&answer.subject), part(&answer.role), part(&answer.scope));
    let mut lines = vec![wrap(&format!("{word}: {subject} {verb} that {role} gives at {scope}"), screen.width)];
    let missing = refusal::missing(answer);
    lines.extend(missing.iter().map(|line| wrap(&format!("  missing: {line}"), screen.width)));
    lines.join("\n") + "\n"
}

#[derive(Serialize)]
struct CoversShape {
    holds: bool,
    code: &'static str,
    missing: Vec<MissingShape>,
}

impl CoversShape {
    fn of(answer: &bailiwick::Answer) -> Self {
        Self { holds: answer.is_ok(), code: answer.code.code(), missing: MissingShape::all(answer) }
    }
}
