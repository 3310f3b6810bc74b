//! Runs the binary at the root of the repository, and writes files for it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The binary under test.
pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_bailiwick");

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            status: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    /// Returns the answer as JSON, once its head is checked.
    pub(crate) fn json(&self, command: &str) -> serde_json::Value {
        let answer: serde_json::Value = serde_json::from_str(&self.out).unwrap();
        assert_eq!(answer["bailiwick"], 1);
        assert_eq!(answer["command"], command);
        answer
    }
}

/// Runs a command line, split at blanks.
pub(crate) fn run(line: &str) -> Run {
    Run::from(command(line).output().unwrap())
}

/// Returns a command that is not run yet.
pub(crate) fn command(line: &str) -> Command {
    let mut command = Command::new(BINARY);
    command.current_dir(root()).args(line.split_whitespace()).env_remove("NO_COLOR");
    command
}

/// Returns the root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Writes a file and returns its path, without blanks. Each test uses names of its own.
pub(crate) fn file(name: &str, text: &str) -> String {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    assert!(!path.contains(' '), "the tests split arguments at blanks");
    path
}

/// Returns an empty directory of that name, without blanks in its path. Each test uses names of its own.
pub(crate) fn room(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// Returns an output with the directory of the written files left out.
pub(crate) fn bare(text: &str) -> String {
    text.replace(&format!("{}/", env!("CARGO_TARGET_TMPDIR")), "")
}

/// A small policy with attributes of every type.
pub(crate) const POLICY: &str = "\
kinds: { job: { lives_in: [project], concerns_cluster: true } }
attributes:
  context.network: text
  context.age: number
  context.safe: boolean
  context.start: time
  context.tags: list of text
roles:
  researcher: { permissions: { job: CRUD } }
  reader: { permissions: { job: R } }
";

/// A small directory in which each attribute decides something.
pub(crate) const ACME: &str = "\
tenant: acme
clusters: [west]
scopes: [acme/vision, acme/vision/detector]
access_rules:
  - { id: r-1, subject: user:ana, role: researcher, scope: acme/vision, until: 2027-01-01T00:00:00Z }
  - { subject: group:ml, role: reader, scope: acme }
  - { subject: user:office, role: reader, scope: acme, when: { equals: { context.network: office } } }
  - { subject: user:adult, role: reader, scope: acme, when: { between: { context.age: { min: 18 } } } }
  - { subject: user:safe, role: reader, scope: acme, when: { equals: { context.safe: true } } }
  - { subject: user:late, role: reader, scope: acme, when: { during: { context.start: { from: 100 } } } }
  - { subject: user:blue, role: reader, scope: acme, when: { contains: { context.tags: blue } } }
deny_rules:
  - { id: d-1, subject: user:ana, permissions: { job: D }, scope: acme/vision/detector }
";
