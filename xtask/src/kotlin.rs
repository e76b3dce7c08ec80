//! Kotlin's part: the package and the demo app, built and tested by Maven against the library that cargo has built.

use std::process::{Command, Stdio};

use crate::apt::{self, Tool};
use crate::bindings::succeed;
use crate::{build, root, target};

const MACHINE: [Tool; 2] = [
    Tool { name: "a JDK from 17 on", check: "javac --release 17 -version", packages: "default-jdk-headless" },
    Tool { name: "Maven", check: "mvn --version", packages: "maven" },
];
/// For the pictures of the screens; a Mac has them.
const PICTURES: [Tool; 3] = [
    Tool { name: "a Chinese font", check: "fc-list :lang=zh-cn | grep -q .", packages: "fontconfig fonts-noto-cjk" },
    Tool { name: "emoji", check: "fc-list :lang=und-zsye | grep -q .", packages: "fontconfig fonts-noto-color-emoji" },
    Tool { name: "libGL", check: "/sbin/ldconfig -p | grep -q 'libGL[.]so[.]1'", packages: "libgl1" },
];
/// Maven says nothing but errors, and its test runner how many tests it has run; that none has is a failure. A download
/// that was damaged is no download. Kotlin's compiler leaves no daemon behind.
const MAVEN: [&str; 6] = [
    "--quiet",
    "-Dorg.slf4j.simpleLogger.log.org.apache.maven.plugin.surefire.SurefireMojo=info",
    "-DfailIfNoTests=true",
    "-Dkotlin.compiler.daemon=false",
    "--strict-checksums",
    "test",
];

/// Sees to it that what it takes is there.
pub fn ready() -> Result<(), String> {
    let pictures: &[Tool] = if cfg!(target_os = "linux") { &PICTURES } else { &[] };
    apt::ensure(MACHINE.iter().chain(pictures))
}

/// What of it is wanted.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Builds and tests the package and the demo app.
    Test,
    /// That, and compiles what needs Android against its classes, and runs the package as R8 leaves it.
    Shell,
    /// Measures what the border costs, beside the same calls in Rust.
    Cost,
}

/// Builds the library and the server, and runs it.
pub fn run(part: Part) -> Result<(), String> {
    ready()?;
    let release = part == Part::Cost;
    build(release)?;
    let built = target().join(if release { "release" } else { "debug" });
    eprintln!("$ mvn test (what it lacks comes from Maven Central, about 200 MB)");
    let mut command = Command::new("mvn");
    command.args(MAVEN).arg(format!("-Dhongqi.built={}", built.display())).current_dir(root());
    command.arg(format!("-Dhongqi.output={}", target().join("maven").display()));
    match part {
        Part::Test => {}
        Part::Shell => {
            eprintln!("  and from Google's Maven, with Android's classes from Central, about 300 MB more");
            command.arg("-Pandroid");
        }
        Part::Cost => {
            command.args(["--projects", "bindings/kotlin", "-Dtest=Cost", "-Dhongqi.bench=true"]);
        }
    }
    // Some of what Maven's plugins start holds our standard input open.
    succeed(command.stdin(Stdio::null()), "mvn test")
}
