//! Bailiwick beside its peers: the same worlds, the same questions, answers checked first.
//!
//! `bailiwick-peers S M --page FILE --picture FILE` measures the sizes and writes what it found; `--keep FILE` holds
//! the figures of each size between runs, so that one run may measure S and M and another L.

mod alone;
mod engine;
mod engines;
mod facts;
mod figures;
mod format;
mod goals;
mod kept;
mod measure;
mod page;
mod picture;
mod probes;
mod resident;
mod rounds;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use rounds::Options;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// What the arguments ask for.
struct Asked {
    sizes: Vec<String>,
    engines: Vec<String>,
    options: Options,
    /// Machine, date, commit and compiler, in a line.
    origin: String,
    keep: Option<PathBuf>,
    page: Option<PathBuf>,
    picture: Option<PathBuf>,
    /// A section of the page that others wrote.
    section: Option<PathBuf>,
}

fn run(arguments: &[String]) -> Result<(), String> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    if let ["--one", engine, letter, rest @ ..] = words.as_slice() {
        return rounds::run_one(engine, letter, rest.contains(&"--first"), rest.contains(&"--quick"));
    }
    if let ["--probe", probe, letter, rest @ ..] = words.as_slice() {
        return rounds::run_probe(probe, letter, rest.contains(&"--quick"));
    }
    let asked = parse(&words)?;
    let mut kept = kept::read(asked.keep.as_deref())?;
    for letter in &asked.sizes {
        let measured = rounds::measure(letter, &asked.engines, &asked.options);
        let probed = rounds::probe(letter, &asked.engines, &asked.options);
        kept::put(&mut kept, kept::Size::of(letter, &asked.origin, &asked.options, &measured, probed));
    }
    if let Some(path) = &asked.keep {
        write(path, &kept::text(&kept))?;
    }
    if let Some(path) = &asked.page {
        let picture = asked.picture.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        let section = asked.section.as_ref().map_or(Ok(String::new()), |path| read(path))?;
        write(path, &page::page(&kept, picture.as_deref(), &section))?;
    }
    asked.picture.as_ref().map_or(Ok(()), |path| write(path, &picture::picture(&kept)))
}

fn parse(words: &[&str]) -> Result<Asked, String> {
    let mut asked = Asked {
        sizes: Vec::new(),
        engines: Vec::new(),
        // Three quarters of what is free: a peer that needs more would take the machine down with it.
        options: Options {
            rounds: 3,
            cap: Duration::from_secs(60),
            cap_bytes: resident::available() * 0.75,
            is_quick: false,
        },
        origin: "Where and when is not recorded.".to_owned(),
        keep: None,
        page: None,
        picture: None,
        section: None,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().copied().ok_or_else(|| format!("`{word}` lacks its value"));
        let number = |text: &str| text.parse().map_err(|_| format!("`{text}` is no number"));
        match *word {
            "S" | "M" | "L" => asked.sizes.push((*word).to_owned()),
            "--quick" => asked.options.is_quick = true,
            "--engine" => asked.engines.push(value()?.to_owned()),
            "--rounds" => asked.options.rounds = number(value()?)? as usize,
            "--cap" => asked.options.cap = Duration::from_secs(number(value()?)?),
            "--origin" => asked.origin = value()?.to_owned(),
            "--keep" => asked.keep = Some(PathBuf::from(value()?)),
            "--page" => asked.page = Some(PathBuf::from(value()?)),
            "--picture" => asked.picture = Some(PathBuf::from(value()?)),
            "--section" => asked.section = Some(PathBuf::from(value()?)),
            _ => return Err(format!("`{word}` is not understood")),
        }
    }
    Ok(asked)
}

fn read(path: &PathBuf) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{} could not be read: {error}", path.display()))
}

fn write(path: &PathBuf, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{} could not be written: {error}", path.display()))
}
