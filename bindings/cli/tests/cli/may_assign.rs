//! `may-assign`: what somebody could give.

use crate::support::run;

const FILES: &str = "-p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z";

#[test]
fn the_roles_are_a_table() {
    let run =
        run(&format!("may-assign {FILES} --actor user:dana@acme.io --actor-no-groups --scope acme/vision/detector"));
    let text = "\
role         to                clusters  at most
researcher   user, group, app  all       for ever
ml_engineer  user, group, app  all       for ever
";
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), text, ""));
}

#[test]
fn none_is_status_1() {
    let run = run(&format!("may-assign {FILES} --actor user:adele@acme.io --actor-no-groups --scope acme/vision"));
    let text = "none: user:adele@acme.io can give no role at acme/vision\n";
    assert_eq!((run.status, run.out.as_str()), (Some(1), text));
}

#[test]
fn what_is_offered_is_approved() {
    for (actor, scope) in [("dana", "acme/vision/detector"), ("mara", "acme"), ("mara", "acme/vision"), ("pia", "acme")]
    {
        let who = format!("{FILES} --actor user:{actor}@acme.io --actor-no-groups --scope {scope}");
        let offer = run(&format!("may-assign {who} --json")).json("may-assign");
        let offered = |name: &str| offer["roles"].as_array().unwrap().iter().any(|role| role["role"] == name);
        for role in ["admin", "editor", "viewer", "department_admin", "researcher", "ml_engineer", "log_reader"] {
            let run = run(&format!("assign {who} --subject user:new@acme.io --role {role}"));
            assert_eq!(run.status == Some(0), offered(role), "{actor} {role} {scope}");
        }
    }
}

#[test]
fn json_tells_all() {
    let run = run(&format!(
        "may-assign {FILES} --actor user:dana@acme.io --actor-no-groups --scope acme/vision/detector --json"
    ));
    let role = serde_json::json!(
        { "role": "researcher", "subject_kinds": ["user", "group", "app"], "clusters": null, "seconds_max": null }
    );
    assert_eq!(run.json("may-assign")["roles"][0], role);
}

#[test]
fn a_name_that_is_not_there_is_status_2() {
    for (rest, message) in [
        (
            "--actor user:dana@acme.io --scope acme/visoin",
            "there is no scope `acme/visoin`; did you mean `acme/vision`?",
        ),
        ("--actor dana --scope acme", "`dana` is no subject"),
        ("--actor user:dana --scope acme --tenant acm", "there is no tenant `acm`; did you mean `acme`?"),
        ("--actor user:dana --scope acme/", "the scope `acme/` is no path of names"),
    ] {
        let run = run(&format!("may-assign {FILES} {rest}"));
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{rest}");
        assert!(run.err.contains(message), "{rest}: {}", run.err);
    }
}
