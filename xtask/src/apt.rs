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
    let packages: Vec<&str> = missing.iter().flat_map(|tool| tool.packages.split(' ')).collect();
    if is_root() && Path::new("/etc/debian_version").exists() {
        install(&packages)?;
    }
    let missing: Vec<&str> = lacking(missing).iter().map(|tool| tool.name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(format!("missing {}; on Debian: sudo apt-get install {}", missing.join(", "), packages.join(" ")))
}

/// Whether this is the user that may install and mount.
pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

fn lacking<'a>(tools: impl IntoIterator<Item = &'a Tool>) -> Vec<&'a Tool> {
    tools.into_iter().filter(|tool| need("sh", &["-c", tool.check], "").is_err()).collect()
}

fn install(packages: &[&str]) -> Result<(), String> {
    let line = format!("apt-get install {}", packages.join(" "));
    eprintln!("$ {line}");
    let apt = |args: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(["-qq", "--yes", "-o=Dpkg::Use-Pty=0", "-o=Acquire::Retries=3"]).args(args);
        apt.env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null()).stdout(Stdio::null());
        apt.status().is_ok_and(|status| status.success())
    };
    // The lists may be old, or not there at all. An update that fails for a source that has none of these does no harm.
    apt(&["update"]);
    if apt(&[&["install", "--no-install-recommends"], packages].concat()) {
        Ok(())
    } else {
        Err(format!("failed: {line}"))
    }
}
