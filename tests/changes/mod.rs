//! The engine changes directories as the naive reference does.

mod agreement;
mod fine_print;
mod stories;

use bailiwick::document::Document;
use bailiwick_oracle::{Act, Bulk, Step, Who, change_by_both};

/// When every change is made.
const NOW: i64 = 1_767_225_600;

/// Reads a document that is written plainly; an empty value is a table without entries.
pub(crate) fn document(text: &str) -> Document {
    let mut value: serde_json::Value = serde_yaml::from_str(text).unwrap();
    fill(&mut value);
    serde_json::from_value(value).unwrap()
}

fn fill(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Null => *value = serde_json::Value::Object(serde_json::Map::new()),
        serde_json::Value::Object(map) => map.values_mut().for_each(fill),
        _ => {}
    }
}

/// Returns a change by a user in no group.
fn by(user: &str, act: Act) -> Step {
    let subject = format!("user:{user}");
    let actor = Who::Subject { subject, groups: Some(Vec::new()), context: Vec::new() };
    Step { actor, tenant: None, is_forced: false, now: NOW, act }
}

fn by_host(act: Act) -> Step {
    Step { actor: Who::Host, ..by("nobody", act) }
}

/// Returns one rule, written `subject role scope`.
fn rule(text: &str) -> Bulk {
    let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let [subject, role, scope] = words.try_into().unwrap();
    Bulk { subjects: vec![subject], roles: vec![role], scopes: vec![scope], ..Bulk::default() }
}

fn add(text: &str) -> Act {
    Act::AddRules(rule(text))
}

fn remove(text: &str) -> Act {
    Act::RemoveRules(rule(text))
}

/// Makes the changes one after another, by both, and returns the codes of all items.
fn codes(documents: &[Document], steps: &[Step]) -> Vec<&'static str> {
    let answers = change_by_both(documents, steps).unwrap();
    answers.into_iter().flatten().map(|it| it.code).collect()
}

/// Makes one change.
fn code(documents: &[Document], step: Step) -> &'static str {
    codes(documents, &[step])[0]
}
