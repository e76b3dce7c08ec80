//! The project's own commands: `cargo xtask` alone prints them.
#![allow(clippy::print_stderr, reason = "a command says what it runs")]

mod android;
mod apt;
mod bindings;
mod darwin;
mod debian;
mod elf;
mod ios;
mod kotlin;
mod macho;
mod quicken;
mod rustup;
mod size;
mod swift;
mod targets;
mod test;

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use clap::{CommandFactory, Parser, Subcommand};

/// Hongqi's own commands.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Args {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    /// Plays a day of three phones against the real server; ends by itself, and fails if any of its checks fails.
    Demo {
        /// Leaves the server running afterwards and prints how to join it with the headless phone.
        #[arg(long)]
        keep: bool,
    },
    /// Formatting, clippy without a warning, all tests in Rust, Kotlin and Swift, generated sources as committed: what
    /// .ci/run runs. On Debian as root it installs what is missing. Stops at the first failure.
    Test,
    /// Measures against a floor in the same run: converge, gathering, idle, write,
    /// receive, accept, open, attendance, verify, or all.
    Bench {
        /// Which bench, or `all`.
        name: String,
    },
    /// Writes the Kotlin and Swift sources, and the glossary of errors, from the library.
    Bindings {
        /// Writes nothing, and fails if something would differ.
        #[arg(long)]
        check: bool,
    },
    /// Builds the library as a phone links it, and writes its size into bindings/SIZE.md.
    Size,
    /// Type-checks the core and the bindings for Android and iOS without an NDK or Xcode; on Linux as root, with another
    /// Debian in a folder below target.
    Targets {
        /// Also compiles the library for iOS, its C with clang and Darwin's headers from Python's package registry, checks
        /// its symbols and writes its size into bindings/SIZE.md.
        #[arg(long)]
        full: bool,
    },
    /// Builds the library for Android into bindings/kotlin/src/main/jniLibs, and checks each; needs the NDK.
    Android,
    /// Builds bindings/swift/HongqiFFI.xcframework; needs a Mac with Xcode.
    Ios,
    /// Builds and tests the Swift package and the iOS app's models; on Linux as root, in a root of its own.
    Swift {
        /// What of it.
        #[arg(default_value = "test")]
        part: swift::Part,
    },
    /// Builds and tests the Kotlin package and the demo app against the real library and server.
    Kotlin {
        /// What of it.
        #[arg(default_value = "test")]
        part: kotlin::Part,
    },
    /// Writes the CSV files of an invented set of organisations and members, for `hongqi-server import`.
    Fixtures {
        /// S (19 organisations, 115 members), M (328, 1,985) or L (43,000, 260,000).
        set: String,
        /// Where organisations.csv and members.csv go.
        dir: String,
    },
}

fn main() -> ExitCode {
    let done = match Args::parse().task {
        None => Args::command().print_help().map_err(|error| error.to_string()),
        Some(Task::Demo { keep }) => {
            let keep: &[&str] = if keep { &["--keep"] } else { &[] };
            bin("demo", &[], keep)
        }
        Some(Task::Test) => test::run(),
        Some(Task::Bench { name }) => bin("bench", &["--release"], &[&name]),
        Some(Task::Bindings { check }) => bindings::run(check),
        Some(Task::Kotlin { part }) => kotlin::run(part),
        Some(Task::Size) => size::run(),
        Some(Task::Targets { full }) => targets::run(full),
        Some(Task::Android) => android::run(),
        Some(Task::Ios) => ios::run(),
        Some(Task::Swift { part }) => swift::run(part),
        Some(Task::Fixtures { set, dir }) => bin("fixtures", &[], &[&set, &dir]),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("xtask: {why}");
            ExitCode::FAILURE
        }
    }
}

/// Runs a program of the `tests` member.
fn bin(name: &str, profile: &[&str], args: &[&str]) -> Result<(), String> {
    let cargo = [&["run", "--quiet", "--package", "hongqi-tests", "--bin", name], profile, &["--"], args].concat();
    // From where it was called, so that a path among the arguments means what the caller means.
    run(&cargo, None)
}

/// Builds the library, the server and all other programs. With the examples, and the whole workspace: so cargo chooses the
/// features that `cargo test --workspace` has too, and nothing is compiled twice. With `release` what the benches of the
/// border load, with a phone's features and no others.
fn build(release: bool) -> Result<(), String> {
    let tested: &[&str] = &["--workspace"];
    let shipped = ["--release", "--package", "hongqi-ffi", "--package", "hongqi-server"];
    let which = if release { &shipped } else { tested };
    run(&[&["build"], which, &["--lib", "--bins", "--examples"]].concat(), Some(&root()))
}

/// Where the workspace is.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_owned()
}

/// Where cargo puts what it builds.
fn target() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// The cargo that started us, so that a toolchain chosen with `cargo +name xtask` goes all the way.
fn cargo() -> String {
    env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())
}

/// Fails with `advice` unless the program starts and succeeds.
fn need(program: &str, args: &[&str], advice: &str) -> Result<(), String> {
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    if status.is_ok_and(|status| status.success()) { Ok(()) } else { Err(advice.to_owned()) }
}

/// A cargo for a task of its own: without what ours has told us of this package. Crates that look at those variables would
/// be built again each time that cargo is called by hand and by us in turns; ring is one, and much is built on it.
fn cargo_command() -> Command {
    let mut command = Command::new(cargo());
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(told)) {
        command.env_remove(name);
    }
    command
}

/// Says and runs one cargo command, in `dir` or where we are.
fn run(args: &[&str], dir: Option<&Path>) -> Result<(), String> {
    let line = format!("cargo {}", args.join(" "));
    eprintln!("$ {line}");
    let mut command = cargo_command();
    command.args(args);
    if let Some(dir) = dir {
        command.current_dir(dir);
    }
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("failed ({status}): {line}")),
        Err(error) => Err(format!("cannot start {line}: {error}")),
    }
}
