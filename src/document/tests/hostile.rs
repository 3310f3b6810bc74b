//! Texts that mean harm, and texts that mean something else than they seem to.

use super::{accepted, refused};

#[test]
fn five_lines_are_a_document() {
    let document = accepted(
        "kinds: { job: { lives_in: [project], concerns_cluster: true } }
roles: { researcher: { permissions: { job: CRUD } } }
tenant: acme
scopes: [acme/vision, acme/vision/detector]
access_rules: [{ subject: user:ana@acme.io, role: researcher, scope: acme/vision }]
",
    );
    assert_eq!(document.scopes.value().unwrap()[1].value().unwrap().path.value().unwrap(), "acme/vision/detector");
}

#[test]
fn every_finding_is_reported_at_once() {
    let found = refused("polcy: x\nroles: [a]\npolicy: 1.10\ntenant: 3\ntenant: 4\n");
    assert_eq!(
        found,
        [
            "P0005 1:1+5 key `polcy` is not known here | did you mean `policy`?",
            "P0006 2:8+0 expected a mapping, found a list",
            "P0006 3:9+4 expected text, found the number `1.10` | write it in quotes: \"1.10\"",
            "P0006 4:9+1 expected text, found the number `3` | write it in quotes: \"3\"",
            "P0004 5:1+6 key `tenant` is given twice | keep one of them",
        ]
    );
}
