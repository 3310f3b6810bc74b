//! Requests that own their names, so that they can be made, changed and kept.

use bailiwick::{Groups, Request, Value};

/// A request, and what it was aimed at.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of a request")]
pub struct Ask {
    pub tenant: Option<String>,
    pub subject: String,
    pub groups: Option<Vec<String>>,
    pub action: String,
    pub kind: String,
    pub scope: String,
    pub cluster: Option<String>,
    pub resource: Vec<(String, Datum)>,
    pub context: Vec<(String, Datum)>,
    pub now: i64,
    /// The bound of a rule near which the time was chosen.
    pub bound: Option<i64>,
}

/// The value of an attribute.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the variants are those of a value")]
pub enum Datum {
    Null,
    Text(String),
    Integer(i64),
    Decimal(f64),
    Boolean(bool),
    Time(i64),
    List(Vec<Datum>),
}

impl Ask {
    /// Sets an attribute by its full name; those of the subject cannot be set.
    pub(crate) fn set(&mut self, full_name: &str, value: Datum) {
        self.unset(full_name);
        match full_name.split_once('.') {
            Some(("resource", name)) => self.resource.push((name.to_owned(), value)),
            Some(("context", name)) => self.context.push((name.to_owned(), value)),
            _ => {}
        }
    }

    /// Takes an attribute away.
    pub(crate) fn unset(&mut self, full_name: &str) {
        match full_name.split_once('.') {
            Some(("resource", name)) => self.resource.retain(|(it, _)| it != name),
            Some(("context", name)) => self.context.retain(|(it, _)| it != name),
            _ => {}
        }
    }

    /// Returns an attribute by its full name.
    pub(crate) fn read(&self, full_name: &str) -> Option<Datum> {
        let (kind, id) = self.subject.split_once(':').unwrap_or_default();
        let find = |list: &[(String, Datum)], name: &str| {
            list.iter().find(|(it, _)| it == name).map(|(_, value)| value.clone())
        };
        match full_name.split_once('.') {
            None => Some(Datum::Text(self.subject.clone())),
            Some(("subject", "id")) => Some(Datum::Text(id.to_owned())),
            Some(("subject", _)) => Some(Datum::Text(kind.to_owned())),
            Some(("resource", name)) => find(&self.resource, name),
            Some((_, name)) => find(&self.context, name),
        }
    }
}

/// Lends many asks as requests, all at once.
pub fn with_requests<R>(asks: &[Ask], use_them: impl FnOnce(&[Request<'_>]) -> R) -> R {
    type Lists<'a> = Vec<Vec<Value<'a>>>;
    let groups: Vec<Option<Vec<&str>>> =
        asks.iter().map(|it| it.groups.as_ref().map(|names| names.iter().map(String::as_str).collect())).collect();
    let lists: Vec<(Lists<'_>, Lists<'_>)> =
        asks.iter().map(|it| (lists_of(&it.resource), lists_of(&it.context))).collect();
    let attributes: Vec<_> = asks
        .iter()
        .zip(&lists)
        .map(|(ask, (resource, context))| (lend(&ask.resource, resource), lend(&ask.context, context)))
        .collect();
    let requests: Vec<Request<'_>> = asks
        .iter()
        .zip(&groups)
        .zip(&attributes)
        .map(|((ask, groups), (resource, context))| Request {
            tenant: ask.tenant.as_deref(),
            subject: &ask.subject,
            groups: groups.as_ref().map_or(Groups::NotKnown, |names| Groups::Listed(names)),
            action: &ask.action,
            kind: &ask.kind,
            scope: &ask.scope,
            cluster: ask.cluster.as_deref(),
            resource,
            context,
            now: ask.now,
        })
        .collect();
    use_them(&requests)
}

/// Returns the items of every attribute; none where it is no list.
pub(crate) fn lists_of(attributes: &[(String, Datum)]) -> Vec<Vec<Value<'_>>> {
    let mut lists = Vec::new();
    for (_, value) in attributes {
        lists.push(match value {
            Datum::List(items) => items.iter().map(|it| value_of(it, &[])).collect(),
            _ => Vec::new(),
        });
    }
    lists
}

pub(crate) fn lend<'a>(attributes: &'a [(String, Datum)], lists: &'a [Vec<Value<'a>>]) -> Vec<(&'a str, Value<'a>)> {
    attributes.iter().zip(lists).map(|((name, value), items)| (name.as_str(), value_of(value, items))).collect()
}

fn value_of<'a>(datum: &'a Datum, items: &'a [Value<'a>]) -> Value<'a> {
    match datum {
        Datum::Null => Value::Null,
        Datum::Text(text) => Value::Text(text),
        Datum::Integer(number) => Value::Integer(*number),
        Datum::Decimal(number) => Value::Decimal(*number),
        Datum::Boolean(truth) => Value::Boolean(*truth),
        Datum::Time(instant) => Value::Time(*instant),
        Datum::List(_) => Value::List(items),
    }
}
