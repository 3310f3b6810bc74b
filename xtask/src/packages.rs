//! Programs of the machine that tests need: installed where we may, named where not.

use std::process::Command;

use crate::shell;

/// A program, or a file by its whole path, and the Debian package that has it.
#[derive(Clone, Copy)]
pub(crate) struct Tool {
    pub(crate) program: &'static str,
    pub(crate) package: &'static str,
}

/// Installs the packages of what is missing where we may, and says in one line what to do where not.
pub(crate) fn need(tools: &[Tool]) {
    let missing: Vec<&str> = tools.iter().filter(|tool| !tool.is_there()).map(|tool| tool.package).collect();
    if missing.is_empty() {
        return;
    }
    let is_root = shell::ask(Command::new("id").arg("-u")).is_ok_and(|id| id == "0");
    let install = || {
        shell::run(Command::new("apt-get").args(["update", "-qq"]))?;
        let mut install = Command::new("apt-get");
        install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(&missing);
        // Without a runlevel no package starts a server.
        shell::run(install.env("RUNLEVEL", "1"))
    };
    let is_installed = is_root && install().is_ok();
    if !is_installed {
        println!("what needs them is skipped or fails: apt-get install {}", missing.join(" "));
    }
}

impl Tool {
    fn is_there(self) -> bool {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|dir| dir.join(self.program).exists())
    }
}
