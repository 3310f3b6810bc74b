//! Explanations tell the truth: the decision, the rules that carry it, and what the others lack.

use bailiwick::document::{AccessRule, Field};
use bailiwick::{Finding, Verdict};
use proptest::prelude::*;

use super::world::{World, scene, told};
use super::{Witnessed, law};
use crate::support::{NOW, acme, ask};

/// Returns the world with the access rules of acme that a finding is about changed, or taken away.
fn change(world: &World, finding: &Finding, change: impl Fn(&mut AccessRule) -> bool) -> World {
    world.map(|document| {
        let Some(rules) = document.access_rules.value_mut() else { return };
        rules.retain_mut(|rule| {
            let rule = rule.value_mut().unwrap();
            let is_it = rule.subject.value() == Some(&finding.subject)
                && rule.role.value() == finding.role.as_ref()
                && rule.scope.value() == Some(&finding.scope);
            !is_it || change(rule)
        });
    })
}

#[test]
fn explain_replays_to_the_same_answer() {
    law(scene(), |(world, asks)| {
        let snapshot = world.snapshot();
        for ask in &asks {
            let explanation = snapshot.explain(&ask.request());
            prop_assert_eq!(explanation.decision, snapshot.check(&ask.request()), "{:?}", ask);
            let applies = |finding: &Finding| finding.verdict == Verdict::Applies;
            match explanation.decision.reason().code() {
                "granted" => {
                    prop_assert!(explanation.access_rules.iter().any(applies), "{:?}", ask);
                    prop_assert!(!explanation.deny_rules.iter().any(applies), "{:?}", ask);
                }
                "denied_by_rule" => prop_assert!(explanation.deny_rules.iter().any(applies), "{:?}", ask),
                "not_granted" => prop_assert!(!explanation.access_rules.iter().any(applies), "{:?}", ask),
                _ => {}
            }
        }
        Ok(())
    });
}

#[test]
fn an_explanation_is_valid_as_long_as_the_check_it_explains() {
    // More windows than a decision looks at, and a rule that a check need not read.
    let denies = (0..400).map(|n: i64| {
        let (from, until) = (NOW + 10 * n - 1, NOW + 10 * n + 10);
        format!("  - {{ subject: user:ana, permissions: {{ job: R }}, scope: acme, from: {from}, until: {until} }}\n")
    });
    let soon = NOW + 5;
    let snapshot = acme(&format!(
        "groups: [{{ name: ml, members: [user:ana] }}]
access_rules:
  - {{ subject: user:ana, role: viewer, scope: acme }}
  - {{ subject: group:ml, role: viewer, scope: acme, until: {soon} }}
deny_rules:
{}",
        denies.collect::<String>()
    ));
    let request = ask("user:ana", "read", "job", "acme/vision/detector");
    assert_eq!(snapshot.explain(&request).decision, snapshot.check(&request));
}

#[test]
fn one_other_rule_is_told_as_one() {
    let snapshot = acme("access_rules: [{ subject: user:ana, role: viewer, scope: acme/language }]");
    let explanation = snapshot.explain(&ask("user:ana", "delete", "job", "acme/vision/detector"));
    assert!(explanation.to_string().ends_with("└─ 1 other rule lacks more than one thing"), "{explanation}");
}

#[test]
fn every_rule_that_applies_grants_and_without_them_nothing_does() {
    let spoken = Witnessed::default();
    law(scene(), |(world, asks)| {
        let snapshot = world.snapshot();
        for ask in asks.iter().filter(|ask| snapshot.check(&ask.request()).is_allow()) {
            let explanation = snapshot.explain(&ask.request());
            let applying = || explanation.access_rules.iter().filter(|finding| finding.verdict == Verdict::Applies);
            let bare = applying().fold(world.clone(), |world, finding| change(&world, finding, |_| false));
            prop_assert!(!bare.snapshot().check(&ask.request()).is_allow(), "{:?}", ask);
            for finding in applying() {
                let others = applying().filter(|other| *other != finding);
                let alone = others.fold(world.clone(), |world, other| match is_same_rule(other, finding) {
                    true => world,
                    false => change(&world, other, |_| false),
                });
                prop_assert!(alone.snapshot().check(&ask.request()).is_allow(), "{:?} {:?}", ask, finding);
                spoken.count();
            }
        }
        Ok(())
    });
    spoken.at_least(1_000);
}

fn is_same_rule(one: &Finding, other: &Finding) -> bool {
    (&one.subject, &one.role, &one.scope) == (&other.subject, &other.role, &other.scope)
}

#[test]
fn a_rule_that_lacks_one_thing_applies_once_it_has_it() {
    let spoken = [Witnessed::default(), Witnessed::default(), Witnessed::default(), Witnessed::default()];
    law(scene(), |(world, asks)| {
        let snapshot = world.snapshot();
        for ask in &asks {
            let explanation = snapshot.explain(&ask.request());
            let may_be_granted = matches!(told(&snapshot, &ask.request()).reason, "not_granted" | "allow_error");
            if !may_be_granted {
                continue;
            }
            for finding in &explanation.access_rules {
                let Some(lack) = &finding.lack else { continue };
                let code = lack.code;
                let mended = change(&world, finding, |rule| {
                    match code {
                        "window" => (rule.from, rule.until) = (Field::default(), Field::default()),
                        "cluster" => rule.clusters = Field::default(),
                        "condition" => rule.when = Field::default(),
                        "scope" => rule.scope = Field::from(ask.scope.clone()),
                        _ => {}
                    }
                    true
                });
                let Some(which) = ["window", "cluster", "condition", "scope"].iter().position(|known| *known == code)
                else {
                    continue;
                };
                // A rule that says the same as another one, once it is mended, cannot be loaded.
                let Ok(mended) = mended.try_snapshot() else { continue };
                prop_assert_eq!(told(&mended, &ask.request()).reason, "granted", "{:?} {:?}", ask, finding);
                spoken[which].count();
            }
        }
        Ok(())
    });
    spoken.iter().for_each(|witnessed| witnessed.at_least(50));
}
