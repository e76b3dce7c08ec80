//! Which of rustup's targets are there.

use std::path::Path;
use std::process::Command;

/// How to install those of `triples` for which this toolchain has no standard library.
pub fn lacking(triples: &[&str]) -> Option<String> {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let installed = |triple: &str| {
        let asked = Command::new(&rustc).args(["--print", "target-libdir", "--target", triple]).output();
        asked.is_ok_and(|told| Path::new(String::from_utf8_lossy(&told.stdout).trim()).is_dir())
    };
    let lacking: Vec<&str> = triples.iter().copied().filter(|triple| !installed(triple)).collect();
    (!lacking.is_empty()).then(|| format!("rustup target add {}", lacking.join(" ")))
}
