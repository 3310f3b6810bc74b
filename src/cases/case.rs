//! One case: a question, owned, and the answer that is expected.

use crate::attribute::AttributeType;
use crate::decide::{Decision, Groups, Reason, Request, Value};
use crate::diagnostic::Place;
use crate::document::{CaseValue, Literal};
use crate::load::Policy;
use crate::time::parse_rfc3339;

/// A question and the answer that is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// What it is called, where it has a name.
    pub name: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// What is expected.
    pub expect: Expect,
    /// For which reason, where that matters.
    pub reason: Option<Reason>,
    pub(super) question: OwnedQuestion,
}

/// The decision that a case expects.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Expect {
    /// That the request is allowed.
    Allow,
    /// That it is denied.
    Deny,
}

/// What a case asks.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct OwnedQuestion {
    pub(super) tenant: Option<String>,
    pub(super) subject: String,
    /// Nothing where the groups are not known.
    pub(super) groups: Option<Vec<String>>,
    pub(super) action: String,
    pub(super) kind: String,
    pub(super) scope: String,
    pub(super) cluster: Option<String>,
    pub(super) resource: Vec<(String, CaseValue)>,
    pub(super) context: Vec<(String, CaseValue)>,
    pub(super) at: i64,
}

impl Expect {
    /// Returns the word of a case: `allow` or `deny`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

impl Case {
    /// Returns whether a decision is the one expected, for the reason expected where the case says one.
    ///
    /// In a tenant that a feed closed everything is denied, so a denial there proves nothing of the case: it must say that
    /// reason.
    #[must_use]
    pub fn is_met_by(&self, decision: &Decision) -> bool {
        let is_reason = match self.reason {
            Some(reason) => reason == decision.reason(),
            None => decision.reason() != Reason::TenantClosed,
        };
        is_reason && decision.is_allow() == (self.expect == Expect::Allow)
    }

    /// Hands the request to whoever decides it, its attributes typed as the policy declares them.
    ///
    /// A time is written as RFC 3339 or in seconds, so only the declaration tells it from a text or a number. A value
    /// that is none of its type is handed on as it is: what comes of that is part of what a case tests.
    pub fn ask<R>(&self, policy: &Policy, answer: impl FnOnce(&Request<'_>) -> R) -> R {
        let question = &self.question;
        let groups: Option<Vec<&str>> =
            question.groups.as_ref().map(|groups| groups.iter().map(String::as_str).collect());
        let (resource, context) =
            (typed("resource", &question.resource, policy), typed("context", &question.context, policy));
        let (resource, context) = (values(&resource), values(&context));
        answer(&Request {
            tenant: question.tenant.as_deref(),
            subject: &question.subject,
            groups: groups.as_deref().map_or(Groups::NotKnown, Groups::Listed),
            action: &question.action,
            kind: &question.kind,
            scope: &question.scope,
            cluster: question.cluster.as_deref(),
            resource: &resource,
            context: &context,
            now: question.at,
        })
    }
}

/// The value of an attribute, with what a list borrows.
enum Typed<'c> {
    One(Value<'c>),
    Listed(Vec<Value<'c>>),
}

/// Types the attributes of one source as the policy declares them.
fn typed<'c>(source: &str, attributes: &'c [(String, CaseValue)], policy: &Policy) -> Vec<(&'c str, Typed<'c>)> {
    let typed = |(name, value): &'c (String, CaseValue)| {
        let declared = policy.attribute_type(&format!("{source}.{name}"));
        let element = declared.and_then(|declared| declared.element().or(Some(declared)));
        let value = match value {
            CaseValue::Null => Typed::One(Value::Null),
            CaseValue::One(literal) => Typed::One(value_of(literal, declared)),
            CaseValue::Listed(literals) => {
                let literals = literals.iter().filter_map(|literal| literal.value());
                Typed::Listed(literals.map(|literal| value_of(literal, element)).collect())
            }
        };
        (name.as_str(), value)
    };
    attributes.iter().map(typed).collect()
}

/// Returns the attributes as a request takes them.
fn values<'t>(attributes: &'t [(&'t str, Typed<'t>)]) -> Vec<(&'t str, Value<'t>)> {
    let value = |(name, typed): &'t (&'t str, Typed<'t>)| match typed {
        Typed::One(value) => (*name, *value),
        Typed::Listed(values) => (*name, Value::List(values)),
    };
    attributes.iter().map(value).collect()
}

fn value_of(literal: &Literal, declared: Option<AttributeType>) -> Value<'_> {
    let is_time = declared == Some(AttributeType::Time);
    match literal {
        Literal::Text(text) => match parse_rfc3339(text).filter(|_| is_time) {
            Some(seconds) => Value::Time(seconds),
            None => Value::Text(text),
        },
        Literal::Integer(seconds) if is_time => Value::Time(*seconds),
        Literal::Integer(number) => Value::Integer(*number),
        Literal::Decimal(number) => Value::Decimal(*number),
        Literal::Boolean(truth) => Value::Boolean(*truth),
    }
}
