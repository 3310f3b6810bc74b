//! Whether a directory that was written loads again to the same, beside the files that stay.

use std::path::{Path, PathBuf};

use bailiwick::document::Document;
use bailiwick::{Code, Diagnostic, Policy, Severity, Snapshot};

use crate::failure::Failure;
use crate::replace::Target;
use crate::wrap::shown;
use crate::write::{self, Form};

/// What must come of the written file.
pub(crate) struct Expected<'a> {
    /// The tenant that it holds.
    pub(crate) tenant: &'a str,
    /// What it says.
    pub(crate) directory: &'a Document,
    /// Every tenant that was loaded.
    pub(crate) tenants: &'a [String],
}

/// Returns the directory of a tenant, to be written.
pub(crate) fn directory(snapshot: &Snapshot, tenant: &str) -> Result<Document, Failure> {
    let directory = snapshot.directory(tenant);
    directory.ok_or_else(|| Failure::Message(format!("the directory of tenant `{}` cannot be written", shown(tenant))))
}

/// Returns the files that stay as they are when a tenant's directory is written to another one.
pub(crate) fn others(paths: &[PathBuf], target: &Target, tenant: &str) -> Vec<PathBuf> {
    if paths.iter().any(|path| target.is(path)) {
        return paths.iter().filter(|path| !target.is(path)).cloned().collect();
    }
    // Files that hold together without the rest, such as the policy, say what the rest means.
    let (alone, rest): (Vec<&PathBuf>, Vec<&PathBuf>) = paths.iter().partition(|path| Policy::load([path]).is_ok());
    let holds = |path: &&PathBuf, beside: &[&PathBuf]| {
        Policy::load(beside.iter().chain([path])).is_ok_and(|policy| names(&policy, tenant))
    };
    let stay = alone.iter().filter(|path| !holds(path, &[])).chain(rest.iter().filter(|path| !holds(path, &alone)));
    stay.map(|path| (*path).clone()).collect()
}

fn names(policy: &Policy, tenant: &str) -> bool {
    policy.refused_tenants().iter().any(|name| name == tenant) || policy.compile().tenants().any(|name| name == tenant)
}

/// Fails unless a written file and those that stay mean what they should.
pub(crate) fn expect(written: &Path, others: &[PathBuf], expected: &Expected<'_>) -> Result<(), Failure> {
    let files = others.iter().map(PathBuf::as_path).chain([written]);
    let policy = Policy::load(files).map_err(|error| unloadable(error.findings(), written))?;
    let is_wrong = |finding: &&Diagnostic| is_error(finding) && stands_in(finding, written);
    if policy.findings().iter().any(|finding| is_wrong(&finding)) {
        return Err(unloadable(policy.findings(), written));
    }
    let snapshot = policy.compile();
    let is_loaded = |tenant: &String| snapshot.tenants().any(|name| name == tenant);
    if let Some(lost) = expected.tenants.iter().find(|tenant| !is_loaded(tenant)) {
        let message = format!("what would be written is not all: tenant `{}` would be lost; {HELP}", shown(lost));
        return Err(Failure::Message(message));
    }
    if sorted(&directory(&snapshot, expected.tenant)?)? == sorted(expected.directory)? {
        return Ok(());
    }
    let message = format!("what would be written does not load to the same; {HELP}");
    Err(Failure::Message(message))
}

/// Returns what a directory says, whatever the order.
fn sorted(directory: &Document) -> Result<Vec<String>, Failure> {
    let mut lines: Vec<String> = write::render(directory, Form::Lines)?.lines().map(str::to_owned).collect();
    lines.sort_unstable();
    Ok(lines)
}

/// Says what is wrong: with the written file, or with the others beside it.
fn unloadable(findings: &[Diagnostic], written: &Path) -> Failure {
    let errors = || findings.iter().filter(|finding| is_error(finding));
    let Some(first) = errors().find(|finding| stands_in(finding, written)).or_else(|| errors().next()) else {
        return Failure::Message(format!("what would be written does not load; {HELP}"));
    };
    let help = if first.code == Code::Limit { LIMIT } else { HELP };
    Failure::Message(format!("what would be written does not load: {}; {help}", first.message))
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity() == Severity::Error
}

fn stands_in(finding: &Diagnostic, path: &Path) -> bool {
    finding.place.as_ref().is_some_and(|place| *place.file == *path.to_string_lossy())
}

const HELP: &str = "keep the policy, and each tenant's directory, in files of their own";
const LIMIT: &str = "a `.jsonl` file may be larger, each entry on a line of at most 64 KiB";
