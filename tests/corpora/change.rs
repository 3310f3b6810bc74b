//! What must hold for any sequence of changes; shared with the fuzz target `change`.

use bailiwick_oracle::{Act, Bulk, Random, Step, Who, change_by_both, changing_documents, random_steps};

/// How many changes follow each other.
const N_STEPS: usize = 12;

/// Reads a world and a sequence of changes from the first eight bytes, a field from the next and a text from the rest; puts the text
/// into that field of every other change, and compares the answers of the engine with those of the reference.
pub(crate) fn compare(bytes: &[u8]) {
    let (seed, rest) = bytes.split_at(bytes.len().min(8));
    let seed = seed.iter().fold(0, |seed: u64, byte| seed << 8 | u64::from(*byte));
    let mut random = Random::new(seed);
    let documents = changing_documents(&mut random);
    let mut steps = random_steps(&mut random, &documents, N_STEPS);
    if let Some((field, text)) = rest.split_first() {
        let text = String::from_utf8_lossy(text);
        steps.iter_mut().step_by(2).for_each(|step| replace(step, *field, &text));
    }
    change_by_both(&documents, &steps).unwrap();
}

/// Puts a text into a field that a change has, or else into its tenant.
fn replace(step: &mut Step, field: u8, text: &str) {
    if field % 5 == 4
        && let Who::Subject { subject, .. } = &mut step.actor
    {
        text.clone_into(subject);
        return;
    }
    match &mut step.act {
        Act::AddRules(bulk) | Act::RemoveRules(bulk) | Act::AddDenies(bulk) | Act::RemoveDenies(bulk) => {
            replace_in_bulk(bulk, field, text);
        }
        Act::GiveRole { subject, role } | Act::TakeRole { subject, role } => {
            text.clone_into(if field.is_multiple_of(2) { subject } else { role });
        }
        Act::Place { subject, scope } | Act::Displace { subject, scope } => {
            text.clone_into(if field.is_multiple_of(2) { subject } else { scope });
        }
        Act::MoveScope { scope: first, to: second }
        | Act::RenameScope { scope: first, name: second }
        | Act::RenameCluster { cluster: first, name: second }
        | Act::AddMember { group: first, member: second }
        | Act::RemoveMember { group: first, member: second } => {
            text.clone_into(if field.is_multiple_of(2) { first } else { second });
        }
        Act::Disable(names) | Act::Enable(names) => names.push(text.to_owned()),
        Act::CreateScope { path: name, id, .. } | Act::CreateCluster { name, id } => match field % 2 {
            0 => text.clone_into(name),
            _ => *id = Some(text.to_owned()),
        },
        Act::DeleteScope(name)
        | Act::DeleteCluster(name)
        | Act::CreateSubject { subject: name, .. }
        | Act::DeleteSubject(name)
        | Act::DisableRole(name)
        | Act::EnableRole(name) => text.clone_into(name),
    }
}

fn replace_in_bulk(bulk: &mut Bulk, field: u8, text: &str) {
    match field % 4 {
        0 => bulk.subjects.push(text.to_owned()),
        1 => bulk.roles.push(text.to_owned()),
        2 => bulk.scopes.push(text.to_owned()),
        _ => bulk.clusters = Some(text.split(',').map(str::to_owned).collect()),
    }
}
