//! Why a change is refused, in words: what each code means, and what was missing.

use bailiwick::{Answer, ChangeCode, Groups, Missing, Reason, Snapshot, closest};
use serde::Serialize;

use crate::failure::Failure;
use crate::wrap::shown;

/// What was asked, for the words of the answers.
pub(crate) struct Asked<'a> {
    /// The snapshot that answered.
    pub(crate) snapshot: &'a Snapshot,
    /// The tenant, where it was named.
    pub(crate) tenant: Option<&'a str>,
    /// Who makes the change, or whose rules are compared.
    pub(crate) actor: &'a str,
    /// The clusters of the rules.
    pub(crate) clusters: &'a [&'a str],
}

impl Asked<'_> {
    /// Says what a code means here; nothing where all is well.
    pub(crate) fn words(&self, answer: &Answer) -> Option<String> {
        let actor = shown(self.actor);
        let role = shown(answer.role.as_deref().unwrap_or(""));
        let subject = shown(&answer.subject);
        // A flat table, a code a line.
        Some(match answer.code {
            ChangeCode::Ok => return None,
            ChangeCode::InvalidRequest => self.fault(),
            ChangeCode::UnknownTenant => self.no_tenant(),
            ChangeCode::InvalidName => self.no_name(answer),
            ChangeCode::OtherTenant => "the scope belongs to another tenant".to_owned(),
            ChangeCode::UnknownScope | ChangeCode::UnknownRole | ChangeCode::UnknownCluster => not_there(answer),
            ChangeCode::RoleDisabled => format!("the role `{role}` is disabled in this tenant"),
            ChangeCode::WrongPlace => format!("the role `{role}` cannot be held at this kind of scope"),
            ChangeCode::EmptyClusterList => "the list of clusters is empty".to_owned(),
            ChangeCode::ClusterMismatch => "the scope lies in another cluster".to_owned(),
            ChangeCode::EmptyWindow => "it would end before it begins".to_owned(),
            ChangeCode::UnknownSubject => format!("`{subject}` is an application that is not listed, or was deleted"),
            ChangeCode::UnknownRule => "there is no rule that says exactly this, limits included".to_owned(),
            ChangeCode::OwnDeny => format!("`{actor}` may not deny itself, or a group in which it is or may be"),
            ChangeCode::MayNotGiveRole => format!("`{actor}` may not give this there"),
            ChangeCode::MayNotTakeRole => format!("`{actor}` may not take this there"),
            ChangeCode::MayNotPlace => format!("`{actor}` may not place anybody there"),
            ChangeCode::MayNotDisplace => format!("`{actor}` may not take anybody out of there"),
            ChangeCode::NotHeld => format!("`{actor}` does not hold all that the role would give"),
            ChangeCode::Duplicate => "there is a rule that says exactly this already".to_owned(),
            ChangeCode::LastAdministrator => "nobody would be left who can administer these scopes".to_owned(),
            other => other.code().to_owned(),
        })
    }

    /// Says what nobody could answer: a question about a name that is not there, or that is none.
    pub(crate) fn failure(&self, answer: &Answer) -> Failure {
        Failure::Message(self.words(answer).unwrap_or_else(|| answer.code.code().to_owned()))
    }

    /// Says what makes a request invalid.
    fn fault(&self) -> String {
        let is_malformed = |subject: &str| {
            let handle = self.snapshot.subject(self.tenant, subject, Groups::NotKnown);
            handle.err().is_some_and(|error| error.reason() == Reason::InvalidRequest)
        };
        if is_malformed("user:x") {
            let named = self.tenant.map(|name| format!("the tenant `{}` is no name of a tenant", shown(name)));
            named.unwrap_or_else(|| "not exactly one tenant is loaded: say `--tenant`".to_owned())
        } else if is_malformed(self.actor) {
            format!("`{}` is no subject: write `user:`, `group:` or `app:` and a name", shown(self.actor))
        } else {
            "the context speaks of `now` or `subject`, which only the request itself can say".to_owned()
        }
    }

    fn no_tenant(&self) -> String {
        let name = self.tenant.unwrap_or("");
        let meant = closest(name, self.snapshot.tenants());
        sentence("tenant", name, meant)
    }

    /// Says which name of an item is none.
    fn no_name(&self, answer: &Answer) -> String {
        let is_no_name = |name: &str| {
            let handle = self.snapshot.cluster("x", name);
            handle.err().is_some_and(|error| error.reason() == Reason::InvalidRequest)
        };
        let is_subject = |subject: &str| {
            ["user:", "group:", "app:"]
                .iter()
                .any(|kind| subject.strip_prefix(kind).is_some_and(|name| !is_no_name(name)))
        };
        let role = answer.role.as_deref().unwrap_or("");
        let scope = answer.scope.as_deref().unwrap_or("");
        if !answer.subject.is_empty() && !is_subject(&answer.subject) {
            format!("`{}` is no subject: write `user:`, `group:` or `app:` and a name", shown(&answer.subject))
        } else if is_no_name(role) {
            format!("the role `{}` is no name", shown(role))
        } else if let Some(cluster) = self.clusters.iter().find(|cluster| is_no_name(cluster)) {
            format!("the cluster `{}` is no name", shown(cluster))
        } else {
            format!("the scope `{}` is no path of names", shown(scope))
        }
    }
}

/// Says which name is not there, and which may be meant.
fn not_there(answer: &Answer) -> String {
    let name = answer.missing.iter().find_map(|missing| match missing {
        Missing::Name { what, name, suggestion } => Some(sentence(what, name, suggestion.as_deref())),
        _ => None,
    });
    name.unwrap_or_else(|| answer.code.code().to_owned())
}

fn sentence(what: &str, name: &str, suggestion: Option<&str>) -> String {
    let meant = suggestion.map(|name| format!("; did you mean `{}`?", shown(name))).unwrap_or_default();
    format!("there is no {what} `{}`{meant}", shown(name))
}

/// Says what was missing, a line for each kind and place; names are told by the sentence.
pub(crate) fn missing(answer: &Answer) -> Vec<String> {
    let is_right = !matches!(answer.code, ChangeCode::NotHeld);
    let asks_role = matches!(answer.code, ChangeCode::MayNotGiveRole | ChangeCode::MayNotTakeRole);
    let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
    for missing in &answer.missing {
        let (action, what) = match missing {
            Missing::Permission { action, kind, scope, cluster, role } => {
                let role = match role {
                    Some(role) if is_right => format!(" for {}", shown(role)),
                    None if asks_role => " for all roles".to_owned(),
                    _ => String::new(),
                };
                let cluster = cluster.as_deref().map(|name| format!(" on {}", shown(name))).unwrap_or_default();
                (action.as_str(), format!("{}{role} at {}{cluster}", shown(kind), shown(scope)))
            }
            Missing::Administrator { scope } => ("an administrator", shown(scope)),
            _ => continue,
        };
        match lines.iter_mut().find(|(_, known)| *known == what) {
            Some((actions, _)) => actions.push(action),
            None => lines.push((vec![action], what)),
        }
    }
    let word = |actions: &[&str]| if actions == ["an administrator"] { "of" } else { "on" };
    let line = |(actions, what): &(Vec<&str>, String)| format!("{} {} {what}", actions.join(", "), word(actions));
    let more = lines.len().checked_sub(LINES_MAX).filter(|n_more| 0 < *n_more).map(|n_more| format!("{n_more} more"));
    lines.iter().take(LINES_MAX).map(line).chain(more).collect()
}

/// What was missing.
#[derive(Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum MissingShape {
    Permission { action: String, kind: String, scope: String, cluster: Option<String>, role: Option<String> },
    Administrator { scope: String },
    Name { of: &'static str, name: String, suggestion: Option<String> },
}

impl MissingShape {
    /// Returns the shapes of all that was missing.
    pub(crate) fn all(answer: &Answer) -> Vec<Self> {
        answer.missing.iter().cloned().filter_map(Self::of).collect()
    }

    fn of(missing: Missing) -> Option<Self> {
        match missing {
            Missing::Permission { action, kind, scope, cluster, role } => {
                Some(Self::Permission { action, kind, scope, cluster, role })
            }
            Missing::Administrator { scope } => Some(Self::Administrator { scope }),
            Missing::Name { what, name, suggestion } => Some(Self::Name { of: what, name, suggestion }),
            _ => None,
        }
    }
}

/// How many lines people read of what was missing; programs get all.
const LINES_MAX: usize = 12;
