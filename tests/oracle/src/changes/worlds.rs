//! Small random worlds to be changed.

use bailiwick::document::Document;

use crate::changes::catalogue::policy;
use crate::changes::directory::{tenant, twin};
use crate::changes::render::render;
use crate::plain::World;
use crate::pools::TENANTS;
use crate::random::Random;

/// Returns the documents of a policy and of one or two tenants, the second a twin of the first.
#[must_use]
pub fn changing_documents(random: &mut Random) -> Vec<Document> {
    let policy = policy(random);
    let mut world = World::new(std::slice::from_ref(&policy));
    let first = tenant(random, &world, TENANTS[0]);
    if random.chance(65) {
        let name = *random.pick(&TENANTS[1..]);
        world.tenants.push(twin(random, &first, name));
    }
    world.tenants.insert(0, first);
    let mut documents: Vec<Document> = world.tenants.iter().map(|it| render(&world, it)).collect();
    documents.push(policy);
    documents
}
