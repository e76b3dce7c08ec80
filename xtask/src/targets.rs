//! Whether the core and its bindings compile for phones, asked where there is neither an NDK nor Xcode.
//!
//! Debian forky has a compiler and the sources of its standard library in one version, so the standard library can be
//! checked for any target. What this does not say: the C parts (SQLite, zstd, ring) are left out, nothing is linked, and
//! nothing has run on a phone.
//!
//! In full, the library for iOS is compiled too, C and all: clang compiles for Apple's systems, and their C headers are in
//! the package registry of Python. Not for Android: the headers of its C library are in no registry.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::bindings::succeed;
use crate::debian::{self, Mount, Recipe};
use crate::{cargo, darwin, ios, macho, root, run as cargo_run, size, target};

const ROOT: Recipe =
    Recipe { name: "forky-root", suite: "forky", packages: "rustc,cargo,rust-src,libc6-dev", left_out: &[] };
/// Half as large again, which only the full run needs.
const WITH_CLANG: Recipe = Recipe {
    name: "forky-clang-root",
    suite: "forky",
    packages: "rustc,cargo,rust-src,libc6-dev,clang",
    left_out: &[],
};
/// The sources of the standard library, in the root.
const LIBRARY: &str = "usr/lib/rustlib/src/rust/library/Cargo.toml";
const TARGETS: [&str; 4] =
    ["aarch64-linux-android", "armv7-linux-androideabi", "aarch64-apple-ios", "aarch64-apple-ios-sim"];
const PHONE: &str = "aarch64-apple-ios";

/// Checks all of them, and fails at the end if one does not compile; `full` then compiles for the iPhone.
pub fn run(full: bool) -> Result<(), String> {
    let recipe = if full { WITH_CLANG } else { ROOT };
    let debian = recipe.make()?;
    let sdk = if full { Some(darwin::sdk()?) } else { None };
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
    if !failed.is_empty() {
        return Err(format!("does not compile for {}", failed.join(", ")));
    }
    sdk.map_or(Ok(()), |sdk| compile(&debian, &sdk))
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
    let packages = ["--package", "hongqi-core", "--package", "hongqi-ffi"];
    let check = ["cargo", "check", "--locked", "-Zbuild-std=std,panic_abort", "--target", triple];
    // A check needs no object files, but the build scripts of the C parts want a compiler that says yes, and Apple's
    // want an SDK.
    let suffix = triple.replace('-', "_");
    let tools = ["CC", "AR", "RANLIB"].map(|tool| (format!("{tool}_{suffix}"), "/bin/true"));
    let variables = tools.iter().map(|(name, value)| (name.as_str(), *value)).chain([("SDKROOT", "/mnt")]);
    cargo_inside(debian, None, &[&check[..], &packages].concat(), variables)
}

/// The library as an app for the iPhone links it, but for the linking.
fn compile(debian: &Path, sdk: &Path) -> Result<(), String> {
    let begun = Instant::now();
    // The staticlib alone: together with the other crate types LTO silently does not happen.
    let build = ["cargo", "rustc", "--locked", "--package", "hongqi-ffi", "--lib", "--crate-type", "staticlib"];
    let profile = ["--profile", "release-mobile", "-Zbuild-std=std,panic_unwind", "--target", PHONE];
    let sdk_inside = Mount { folder: sdk, place: "/mnt/sdk", writable: false };
    let variables = [("CC_aarch64_apple_ios", "clang"), ("SDKROOT", sdk_inside.place)];
    let variables = variables.into_iter().chain(ios::OLDEST);
    if !cargo_inside(debian, Some(sdk_inside), &[&build[..], &profile].concat(), variables)? {
        return Err(format!("does not compile for {PHONE}"));
    }
    let library = phones().join(PHONE).join("release-mobile/libhongqi_ffi.a");
    let header = read(&root().join("bindings/swift/Sources/HongqiFFI/HongqiFFI.h"))?;
    let system = read(&sdk.join(darwin::SYSTEM))?;
    let told = |why: String| format!("{}: {why}", library.display());
    let bytes = fs::read(&library).map_err(|error| told(error.to_string()))?;
    let called = macho::declared(&header);
    let found = macho::check(&bytes, &called, &macho::listed(&system)).map_err(told)?;
    let seconds = begun.elapsed().as_secs();
    eprintln!("{PHONE}: compiled with its C (not linked, nothing run), {seconds} s: {}", library.display());
    eprintln!(
        "{PHONE}: {} Mach-O objects for arm64 iOS define the {} functions that Swift calls; the rest is in libSystem, as \
         macOS lists it, and by their names in Security and CoreFoundation: {}",
        found.objects,
        called.len(),
        found.frameworks.into_iter().collect::<Vec<_>>().join(", ")
    );
    eprintln!(
        "Android: type-checked only, as no registry has the headers of its C library; cargo xtask android compiles"
    );
    size::record("aarch64-ios, not linked", bytes.len() as u64)
}

/// Cargo inside `debian` on these sources; whether they compile.
fn cargo_inside<'a>(
    debian: &Path,
    more: Option<Mount<'_>>,
    args: &[&str],
    variables: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<bool, String> {
    let sources = root();
    let registry = cargo_home()?.join("registry");
    let out = phones();
    fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    let usual = [
        Mount { folder: &sources, place: "/mnt/hongqi", writable: false },
        Mount { folder: &registry, place: "/mnt/cargo/registry", writable: false },
        Mount { folder: &out, place: "/mnt/target", writable: true },
    ];
    let mounts: Vec<Mount<'_>> = usual.into_iter().chain(more).collect();
    let line = args.join(" ");
    eprintln!("$ {line} (in {})", debian.display());
    let mut command = debian::command(debian, &mounts, "/mnt/hongqi", args);
    command.env("CARGO_HOME", "/mnt/cargo").env("CARGO_NET_OFFLINE", "true").env("CARGO_TARGET_DIR", "/mnt/target");
    // The compiler is a stable one, the standard library from source is not a stable feature.
    command.env("RUSTC_BOOTSTRAP", "1").envs(variables);
    let status = command.status().map_err(|error| format!("cannot start unshare: {error}"))?;
    match status.code() {
        Some(0) => Ok(true),
        // What cargo says of code that does not compile; all else is a way that did not get there.
        Some(101) => Ok(false),
        _ => Err(format!("broken off ({status}): {line}")),
    }
}

/// Where what is compiled for phones goes.
fn phones() -> PathBuf {
    target().join("phones")
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn cargo_home() -> Result<PathBuf, String> {
    let named = env::var_os("CARGO_HOME").map(PathBuf::from);
    let usual = || env::home_dir().map(|home| home.join(".cargo"));
    named.or_else(usual).ok_or_else(|| "cargo's home is not known: set CARGO_HOME".to_owned())
}
