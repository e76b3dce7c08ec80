//! Kotlin's part: the package and the demo app, built and tested by Maven against the library that cargo has built.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{need, root, run as cargo_run, target};

/// What must be there, how one sees that it is, and its packages in Debian.
const NEEDS: [(&str, &str, &str); 3] = [
    ("javac", "-version", "openjdk-17-jdk-headless"),
    ("mvn", "--version", "maven"),
    // For the pictures of the screens: what Compose draws with.
    ("fc-match", "--version", "fontconfig libgl1"),
];

/// What the pictures are written in, and its font; without one they show empty boxes.
const FONTS: [(&str, &str); 2] = [("zh-cn", "fonts-noto-cjk"), ("und-zsye", "fonts-noto-color-emoji")];

/// Builds the library and the server, and runs all tests of the package and the demo; with `bench` measures instead what
/// the border costs.
pub fn run(bench: bool) -> Result<(), String> {
    for (program, version, packages) in NEEDS {
        if need(program, &[version], "").is_err() {
            install(packages)?;
            need(program, &[version], &format!("{program} is missing: apt install {packages}"))?;
        }
    }
    for (language, package) in FONTS {
        if !has_font(language) {
            install(package)?;
        }
    }
    let root = root();
    let mut profile = vec![];
    if bench {
        profile.push("--release");
    }
    let packages = ["--package", "hongqi-ffi", "--package", "hongqi-server", "--lib", "--bins"];
    let mut build = [&["build"], &packages[..], &profile].concat();
    if bench {
        build.extend(["--example", "cost"]);
    }
    cargo_run(&build, Some(&root))?;
    let built = target().join(if bench { "release" } else { "debug" });
    maven(&root, &built, bench)
}

fn maven(root: &Path, built: &Path, bench: bool) -> Result<(), String> {
    let mut command = Command::new("mvn");
    command.args(["--quiet", "test"]).current_dir(root).arg(format!("-Dhongqi.built={}", built.display()));
    command.arg(format!("-Dhongqi.output={}", target().join("maven").display()));
    if bench {
        command.args(["--projects", "bindings/kotlin", "-Dtest=Cost", "-Dhongqi.bench=true"]);
    }
    // Some of what Maven's plugins start holds our standard input open.
    let status = command.stdin(Stdio::null()).status().map_err(|error| format!("cannot start mvn: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("failed ({status}): mvn test")) }
}

/// Whether a font can write `language`, as fontconfig names it.
fn has_font(language: &str) -> bool {
    let fonts = Command::new("fc-list").arg(format!(":lang={language}")).output();
    fonts.is_ok_and(|fonts| !fonts.stdout.is_empty())
}

/// Installs Debian's `packages` if this is Debian and we are root; does nothing otherwise.
fn install(packages: &str) -> Result<(), String> {
    let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
    if !(root && Path::new("/etc/debian_version").exists()) {
        return Ok(());
    }
    eprintln!("$ apt-get install {packages}");
    let quiet = |args: &[&str]| {
        let mut apt = Command::new("apt-get");
        apt.args(["-qq", "--yes", "-o=Dpkg::Use-Pty=0"]).args(args).env("DEBIAN_FRONTEND", "noninteractive");
        apt.stdout(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    let packages: Vec<&str> = packages.split(' ').collect();
    let wanted = [&["install", "--no-install-recommends"], &packages[..]].concat();
    // The lists may be old, or not there at all.
    if quiet(&wanted) || (quiet(&["update"]) && quiet(&wanted)) {
        Ok(())
    } else {
        Err(format!("apt install {} fails", packages.join(" ")))
    }
}
