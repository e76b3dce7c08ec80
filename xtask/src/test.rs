//! All that must hold before a change lands, in the order in which a failure costs least.

use std::env;
use std::time::Instant;

use crate::{bindings, build, cargo, kotlin, need, root, run as cargo_run, swift};

type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: [Step; 10] = [
    ("formatting", formatting),
    ("what Kotlin needs", kotlin::ready),
    ("what Swift needs", swift::ready),
    ("clippy", || workspace(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])),
    // The tests that kill the server start its program, and `cargo test` builds no other member's programs.
    ("library and programs", || build(false)),
    ("Rust's tests", || workspace(&["test", "--workspace"])),
    ("generated sources", || bindings::sources(true)),
    ("Kotlin's tests", || kotlin::run(kotlin::Part::Test)),
    ("Swift's tests", || swift::run(swift::Part::Test)),
    ("seeded bugs", seeded),
];

/// Stops at the first failure; says at the end how long each step took.
pub fn run() -> Result<(), String> {
    let mut took = Vec::new();
    let done = STEPS.iter().try_for_each(|(name, step)| {
        eprintln!("== {name}");
        let begun = Instant::now();
        let done = step();
        took.push(format!("{:7.1} s  {name}", begun.elapsed().as_secs_f32()));
        done
    });
    eprintln!("\n{}", took.join("\n"));
    done
}

fn formatting() -> Result<(), String> {
    need(&cargo(), &["fmt", "--version"], "rustfmt is missing: rustup component add rustfmt")?;
    need(&cargo(), &["clippy", "--version"], "clippy is missing: rustup component add clippy")?;
    // SQLite, zstd and ring are compiled from C; the compiler is the one that the crate `cc` would take.
    let cc = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if cfg!(unix) && !cc.contains(' ') {
        need(&cc, &["--version"], "a C compiler is missing: apt install gcc, or xcode-select --install")?;
    }
    workspace(&["fmt", "--all", "--check"])
}

/// The tests of the tests: every bug seeded in the core must be found.
fn seeded() -> Result<(), String> {
    let found = ["--test", "convergence", "--test", "histories", "--test", "purity", "--", "seeded"];
    workspace(&[&["test", "--package", "hongqi-tests", "--features", "seeded-bugs"], &found[..]].concat())
}

fn workspace(args: &[&str]) -> Result<(), String> {
    cargo_run(args, Some(&root()))
}
