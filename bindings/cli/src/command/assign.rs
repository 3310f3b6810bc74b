//! `assign`: access rules and denies added or removed by an actor, rule by rule.

use std::collections::HashMap;
use std::path::Path;

use bailiwick::{
    Actor, Approved, Assignable, Change, ChangeCode, Denied, Denies, Edit, RuleLimits, Rules, Snapshot, format_rfc3339,
};
use serde::Serialize;

use crate::args::AssignArgs;
use crate::command::{Form, may_assign};
use crate::failure::Failure;
use crate::refusal::{self, Asked, MissingShape};
use crate::reload::{self, Expected};
use crate::replace::Target;
use crate::screen::{Ink, Screen};
use crate::wrap::{shown, wrap};
use crate::{Answer, actor, json, policy, write};

pub(super) fn run(args: &AssignArgs, form: Form, screen: &Screen) -> Result<Answer, Failure> {
    let target = args.write.as_deref().map(Target::at).transpose()?;
    let policy = policy::load(&args.files.policies, screen)?;
    let tenant = args.who.tenant.as_deref();
    policy::expect_loaded(&policy, tenant)?;
    let snapshot = policy.compile();
    let lists = Lists::of(args);
    let (approved, items) = actor::act(&args.who, &policy, screen, |actor, now| {
        let change = Change { tenant, ..Change::at(now, lists.edit(args)) };
        let approved = snapshot.approve(actor, &change);
        let asked = Asked { snapshot: &snapshot, tenant, actor: &args.who.actor, clusters: &lists.clusters };
        let mut help = Help { actor, tenant, now, is_add: !args.deny && !args.remove, offers: HashMap::new() };
        let items = approved.answers().iter().map(|answer| Item::of(answer, &asked, &mut help)).collect();
        Ok::<(Approved, Vec<Item>), Failure>((approved, items))
    })?;
    let change = Outcome {
        edit: edit_name(args),
        approved: items.iter().filter(|item| item.code == ChangeCode::Ok.code()).count(),
        refused: items.iter().filter(|item| item.code != ChangeCode::Ok.code()).count(),
        written: match &target {
            Some(target) => save(target, args, &snapshot, &approved)?,
            None => None,
        },
        items,
    };
    let text = match form {
        Form::Json => json::write("assign", &change)?,
        Form::Text => change.text(args, screen),
    };
    Ok(Answer { text, is_yes: change.refused == 0 })
}

/// The lists of the arguments, as edits borrow them.
struct Lists<'a> {
    subjects: Vec<&'a str>,
    roles: Vec<&'a str>,
    scopes: Vec<&'a str>,
    clusters: Vec<&'a str>,
}

impl<'a> Lists<'a> {
    fn of(args: &'a AssignArgs) -> Self {
        let list = |list: &'a [String]| list.iter().map(String::as_str).collect();
        Self {
            subjects: list(&args.subjects),
            roles: list(&args.roles),
            scopes: list(&args.scopes),
            clusters: list(&args.clusters),
        }
    }

    fn edit(&self, args: &AssignArgs) -> Edit<'_> {
        let Self { subjects, roles, scopes, clusters } = self;
        let clusters = (!clusters.is_empty()).then_some(clusters.as_slice());
        let limits = RuleLimits { clusters, from: args.from, until: args.until, when: None };
        let rules = Rules { subjects, roles, scopes, limits };
        let denies = Denies { subjects, denied: Denied::Roles(roles), scopes, limits };
        match (args.deny, args.remove) {
            (false, false) => Edit::AddRules(rules),
            (false, true) => Edit::RemoveRules(rules),
            (true, false) => Edit::AddDenies(denies),
            (true, true) => Edit::RemoveDenies(denies),
        }
    }
}

/// Returns what an edit is called in JSON.
fn edit_name(args: &AssignArgs) -> &'static str {
    match (args.deny, args.remove) {
        (false, false) => "add_rules",
        (false, true) => "remove_rules",
        (true, false) => "add_denies",
        (true, true) => "remove_denies",
    }
}

/// Writes what is approved, and returns where; nothing where nothing is.
fn save(
    target: &Target,
    args: &AssignArgs,
    snapshot: &Snapshot,
    approved: &Approved,
) -> Result<Option<String>, Failure> {
    if !approved.answers().iter().any(bailiwick::Answer::is_ok) {
        return Ok(None);
    }
    let path = args.write.as_deref().unwrap_or(Path::new(""));
    let next = snapshot.apply(approved).map_err(|error| Failure::Message(error.to_string()))?;
    let tenants: Vec<String> = next.tenants().map(str::to_owned).collect();
    let only = tenants.first().map_or("", String::as_str);
    let tenant = args.who.tenant.as_deref().unwrap_or(only);
    let directory = reload::directory(&next, tenant)?;
    let text = write::render(&directory, write::Form::of(path))?;
    let others = reload::others(&args.files.policies, target, tenant);
    let expected = Expected { tenant, directory: &directory, tenants: &tenants };
    target.replace(&text, |written| reload::expect(written, &others, &expected))?;
    Ok(Some(path.to_string_lossy().into_owned()))
}

/// What could be given instead of what is refused, asked once a scope.
struct Help<'a> {
    actor: &'a Actor<'a>,
    tenant: Option<&'a str>,
    now: i64,
    is_add: bool,
    offers: HashMap<String, Vec<Assignable>>,
}

impl Help<'_> {
    /// Says within which limits a refused rule would be approved; nothing where there are none.
    fn of(&mut self, answer: &bailiwick::Answer, snapshot: &Snapshot) -> Option<String> {
        let is_right =
            matches!(answer.code, ChangeCode::MayNotGiveRole | ChangeCode::MayNotPlace | ChangeCode::NotHeld);
        let (role, scope) = (answer.role.as_ref()?, answer.scope.as_ref()?);
        if !self.is_add || !is_right {
            return None;
        }
        let (actor, tenant, now) = (self.actor, self.tenant, self.now);
        let ask = || snapshot.may_assign(actor, tenant, scope, now).unwrap_or_default();
        let offers = self.offers.entry(scope.clone()).or_insert_with(ask);
        let offer = offers.iter().find(|offer| offer.role == *role)?;
        let clusters = offer.clusters.as_ref().map(|names| format!("limited to one cluster of {}", names.join(", ")));
        let until = offer.seconds_max.map(|seconds| {
            let until = format_rfc3339(now.saturating_add(seconds));
            format!("until {until} ({}) at the latest", may_assign::duration(seconds))
        });
        let limits: Vec<String> = clusters.into_iter().chain(until).collect();
        (!limits.is_empty()).then(|| format!("it could be given {}", limits.join(", ")))
    }
}

/// The outcome of a change.
#[derive(Serialize)]
struct Outcome {
    edit: &'static str,
    approved: usize,
    refused: usize,
    written: Option<String>,
    #[serde(rename = "answers")]
    items: Vec<Item>,
}

/// What is answered to one rule.
#[derive(Serialize)]
struct Item {
    subject: Option<String>,
    role: Option<String>,
    scope: Option<String>,
    code: &'static str,
    /// What the code means here.
    text: Option<String>,
    missing: Vec<MissingShape>,
    /// Within which limits it would be approved.
    help: Option<String>,
    /// What was missing, for people.
    #[serde(skip)]
    lines: Vec<String>,
}

impl Item {
    fn of(answer: &bailiwick::Answer, asked: &Asked<'_>, help: &mut Help<'_>) -> Self {
        Self {
            subject: Some(answer.subject.clone()).filter(|subject| !subject.is_empty()),
            role: answer.role.clone(),
            scope: answer.scope.clone(),
            code: answer.code.code(),
            text: asked.words(answer),
            missing: MissingShape::all(answer),
            help: help.of(answer, asked.snapshot),
            lines: refusal::missing(answer),
        }
    }

    /// Returns the rule in words; nothing where the answer is about the change as a whole.
    fn rule(&self, args: &AssignArgs) -> String {
        let part = |part: &Option<String>| part.as_deref().map(shown);
        let (Some(subject), Some(role), Some(scope)) = (part(&self.subject), part(&self.role), part(&self.scope))
        else {
            return "the change".to_owned();
        };
        match (args.deny, args.remove) {
            (false, false) => format!("{subject} as {role} at {scope}"),
            (false, true) => format!("no longer {subject} as {role} at {scope}"),
            (true, false) => format!("{subject} denied {role} at {scope}"),
            (true, true) => format!("no longer {subject} denied {role} at {scope}"),
        }
    }
}

impl Outcome {
    fn text(&self, args: &AssignArgs, screen: &Screen) -> String {
        let mut lines = Vec::new();
        for item in &self.items {
            let (word, ink) = if item.text.is_none() { ("approved", Ink::Good) } else { ("refused", Ink::Bad) };
            let head = wrap(&format!("{word}: {}", item.rule(args)), screen.width);
            lines.push(head.replacen(word, &screen.out.paint(ink, word), 1));
            let reason = item.text.iter().map(|text| format!("  {}: {text}", item.code));
            let missing = item.lines.iter().map(|line| format!("  missing: {line}"));
            let help = item.help.iter().map(|help| format!("  help: {help}"));
            lines.extend(reason.chain(missing).chain(help).map(|line| wrap(&line, screen.width)));
        }
        let written = match (&self.written, &args.write) {
            (Some(path), _) => format!("written to {}", shown(path)),
            (None, Some(_)) => "nothing is written".to_owned(),
            (None, None) => "a dry run: nothing is written without `--write`".to_owned(),
        };
        let sum = format!("{} approved, {} refused; {written}", self.approved, self.refused);
        lines.push(wrap(&sum, screen.width));
        lines.join("\n") + "\n"
    }
}
