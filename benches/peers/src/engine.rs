//! What an engine must be able to do to be measured.

use bailiwick_worlds::{TextAsk, World};

/// An engine in one way of using it. It lives as long as the process, which measures nothing else.
pub(crate) trait Engine: Sized + 'static {
    /// What it is loaded from; made before the clock starts.
    type Source;
    /// A question as this engine is asked it; made before the clock starts, and only what a caller could keep for
    /// many questions may be looked up in it.
    type Ask;
    /// What a thread needs of its own.
    type Worker;

    /// Whether [`Engine::decide_batch`] is a door of the engine's own.
    const HAS_BATCH: bool = false;

    /// Prepares what is loaded.
    fn source(world: &World) -> Self::Source;

    /// Loads; this is timed.
    fn load(source: &Self::Source) -> Self;

    /// Prepares a question.
    fn ask(&'static self, ask: &TextAsk) -> Self::Ask;

    /// Prepares a thread.
    fn worker(&self) -> Self::Worker;

    /// Decides; this is timed.
    fn decide(&self, worker: &mut Self::Worker, ask: &Self::Ask) -> bool;

    /// Decides many at once, through a door made for that; this is timed. Deciding one after another is no such door.
    fn decide_batch(&self, _worker: &mut Self::Worker, _asks: &[Self::Ask], _answers: &mut [bool]) {}
}
