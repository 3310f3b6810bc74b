//! `may-assign`: the roles that somebody could give at a scope.

use bailiwick::{Assignable, Change, Edit, Rules};
use serde::Serialize;

use crate::args::MayAssignArgs;
use crate::command::Form;
use crate::command::table::Table;
use crate::failure::Failure;
use crate::refusal::Asked;
use crate::screen::Screen;
use crate::wrap::{shown, wrap};
use crate::{Answer, actor, json, policy};

pub(super) fn run(args: &MayAssignArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let policy = policy::load(&args.files.policies, screen)?;
    let tenant = args.who.tenant.as_deref();
    policy::expect_loaded(&policy, tenant)?;
    let snapshot = policy.compile();
    let roles = actor::act(&args.who, &policy, screen, |actor, now| {
        let asked = Asked { snapshot: &snapshot, tenant, actor: &args.who.actor, clusters: &[] };
        let offers = snapshot.may_assign(actor, tenant, &args.scope, now);
        offers.map_err(|code| {
            // The same refusal, with the name that may be meant.
            let rules = Rules { subjects: &["user:x"], roles: &["x"], scopes: &[&args.scope], ..Rules::default() };
            let approved = snapshot.approve(actor, &Change { tenant, ..Change::at(now, Edit::AddRules(rules)) });
            let answer = approved.answers().iter().find(|answer| answer.code == code);
            answer.map_or_else(|| Failure::Message(code.to_string()), |answer| asked.failure(answer))
        })
    })?;
    let text = match form {
        Form::Json => json::write("may-assign", MayAssignShape::of(&roles))?,
        Form::Text if roles.is_empty() => {
            let (actor, scope) = (shown(&args.who.actor), shown(&args.scope));
            wrap(&format!("none: {actor} can give no role at {scope}"), screen.width) + "\n"
        }
        Form::Text => table(&roles).lay_out(screen.width),
    };
    Ok(Answer { text, is_yes: !roles.is_empty() })
}

fn table(roles: &[Assignable]) -> Table {
    let row = |role: &Assignable| {
        let clusters = role.clusters.as_ref().map_or_else(|| "all".to_owned(), |names| names.join(", "));
        let longest = role.seconds_max.map_or_else(|| "for ever".to_owned(), duration);
        vec![role.role.clone(), role.subject_kinds.join(", "), clusters, longest]
    };
    let heading = ["role", "to", "clusters", "at most"];
    Table { heading: heading.map(str::to_owned).to_vec(), rows: roles.iter().map(row).collect() }
}

/// Returns a number of seconds in the greatest unit that it is a multiple of.
pub(super) fn duration(seconds: i64) -> String {
    let units = [("d", 86_400), ("h", 3_600), ("m", 60)];
    let whole = units.into_iter().find(|(_, unit)| seconds.checked_rem(*unit) == Some(0));
    whole.map_or_else(
        || format!("{seconds}s"),
        |(name, unit)| format!("{}{name}", seconds.checked_div(unit).unwrap_or(0)),
    )
}

#[derive(Serialize)]
struct MayAssignShape<'a> {
    roles: Vec<AssignableShape<'a>>,
}

#[derive(Serialize)]
struct AssignableShape<'a> {
    role: &'a str,
    subject_kinds: &'a [&'static str],
    /// Each by itself; nothing is every cluster.
    clusters: Option<&'a [String]>,
    seconds_max: Option<i64>,
}

impl<'a> MayAssignShape<'a> {
    fn of(roles: &'a [Assignable]) -> Self {
        let shape = |role: &'a Assignable| AssignableShape {
            role: &role.role,
            subject_kinds: &role.subject_kinds,
            clusters: role.clusters.as_deref(),
            seconds_max: role.seconds_max,
        };
        Self { roles: roles.iter().map(shape).collect() }
    }
}
