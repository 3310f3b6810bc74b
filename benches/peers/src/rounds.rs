//! Rounds: the whole list, several times over, each engine in a process of its own each time.

use std::io::Read as _;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bailiwick_worlds::Sizes;
use serde_json::Value;

use crate::engines::{ENTRIES, Entry};
use crate::figures::Figures;
use crate::format::bytes;
use crate::kept::Probed;
use crate::measure::Job;
use crate::probes::{Findings, PROBES};
use crate::resident;

/// What an engine came to at one size.
pub(crate) struct Measured {
    pub(crate) entry: &'static Entry,
    /// Figures of each round, or why there are none.
    pub(crate) rounds: Result<Vec<Figures>, String>,
    /// Whether a round takes so long that one must do.
    is_long: bool,
}

/// From here a round is long.
const LONG: Duration = Duration::from_secs(60);

pub(crate) struct Options {
    pub(crate) rounds: usize,
    /// How long one engine may take for one round.
    pub(crate) cap: Duration,
    /// How much memory it may hold.
    pub(crate) cap_bytes: f64,
    pub(crate) is_quick: bool,
}

/// Returns the sizes that go by a letter; at L fast engines are asked more, lest a cache hold all that is asked.
pub(crate) fn sizes(letter: &str) -> Option<Sizes> {
    let sizes = Sizes::of(letter)?;
    Some(if letter == "L" { Sizes { asks: 500_000, ..sizes } } else { sizes })
}

/// Measures one engine here and prints what it finds, for the process that asked.
pub(crate) fn run_one(engine: &str, letter: &str, is_first: bool, is_quick: bool) -> Result<(), String> {
    let entry = ENTRIES.iter().find(|entry| entry.name == engine).ok_or_else(|| format!("no engine `{engine}`"))?;
    let sizes = sizes(letter).ok_or_else(|| format!("no size `{letter}`"))?;
    let checks = if is_first { 10_000 } else { 1_000 };
    println!("{}", (entry.run)(&Job { sizes, extras: entry.extras, checks, is_quick }).to_json());
    Ok(())
}

/// Measures every engine at a size. One that takes too long, fails or answers wrong is not asked again, and one of which
/// a round is long is asked once.
pub(crate) fn measure(letter: &str, only: &[String], options: &Options) -> Vec<Measured> {
    let is_asked = |entry: &&Entry| only.is_empty() || only.iter().any(|name| name == entry.name);
    let mut results: Vec<Measured> = ENTRIES
        .iter()
        .filter(is_asked)
        .map(|entry| Measured { entry, rounds: Ok(Vec::new()), is_long: false })
        .collect();
    for round in 1..=options.rounds {
        for result in &mut results {
            let Ok(rounds) = &mut result.rounds else { continue };
            if result.is_long {
                continue;
            }
            let start = Instant::now();
            match one(result.entry.name, letter, round == 1, options) {
                Ok(figures) => {
                    let uniform = figures.uniform;
                    println!(
                        "{letter} {round}/{} {:<20} {:>12.1} ns, batch {:>7.1?} ns, {:>6.1} s",
                        options.rounds,
                        result.entry.name,
                        uniform.mean,
                        uniform.batch.unwrap_or(0.0),
                        start.elapsed().as_secs_f64()
                    );
                    rounds.push(figures);
                    result.is_long = LONG < start.elapsed();
                }
                Err(why) => {
                    println!("{letter} {round}/{} {:<20} {why}", options.rounds, result.entry.name);
                    result.rounds = Err(why);
                }
            }
        }
    }
    results
}

/// Finds out here what a probe finds out, and prints it for the process that asked.
pub(crate) fn run_probe(probe: &str, letter: &str, is_quick: bool) -> Result<(), String> {
    let probe = PROBES.iter().find(|it| it.name == probe).ok_or_else(|| format!("no probe `{probe}`"))?;
    let sizes = Sizes::of(letter).ok_or_else(|| format!("no size `{letter}`"))?;
    println!("{}", serde_json::to_string(&(probe.run)(sizes, is_quick)).map_err(|error| error.to_string())?);
    Ok(())
}

/// Finds out at a size what peers are not asked.
pub(crate) fn probe(letter: &str, only: &[String], options: &Options) -> Vec<Probed> {
    let is_asked = |name: &str| only.is_empty() || only.iter().any(|it| it == name);
    let asked = PROBES.iter().filter(|probe| probe.letters.contains(&letter) && is_asked(probe.name));
    let mut results: Vec<Probed> =
        asked.map(|probe| Probed { name: probe.name.to_owned(), rounds: Ok(Vec::new()) }).collect();
    for round in 1..=options.rounds {
        for result in &mut results {
            let Ok(rounds) = &mut result.rounds else { continue };
            let found = run(&["--probe", &result.name, letter], options).and_then(|value| {
                serde_json::from_value::<Findings>(value).map_err(|error| format!("told half of it: {error}"))
            });
            println!(
                "{letter} {round}/{} {:<20} {}",
                options.rounds,
                result.name,
                if found.is_ok() { "done" } else { "failed" }
            );
            match found {
                Ok(findings) => rounds.push(findings),
                Err(why) => result.rounds = Err(why),
            }
        }
    }
    results
}

fn one(engine: &str, letter: &str, is_first: bool, options: &Options) -> Result<Figures, String> {
    let mut words = vec!["--one", engine, letter];
    words.extend(is_first.then_some("--first"));
    let value = run(&words, options)?;
    let figures = Figures::of_json(&value).ok_or("told half of it")?;
    if figures.wrong != 0 {
        return Err(format!("{} of {} answers wrong: not timed", figures.wrong, figures.checked));
    }
    Ok(figures)
}

/// Runs this program once more and returns what it prints.
fn run(words: &[&str], options: &Options) -> Result<Value, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(words).args(options.is_quick.then_some("--quick"));
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(|error| error.to_string())?;
    let told = wait(child, options)?;
    serde_json::from_str(&told).map_err(|error| format!("told nothing: {error}"))
}

/// Waits for a process and returns what it printed; ends it where it takes too long or too much.
fn wait(mut child: Child, options: &Options) -> Result<String, String> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
            let mut told = String::new();
            // The figures of one round fit into a pipe.
            child.stdout.take().map(|mut output| output.read_to_string(&mut told));
            return if status.success() { Ok(told) } else { Err("ended with an error".to_owned()) };
        }
        let why = if options.cap < start.elapsed() {
            format!("not done within {} s", options.cap.as_secs())
        } else if options.cap_bytes < resident::bytes_of(&child.id().to_string()) {
            format!("more than {} of memory", bytes(options.cap_bytes))
        } else {
            std::thread::sleep(Duration::from_millis(20));
            continue;
        };
        child.kill().and_then(|()| child.wait()).map_err(|error| error.to_string())?;
        return Err(why);
    }
}
