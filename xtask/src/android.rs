//! The library for Android, one for each ABI, where the Android library in `bindings/kotlin` looks for them.

use std::fs;

use crate::{bindings, elf, need, root, run as cargo_run, rustup};

/// Android's name, Rust's, and the size in bytes of the largest memory page that a device of that kind may have.
const ABIS: [(&str, &str, u64); 3] = [
    ("arm64-v8a", "aarch64-linux-android", 16 << 10),
    ("armeabi-v7a", "armv7-linux-androideabi", 4 << 10),
    ("x86_64", "x86_64-linux-android", 16 << 10),
];
/// The oldest Android: the first that has `java.time`, which the Kotlin package uses.
const PLATFORM: &str = "26";
/// Pointers to be adjusted at loading packed into a twentieth; its linker reads that since Android 6.
const PACKED: &str = "link-arg=-Wl,--pack-dyn-relocs=android";
/// Where Gradle's plugin takes them from without being told.
const OUT: &str = "bindings/kotlin/src/main/jniLibs";

/// Builds and checks all of them.
pub fn run() -> Result<(), String> {
    let cargo = crate::cargo();
    let triples = ABIS.map(|(_, triple, _)| triple);
    let mut missing = Vec::new();
    let tool = need(&cargo, &["ndk", "--version"], "").is_ok();
    if !tool {
        missing.push("cargo-ndk: cargo install cargo-ndk".to_owned());
    }
    // By cargo-ndk's own search, as it also looks where Android Studio puts it.
    let found = if tool {
        need(&cargo, &["ndk-env", "--target", ABIS[0].0], "").is_ok()
    } else {
        std::env::var_os("ANDROID_NDK_HOME").is_some()
    };
    if !found {
        missing.push("the NDK: install it in Android Studio, or unpack it and set ANDROID_NDK_HOME".to_owned());
    }
    missing.extend(rustup::lacking(&triples).map(|how| format!("targets: {how}")));
    if !missing.is_empty() {
        return Err(format!("missing {}", missing.join("; ")));
    }
    let root = root();
    let kotlin = root.join("bindings").join(bindings::KOTLIN);
    let kotlin = fs::read_to_string(&kotlin).map_err(|error| format!("{}: {error}", kotlin.display()))?;
    let called = elf::called(&kotlin);
    let mut build = vec!["ndk", "--platform", PLATFORM, "--output-dir", OUT];
    for (abi, _, _) in ABIS {
        build.extend(["--target", abi]);
    }
    // The cdylib alone: together with the other crate types LTO silently does not happen.
    build.extend([
        "rustc",
        "--package",
        "hongqi-ffi",
        "--lib",
        "--crate-type",
        "cdylib",
        "--profile",
        "release-mobile",
        "--",
        "-C",
        PACKED,
    ]);
    cargo_run(&build, Some(&root))?;
    for (abi, _, page) in ABIS {
        let library = root.join(OUT).join(abi).join("libhongqi_ffi.so");
        let told = |why: String| format!("{}: {why}", library.display());
        let bytes = fs::read(&library).map_err(|error| told(error.to_string()))?;
        elf::check(&bytes, page, &called).map_err(told)?;
        eprintln!(
            "{}: {} bytes, pages of {} KiB, exports what Kotlin calls",
            library.display(),
            bytes.len(),
            page >> 10
        );
    }
    Ok(())
}
