//! From arguments to a request: attributes are typed as the policy declares them.

use std::time::{SystemTime, UNIX_EPOCH};

use bailiwick::{AttributeType, Groups, Policy, Reason, Request, Snapshot, Value, closest};

use crate::args::{self, QuestionArgs};
use crate::failure::Failure;
use crate::screen::{Ink, Screen};
use crate::wrap::shown;

/// Hands the request to whoever decides it.
pub(crate) fn ask<R>(
    args: &QuestionArgs,
    policy: &Policy,
    screen: &Screen,
    answer: impl FnOnce(&Request<'_>) -> R,
) -> Result<R, Failure> {
    let now = time(args.at)?;
    let groups: Vec<&str> = args.groups.iter().map(String::as_str).collect();
    let resource = attributes("resource", &args.resource, policy, screen)?;
    let context = attributes("context", &args.context, policy, screen)?;
    let (resource, context) = (values(&resource), values(&context));
    Ok(answer(&Request {
        tenant: args.tenant.as_deref(),
        subject: &args.subject,
        groups: listed(&groups, args.no_groups, screen),
        action: &args.action,
        kind: &args.kind,
        scope: &args.scope,
        cluster: args.cluster.as_deref(),
        resource: &resource,
        context: &context,
        now,
    }))
}

/// Returns the time asked for, or reads the clock.
pub(crate) fn time(at: Option<i64>) -> Result<i64, Failure> {
    at.map_or_else(clock, Ok)
}

/// Returns the groups of a token; with none of them and not `no_groups` they are not known.
pub(crate) fn listed<'a>(groups: &'a [&'a str], no_groups: bool, screen: &Screen) -> Groups<'a> {
    groups.iter().for_each(|group| note_kind(group, screen));
    let is_known = no_groups || !groups.is_empty();
    if is_known { Groups::Listed(groups) } else { Groups::NotKnown }
}

/// Says what makes a request invalid, which its reason does not.
pub(crate) fn fault(request: &Request<'_>, snapshot: &Snapshot) -> Option<String> {
    if snapshot.check(request).reason() != Reason::InvalidRequest {
        return None;
    }
    let is_no_name =
        |name: &str| snapshot.cluster("x", name).err().is_some_and(|error| error.reason() == Reason::InvalidRequest);
    // A tenant that is not loaded is no fault of the request.
    let is_malformed = |subject: &str| {
        let handle = snapshot.subject(request.tenant, subject, Groups::NotKnown);
        handle.err().is_some_and(|error| error.reason() == Reason::InvalidRequest)
    };
    let words = if is_malformed("user:x") {
        let named = request.tenant.map(|name| format!("the tenant `{}` is no name of a tenant", shown(name)));
        named.unwrap_or_else(|| "not exactly one tenant is loaded: say `--tenant`".to_owned())
    } else if is_malformed(request.subject) {
        format!("`{}` is no subject: write `user:`, `group:` or `app:` and a name", shown(request.subject))
    } else if is_no_name(request.action) {
        format!("the action `{}` is no name", shown(request.action))
    } else if is_no_name(request.kind) {
        format!("the kind `{}` is no name", shown(request.kind))
    } else if snapshot.scope(request.scope).err().is_some_and(|error| error.reason() == Reason::InvalidRequest) {
        format!("the scope `{}` is no path of names", shown(request.scope))
    } else if request.cluster.is_some_and(is_no_name) {
        "the cluster is no name".to_owned()
    } else {
        "the context speaks of `now` or `subject`, which only the request itself can say".to_owned()
    };
    Some(words)
}

/// Reads the clock.
fn clock() -> Result<i64, Failure> {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).ok().and_then(|past| i64::try_from(past.as_secs()).ok());
    seconds.ok_or_else(|| Failure::Message("the clock cannot be read: say `--at`".to_owned()))
}

/// The value of an attribute, with what a list borrows.
pub(crate) enum Attribute<'a> {
    One(Value<'a>),
    Listed(Vec<Value<'a>>),
}

/// Types the attributes of one source.
pub(crate) fn attributes<'a>(
    source: &str,
    given: &'a [(String, String)],
    policy: &Policy,
    screen: &Screen,
) -> Result<Vec<(&'a str, Attribute<'a>)>, Failure> {
    let mut found: Vec<(&'a str, Attribute<'a>)> = Vec::new();
    for (name, text) in given {
        let full = format!("{source}.{name}");
        let declared = policy.attribute_type(&full);
        if declared.is_none() {
            note_unread(source, name, policy, screen);
        }
        let before = found.iter_mut().find(|(known, _)| known == name).map(|(_, attribute)| attribute);
        let declared = declared.unwrap_or(AttributeType::Text);
        match (declared.element(), before) {
            (None, None) => found.push((name, Attribute::One(value(&full, text, declared)?))),
            (None, Some(_)) => return Err(Failure::Message(format!("`{}` is given twice", shown(&full)))),
            (Some(element), Some(Attribute::Listed(values))) => values.extend(elements(&full, text, element)?),
            (Some(element), _) => found.push((name, Attribute::Listed(elements(&full, text, element)?))),
        }
    }
    Ok(found)
}

/// Returns the attributes as a request takes them.
pub(crate) fn values<'t>(attributes: &'t [(&'t str, Attribute<'t>)]) -> Vec<(&'t str, Value<'t>)> {
    let value = |(name, attribute): &'t (&'t str, Attribute<'t>)| match attribute {
        Attribute::One(value) => (*name, *value),
        Attribute::Listed(values) => (*name, Value::List(values)),
    };
    attributes.iter().map(value).collect()
}

/// Parses the elements of a list; nothing is the empty list.
fn elements<'a>(full: &str, text: &'a str, element: AttributeType) -> Result<Vec<Value<'a>>, Failure> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split(',').map(|text| value(full, text, element)).collect()
}

/// Parses a value of a type that is no list.
fn value<'a>(full: &str, text: &'a str, declared: AttributeType) -> Result<Value<'a>, Failure> {
    let parsed = match declared {
        AttributeType::Number => number(text),
        AttributeType::Boolean => text.parse().ok().map(Value::Boolean),
        AttributeType::Time => args::time(text).ok().map(Value::Time),
        _ => Some(Value::Text(text)),
    };
    let expected = match declared {
        AttributeType::Number => "a number, such as 8 or 1.5",
        AttributeType::Boolean => "`true` or `false`",
        _ => "a time: RFC 3339 or whole seconds since the epoch",
    };
    parsed.ok_or_else(|| {
        let (full, text) = (shown(full), shown(text));
        Failure::Message(format!("`{full}` is declared as {declared}: expected {expected}, found `{text}`"))
    })
}

/// Parses an integer or a finite decimal, written with digits.
fn number(text: &str) -> Option<Value<'_>> {
    if let Ok(integer) = text.parse() {
        return Some(Value::Integer(integer));
    }
    let is_decimal = text.contains(|c: char| c.is_ascii_digit()) && !text.contains(['x', 'X', '_']);
    text.parse().ok().filter(|decimal: &f64| is_decimal && decimal.is_finite()).map(Value::Decimal)
}

/// Tells that a group is named with its kind, which a token would hardly do.
fn note_kind(group: &str, screen: &Screen) {
    let Some(name) = group.strip_prefix("group:") else { return };
    let word = screen.err.paint(Ink::Warning, "note");
    screen.tell(&format!("{word}: a group is named without `group:`; did you mean `{}`?\n", shown(name)));
}

/// Tells that an attribute changes nothing; a misspelt one may have been meant to.
fn note_unread(source: &str, name: &str, policy: &Policy, screen: &Screen) {
    let known = || policy.attributes().filter_map(|(full, _)| full.split_once('.'));
    let elsewhere = known().find(|(_, known)| *known == name);
    let nearby = || closest(name, known().filter(|(known, _)| *known == source).map(|(_, known)| known));
    let meant = elsewhere.or_else(|| nearby().map(|known| (source, known)));
    let hint = meant.map(|(source, name)| format!("; did you mean `{source}.{name}`?")).unwrap_or_default();
    let word = screen.err.paint(Ink::Warning, "note");
    screen.tell(&format!("{word}: the policy does not read `{source}.{}`{hint}\n", shown(name)));
}
