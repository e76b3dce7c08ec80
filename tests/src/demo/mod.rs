//! A day of three phones against the real server, told in plain words and checked at the end.

mod checks;
mod day;
mod door;
mod park;
mod phone;
mod story;

use std::process::ExitCode;

use clap::Parser;

use crate::phone::Failure;
use park::Park;
use story::Story;

/// Starts the real server, loads a park of 115 members and plays a day of three phones, the network off and on.
#[derive(Debug, Parser)]
#[command(name = "demo")]
struct Cli {
    /// Leave the server running afterwards, and say how to join with `phone`.
    #[arg(long)]
    keep: bool,
}

/// Runs the demo; fails if anything it checks does not hold.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut story = Story::default();
    match run(&cli, &mut story) {
        Ok(()) if story.failed().is_empty() => ExitCode::SUCCESS,
        Ok(()) => {
            story.say("");
            story.say(&format!("FAILED: {} of the checks do not hold:", story.failed().len()));
            for what in story.failed().to_vec() {
                story.say(&format!("  {what}"));
            }
            ExitCode::FAILURE
        }
        Err(failure) => {
            story.say(&format!("FAILED: {failure}"));
            ExitCode::FAILURE
        }
    }
}

fn run(cli: &Cli, story: &mut Story) -> Result<(), Failure> {
    let folder = tempfile::Builder::new().prefix("hongqi-demo-").tempdir()?;
    let park = Park::open(folder.path(), story)?;
    let mut phones = park.phones(folder.path(), story)?;
    day::play(&mut phones, &park, story)?;
    if cli.keep && story.failed().is_empty() {
        drop(phones);
        let folder = folder.keep();
        park.stay(&folder, story)?;
    }
    park.close()
}
