//! Makes a sequence that disagrees smaller while it disagrees in the same thing, and tells it.

use bailiwick::document::Document;

use crate::ask::{Ask, with_requests};
use crate::changes::compare::{
    Difference, compare_dry, compare_items, compare_questions, compare_reasons, compare_with_fresh,
};
use crate::changes::sides::Side;
use crate::changes::step::{Act, Bulk, Step};
use crate::plain::World;
use crate::shrink::smaller_worlds;

/// Tells a disagreement in full, in the smallest sequence and world in which it shows.
pub(crate) fn tell<S: Side>(
    title: &str,
    mut documents: Vec<Document>,
    mut steps: Vec<Step>,
    mut asks: Vec<Ask>,
    difference: &Difference,
) -> String {
    let differs = |documents: &[Document], steps: &[Step], asks: &[Ask]| {
        let found = replay::<S>(documents, steps, asks, difference.what);
        found.filter(|it| it.pair() == difference.pair())
    };
    let alone = asks.iter().map(|it| vec![it.clone()]).find(|it| differs(&documents, &steps, it).is_some());
    asks = alone.unwrap_or(asks);
    loop {
        if let Some(smaller) = smaller_sequences(&steps).into_iter().find(|it| differs(&documents, it, &asks).is_some())
        {
            steps = smaller;
            continue;
        }
        match smaller_worlds(&documents).into_iter().find(|it| differs(it, &steps, &asks).is_some()) {
            Some(smaller) => documents = smaller,
            None => break,
        }
    }
    let shown = differs(&documents, &steps, &asks).unwrap_or_else(|| difference.clone());
    let mut text = format!("{title}: {}\nexpected {}\nfound    {}\n", shown.what, shown.expected, shown.found);
    for step in &steps {
        text += &format!("step {step}\n");
    }
    for ask in &asks {
        text += &format!("asked {ask:?}\n");
    }
    for document in &documents {
        let written = serde_json::to_string(document).unwrap_or_else(|_| format!("{document:?}"));
        text += &format!("document {written}; a feed: {}\n", document.is_feed);
    }
    text
}

/// Makes the changes from the start, and returns the first difference if it is of that sort.
fn replay<S: Side>(documents: &[Document], steps: &[Step], asks: &[Ask], what: &str) -> Option<Difference> {
    let mut side = S::open(documents, None).ok()?;
    let mut world = World::new(documents);
    for step in steps {
        let dry = compare_dry(&side, step);
        let expected = world.change(step, None);
        let found = side.change(step);
        let outcome = dry.and_then(|()| compare_items(&expected, &found));
        if let Err(difference) = outcome {
            return (difference.what == what).then_some(difference);
        }
    }
    let asked = with_requests(asks, |requests| {
        let expected: Vec<&'static str> = requests.iter().map(|it| world.reason(it)).collect();
        compare_reasons("the reasons after the changes", &expected, &side.reasons(requests))
    });
    let fresh = || compare_with_fresh(&side, &world, documents, asks);
    let questions = || if asks.is_empty() { compare_questions(&side, &world) } else { Ok(()) };
    asked.and_then(|()| fresh()).and_then(|()| questions()).err().filter(|it| it.what == what)
}

/// Every sequence with one step less, or with one step that says less.
fn smaller_sequences(steps: &[Step]) -> Vec<Vec<Step>> {
    let mut found = Vec::new();
    for at in 0..steps.len() {
        let mut fewer = steps.to_vec();
        fewer.remove(at);
        found.push(fewer);
    }
    for at in 0..steps.len() {
        for act in smaller_acts(&steps[at].act) {
            let mut smaller = steps.to_vec();
            smaller[at].act = act;
            found.push(smaller);
        }
    }
    found
}

fn smaller_acts(act: &Act) -> Vec<Act> {
    match act {
        Act::AddRules(bulk) => smaller_bulks(bulk).into_iter().map(Act::AddRules).collect(),
        Act::RemoveRules(bulk) => smaller_bulks(bulk).into_iter().map(Act::RemoveRules).collect(),
        Act::AddDenies(bulk) => smaller_bulks(bulk).into_iter().map(Act::AddDenies).collect(),
        Act::RemoveDenies(bulk) => smaller_bulks(bulk).into_iter().map(Act::RemoveDenies).collect(),
        Act::Disable(subjects) => shorter(subjects).into_iter().map(Act::Disable).collect(),
        Act::Enable(subjects) => shorter(subjects).into_iter().map(Act::Enable).collect(),
        _ => Vec::new(),
    }
}

/// Every bulk with a list one shorter, or without a limit. No list is made empty.
fn smaller_bulks(bulk: &Bulk) -> Vec<Bulk> {
    let mut found = Vec::new();
    found.extend(shorter(&bulk.subjects).into_iter().map(|subjects| Bulk { subjects, ..bulk.clone() }));
    found.extend(shorter(&bulk.roles).into_iter().map(|roles| Bulk { roles, ..bulk.clone() }));
    found.extend(shorter(&bulk.scopes).into_iter().map(|scopes| Bulk { scopes, ..bulk.clone() }));
    for permissions in bulk.permissions.iter().flat_map(|it| shorter(it)) {
        found.push(Bulk { permissions: Some(permissions), ..bulk.clone() });
    }
    for clusters in bulk.clusters.iter().flat_map(|it| shorter(it)) {
        found.push(Bulk { clusters: Some(clusters), ..bulk.clone() });
    }
    if bulk.clusters.is_some() {
        found.push(Bulk { clusters: None, ..bulk.clone() });
    }
    if bulk.when.is_some() {
        found.push(Bulk { when: None, ..bulk.clone() });
    }
    if bulk.from.is_some() {
        found.push(Bulk { from: None, ..bulk.clone() });
    }
    if bulk.until.is_some() {
        found.push(Bulk { until: None, ..bulk.clone() });
    }
    found
}

fn shorter<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    let without = |at: usize| {
        let mut fewer = list.to_vec();
        fewer.remove(at);
        fewer
    };
    if list.len() < 2 { Vec::new() } else { (0..list.len()).map(without).collect() }
}
