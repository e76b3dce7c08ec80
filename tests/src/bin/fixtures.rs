//! `fixtures SET DIR`: writes organisations.csv and members.csv of a set, for `hongqi-server import`.
#![allow(clippy::print_stdout, reason = "a command says what it did")]

use std::path::PathBuf;

use clap::Parser;
use hongqi_tests::fixtures::{Fixture, Set};

/// Writes the invented organisations and members of a set as two CSV files.
#[derive(Parser)]
struct Args {
    /// S (19 organisations, 115 members), M (328, 1,985) or L (43,000, 260,000).
    set: Set,
    /// Where organisations.csv and members.csv go; made if it is missing.
    dir: PathBuf,
}

fn main() -> std::io::Result<()> {
    let Args { set, dir } = Args::parse();
    let fixture = Fixture::generate(set);
    fixture.write_csv(&dir)?;
    println!("{} organisations and {} members in {}", fixture.orgs.len(), fixture.members.len(), dir.display());
    Ok(())
}
