//! `covers`: whether somebody holds all that a role gives.

use crate::support::{Run, run};

fn covers(rest: &str) -> Run {
    let files = "-p policies/runai-2.13.yaml -p policies/acme.yaml --at 2026-03-10T12:00:00Z";
    run(&format!("covers {files} --holder-no-groups {rest}"))
}

#[test]
fn yes_is_status_0() {
    let run = covers("--holder user:pia@acme.io --role ml_engineer --scope acme/platform/serving");
    let text = "yes: user:pia@acme.io holds all that ml_engineer gives at acme/platform/serving\n";
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), text, ""));
}

#[test]
fn no_is_status_1_and_says_what_is_missing() {
    let run = covers("--holder user:dana@acme.io --role researcher --scope acme/vision/detector");
    let text = "\
no: user:dana@acme.io does not hold all that researcher gives at acme/vision/detector
  missing: create, update, delete on job at acme/vision/detector
  missing: create, update, delete on workspace at acme/vision/detector
";
    assert_eq!((run.status, run.out.as_str()), (Some(1), text));
}

#[test]
fn a_list_of_clusters_narrows_the_question() {
    let hana = "--holder user:hana@acme.io --role ml_engineer --scope acme/platform/serving";
    assert_eq!(covers(&format!("{hana} --cluster east")).status, Some(0));
    let run = covers(&format!("{hana} --cluster east --cluster west"));
    assert_eq!(run.status, Some(1));
    assert!(run.out.contains("deployment at acme/platform/serving on west\n"), "{}", run.out);
    assert_eq!(covers(hana).status, Some(1));
}

#[test]
fn json_tells_all() {
    let run = covers("--holder user:dana@acme.io --role researcher --scope acme/vision/detector --json");
    let answer = run.json("covers");
    assert_eq!((&answer["holds"], &answer["code"]), (&false.into(), &"not_held".into()));
    let missing = serde_json::json!({
        "what": "permission", "action": "create", "kind": "job", "scope": "acme/vision/detector", "cluster": null,
        "role": null,
    });
    assert_eq!(answer["missing"][0], missing);
}

#[test]
fn a_name_that_is_not_there_is_status_2() {
    for (rest, message) in [
        ("--holder user:a --role reseacher --scope acme", "there is no role `reseacher`; did you mean `researcher`?"),
        ("--holder a --role researcher --scope acme", "`a` is no subject"),
        ("--holder user:a --role researcher --scope acme/x", "there is no scope `acme/x`"),
        ("--holder user:a --role researcher --scope acme --cluster wets", "did you mean `west`?"),
    ] {
        let run = covers(rest);
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{rest}");
        assert!(run.err.contains(message), "{rest}: {}", run.err);
    }
}
