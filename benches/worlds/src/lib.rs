//! The worlds on which speed is measured: tenants of three sizes, made from a seed, and questions with their answers.
//!
//! The crate knows nothing of the engine. Its role matrix is read from the published table, and its answers come from
//! loops over the rules, so that engine and peers are held to an answer that none of them gave.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    reason = "bench support: indices come from the world itself, and a panic is a failed run, not a wrong decision"
)]

mod asks;
mod directory;
mod matrix;
mod names;
mod policy;
mod random;
mod reference;
mod sizes;
mod texts;
mod world;

pub use asks::{Ask, Draw, draw_asks};
pub use directory::{write_directory, write_requests};
pub use matrix::{ACTIONS, KINDS, Permission, ROLES, cell, permissions_at_projects};
pub use names::{Named, plain_name};
pub use policy::{Restrictions, policy_text};
pub use random::Random;
pub use reference::Reference;
pub use sizes::{Extras, Plan, Sizes};
pub use texts::{TextAsk, texts};
pub use world::{Limit, NOW, Place, Rule, Scope, Subject, TooFew, User, World};
