//! Changes, naively: what is answered to each item, and the world that it leads to; and random ones.

mod administrators;
mod aims;
mod answers;
mod apply;
mod catalogue;
mod compare;
mod desk;
mod directory;
mod faults;
mod harness;
mod mistakes;
mod office;
mod older;
mod others;
mod places;
mod quality;
mod questions;
mod render;
mod rights;
mod rules;
mod shrink;
mod sides;
mod step;
mod steps;
mod strict;
mod told;
mod worlds;

pub use answers::Item;
pub use faults::ChangeFault;
pub use harness::{ChangePlan, ChangeReport, rehearse_changes, run_changes, soak_changes};
pub use quality::ChangeQuality;
pub use step::{Act, Bulk, Step, Who};
pub use worlds::changing_documents;
