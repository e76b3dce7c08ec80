//! How large the library is that a phone links.

use std::env::consts::{ARCH, DLL_PREFIX, DLL_SUFFIX, OS};
use std::fs;

use crate::{root, run as cargo_run, target};

/// What an arm64 phone should have to load at most, in bytes.
const AIM: u64 = 8 << 20;
/// Pointers to be adjusted at loading stand in a bitmap rather than in three words each, as `android.rs` has it done too.
const PACKED: &str = "link-arg=-Wl,-z,pack-relative-relocs";

/// Builds the cdylib alone (together with the other crate types LTO silently does not happen) and writes one line.
pub fn run() -> Result<(), String> {
    let root = root();
    let profile = ["--profile", "release-mobile"];
    let mut build = [&["rustc", "--package", "hongqi-ffi", "--lib", "--crate-type", "cdylib"], &profile[..]].concat();
    if cfg!(target_os = "linux") {
        build.extend(["--", "-C", PACKED]);
    }
    cargo_run(&build, Some(&root))?;
    let library = target().join("release-mobile").join(format!("{DLL_PREFIX}hongqi_ffi{DLL_SUFFIX}"));
    let bytes = fs::metadata(&library).map_err(|error| format!("{}: {error}", library.display()))?.len();
    record(&format!("{ARCH}-{OS}"), bytes)?;
    if bytes > AIM { Err(format!("larger than {AIM} bytes")) } else { Ok(()) }
}

/// Writes the line of `platform` into the ledger.
pub fn record(platform: &str, bytes: u64) -> Result<(), String> {
    let ledger = root().join("bindings/SIZE.md");
    let told = |error: std::io::Error| format!("{}: {error}", ledger.display());
    let kept = fs::read_to_string(&ledger).map_err(told)?;
    let line = line(platform, bytes);
    fs::write(&ledger, replace(&kept, platform, &line)).map_err(told)?;
    eprintln!("{}: {line}", ledger.display());
    Ok(())
}

fn line(platform: &str, bytes: u64) -> String {
    let megabytes = bytes as f64 / f64::from(1 << 20);
    format!("{}{bytes} | {megabytes:.2} |", start(platform))
}

/// One line for each version and platform: measuring again replaces it.
fn replace(ledger: &str, platform: &str, line: &str) -> String {
    let start = start(platform);
    let others = ledger.lines().filter(|old| !old.starts_with(&start));
    others.chain([line]).flat_map(|line| [line, "\n"]).collect()
}

fn start(platform: &str) -> String {
    format!("| {} | {platform} | ", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::{line, replace};

    #[test]
    fn measuring_again_replaces_the_line_of_this_version_and_platform_only() {
        let version = env!("CARGO_PKG_VERSION");
        let others = format!("| 0.0.9 | a | 3145728 | 3.00 |\n| {version} | a, not linked | 1048576 | 1.00 |\n");
        let kept = format!("# Size\n\n| {version} | a | 1 | 0.00 |\n{others}");
        let measured = line("a", 5 << 19);
        assert_eq!(measured, format!("| {version} | a | 2621440 | 2.50 |"));
        assert_eq!(replace(&kept, "a", &measured), format!("# Size\n\n{others}{measured}\n"));
    }
}
