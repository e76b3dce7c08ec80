//! What must be on this machine: looked for, and on Debian as root installed.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::need;

/// Something that must be there.
pub struct Tool {
    /// What a person calls it.
    pub name: &'static str,
    /// A line of shell that succeeds if it is there.
    pub check: &'static str,
    /// Debian's packages that bring it, separated by blanks.
    pub packages: &'static str,
}

/// Installs those of `tools` that are missing; where it cannot, says in one line which and how.
pub fn ensure<'a>(tools: impl IntoIterator<Item = &'a Tool>) -> Result<(), String> {
    let missing = lacking(tools);
    if missing.is_empty() {
        return Ok(());
    }
    if is_root() && Path::new("/etc/debian_version").exists() {
        install(&packages(&missing));
    }
    let missing = lacking(missing);
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().map(|tool| tool.name).collect();
    Err(format!("missing {}; on Debian: sudo apt-get install {}", names.join(", "), packages(&missing).join(" ")))
}

fn packages<'a>(tools: &[&'a Tool]) -> Vec<&'a str> {
    tools.iter().flat_map(|tool| tool.packages.split(' ')).collect()
}

/// Whether this is the user that may install and mount.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn lacking<'a>(tools: impl IntoIterator<Item = &'a Tool>) -> Vec<&'a Tool> {
    tools.into_iter().filter(|tool| need("sh", &["-c", tool.check], "").is_err()).collect()
}

/// What comes of it shows in what is still lacking; why it failed, apt says itself.
fn install(packages: &[&str]) {
    eprintln!("$ apt-get install {}", packages.join(" "));
    // The lists may be old, or not there at all; a source without any of these may fail.
    for task in [&["update"][..], &[&["install", "--no-install-recommends"], packages].concat()] {
        let mut apt = Command::new("apt-get");
        apt.args(["-qq", "--yes", "-o=Dpkg::Use-Pty=0", "-o=Acquire::Retries=3"]).args(task);
        apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).stdout(Stdio::null());
        if let Err(error) = apt.status() {
            eprintln!("apt-get: {error}");
        }
    }
}
