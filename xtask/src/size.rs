//! How large the library is that a phone links.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS};
use std::fs;

use crate::{root, run as cargo_run, target};

/// What an arm64 phone should have to load at most, in bytes.
const AIM: u64 = 8 << 20;

/// Builds the cdylib alone (together with the other crate types LTO silently does not happen) and writes one line.
pub fn run() -> Result<(), String> {
    let root = root();
    let profile = ["--profile", "release-mobile"];
    let build = [&["rustc", "--package", "hongqi-ffi", "--lib", "--crate-type", "cdylib"], &profile[..]].concat();
    cargo_run(&build, Some(&root))?;
    let library = target().join("release-mobile").join(format!("{DLL_PREFIX}hongqi_ffi{DLL_SUFFIX}"));
    let bytes = fs::metadata(&library).map_err(|error| format!("{}: {error}", library.display()))?.len();
    let megabytes = bytes as f64 / f64::from(1 << 20);
    let version = env!("CARGO_PKG_VERSION");
    let platform = format!("{ARCH}-{OS}");
    let line = format!("| {version} | {platform} | {bytes} | {megabytes:.2} |\n");
    let ledger = root.join("bindings/SIZE.md");
    let kept = fs::read_to_string(&ledger).map_err(|error| format!("{}: {error}", ledger.display()))?;
    // One line for each version and platform: measuring again replaces it.
    let same = format!("| {version} | {platform} |");
    let others: String = kept.lines().filter(|old| !old.starts_with(&same)).flat_map(|old| [old, "\n"]).collect();
    fs::write(&ledger, others + &line).map_err(|error| format!("{}: {error}", ledger.display()))?;
    eprintln!("{}: {bytes} bytes, {megabytes:.2} MiB", library.display());
    if bytes > AIM { Err(format!("larger than {AIM} bytes")) } else { Ok(()) }
}
