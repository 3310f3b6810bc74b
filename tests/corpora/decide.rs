//! What must hold for any world and any question about it; shared with the fuzz target `decide`.

use bailiwick_oracle::{Ask, Random, World, asks, decide_by_engine, documents, with_requests};

/// How many questions are asked of a world.
const N_QUESTIONS: usize = 16;

/// Reads a world from the first eight bytes, a field from the next and a text from the rest; puts the text into that
/// field of every other question, and compares the engine with the reference on all.
pub(crate) fn compare(bytes: &[u8]) {
    let (seed, rest) = bytes.split_at(bytes.len().min(8));
    let seed = seed.iter().fold(0, |seed: u64, byte| seed << 8 | u64::from(*byte));
    let mut random = Random::new(seed);
    let documents = documents(&mut random);
    let world = World::new(&documents);
    let mut questions = asks(&mut random, &world, N_QUESTIONS);
    if let Some((field, text)) = rest.split_first() {
        let text = String::from_utf8_lossy(text);
        questions.iter_mut().step_by(2).for_each(|question| replace(question, *field, &text));
    }
    with_requests(&questions, |requests| {
        let verdicts = decide_by_engine(&documents, requests).unwrap();
        for (request, verdict) in requests.iter().zip(verdicts) {
            let answer = world.decide(request, None);
            let expected = (answer.is_allow, answer.reason, answer.valid_until);
            assert_eq!((verdict.is_allow, verdict.reason, verdict.valid_until), expected, "{seed}: {request:?}");
        }
    });
}

fn replace(question: &mut Ask, field: u8, text: &str) {
    match field % 7 {
        0 => question.subject = text.to_owned(),
        1 => question.action = text.to_owned(),
        2 => question.kind = text.to_owned(),
        3 => question.scope = text.to_owned(),
        4 => question.cluster = Some(text.to_owned()),
        5 => question.tenant = Some(text.to_owned()),
        _ => question.groups = Some(text.split(',').map(str::to_owned).collect()),
    }
}
