//! Swift: the package in `bindings/swift` and the app in `ios-demo`, built and tested.
//!
//! On a Mac with the toolchain that is there. On Linux with Debian trixie's `swiftlang` in a root of its own, as bookworm
//! has none; what is built here on bookworm loads there.

use std::env;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::bindings::succeed;
use crate::debian::{self, Mount, Recipe};
use crate::{bin, build, need, root, target};

/// libswiftObservation.so of Debian's Swift 6.0.3 wants `swift::threading::fatal`, which reports a broken lock and aborts and
/// which no library there exports: GNU ld refuses the tests of the app's models, which observe. Defined as null, for this
/// root alone, it would crash where it should abort; whatever else is missing is still an error. Goes with that Swift.
const MISSING: [&str; 2] = ["-Xlinker", "--defsym=_ZN5swift9threading5fatalEPKcz=0"];
/// About two minutes, 1.7 GB.
const ROOT: Recipe = Recipe {
    name: "swift-root",
    suite: "trixie",
    packages: "swiftlang,libc6-dev",
    // Of the toolchain, what neither build nor test looks at: 1 GB.
    left_out: &[
        "/usr/libexec/swift/bin/*lldb*",
        "/usr/libexec/swift/bin/clangd",
        "/usr/libexec/swift/bin/docc",
        "/usr/libexec/swift/bin/sourcekit-lsp",
        "/usr/libexec/swift/lib/*lldb*",
        "/usr/libexec/swift/lib/libsourcekitdInProc.so",
        "/usr/libexec/swift/lib/swift_static/*",
    ],
};
/// Names a root that is ready, to be used instead of one below `target`.
const READY_MADE: &str = "HONGQI_SWIFT_ROOT";
/// The package and the app.
const PACKAGES: [&str; 2] = ["bindings/swift", "ios-demo"];
/// One after the other: they start servers and stop them, and a tool that hangs names one test.
const TEST: [&str; 4] = ["test", "--no-parallel", "--disable-xctest", "--skip-build"];

/// What of it is wanted.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Builds and tests both packages, and plays the day of three phones.
    Test,
    /// Plays the day of three phones through the Swift package.
    Demo,
    /// Measures what the border costs, beside the same calls in Rust.
    Cost,
}

/// Sees to it that what it takes is there.
pub fn ready() -> Result<(), String> {
    Swift::find().map(drop)
}

/// Runs it.
pub fn run(part: Part) -> Result<(), String> {
    let swift = Swift::find()?;
    let release = part == Part::Cost;
    let profile = if release { "release" } else { "debug" };
    build(release)?;
    let fixtures = target().join("swift-fixtures");
    if release {
        bin("fixtures", &[], &["S", &fixtures.to_string_lossy()])?;
    } else {
        succeed(Command::new(target().join("debug/fixtures")).arg("S").arg(fixtures), "fixtures")?;
    }
    if part == Part::Test {
        for folder in PACKAGES {
            swift.call(folder, profile, &["build", "--build-tests"])?;
            let (mut test, line) = swift.command(folder, profile, &TEST);
            tests(&mut test, &line)?;
        }
    }
    match part {
        Part::Test | Part::Demo => swift.call("ios-demo", profile, &["run", "hongqi-demo"]),
        Part::Cost => swift.call("bindings/swift", profile, &["run", "-c", "release", "hongqi-cost"]),
    }
}

enum Swift {
    /// The toolchain of this machine.
    Own,
    /// The one in this root.
    Root(PathBuf),
}

impl Swift {
    fn find() -> Result<Self, String> {
        if cfg!(target_os = "macos") {
            need("swift", &["--version"], "Swift is missing: xcode-select --install")?;
            return Ok(Self::Own);
        }
        let told = |why| format!("Swift: {why}");
        let Some(folder) = env::var_os(READY_MADE).map(PathBuf::from) else {
            return ROOT.make().map(Self::Root).map_err(told);
        };
        debian::enterable().map_err(told)?;
        // A link that means something inside only, so its end is not looked for.
        if folder.join("usr/bin/swift").symlink_metadata().is_err() {
            return Err(format!("{READY_MADE}={}: there is no usr/bin/swift in it", folder.display()));
        }
        Ok(Self::Root(folder))
    }

    /// `swift ARGS` in the package `folder` of the sources.
    fn call(&self, folder: &str, profile: &str, args: &[&str]) -> Result<(), String> {
        let (mut command, line) = self.command(folder, profile, args);
        succeed(&mut command, &line)
    }

    /// The same, said but not run yet, and what was said.
    fn command(&self, folder: &str, profile: &str, args: &[&str]) -> (Command, String) {
        let line = format!("swift {} ({folder})", args.join(" "));
        eprintln!("$ {line}");
        let (sources, built) = match self {
            Self::Own => (root(), target()),
            Self::Root(_) => (PathBuf::from("/mnt/hongqi"), PathBuf::from("/mnt/target")),
        };
        // The options stand before what is meant for the command: `run NAME` ends them.
        let (verb, rest) = args.split_at(1);
        let place = sources.join(folder).to_string_lossy().into_owned();
        let scratch = built.join("swift").join(folder).to_string_lossy().into_owned();
        let missing = if matches!(self, Self::Root(_)) && folder == "ios-demo" { &MISSING[..] } else { &[] };
        let swift = [verb, &["--package-path", &place, "--scratch-path", &scratch], missing, rest].concat();
        let mut command = match self {
            Self::Own => Command::new("swift"),
            Self::Root(made) => {
                let (sources, target) = (root(), target());
                let mounts = [
                    Mount { folder: &sources, place: "/mnt/hongqi", writable: false },
                    Mount { folder: &target, place: "/mnt/target", writable: true },
                ];
                let mut command = debian::command(made, &mounts, &place, &["swift"]);
                // The modules that Swift compiles for all packages are kept there.
                command.env("HOME", built.join("swift/home"));
                command
            }
        };
        command
            .args(&swift)
            .env("HONGQI_LIBRARY", built.join(profile))
            .env("HONGQI_SERVER", built.join(profile).join("hongqi-server"))
            .env("HONGQI_COST", built.join(profile).join("examples/cost"))
            .env("HONGQI_FIXTURES", built.join("swift-fixtures"))
            // A test panics on purpose.
            .env("RUST_BACKTRACE", "0");
        (command, line)
    }
}

/// Runs tests and shows what they say; fails too if they say that there was none, which Swift takes for a success.
fn tests(command: &mut Command, line: &str) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{line}: {error}");
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(told)?;
    let mut ran = 0;
    if let Some(mut said) = child.stdout.take().map(BufReader::new) {
        let mut bytes = Vec::new();
        while said.read_until(b'\n', &mut bytes).map_err(told)? > 0 {
            let text = String::from_utf8_lossy(&bytes);
            ran = tests_in(&text).unwrap_or(ran);
            eprint!("{text}");
            bytes.clear();
        }
    }
    let status = child.wait().map_err(told)?;
    match (status.success(), ran) {
        (false, _) => Err(format!("failed ({status}): {line}")),
        (true, 0) => Err(format!("no test has run: {line}")),
        (true, _) => Ok(()),
    }
}

/// How many, if that is the line with which Swift's tests end.
fn tests_in(text: &str) -> Option<u64> {
    text.split_once("Test run with ")?.1.split(' ').next()?.parse().ok()
}

#[cfg(test)]
mod unit {
    use super::tests_in;

    #[test]
    fn a_run_of_no_test_is_seen() {
        assert_eq!(tests_in("✔ Test run with 22 tests passed after 2.290 seconds.\n"), Some(22));
        assert_eq!(tests_in("✔ Test run with 1 test passed after 0.1 seconds.\n"), Some(1));
        assert_eq!(tests_in("✔ Test run with 0 tests passed after 0.001 seconds.\n"), Some(0));
        assert_eq!(tests_in("✔ Test aKeyFileComesBack() passed after 0.1 seconds.\n"), None);
    }
}
