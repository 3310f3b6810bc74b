//! What must hold for any text; shared with the fuzz target `document`.

use bailiwick::{Groups, Policy, Request, Text};

/// A catalogue for texts that are directories only.
const CATALOGUE: &str = "
kinds: { job: { lives_in: [project], concerns_cluster: true } }
attributes: { context.network: text, context.age: number }
roles: { researcher: { permissions: { job: CRUD } } }
";

/// Reads a text as a document of its own, beside a catalogue, and as a feed.
pub(crate) fn read(text: &str) {
    answer(vec![Text::yaml("text.yaml", text)]);
    answer(vec![Text::yaml("catalogue.yaml", CATALOGUE), Text::yaml("text.yaml", text)]);
    answer(vec![Text::yaml("catalogue.yaml", CATALOGUE), Text::lines("text.jsonl", text)]);
}

/// Whatever is accepted compiles, and answers; what nobody wrote is denied.
fn answer(texts: Vec<Text>) {
    let Ok(policy) = Policy::parse(texts) else { return };
    let snapshot = policy.compile();
    let groups = Groups::Listed(&["ml-team"]);
    let scope = "acme/vision/detector";
    let known = Request { subject: "user:ana@acme.io", groups, action: "create", kind: "job", scope, ..Request::at(0) };
    let decision = snapshot.check(&known);
    assert_eq!(decision, snapshot.check(&known));
    let unknown = Request { kind: "a kind that no document declares", ..known };
    assert!(!snapshot.check(&unknown).is_allow());
}
