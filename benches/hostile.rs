//! What each hostile text costs: milliseconds of CPU and the most memory beside the text itself.

#![expect(clippy::arithmetic_side_effects, reason = "the texts are made as in the test that holds them")]
#![expect(clippy::print_stdout, reason = "the figures are what it is for")]

use std::fs;

use allocation_counter::measure;
use bailiwick::{Policy, Text};

#[path = "../tests/memory/texts.rs"]
mod texts;

/// The policy that stands beside a feed.
const POLICY: &str = "kinds: { job: { lives_in: [tenant] } }";

fn main() {
    println!("{:>9} {:>9}  text", "ms", "KiB");
    for text in texts::hostile() {
        let hostile = if text.is_feed { Text::lines("text", text.body) } else { Text::yaml("text", text.body) };
        let beside = text.is_feed.then(|| Text::yaml("policy", POLICY));
        let mut ms = 0.0;
        let cost = measure(|| {
            let start = cpu_ms();
            let loaded = Policy::parse([hostile].into_iter().chain(beside));
            ms = cpu_ms() - start;
            drop(loaded);
        });
        let first = text.first.map_or("nothing", |(code, _, _)| code);
        println!("{ms:>9.1} {:>9}  {} ({first})", cost.bytes_max / 1024, text.name);
    }
}

/// Returns the CPU time of this thread, which other programs on the machine do not change; only Linux tells it.
fn cpu_ms() -> f64 {
    let times = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let ns: f64 = times.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(f64::NAN);
    ns / 1e6
}
