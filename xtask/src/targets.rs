//! Whether the core and its bindings compile for phones, asked where there is neither an NDK nor Xcode.
//!
//! Debian forky has a compiler and the sources of its standard library in one version, so the standard library can be
//! checked for any target. What this does not say: the C parts (SQLite, zstd, ring) are left out, nothing is linked, and
//! nothing has run on a phone.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::bindings::succeed;
use crate::debian::{self, Mount, Recipe};
use crate::{cargo, root, run as cargo_run, target};

const ROOT: Recipe =
    Recipe { name: "forky-root", suite: "forky", packages: "rustc,cargo,rust-src,libc6-dev", left_out: &[] };
/// The sources of the standard library, in the root.
const LIBRARY: &str = "usr/lib/rustlib/src/rust/library/Cargo.toml";
const TARGETS: [&str; 4] =
    ["aarch64-linux-android", "armv7-linux-androideabi", "aarch64-apple-ios", "aarch64-apple-ios-sim"];

/// Checks all of them, and fails at the end if one does not compile.
pub fn run() -> Result<(), String> {
    let debian = ROOT.make()?;
    // By this machine's cargo, which knows the way to the registry: inside there is no network.
    cargo_run(&["fetch", "--locked"], Some(&root()))?;
    fetch_library(&debian.join(LIBRARY))?;
    let mut failed = Vec::new();
    for triple in TARGETS {
        let begun = Instant::now();
        if check(&debian, triple)? {
            let seconds = begun.elapsed().as_secs();
            eprintln!("{triple}: type-checked (no C compiled, nothing linked, nothing run), {seconds} s");
        } else {
            eprintln!("{triple}: does not compile");
            failed.push(triple);
        }
    }
    if failed.is_empty() { Ok(()) } else { Err(format!("does not compile for {}", failed.join(", "))) }
}

/// The standard library's own dependencies. Not from within its folder: a configuration there names copies of Debian's,
/// which a build of ours does not look at.
fn fetch_library(manifest: &Path) -> Result<(), String> {
    let mut fetch = Command::new(cargo());
    fetch.args(["fetch", "--locked", "--manifest-path"]).arg(manifest).current_dir(root());
    // Its manifest uses features of cargo that are not stable.
    succeed(fetch.env("RUSTC_BOOTSTRAP", "1"), "cargo fetch, of the standard library's dependencies")
}

fn check(debian: &Path, triple: &str) -> Result<bool, String> {
    let sources = root();
    let registry = cargo_home()?.join("registry");
    let out = target().join("phones");
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let mounts = [
        Mount { folder: &sources, place: "/mnt/hongqi", writable: false },
        Mount { folder: &registry, place: "/mnt/cargo/registry", writable: false },
        Mount { folder: &out, place: "/mnt/target", writable: true },
    ];
    let packages = ["--package", "hongqi-core", "--package", "hongqi-ffi"];
    let check = ["cargo", "check", "--locked", "-Zbuild-std=std,panic_abort", "--target", triple];
    let args = [&check[..], &packages].concat();
    eprintln!("$ {} (in {})", args.join(" "), debian.display());
    let mut command = debian::command(debian, &mounts, "/mnt/hongqi", &args);
    command.env("CARGO_HOME", "/mnt/cargo").env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", "/mnt/target");
    // The compiler is a stable one, the standard library from source is not a stable feature.
    command.env("RUSTC_BOOTSTRAP", "1");
    // A check needs no object files, but the build scripts of the C parts want a compiler that says yes, and Apple's
    // want an SDK.
    let suffix = triple.replace('-', "_");
    for tool in ["CC", "AR", "RANLIB"] {
        command.env(format!("{tool}_{suffix}"), "/bin/true");
    }
    command.env("SDKROOT", "/mnt");
    let status = command.status().map_err(|error| format!("cannot start unshare: {error}"))?;
    match status.code() {
        Some(0) => Ok(true),
        // What cargo says of code that does not compile; all else is a way that did not get there.
        Some(101) => Ok(false),
        _ => Err(format!("the check for {triple} was broken off ({status})")),
    }
}

fn cargo_home() -> Result<PathBuf, String> {
    let named = env::var_os("CARGO_HOME").map(PathBuf::from);
    let usual = || env::home_dir().map(|home| home.join(".cargo"));
    named.or_else(usual).ok_or_else(|| "cargo's home is not known: set CARGO_HOME".to_owned())
}
