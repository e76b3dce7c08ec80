//! Benches: `bench NAME`, or `all`. A table for people and one JSON line per figure for machines.
//!
//! Every figure that matters is a ratio to a floor measured in the same run, in turn with it: the machine is shared,
//! and only ratios and bytes can be trusted on it.

#![allow(clippy::print_stdout)]

#[path = "../bench/accept.rs"]
mod accept;
#[path = "../bench/attendance.rs"]
mod attendance;
#[path = "../bench/converge.rs"]
mod converge;
#[path = "../bench/floor.rs"]
mod floor;
#[path = "../bench/gathering/mod.rs"]
mod gathering;
#[path = "../bench/idle.rs"]
mod idle;
#[path = "../bench/open.rs"]
mod open;
#[path = "../bench/park.rs"]
mod park;
#[path = "../bench/receive.rs"]
mod receive;
#[path = "../bench/report.rs"]
mod report;
#[path = "../bench/serve.rs"]
mod serve;
#[path = "../bench/text.rs"]
mod text;
#[path = "../bench/verify.rs"]
mod verify;
#[path = "../bench/write.rs"]
mod write;

use report::{Outcome, Report};

type Bench = fn(&mut Report) -> Outcome<()>;

const BENCHES: [(&str, Bench); 9] = [
    ("write", write::run),
    ("receive", receive::run),
    ("accept", accept::run),
    ("open", open::run),
    ("idle", idle::run),
    ("converge", converge::run),
    ("gathering", gathering::run),
    ("attendance", attendance::run),
    ("verify", verify::run),
];

fn main() -> Outcome<()> {
    let wanted = std::env::args().nth(1).unwrap_or_default();
    match (wanted.as_str(), std::env::args().nth(2)) {
        ("serve", Some(dir)) => return serve::run(std::path::Path::new(&dir)),
        ("fan", Some(sockets)) => return gathering::fan(sockets.parse()?),
        _ => {}
    }
    let chosen: Vec<_> = BENCHES.iter().filter(|(name, _)| wanted == "all" || wanted == *name).collect();
    if chosen.is_empty() {
        let names: Vec<_> = BENCHES.iter().map(|(name, _)| *name).collect();
        return Err(format!("bench NAME, with NAME one of: {}, all", names.join(", ")).into());
    }
    for (name, bench) in chosen {
        let mut report = Report::new(name);
        bench(&mut report)?;
        report.print();
    }
    Ok(())
}
