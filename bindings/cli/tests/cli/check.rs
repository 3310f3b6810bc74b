//! `check`: the answer, its reason and its status.

use crate::support::{ACME, POLICY, Run, bare, file, run};

const HERE: &str = "--kind job --scope acme/vision/detector --at 1000";

fn check(name: &str, rest: &str) -> Run {
    let policy = file(&format!("check-{name}-policy.yaml"), POLICY);
    let acme = file(&format!("check-{name}-acme.yaml"), ACME);
    run(&format!("check -p {policy} -p {acme} {HERE} {rest}"))
}

#[test]
fn allow_is_status_0_and_names_the_rule() {
    let run = check("allow", "--subject user:ana --action read");
    let text = "allow: granted\n  by access rule `r-1`: user:ana as researcher at acme/vision, valid until 2027-01-01T00:00:00Z\n";
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), text, ""));
}

#[test]
fn deny_is_status_1_and_names_the_rule() {
    let run = check("deny", "--subject user:ana --action delete");
    let text = "deny: denied_by_rule\n  by deny rule `d-1`: user:ana at acme/vision/detector\n";
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(1), text, ""));
}

#[test]
fn a_group_is_told() {
    let run = check("group", "--subject user:eve --action read --group other --group ml");
    assert_eq!(run.out, "allow: granted\n  by access rule: group:ml as reader at acme\n");
}

#[test]
fn no_groups_and_groups_not_known_both_give_nothing() {
    assert_eq!(check("no-groups", "--subject user:eve --action read --no-groups").out, "deny: unknown_subject\n");
    assert_eq!(check("not-known", "--subject user:eve --action read").out, "deny: unknown_subject\n");
}

#[test]
fn an_unknown_name_is_denied_with_a_suggestion() {
    let run = check("unknown", "--subject user:ana --action raed");
    assert_eq!(run.status, Some(1));
    assert_eq!(run.out, "deny: unknown_action\n  there is no action `raed`; did you mean `read`?\n");
}

#[test]
fn an_invalid_request_says_what_is_wrong() {
    let run = check("invalid", "--subject ana --action read");
    let text = "deny: invalid_request\n  `ana` is no subject: write `user:`, `group:` or `app:` and a name\n";
    assert_eq!((run.status, run.out.as_str()), (Some(1), text));
    let run = check("now", "--subject user:ana --action read --context now=1");
    assert!(run.out.contains("only the request itself can say"), "{}", run.out);
}

#[test]
fn without_a_directory_the_tenant_must_be_named() {
    let policy = file("check-alone.yaml", POLICY);
    let run = run(&format!("check -p {policy} --subject user:ana --action read {HERE}"));
    assert_eq!(run.out, "deny: invalid_request\n  not exactly one tenant is loaded: say `--tenant`\n");
}

#[test]
fn attributes_have_the_declared_type() {
    for (subject, yes, no) in [
        ("office", "network=office", "network=home"),
        ("adult", "age=18", "age=17.5"),
        ("safe", "safe=true", "safe=false"),
        ("late", "start=1970-01-01T00:01:40Z", "start=99"),
        ("blue", "tags=red,blue", "tags=red"),
        ("blue", "tags=red --context tags=blue", "tags="),
    ] {
        let ask =
            |context: &str| check(subject, &format!("--subject user:{subject} --action read --context {context}"));
        assert_eq!(ask(yes).status, Some(0), "{yes}");
        assert_eq!(ask(no).status, Some(1), "{no}");
    }
}

#[test]
fn a_value_of_another_type_is_an_error() {
    for (context, message) in [
        ("age=old", "`context.age` is declared as number: expected a number, such as 8 or 1.5, found `old`"),
        ("age=NaN", "`context.age` is declared as number: expected a number, such as 8 or 1.5, found `NaN`"),
        ("safe=yes", "`context.safe` is declared as boolean: expected `true` or `false`, found `yes`"),
        (
            "start=noon",
            "`context.start` is declared as time: expected a time: RFC 3339 or whole seconds since the epoch, found `noon`",
        ),
        ("network=a --context network=b", "`context.network` is given twice"),
    ] {
        let run = check("type", &format!("--subject user:ana --action read --context {context}"));
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{context}");
        assert_eq!(run.err, format!("error: {message}\n"));
    }
}

#[test]
fn an_attribute_that_nothing_reads_is_noted() {
    let run =
        check("note", "--subject user:ana --action read --context netwrok=office --resource size=1 --resource age=1");
    assert_eq!(run.status, Some(0));
    let notes = "note: the policy does not read `resource.size`\n\
                 note: the policy does not read `resource.age`; did you mean `context.age`?\n\
                 note: the policy does not read `context.netwrok`; did you mean `context.network`?\n";
    assert_eq!(run.err, notes);
}

#[test]
fn a_group_named_with_its_kind_is_noted() {
    let run = check("group-kind", "--subject user:eve --action read --group group:ml --group app:x");
    assert_eq!((run.status, run.out.as_str()), (Some(1), "deny: unknown_subject\n"));
    assert_eq!(run.err, "note: a group is named without `group:`; did you mean `ml`?\n");
}

#[test]
fn what_makes_a_request_invalid_is_told_whatever_else_is_unknown() {
    for (tenant, subject, scope, words) in [
        ("a/b", "user:ana", "acme", "the tenant `a/b` is no name of a tenant"),
        ("nope", "user:ana", "acme//x", "the scope `acme//x` is no path of names"),
        ("nope", "ana", "acme", "`ana` is no subject: write `user:`, `group:` or `app:` and a name"),
    ] {
        let policy = file("check-fault-policy.yaml", POLICY);
        let acme = file("check-fault-acme.yaml", ACME);
        let what = format!("--tenant {tenant} --subject {subject} --action read --kind job --scope {scope}");
        let run = run(&format!("check -p {policy} -p {acme} {what}"));
        assert_eq!(run.out, format!("deny: invalid_request\n  {words}\n"));
    }
}

#[test]
fn time_is_rfc_3339_or_seconds_or_the_clock() {
    let ask = |time: &str| {
        let policy = file("check-time-policy.yaml", POLICY);
        let acme = file("check-time-acme.yaml", &ACME.replace("until: 2027-01-01T00:00:00Z", "until: 0"));
        let what = "--subject user:ana --action read --kind job --scope acme/vision/detector";
        run(&format!("check -p {policy} -p {acme} {what} {time}")).status
    };
    assert_eq!(ask("--at -1"), Some(0));
    assert_eq!(ask("--at=-1"), Some(0));
    assert_eq!(ask("--at 0"), Some(1));
    assert_eq!(ask("--at 1970-01-01T00:59:59+01:00"), Some(0));
    assert_eq!(ask(""), Some(1));
    assert_eq!(ask("--at noon"), Some(2));
}

#[test]
fn json_names_the_rule() {
    let answer = check("json", "--subject user:ana --action read --json").json("check");
    let expected = serde_json::json!({
        "bailiwick": 1, "command": "check", "decision": "allow", "reason": "granted", "valid_until": 1_798_761_600,
        "source": { "what": "access_rule", "id": "r-1", "subject": "user:ana", "role": "researcher",
            "scope": "acme/vision", "group": null },
        "unknown": null, "fault": null,
    });
    assert_eq!(answer, expected);
}

#[test]
fn a_refused_policy_is_status_2_with_every_finding() {
    let policy =
        file("check-refused.yaml", "kinds: { job: { lives_in: [projct] } }\nroles: { a: { includes: [b] } }\n");
    let run = run(&format!("check -p {policy} --subject user:ana --action read {HERE}"));
    assert_eq!((run.status, run.out.as_str()), (Some(2), ""));
    assert!(bare(&run.err).contains("error[P0011]: ") && run.err.contains("error[P0014]: "), "{}", run.err);
}

#[test]
fn a_refused_tenant_beside_a_good_one_is_told() {
    let policy = file("check-beside-policy.yaml", POLICY);
    let acme = file("check-beside-acme.yaml", ACME);
    let beta = file("check-beside-beta.yaml", "tenant: beta\ndisabled_roles: [researchr]\n");
    let ask = |tenant: &str| {
        run(&format!("check -p {policy} -p {acme} -p {beta} --subject user:ana --action read {HERE} {tenant}"))
    };
    let good = ask("--tenant acme");
    assert_eq!(good.status, Some(0));
    assert!(good.err.contains("error[P0014]") && good.err.contains("the directory of tenant `beta` is refused"));
    assert_eq!(ask("--tenant beta").status, Some(2));
    assert_eq!(ask("").status, Some(2));
}
