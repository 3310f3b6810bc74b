//! Feeds: a set of entries, whose order leaves no trace.

use proptest::prelude::*;

use super::{Witnessed, law};
use crate::corpora::feed;

/// Returns an entry: good, bad, repeated or withdrawn, of few names, so that entries meet.
pub(super) fn entry() -> impl Strategy<Value = String> {
    let tenant = prop_oneof![
        60 => Just("{\"tenant\": \"t\", "),
        20 => Just("{\"tenant\": \"u\", "),
        1 => Just("{"),
        1 => Just("{\"tenant\": 7, "),
    ];
    let content = prop_oneof![21 => rule(), 9 => subject(), 16 => thing()];
    (tenant, content).prop_map(|(tenant, content)| format!("{tenant}{content}"))
}

/// Returns an access rule or a deny rule.
fn rule() -> impl Strategy<Value = String> {
    let role = || pick(&["worker", "viewer", "viewer", "own", "vewer"]);
    let scope = || pick(&["t", "t/d", "t/d/p", "t/d/p", "t/e/q", "u", "u/d/p", "t/gone"]);
    let subject = || pick(&["user:a", "user:a", "user:b", "app:c", "group:g", "group:h", "a"]);
    let id = || pick(&["", "", "\"id\": \"1\", ", "\"id\": \"2\", ", "\"id\": \"3\", ", "\"id\": 7, "]);
    let more = || {
        pick(&[
            "",
            "",
            "",
            ", \"clusters\": [\"w\"]",
            ", \"until\": 200",
            ", \"when\": {}",
            ", \"until\": 200, \"until\": 300",
        ])
    };
    let allow = (id(), subject(), role(), scope(), more()).prop_map(|(id, subject, role, scope, more)| {
        format!(
            "\"access_rule\": {{{id}\"subject\": \"{subject}\", \"role\": \"{role}\", \"scope\": \"{scope}\"{more}}}}}"
        )
    });
    let deny = (id(), subject(), role(), scope(), more()).prop_map(|(id, subject, role, scope, more)| {
        format!(
            "\"deny_rule\": {{{id}\"subject\": \"{subject}\", \"role\": \"{role}\", \"scope\": \"{scope}\"{more}}}}}"
        )
    });
    prop_oneof![12 => allow, 9 => deny]
}

/// Returns a user, an app or a group.
fn subject() -> impl Strategy<Value = String> {
    let disabled =
        || pick(&["", "", ", \"disabled\": true", ", \"disabled\": \"no\"", ", \"disabled\": false", ", \"dis\": 1"]);
    let placed = || {
        pick(&[
            "",
            "",
            ", \"roles\": [\"worker\", \"viewer\"], \"organizations\": [\"t/d/p\"]",
            ", \"roles\": [\"vewer\"]",
            ", \"roles\": 7",
        ])
    };
    let account = (pick(&["user", "app"]), pick(&["a", "b", "c", ""]), disabled(), placed());
    let account = account
        .prop_map(|(kind, name, disabled, placed)| format!("\"{kind}\": {{\"name\": \"{name}\"{disabled}{placed}}}}}"));
    let group = (pick(&["g", "h"]), pick(&["", ", \"members\": [\"user:a\"]", ", \"members\": [\"a\"]"]), placed());
    let group =
        group.prop_map(|(name, members, placed)| format!("\"group\": {{\"name\": \"{name}\"{members}{placed}}}}}"));
    prop_oneof![6 => account, 3 => group]
}

/// Returns an entry of another kind.
fn thing() -> impl Strategy<Value = String> {
    let place = pick(&["t/d", "t/d/p", "t/e", "t/e/q", "u/d", "u/d/p", "t//"]);
    let place = (place, pick(&["", "", ", \"id\": \"s\""]))
        .prop_map(|(path, id)| format!("\"scope\": {{\"path\": \"{path}\"{id}}}}}"));
    let own = pick(&["\"includes\": [\"worker\"]", "\"includes\": [\"own\"]", "\"permissions\": {\"job\": \"R\"}"]);
    let own = own.prop_map(|says| format!("\"custom_role\": {{\"name\": \"own\", {says}}}}}"));
    let other = pick(&[
        "\"cluster\": \"w\"}",
        "\"facts\": {\"version\": \"2.13\"}}",
        "\"facts\": {\"version\": 2}}",
        "\"disabled_role\": \"viewer\"}",
        "\"disabled_role\": \"vewer\"}",
        "\"withdrawn\": \"1\"}",
        "\"withdrawn\": \"2\"}",
        "\"deleted_subject\": \"user:b\"}",
        "\"deleted_subject\": \"group:h\"}",
    ]);
    let bad = pick(&[
        "\"withdrawn\": 7}",
        "\"disabled_role\": null}",
        "\"deleted_subject\": \"b\"}",
        "\"dny_rule\": {}}",
        "}",
        "\"scope\": \"t/d\", \"user\": \"a\"}",
    ]);
    prop_oneof![8 => place, 2 => own, 5 => other.prop_map(str::to_owned), 1 => bad.prop_map(str::to_owned)]
}

pub(super) fn pick(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    prop::sample::select(words)
}

#[test]
fn the_order_of_a_feed_leaves_no_trace() {
    let spoken = Witnessed::default();
    law(prop::collection::vec(entry(), 1..24), |lines| {
        feed::compare(&lines.join("\n"));
        spoken.count();
        Ok(())
    });
    spoken.at_least(500);
}
