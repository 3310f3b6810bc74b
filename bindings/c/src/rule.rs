//! What a decision rests on, by name.

use std::ffi::c_char;

use bailiwick::{Decision, RuleSource, Snapshot, Source};

use crate::boundary::{Array, In, Out, guard};
use crate::decision::Details;
use crate::engine::{EngineHandle, hold};
use crate::pin::Pin;
use crate::request::RawRequest;
use crate::status::{self, Status};
use crate::table::{self, Kind, What};

/// Names the rule, restriction or gate on which a decision rests. 0 is none. It is owned by whom it was given to and
/// never changes.
pub type RuleHandle = u64;

/// Which text of a rule is asked for.
pub type RuleField = i32;

/// What it is: `access_rule`, `deny_rule`, `restriction` or `kind_gate`.
pub const BW_RULE_WHAT: RuleField = 0;
/// Of a rule: its id; empty where the directory gives it none.
pub const BW_RULE_ID: RuleField = 1;
/// Of a rule: its subject, as `kind:name`.
pub const BW_RULE_SUBJECT: RuleField = 2;
/// Of a rule: its role; empty for a deny of permissions.
pub const BW_RULE_ROLE: RuleField = 3;
/// Of a rule: the path of its scope.
pub const BW_RULE_SCOPE: RuleField = 4;
/// Of a rule: the group through which it concerns who asked; empty for a rule of its own.
pub const BW_RULE_GROUP: RuleField = 5;
/// Of a restriction: its name. Of a gate: the kind whose gate it is.
pub const BW_RULE_NAME: RuleField = 6;

/// Decides as `bw_check_details` does, and tells what the decision rests on.
///
/// `*rule` is 0 where it rests on the absence of a rule; else it is freed with `bw_rule_free`. It tells what exists:
/// it is for the host and its administrators, not for outsiders. This allocates; `bw_check` does not.
#[unsafe(no_mangle)]
pub extern "C" fn bw_check_rule(
    engine: EngineHandle,
    request: In<RawRequest>,
    mut details: Out<Details>,
    rule: Out<RuleHandle>,
) -> Status {
    guard(|| {
        let details = details.versioned()?;
        details.deny();
        rule.put(0)?;
        let snapshot = hold(engine)?.snapshot();
        let decision = request.versioned()?.with(|request| snapshot.check(request))?;
        if let Some(found) = Rule::of(&snapshot, &decision) {
            rule.put(table::insert(What::Rule(found))?)?;
        }
        details.tell(&decision);
        Ok(())
    })
}

/// Copies a text of a rule into `buffer`, with a zero byte behind it; `capacity` and `length` are as in
/// `bw_error_text`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_rule_text(
    rule: RuleHandle,
    field: RuleField,
    buffer: Array<c_char>,
    capacity: usize,
    length: Out<usize>,
) -> Status {
    guard(|| {
        length.put(0)?;
        let pin = Pin::new();
        let What::Rule(rule) = table::find(&pin, rule)? else { return Err(status::BW_BAD_HANDLE) };
        let text = match field {
            BW_RULE_WHAT => rule.what,
            BW_RULE_ID => &rule.id,
            BW_RULE_SUBJECT => &rule.subject,
            BW_RULE_ROLE => &rule.role,
            BW_RULE_SCOPE => &rule.scope,
            BW_RULE_GROUP => &rule.group,
            BW_RULE_NAME => &rule.name,
            _ => return Err(status::BW_INVALID_ARGUMENT),
        };
        buffer.copy(capacity, text, &length)
    })
}

/// Frees a rule. 0 is fine.
#[unsafe(no_mangle)]
pub extern "C" fn bw_rule_free(rule: RuleHandle) -> Status {
    guard(|| table::remove(Kind::Rule, rule))
}

/// The names of what a decision rests on; empty where there is none.
#[derive(Default)]
pub(crate) struct Rule {
    what: &'static str,
    id: String,
    subject: String,
    role: String,
    scope: String,
    group: String,
    name: String,
}

impl Rule {
    fn of(snapshot: &Snapshot, decision: &Decision) -> Option<Self> {
        match snapshot.source(decision)? {
            Source::AccessRule(rule) => Some(Self::named("access_rule", rule)),
            Source::DenyRule(rule) => Some(Self::named("deny_rule", rule)),
            Source::Restriction(name) => Some(Self { what: "restriction", name: name.to_owned(), ..Self::default() }),
            Source::KindGate(name) => Some(Self { what: "kind_gate", name: name.to_owned(), ..Self::default() }),
            _ => None,
        }
    }

    fn named(what: &'static str, rule: RuleSource<'_>) -> Self {
        let text = |text: Option<&str>| text.unwrap_or("").to_owned();
        Self {
            what,
            id: text(rule.id),
            subject: format!("{}:{}", rule.subject_kind, rule.subject),
            role: text(rule.role),
            scope: rule.scope.to_owned(),
            group: text(rule.group),
            name: String::new(),
        }
    }
}
