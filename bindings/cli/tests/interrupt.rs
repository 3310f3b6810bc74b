//! Interrupted writes: whenever `assign --write` is killed, the file is the old one or the new one, whole.
//!
//! `BAILIWICK_KILLS` says how often, 100 times where it does not. `cargo xtask interrupt` kills 1,000 times.

#![cfg(unix)]
#![expect(
    clippy::arithmetic_side_effects,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test fails by panicking, and tells its counts"
)]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

#[test]
fn a_killed_write_leaves_the_old_file_or_the_new_one() {
    let n_kills = env::var("BAILIWICK_KILLS").map_or(100, |kills| kills.parse().unwrap());
    let world = World::new();
    let duration = world.duration();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut counts = Counts::default();
    // Every other kill is aimed at the instant in which the old file gives way to the new one: later where it was too
    // early, earlier where it was too late. The rest are spread over the whole run, and a little more.
    let mut edge = duration.mul_f64(0.8);
    let step = duration.div_f64(50.0);
    for kill in 0..n_kills {
        let is_aimed = kill % 2 == 1;
        let spread = if is_aimed { step * 4 } else { duration.mul_f64(1.2) };
        let start = if is_aimed { edge.saturating_sub(step * 2) } else { Duration::ZERO };
        let left = world.kill(start + spread.mul_f64(random.fraction()));
        match left {
            Left::Old { .. } if is_aimed => edge += step,
            Left::New if is_aimed => edge = edge.saturating_sub(step),
            _ => {}
        }
        counts.add(&left);
    }
    println!(
        "{n_kills} kills over {} ms: {} before, {} during and {} after the write; {} torn files",
        duration.as_millis(),
        counts.before,
        counts.during,
        counts.after,
        counts.torn,
    );
    assert_eq!(counts.torn, 0);
    assert!(0 < counts.before && 0 < counts.during, "no kill landed in the write");
    fs::write(&world.path, &world.old).unwrap();
    assert!(world.assign().status().unwrap().success());
    assert_eq!(fs::read(&world.path).unwrap(), world.new);
}

/// How many kills landed where.
#[derive(Default)]
struct Counts {
    before: u32,
    during: u32,
    after: u32,
    torn: u32,
}

impl Counts {
    fn add(&mut self, left: &Left) {
        match left {
            Left::Old { is_writing: false } => self.before += 1,
            Left::Old { is_writing: true } => self.during += 1,
            Left::New => self.after += 1,
            Left::Torn => self.torn += 1,
        }
    }
}

/// What a killed program left.
enum Left {
    /// The old file; `is_writing` where the new one was begun beside it.
    Old {
        is_writing: bool,
    },
    New,
    Torn,
}

/// A directory of a hundred kilobytes, as it is before and after a change.
struct World {
    room: PathBuf,
    path: PathBuf,
    policy: PathBuf,
    old: Vec<u8>,
    new: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let room = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interrupt");
        let _ = fs::remove_dir_all(&room);
        fs::create_dir_all(&room).unwrap();
        let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/runai-2.13.yaml");
        let mut text = String::from("tenant: acme\nscopes: [acme/d, acme/d/p]\naccess_rules:\n");
        text.push_str("  - { subject: user:dana, role: department_admin, scope: acme/d }\n");
        for user in 0..RULES {
            text.push_str(&format!("  - {{ subject: user:u{user}, role: researcher, scope: acme/d/p }}\n"));
        }
        text.push_str("facts: { version: \"2.13\", modules: [inference] }\n");
        let path = room.join("acme.yaml");
        fs::write(&path, text).unwrap();
        let mut world = Self { room, path, policy, old: Vec::new(), new: Vec::new() };
        assert!(world.command("user:first").status().unwrap().success());
        world.old = fs::read(&world.path).unwrap();
        assert!(world.assign().status().unwrap().success());
        world.new = fs::read(&world.path).unwrap();
        assert!(RULES * 50 < world.old.len() && world.old.len() < world.new.len());
        world
    }

    fn command(&self, subject: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bailiwick"));
        command.arg("assign").arg("-p").arg(&self.policy).arg("-p").arg(&self.path).arg("--write").arg(&self.path);
        command.args(["--actor", "user:dana", "--actor-no-groups", "--subject", subject]);
        command.args(["--role", "researcher", "--scope", "acme/d/p", "--at", "0"]).stdout(Stdio::null());
        command
    }

    /// Returns the change that leads from the old file to the new one.
    fn assign(&self) -> Command {
        self.command("user:second")
    }

    /// Returns how long a run takes: the middle one of five.
    fn duration(&self) -> Duration {
        let mut durations: Vec<Duration> = (0..5)
            .map(|_| {
                fs::write(&self.path, &self.old).unwrap();
                let start = Instant::now();
                assert!(self.assign().status().unwrap().success());
                start.elapsed()
            })
            .collect();
        durations.sort_unstable();
        durations.get(2).copied().unwrap()
    }

    /// Starts a run on the old file, kills it after a while, and looks at what is left.
    fn kill(&self, after: Duration) -> Left {
        fs::write(&self.path, &self.old).unwrap();
        let mut child = self.assign().spawn().unwrap();
        thread::sleep(after);
        child.kill().unwrap();
        child.wait().unwrap();
        let found = fs::read(&self.path).unwrap();
        let is_writing = self.sweep();
        match () {
            () if found == self.old => Left::Old { is_writing },
            () if found == self.new => Left::New,
            () => Left::Torn,
        }
    }

    /// Removes what stands beside the file, and returns whether anything did.
    fn sweep(&self) -> bool {
        let beside = fs::read_dir(&self.room).unwrap().map(|entry| entry.unwrap().path());
        let left: Vec<PathBuf> = beside.filter(|path| *path != self.path).collect();
        left.iter().for_each(|path| fs::remove_file(path).unwrap());
        !left.is_empty()
    }
}

/// Numbers without a pattern, the same in every run.
struct Random(u64);

impl Random {
    /// Returns a number from 0 to 1.
    fn fraction(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).unwrap()) / f64::from(u32::MAX)
    }
}

/// How many rules the directory has.
const RULES: usize = 1500;
