//! Loading policies, and what is told of directories that are refused.

use std::path::PathBuf;

use bailiwick::{Diagnostic, Loader, Policy, Severity};

use crate::failure::Failure;
use crate::screen::{Ink, Screen};
use crate::{finding, progress};

/// Loads files; what is refused or left out beside what is loaded is told on standard error.
pub(crate) fn load(paths: &[PathBuf], screen: &Screen) -> Result<Policy, Failure> {
    let policy = read(paths, screen)?;
    tell_refused(&policy, screen);
    Ok(policy)
}

/// Loads files and tells nothing.
pub(crate) fn read(paths: &[PathBuf], screen: &Screen) -> Result<Policy, Failure> {
    let what = if paths.len() == 1 { "reading 1 file".to_owned() } else { format!("reading {} files", paths.len()) };
    Ok(progress::during_share(&what, screen, |share| {
        Loader::new().files(paths).progress(|read| share.tell(read.bytes_read, read.bytes_all)).load()
    })?)
}

/// Tells what is refused or left out.
pub(crate) fn tell_refused(policy: &Policy, screen: &Screen) {
    if policy.is_complete() {
        return;
    }
    let is_error = |finding: &&Diagnostic| finding.severity() == Severity::Error;
    let errors: Vec<Diagnostic> = policy.findings().iter().filter(is_error).cloned().collect();
    screen.tell(&finding::render(&errors, screen.err, screen.err_width));
    let word = screen.err.paint(Ink::Warning, "warning");
    for tenant in policy.refused_tenants() {
        screen.tell(&format!("{word}: the directory of tenant `{tenant}` is refused, and the tenant not loaded\n"));
    }
    for tenant in policy.closed_tenants() {
        screen.tell(&format!("{word}: tenant `{tenant}` is closed, and everything denied there\n"));
    }
}

/// Fails where a question is about a tenant that is refused: the answer would be about nothing.
pub(crate) fn expect_loaded(policy: &Policy, tenant: Option<&str>) -> Result<(), Failure> {
    let refused = policy.refused_tenants();
    match (tenant, refused) {
        (_, []) => Ok(()),
        (Some(tenant), _) if refused.iter().any(|name| name == tenant) => {
            Err(Failure::Message(format!("tenant `{tenant}` is refused, so it cannot be asked about")))
        }
        (Some(_), _) => Ok(()),
        (None, [first, ..]) => Err(Failure::Message(format!(
            "tenant `{first}` is refused, so `--tenant` must say which one is asked about"
        ))),
    }
}
