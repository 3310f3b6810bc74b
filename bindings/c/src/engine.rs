//! Engines: which snapshot is current.

use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};

use arc_swap::ArcSwap;
use bailiwick::{Diagnostic, LoadError, Policy, Snapshot, Text};

use crate::boundary::{List, Out, Str, guard};
use crate::error::Findings;
use crate::number::{Stamp, StampCell};
use crate::pin::Pin;
use crate::status::{self, Status};
use crate::table::{self, Kind, What};

/// Names an engine: the current snapshot of a policy with its directories. 0 is none.
///
/// Any number of threads may use one at once, also while it is reloaded or freed.
pub type EngineHandle = u64;

/// How a text is written: one of the two numbers below.
pub type TextFormat = i32;

/// One document in YAML or JSON.
pub const BW_FORMAT_YAML: TextFormat = 0;
/// JSON Lines: a feed, one entry a line.
pub const BW_FORMAT_LINES: TextFormat = 1;

/// A named text of a policy or a directory.
#[repr(C)]
pub struct RawText {
    /// The name that stands in findings.
    pub name: Str,
    /// The text. It is copied; only memory limits its length, but a document of people is refused past 512 KiB.
    pub body: Str,
    /// How it is written.
    pub format: TextFormat,
}

/// Loads an engine from files: `.jsonl` is a feed, anything else YAML or JSON.
///
/// The `n_paths` files are read together; paths are in UTF-8. The engine is written to `*engine` and freed with
/// `bw_engine_free`. Where the policy is refused (`BW_REFUSED`), `*engine` is 0 and `*error`, unless `error` is NULL,
/// is an error object with every finding, to be freed with `bw_error_free`; in every other case `*error` is 0. Where
/// only some directories are refused the others are loaded: `bw_engine_is_complete` tells.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_load(
    paths: List<Str>,
    n_paths: usize,
    engine: Out<EngineHandle>,
    error: Out<u64>,
) -> Status {
    guard(|| create(&engine, &error, || load(&paths, n_paths)))
}

/// Makes an engine of texts in memory, as `bw_engine_load` does of files.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_parse(
    texts: List<RawText>,
    n_texts: usize,
    engine: Out<EngineHandle>,
    error: Out<u64>,
) -> Status {
    guard(|| create(&engine, &error, || parse(&texts, n_texts)))
}

/// Reads files and makes them current, whole and at once: a check sees the old snapshot or the new one.
///
/// When the call returns `BW_OK`, no check that begins later is answered from an older snapshot, on any thread.
/// `*revision`, unless `revision` is NULL, is that of the new one. Handles that were prepared before are stale, and
/// what they held is freed. A policy that is refused changes nothing; `error` is as in `bw_engine_load`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_reload(
    engine: EngineHandle,
    paths: List<Str>,
    n_paths: usize,
    revision: Out<u64>,
    error: Out<u64>,
) -> Status {
    guard(|| change(engine, &revision, &error, || load(&paths, n_paths)))
}

/// Makes texts current, as `bw_engine_reload` does files.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_replace(
    engine: EngineHandle,
    texts: List<RawText>,
    n_texts: usize,
    revision: Out<u64>,
    error: Out<u64>,
) -> Status {
    guard(|| change(engine, &revision, &error, || parse(&texts, n_texts)))
}

/// Writes the revision of the current snapshot to `*revision`. It is 1 at first and one more after each reload and
/// each applied change.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_revision(engine: EngineHandle, revision: Out<u64>) -> Status {
    guard(|| {
        revision.put(0)?;
        let pin = Pin::new();
        revision.put(cell(&pin, engine)?.pinned(&pin).revision())
    })
}

/// Writes to `*is_complete` whether the last load left nothing out: 1 where there were no findings but warnings, else
/// 0.
///
/// A host that wants all or nothing asks before it serves.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_is_complete(engine: EngineHandle, is_complete: Out<i32>) -> Status {
    guard(|| {
        is_complete.put(0)?;
        let pin = Pin::new();
        is_complete.put(i32::from(cell(&pin, engine)?.is_complete()))
    })
}

/// Writes an object with the findings of the last load to `*error`: what was left out, and warnings; 0 where there
/// are none.
///
/// The object is freed with `bw_error_free`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_findings(engine: EngineHandle, error: Out<u64>) -> Status {
    guard(|| {
        error.put(0)?;
        let cell = hold(engine)?;
        let findings = cell.loaded.load().findings.clone();
        if findings.is_empty() {
            return Ok(());
        }
        error.put(table::insert(What::Error(Findings(findings)))?)
    })
}

/// Frees an engine. Handles that were prepared with it are stale from now on; subjects are still to be freed.
///
/// Checks that are under way end as they would have; the memory goes with the last of them. 0 is fine; a handle that
/// was freed before gives `BW_BAD_HANDLE`.
#[unsafe(no_mangle)]
pub extern "C" fn bw_engine_free(engine: EngineHandle) -> Status {
    guard(|| {
        let cell = if engine == 0 { None } else { Some(hold(engine)?) };
        table::remove(Kind::Engine, engine)?;
        if let Some(cell) = cell {
            cell.current.store(u64::MAX, Ordering::SeqCst);
            table::give_up(&cell);
        }
        Ok(())
    })
}

/// An engine of the core, and what the last load told.
pub(crate) struct Cell {
    pub(crate) engine: bailiwick::Engine,
    /// No handle of an earlier revision is answered; past every revision where the engine was freed.
    current: AtomicU64,
    // Invariant: came from `Published::new` through `Box::into_raw`, is exchanged under the lock of the table alone, and
    // what was there before is retired there.
    published: AtomicPtr<Published>,
    loaded: ArcSwap<Loaded>,
}

/// A snapshot that is or was current.
pub(crate) struct Published {
    snapshot: Snapshot,
    stamp: StampCell,
}

struct Loaded {
    findings: Vec<Diagnostic>,
    is_complete: bool,
    /// What it became.
    revision: u64,
}

impl Cell {
    pub(crate) fn new(policy: &Policy) -> Self {
        let engine = bailiwick::Engine::new(policy);
        let first = Published::new(engine.snapshot());
        let revision = first.snapshot.revision();
        let loaded = ArcSwap::from_pointee(Loaded::of(policy, revision));
        let published = AtomicPtr::new(Box::into_raw(first));
        Self { engine, current: AtomicU64::new(revision), published, loaded }
    }

    /// Keeps what is told of a policy that was made current. Of two loads at once the later is told, in whatever order they
    /// come here.
    pub(crate) fn keep(&self, policy: &Policy, revision: u64) {
        let next = Arc::new(Loaded::of(policy, revision));
        self.loaded.rcu(|last| if last.revision < revision { Arc::clone(&next) } else { Arc::clone(last) });
    }

    /// Returns whether the last load left nothing out.
    pub(crate) fn is_complete(&self) -> bool {
        self.loaded.load().is_complete
    }

    /// Returns the least revision of which handles are answered.
    #[inline]
    pub(crate) fn least_revision(&self) -> u64 {
        self.current.load(Ordering::SeqCst)
    }

    /// Changes the engine, has later checks ask what is current there then, and makes handles of revisions before it stale:
    /// at once, so that a fork that comes between finds all of it or nothing.
    pub(crate) fn change(&self, make: impl FnOnce(&bailiwick::Engine) -> Result<u64, Status>) -> Result<u64, Status> {
        table::exchange(|| match make(&self.engine) {
            Ok(revision) => {
                let next = Box::into_raw(Published::new(self.engine.snapshot()));
                let last = self.published.swap(next, Ordering::SeqCst);
                self.current.fetch_max(revision, Ordering::SeqCst);
                (Ok(revision), Some(last))
            }
            Err(status) => (Err(status), None),
        })
    }

    /// Returns the current snapshot, which stays as long as the pin. The engine's own way to it takes thread-local storage,
    /// and makes room for that in the first call of a thread.
    #[inline(always)]
    pub(crate) fn pinned<'p>(&'p self, pin: &'p Pin) -> &'p Snapshot {
        &self.published(pin).snapshot
    }

    #[inline(always)]
    fn published<'p>(&'p self, _pin: &'p Pin) -> &'p Published {
        // SAFETY: by the invariant it points at what was published; what is exchanged is freed when no pin is left that was
        // made before, and the last with its cell, which outlives the reference.
        unsafe { &*self.published.load(Ordering::SeqCst) }
    }

    /// Returns the current snapshot with the stamp of its handles.
    pub(crate) fn stamped(&self) -> Result<(Snapshot, Stamp), Status> {
        let pin = Pin::new();
        let published = self.published(&pin);
        Ok((published.snapshot.clone(), published.stamp.get()?))
    }

    /// Returns the current snapshot for work that takes long.
    pub(crate) fn snapshot(&self) -> Snapshot {
        self.pinned(&Pin::new()).clone()
    }
}

impl Drop for Cell {
    fn drop(&mut self) {
        // SAFETY: by the invariant it came from `Box::into_raw`, and nobody else has the cell any more.
        drop(unsafe { Box::from_raw(*self.published.get_mut()) });
    }
}

impl Published {
    fn new(snapshot: Snapshot) -> Box<Self> {
        Box::new(Self { snapshot, stamp: StampCell::new() })
    }
}

impl Loaded {
    fn of(policy: &Policy, revision: u64) -> Self {
        Self { findings: policy.findings().to_vec(), is_complete: policy.is_complete(), revision }
    }
}

/// Returns an engine, for as long as the pin stands.
#[inline]
pub(crate) fn cell(pin: &Pin, engine: EngineHandle) -> Result<&Arc<Cell>, Status> {
    match table::find(pin, engine)? {
        What::Engine(cell) => Ok(cell),
        _ => Err(status::BW_BAD_HANDLE),
    }
}

/// Returns an engine for work that takes long, during which others should be able to free what they need not.
pub(crate) fn hold(engine: EngineHandle) -> Result<Arc<Cell>, Status> {
    cell(&Pin::new(), engine).map(Arc::clone)
}

fn create(
    engine: &Out<EngineHandle>,
    error: &Out<u64>,
    read: impl FnOnce() -> Result<Result<Policy, LoadError>, Status>,
) -> Result<(), Status> {
    error.offer(0)?;
    engine.put(0)?;
    let policy = accept(read()?, error)?;
    engine.put(table::insert(What::Engine(Arc::new(Cell::new(&policy))))?)
}

fn change(
    engine: EngineHandle,
    revision: &Out<u64>,
    error: &Out<u64>,
    read: impl FnOnce() -> Result<Result<Policy, LoadError>, Status>,
) -> Result<(), Status> {
    error.offer(0)?;
    revision.offer(0)?;
    let cell = hold(engine)?;
    let policy = accept(read()?, error)?;
    let compiled = policy.compile();
    let next = cell.change(|engine| Ok(engine.make_current(&compiled)))?;
    cell.keep(&policy, next);
    table::give_up(&cell);
    revision.offer(next)
}

/// Returns a policy, or tells why it was refused.
fn accept(read: Result<Policy, LoadError>, error: &Out<u64>) -> Result<Policy, Status> {
    read.map_err(|refused| match crate::error::offer(error, refused.findings()) {
        Ok(()) => status::BW_REFUSED,
        Err(status) => status,
    })
}

fn load(paths: &List<Str>, n_paths: usize) -> Result<Result<Policy, LoadError>, Status> {
    let paths: Vec<&str> = paths.get(n_paths)?.iter().map(Str::required).collect::<Result<_, _>>()?;
    Ok(Policy::load(paths))
}

fn parse(texts: &List<RawText>, n_texts: usize) -> Result<Result<Policy, LoadError>, Status> {
    let text = |text: &RawText| {
        let (name, body) = (text.name.required()?, text.body.document()?);
        match text.format {
            BW_FORMAT_YAML => Ok(Text::yaml(name, body)),
            BW_FORMAT_LINES => Ok(Text::lines(name, body)),
            _ => Err(status::BW_INVALID_ARGUMENT),
        }
    };
    let texts: Vec<Text> = texts.get(n_texts)?.iter().map(text).collect::<Result<_, _>>()?;
    Ok(Policy::parse(texts))
}
