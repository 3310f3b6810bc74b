//! `assign`: what is answered to each rule, and its status.

use crate::support::{Run, file, run};

const FILES: &str = "-p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z";
const DETECTOR: &str = "--role researcher --scope acme/vision/detector";
const DRY: &str = "a dry run: nothing is written without `--write`";

/// Asks a change of acme by somebody whose token names no group.
fn assign(actor: &str, rest: &str) -> Run {
    run(&format!("assign {FILES} --actor user:{actor}@acme.io --actor-no-groups {rest}"))
}

/// Returns the codes of the answers, in their order.
fn codes(actor: &str, rest: &str) -> Vec<String> {
    let answer = assign(actor, &format!("{rest} --json")).json("assign");
    answer["answers"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn approved_is_status_0() {
    let run = assign("dana", &format!("--subject user:milo@acme.io {DETECTOR}"));
    let text =
        format!("approved: user:milo@acme.io as researcher at acme/vision/detector\n1 approved, 0 refused; {DRY}\n");
    assert_eq!((run.status, run.out, run.err.as_str()), (Some(0), text, ""));
}

#[test]
fn refused_is_status_1_and_says_what_is_missing() {
    let run = assign("adele", &format!("--subject user:milo@acme.io {DETECTOR}"));
    let text = format!(
        "refused: user:milo@acme.io as researcher at acme/vision/detector\n  \
         may_not_place: `user:adele@acme.io` may not place anybody there\n  \
         missing: create on organization_assignment at acme/vision/detector\n\
         0 approved, 1 refused; {DRY}\n"
    );
    assert_eq!((run.status, run.out), (Some(1), text));
}

#[test]
fn subjects_then_roles_then_scopes_are_answered_one_by_one() {
    let rest = "--subject user:milo@acme.io user:tess@acme.io --role researcher --role viewer \
                --scope acme/vision/detector acme/language/speech";
    let answer = assign("dana", &format!("{rest} --json")).json("assign");
    assert_eq!((&answer["approved"], &answer["refused"], &answer["written"]), (&2.into(), &6.into(), &().into()));
    let items: Vec<String> = answer["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let part = |key: &str| item[key].as_str().unwrap().to_owned();
            format!("{} {} {} {}", part("subject"), part("role"), part("scope"), part("code"))
        })
        .collect();
    assert_eq!(items[0], "user:milo@acme.io researcher acme/vision/detector ok");
    assert_eq!(items[1], "user:milo@acme.io researcher acme/language/speech may_not_give_role");
    assert_eq!(items[2], "user:milo@acme.io viewer acme/vision/detector wrong_place");
    assert_eq!(items[4], "user:tess@acme.io researcher acme/vision/detector ok");
}

#[test]
fn an_item_sees_those_before_it() {
    let twice = format!("--subject user:milo@acme.io user:milo@acme.io {DETECTOR}");
    assert_eq!(codes("dana", &twice), ["ok", "duplicate"]);
    let both = "--remove --subject user:adele@acme.io user:mara@acme.io --role admin --scope acme";
    assert_eq!(codes("mara", both), ["ok", "last_administrator"]);
}

#[test]
fn a_removal_names_the_same_rule_limits_included() {
    let chen = format!("--remove --subject user:chen@acme.io {DETECTOR}");
    assert_eq!(codes("dana", &chen), ["unknown_rule"]);
    assert_eq!(codes("dana", &format!("{chen} --cluster west")), ["ok"]);
    let ines = "--remove --subject user:ines@acme.io --role researcher --scope acme/language/translator";
    assert_eq!(codes("dirk", ines), ["unknown_rule"]);
    assert_eq!(codes("dirk", &format!("{ines} --from 2026-01-01T00:00:00Z --until 1782864000")), ["ok"]);
}

#[test]
fn denies_are_added_and_removed() {
    let zoe = format!("--deny --subject user:zoe@acme.io {DETECTOR}");
    let run = assign("mara", &zoe);
    assert!(
        run.out.starts_with("approved: user:zoe@acme.io denied researcher at acme/vision/detector\n"),
        "{}",
        run.out
    );
    let run = assign("dana", &zoe);
    assert!(
        run.out.contains("missing: create on role_assignment for all roles at acme/vision/detector"),
        "{}",
        run.out
    );
    let pipeline = "--deny --remove --subject app:ci --role researcher --scope acme/vision/segmenter";
    let run = assign("mara", pipeline);
    assert!(run.out.starts_with("approved: no longer app:ci denied researcher at "), "{}", run.out);
    assert_eq!(assign("mara", &format!("{pipeline} --json")).json("assign")["edit"], "remove_denies");
}

#[test]
fn nobody_denies_itself_nor_a_group_it_may_be_in() {
    let mara = "--deny --subject user:mara@acme.io --role editor --scope acme/vision";
    assert_eq!(codes("mara", mara), ["own_deny"]);
    let team = "--deny --subject group:vision-team --role editor --scope acme/vision";
    assert_eq!(codes("mara", team), ["ok"]);
    let run = run(&format!("assign {FILES} --actor user:mara@acme.io {team}"));
    assert!(run.out.contains("own_deny: "), "{}", run.out);
}

#[test]
fn the_last_administrator_stays() {
    let run = assign("mara", "--remove --subject user:mara@acme.io --role admin --scope acme");
    assert_eq!(run.status, Some(1));
    assert!(run.out.contains("  last_administrator: nobody would be left"), "{}", run.out);
    assert!(run.out.contains("  missing: an administrator of acme/platform\n"), "{}", run.out);
}

#[test]
fn unknown_names_come_with_a_suggestion() {
    for (names, line) in [
        ("--role reseacher --scope acme/vision/detector", "there is no role `reseacher`; did you mean `researcher`?"),
        ("--role researcher --scope acme/visoin", "there is no scope `acme/visoin`; did you mean `acme/vision`?"),
        (&format!("{DETECTOR} --cluster wets"), "there is no cluster `wets`; did you mean `west`?"),
        (&format!("{DETECTOR} --tenant acm"), "there is no tenant `acm`; did you mean `acme`?"),
    ] {
        let run = assign("dana", &format!("--subject user:milo@acme.io {names}"));
        assert_eq!(run.status, Some(1), "{names}");
        assert!(run.out.contains(line), "{names}: {}", run.out);
    }
}

#[test]
fn what_is_no_name_is_told() {
    for (names, line) in [
        (format!("--subject milo@acme.io {DETECTOR}"), "invalid_name: `milo@acme.io` is no subject"),
        (format!("--subject user: {DETECTOR}"), "invalid_name: `user:` is no subject"),
        ("--subject user:milo --role researcher --scope acme//x".to_owned(), "invalid_name: the scope `acme//x`"),
        (format!("--subject user:milo {DETECTOR} --cluster a\u{200b}b"), "invalid_name: the cluster `a\\u{200b}b`"),
        (format!("--subject app:cd {DETECTOR}"), "unknown_subject: `app:cd` is an application that is not listed"),
        (format!("--subject user:milo {DETECTOR} --from 2 --until 2"), "empty_window: it would end before it begins"),
        (format!("--subject user:milo {DETECTOR} --context subject=x"), "invalid_request: the context speaks of"),
        (format!("--subject user:milo {DETECTOR} --tenant a/b"), "invalid_request: the tenant `a/b` is no name"),
    ] {
        let run = assign("dana", &names);
        assert_eq!(run.status, Some(1), "{names}");
        assert!(run.out.contains(line), "{names}: {}", run.out);
    }
    let run = run(&format!("assign {FILES} --actor dana --subject user:milo {DETECTOR}"));
    assert!(run.out.starts_with("refused: the change\n  invalid_request: `dana` is no subject"), "{}", run.out);
}

/// Rights for a quarter, and on one cluster.
const LENT: &str = "\
kinds:
  right: { lives_in: [tenant, department, project] }
  job: { lives_in: [project] }
roles:
  lender: { permissions: { right: CRUD quarter } }
  local: { permissions: { right: CRUD } }
  worker: { permissions: { job: CRUD } }
qualifiers: { quarter: { for_at_most: 90d } }
delegation: { role_right: right }
tenant: acme
clusters: [west, east]
scopes: [acme/vision]
access_rules:
  - { subject: user:lena, role: lender, scope: acme }
  - { subject: user:loki, role: local, scope: acme, clusters: [east] }
  - { subject: user:both, role: lender, scope: acme, clusters: [west] }
";

#[test]
fn the_limits_within_which_it_would_be_approved_are_told() {
    let lent = file("assign-lent.yaml", LENT);
    let ask = |actor: &str, rest: &str| {
        let rules = "--subject user:ana --role worker --scope acme/vision --at 0 --actor-no-groups";
        run(&format!("assign -p {lent} --actor user:{actor} {rules} {rest}"))
    };
    let until = "until 1970-04-01T00:00:00Z (90d) at the latest";
    assert!(ask("lena", "").out.contains(&format!("\n  help: it could be given {until}\n")), "{}", ask("lena", "").out);
    assert_eq!(ask("lena", "--until 7776000").status, Some(0));
    assert_eq!(ask("lena", "--until 7776001").status, Some(1));
    assert!(ask("loki", "").out.contains("\n  help: it could be given limited to one cluster of east\n"));
    assert_eq!(ask("loki", "--cluster east").status, Some(0));
    assert!(ask("both", "").out.contains(&format!("limited to one cluster of west, {until}\n")));
    assert!(!ask("nobody", "").out.contains("help"));
}

#[test]
fn json_tells_all() {
    let run = assign("adele", &format!("--subject user:milo@acme.io {DETECTOR} --json"));
    let answer = serde_json::json!({
        "bailiwick": 1, "command": "assign", "edit": "add_rules", "approved": 0, "refused": 1, "written": null,
        "answers": [{
            "subject": "user:milo@acme.io", "role": "researcher", "scope": "acme/vision/detector",
            "code": "may_not_place", "text": "`user:adele@acme.io` may not place anybody there", "help": null,
            "missing": [{
                "what": "permission", "action": "create", "kind": "organization_assignment",
                "scope": "acme/vision/detector", "cluster": null, "role": null,
            }],
        }],
    });
    assert_eq!((run.status, run.json("assign")), (Some(1), answer));
    let name = assign("adele", "--subject user:x --role admim --scope acme --json").json("assign");
    let missing = serde_json::json!([{ "what": "name", "of": "role", "name": "admim", "suggestion": "admin" }]);
    assert_eq!(name["answers"][0]["missing"], missing);
}

#[test]
fn a_refused_tenant_cannot_be_asked_about() {
    let wrong =
        file("assign-refused.yaml", "tenant: acme\naccess_rules: [{ subject: user:a, role: b, scope: acme }]\n");
    let other = file("assign-other.yaml", "tenant: globex\n");
    let files = format!("-p policies/runai-2.13.yaml -p {wrong} -p {other}");
    let run = run(&format!("assign {files} --actor user:a --subject user:a --role admin --scope acme"));
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("tenant `acme` is refused"), "{}", run.err);
}
