//! The oracle: an independent, naive evaluator of the law, and random worlds on which the engine must agree.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "test support: a panic here is a failed test, not a wrong decision"
)]

mod ask;
mod catalogue;
mod changes;
mod conditions;
mod directory;
mod engine;
mod entries;
mod faults;
mod flatten;
mod grants;
mod harness;
mod locate;
mod mutations;
mod names;
pub mod plain;
mod pools;
mod premise;
mod qualifiers;
mod quality;
mod random;
mod reference;
mod requests;
mod rules;
mod shrink;
mod tenants;
mod times;
mod truth;
mod world;

pub use ask::{Ask, Datum, with_requests};
pub use changes::{
    Act, Bulk, ChangeFault, ChangePlan, ChangeQuality, ChangeReport, Item, Publisher, SafetyReport, Step, Who,
    change_by_both, changing_documents, random_steps, rehearse_safety, run_changes, run_safety, soak_changes,
};
pub use engine::decide as decide_by_engine;
pub use faults::Fault;
pub use harness::{Evaluate, Plan, Report, Verdict, run, run_against, soak, soak_from};
pub use plain::World;
pub use quality::Quality;
pub use random::Random;
pub use reference::{Answer, RuleText, SourceText, decide};
pub use requests::asks;
pub use world::documents;
