//! The XCFramework that the Swift package links on Apple's systems.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bindings::succeed;
use crate::{need, root, rustup, target};

/// Each platform's library, of one target or more: the phone, the simulator on both kinds of Mac, and the Mac itself, on
/// which the Swift package's tests run.
const SLICES: [(&str, &[&str]); 3] = [
    ("ios", &["aarch64-apple-ios"]),
    ("ios-simulator", &["aarch64-apple-ios-sim", "x86_64-apple-ios"]),
    ("macos", &["aarch64-apple-darwin", "x86_64-apple-darwin"]),
];
/// The oldest systems, as in the Swift package.
pub const OLDEST: [(&str, &str); 2] = [("IPHONEOS_DEPLOYMENT_TARGET", "17.0"), ("MACOSX_DEPLOYMENT_TARGET", "14.0")];
/// Where the Swift package looks for it.
const OUT: &str = "bindings/swift/HongqiFFI.xcframework";
/// Names the frameworks that the Rust library calls, so that no app has to.
const MODULE: &str = r#"module HongqiFFI {
    header "HongqiFFI.h"
    link framework "CoreFoundation"
    link framework "Security"
    export *
}
"#;

/// Builds it.
pub fn run() -> Result<(), String> {
    if !cfg!(target_os = "macos") {
        return Err(
            "an XCFramework needs a Mac with Xcode; cargo xtask targets type-checks for iOS on Linux".to_owned()
        );
    }
    need(
        "xcodebuild",
        &["-version"],
        "Xcode is missing: App Store, then sudo xcode-select --switch /Applications/Xcode.app",
    )?;
    let triples: Vec<&str> = SLICES.iter().flat_map(|(_, triples)| *triples).copied().collect();
    if let Some(how) = rustup::lacking(&triples) {
        return Err(format!("missing targets: {how}"));
    }
    let root = root();
    let built = target().join("xcframework");
    let headers = built.join("headers");
    let header = root.join("bindings/swift/Sources/HongqiFFI/HongqiFFI.h");
    fs::create_dir_all(&headers)
        .and_then(|()| fs::copy(&header, headers.join("HongqiFFI.h")))
        .and_then(|_| fs::write(headers.join("module.modulemap"), MODULE))
        .map_err(|error| format!("{} to {}: {error}", header.display(), headers.display()))?;
    let mut join: Vec<OsString> = vec!["-create-xcframework".into()];
    for (slice, triples) in SLICES {
        let library = library(&built, slice, triples)?;
        join.extend(["-library".into(), library.into(), "-headers".into(), headers.clone().into()]);
    }
    let out = root.join(OUT);
    if out.exists() {
        fs::remove_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
    }
    join.extend(["-output".into(), out.into()]);
    succeed(Command::new("xcodebuild").args(join), "xcodebuild -create-xcframework")
}

/// One library of all `triples`.
fn library(built: &Path, slice: &str, triples: &[&str]) -> Result<PathBuf, String> {
    let mut parts = Vec::new();
    for triple in triples {
        // The staticlib alone: together with the other crate types LTO silently does not happen.
        let build = ["rustc", "--package", "hongqi-ffi", "--lib", "--crate-type", "staticlib"];
        let mut command = crate::cargo_command();
        command.args(build).args(["--profile", "release-mobile", "--target", triple]).current_dir(root()).envs(OLDEST);
        succeed(&mut command, &format!("cargo {} --target {triple}", build.join(" ")))?;
        parts.push(target().join(triple).join("release-mobile/libhongqi_ffi.a"));
    }
    let folder = built.join(slice);
    let library = folder.join("libhongqi_ffi.a");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    succeed(Command::new("lipo").arg("-create").args(parts).arg("-output").arg(&library), "lipo -create")?;
    Ok(library)
}
