//! The Kotlin and Swift sources: generated from the built library, and committed so that an app developer can read them.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::quicken::{self, quicken};
use crate::{cargo_command, root, target};

/// The generated Kotlin, below `bindings/`.
pub const KOTLIN: &str = "kotlin/generated/org/hongqi/core/hongqi.kt";

/// What is generated, and where it is kept below `bindings/`.
const FILES: [(&str, &str); 3] = [
    ("kotlin/org/hongqi/core/hongqi.kt", KOTLIN),
    ("swift/HongqiCore.swift", "swift/Sources/HongqiCore/Generated/HongqiCore.swift"),
    ("header/HongqiFFI.h", "swift/Sources/HongqiFFI/HongqiFFI.h"),
];

/// Generates; with `check` only compares.
pub fn run(check: bool) -> Result<(), String> {
    let root = root();
    // The test writes the glossary, or compares it.
    let mut glossary = cargo_command();
    glossary.args(["test", "--quiet", "--package", "hongqi-ffi", "--lib", "glossary"]).current_dir(&root);
    if !check {
        glossary.env("HONGQI_UPDATE", "1");
    }
    succeed(&mut glossary, "cargo test --package hongqi-ffi --lib glossary")?;
    crate::run(&["build", "--package", "hongqi-ffi", "--lib"], Some(&root))?;
    sources(check)
}

/// As `run`, but without the glossary, and from the library that is there already.
pub fn sources(check: bool) -> Result<(), String> {
    let root = root();
    let library = target().join("debug").join(format!("{DLL_PREFIX}hongqi_ffi{DLL_SUFFIX}"));
    let out = target().join("bindings");
    let folders = ["kotlin", "swift", "header"].map(|name| out.join(name));
    for folder in &folders {
        fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
    }
    let mut generator = cargo_command();
    generator.args(["run", "--quiet", "--package", "hongqi-bindgen", "--features", "bindgen", "--"]);
    succeed(generator.arg(library).args(folders).current_dir(&root), "hongqi-bindgen")?;
    let mut differ = Vec::new();
    for (generated, kept) in FILES {
        let (generated, kept) = (out.join(generated), root.join("bindings").join(kept));
        let new = fs::read_to_string(&generated).map_err(|error| told(&generated, &error))?;
        let new = tidy(&new);
        let new = match kept.extension().and_then(std::ffi::OsStr::to_str) {
            Some("swift") => quicken(&new, &quicken::SWIFT)?,
            Some("kt") => quicken(&new, &quicken::KOTLIN)?,
            _ => new,
        };
        if fs::read_to_string(&kept).unwrap_or_default() == new {
            continue;
        }
        if check {
            differ.push(kept.display().to_string());
        } else {
            write(&kept, &new)?;
        }
    }
    if differ.is_empty() { Ok(()) } else { Err(format!("run `cargo xtask bindings`: {} differ", differ.join(", "))) }
}

/// Without the blanks that the generator leaves at the ends of lines, so that a diff shows what changed.
fn tidy(text: &str) -> String {
    text.lines().flat_map(|line| [line.trim_end(), "\n"]).collect()
}

fn write(path: &PathBuf, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| told(path, &error))
}

fn told(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// Runs `command`, and fails with its `name` unless it succeeds.
pub fn succeed(command: &mut Command, name: &str) -> Result<(), String> {
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("failed ({status}): {name}")),
        Err(error) => Err(format!("cannot start {name}: {error}")),
    }
}
