//! From a text to cases: what each says is checked, and every finding is reported.

use std::path::Path;
use std::sync::Arc;

use crate::cases::case::OwnedQuestion;
use crate::cases::{Case, Cases, Expect};
use crate::decide::Reason;
use crate::diagnostic::{Code, Place, Sink};
use crate::document::{CaseEntry, CaseValue, CasesDocument, Field, Literal, Table, read_cases};
use crate::load::LoadError;
use crate::name::show;
use crate::span::Span;
use crate::suggest::closest;
use crate::time::parse_rfc3339;

/// Reads cases; `name` is the path of the text.
pub(super) fn read(name: Arc<str>, body: &str) -> Result<Cases, LoadError> {
    let mut sink = Sink::default();
    let CasesDocument { documents, paths, cases } = read_cases(body, 0, &mut sink);
    let cases: Vec<Case> = cases.into_iter().filter_map(|entry| case(entry, &name, &mut sink)).collect();
    if 0 < sink.n_errors() {
        return Err(LoadError::of(sink.into_diagnostics(&[name])));
    }
    let base = Path::new(&*name).parent().unwrap_or_else(|| Path::new(""));
    let paths = paths.into_iter().filter_map(Field::into_value).map(|path| base.join(path)).collect();
    Ok(Cases { name, documents, paths, cases })
}

/// Checks one case; nothing where it is not whole.
fn case(entry: Field<CaseEntry>, file: &Arc<str>, sink: &mut Sink) -> Option<Case> {
    let span = entry.span();
    let entry = entry.into_value()?;
    let expect = required("expect", &entry.expect, span, sink).and_then(|word| expect(word, &entry.expect, sink));
    let reason = entry.reason.value().and_then(|code| reason(code, &entry.reason, sink));
    if let (Some(expect), Some(reason)) = (expect, reason) {
        agree(expect, reason, entry.reason.span(), sink);
    }
    let at = required("at", &entry.at, span, sink).and_then(|at| instant(at, entry.at.span(), sink));
    let subject = required("subject", &entry.subject, span, sink).cloned();
    let action = required("action", &entry.action, span, sink).cloned();
    let kind = required("kind", &entry.kind, span, sink).cloned();
    let scope = required("scope", &entry.scope, span, sink).cloned();
    let groups = |groups: Vec<Field<String>>| groups.into_iter().filter_map(Field::into_value).collect();
    let question = OwnedQuestion {
        tenant: entry.tenant.into_value(),
        subject: subject?,
        groups: entry.groups.into_value().map(groups),
        action: action?,
        kind: kind?,
        scope: scope?,
        cluster: entry.cluster.into_value(),
        resource: attributes(entry.resource),
        context: attributes(entry.context),
        at: at?,
    };
    let place = Place { file: Arc::clone(file), line: span.line, column: span.column, length: span.length };
    Some(Case { name: entry.name.into_value(), place, expect: expect?, reason, question })
}

/// Returns a value that every case says; a malformed one was reported before.
fn required<'e, T>(key: &str, field: &'e Field<T>, case: Span, sink: &mut Sink) -> Option<&'e T> {
    if field.is_missing() {
        let message = format!("key `{key}` is missing");
        match key {
            "at" => sink.report_help(Code::MissingKey, case, message, "say when it is asked: cases read no clock"),
            _ => sink.report(Code::MissingKey, case, message),
        }
    }
    field.value()
}

fn expect(word: &str, field: &Field<String>, sink: &mut Sink) -> Option<Expect> {
    let known = [Expect::Allow, Expect::Deny];
    let found = known.into_iter().find(|expect| expect.word() == word);
    if found.is_none() {
        let message = format!("expected `allow` or `deny`, found the text `{}`", show(word));
        suggest(word, known.map(Expect::word), field.span(), message, sink);
    }
    found
}

fn reason(code: &str, field: &Field<String>, sink: &mut Sink) -> Option<Reason> {
    let found = Reason::ALL.into_iter().find(|reason| reason.code() == code);
    if found.is_none() {
        let message = format!("there is no reason `{}`", show(code));
        suggest(code, Reason::ALL.map(Reason::code), field.span(), message, sink);
    }
    found
}

fn suggest<const N: usize>(word: &str, known: [&'static str; N], span: Span, message: String, sink: &mut Sink) {
    match closest(word, known) {
        Some(known) => sink.report_help(Code::WrongType, span, message, format!("did you mean `{known}`?")),
        None => sink.report(Code::WrongType, span, message),
    }
}

/// Reports a case that no decision could pass.
fn agree(expect: Expect, reason: Reason, span: Span, sink: &mut Sink) {
    let is_granted = reason == Reason::Granted;
    if is_granted == (expect == Expect::Allow) {
        return;
    }
    let message = format!("the case expects {}, and `{}` never is the reason for it", expect.word(), reason.code());
    sink.report_help(Code::InvalidSection, span, message, "only `granted` allows; every other reason denies");
}

fn instant(at: &Literal, span: Span, sink: &mut Sink) -> Option<i64> {
    let found = match at {
        Literal::Integer(seconds) => Some(*seconds),
        Literal::Text(text) => parse_rfc3339(text),
        Literal::Decimal(_) | Literal::Boolean(_) => None,
    };
    if found.is_none() {
        let help = "write RFC 3339 with an offset, `2026-01-31T09:00:00Z`, or whole seconds since the epoch";
        sink.report_help(Code::InvalidTime, span, "the time is neither RFC 3339 nor seconds", help);
    }
    found
}

fn attributes(table: Field<Table<CaseValue>>) -> Vec<(String, CaseValue)> {
    let entries = table.into_value().map(|Table(entries)| entries).unwrap_or_default();
    entries.into_iter().filter_map(|(name, value)| name.into_value().zip(value.into_value())).collect()
}
