//! `cargo xtask generate`: the directories that everybody measures, as JSON Lines.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use bailiwick_worlds::{Draw, Reference, World, draw_asks, write_directory, write_requests};
use xtask::worlds::{Generate, parse};

/// Writes the directory of a world and, where they are wanted, questions with their answers.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let Generate { plan, output, requests } = parse(arguments)?;
    let world = World::build(&plan).map_err(|error| error.to_string())?;
    write(&output, |out| write_directory(&world, out))?;
    println!("{} rules written to {}", world.rules.len(), output.display());
    let Some(requests) = requests else { return Ok(()) };
    let asks = draw_asks(&world, &Reference::new(&world), Draw::Uniform, plan.sizes.asks, plan.seed);
    write(&requests, |out| write_requests(&world, &asks, out))?;
    println!("{} questions written to {}", asks.len(), requests.display());
    Ok(())
}

fn write(path: &Path, body: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> Result<(), String> {
    let write = || {
        let mut out = BufWriter::new(File::create(path)?);
        body(&mut out)?;
        out.flush()
    };
    write().map_err(|error| format!("{} could not be written: {error}", path.display()))
}
