//! `gathering`: a flash gathering of 2,000 members' devices. 40 are full cores under the driver of an app, the others
//! readers at the wire; 300 of all speak. Plain HTTP over loopback sockets, as behind a proxy that ends TLS; one process
//! may have 5,000 files open for it.
//!
//! *Commit* is the moment when the server's transaction has returned, as the server's own process says ([`crate::serve`]);
//! the *lag* of a hint is from there until a reader has it in hand. The same bytes written to as many bare sockets by a
//! process that does nothing else are the floor of lag and of processor time.

mod fan;
mod http;
mod park;
mod reader;

use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hongqi_core::sync::wire::Hint;

pub use fan::run as fan;

use crate::report::{Aim, Outcome, Report};
use crate::serve::Process;
use crate::text;
use http::Connection;
use park::{CORES, Crowd, READERS};
use reader::Heard;

const SPEAKERS: usize = 300;
const MESSAGES: usize = 1_200;
/// A message every so often: 20 minutes' talk in 30 seconds, more than the server can give to everybody one by one.
const PACE: Duration = Duration::from_millis(25);
/// Messages that come alone, each when all have the one before.
const ALONE: usize = 30;
/// What a live stream may take of the server's own memory.
const STREAM: f64 = 8.0;

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let texts = text::messages(7, MESSAGES + ALONE + 1);
    let (first, texts) = texts.split_first().ok_or("no text")?;
    let (alone, crowd) = texts.split_at(ALONE);
    let gathering = Crowd::gather()?;
    memory(report, &gathering, first)?;
    gathering.follow();
    gathering.until_all_hold(1)?;
    let floor = floor(&gathering)?;
    lag(report, &gathering, alone, &floor)?;
    delivery(report, &gathering, crowd, &floor)
}

/// What a stream takes that has nothing to say, and one that has said something once.
fn memory(report: &mut Report, crowd: &Crowd, text: &str) -> Outcome<()> {
    let each = |bytes: f64| bytes / READERS as f64 / 1024.0;
    let signed_in = crowd.process.memory()?;
    let streams = crowd.streams()?;
    let opened = crowd.process.memory()?;
    crowd.listen(streams);
    crowd.wire.block_on(crowd.readers[1].say(text))?;
    crowd.until("all have a first hint", || crowd.readers[2..].iter().all(|reader| reader.heard.count() > 0))?;
    let told = crowd.process.memory()?;
    report.add("memory a stream, after its first hint", [each(told - signed_in)], "KiB", Aim::Most(STREAM));
    report.add("memory a stream, opened", [each(opened - signed_in)], "KiB", Aim::None);
    report.add("memory before, a device signed in", [each(signed_in)], "KiB", Aim::None);
    Ok(())
}

/// What a bare write costs.
struct Floor {
    lags: Vec<f64>,
    processor: f64,
}

/// The same hints from a process that has nothing but sockets.
fn floor(crowd: &Crowd) -> Outcome<Floor> {
    let mut process = Process::spawn(Command::new(std::env::current_exe()?).arg("fan").arg(READERS.to_string()))?;
    let heard = Arc::<Heard>::default();
    for _ in 0..READERS {
        let mut socket = crowd.wire.block_on(Connection::open(&process.address))?;
        let heard = heard.clone();
        // Ends with the process.
        crowd.wire.spawn(async move { while socket.hint().await.map(|(hint, _)| heard.note(hint)).is_ok() {} });
    }
    let before = process.seconds()?;
    for seq in (1..).take(ALONE) {
        process.say(&Hint { space: crowd.space, seq }.to_string())?;
        crowd.until("all hear a bare hint", || heard.count() >= READERS * seq as usize)?;
    }
    let processor = (process.seconds()? - before) / (ALONE * READERS) as f64;
    let (written, heard) = (process.stamps(), heard.take());
    let lag = |(seq, at): &(u64, u64)| Some(at.saturating_sub(*written.get(*seq as usize - 1)?) as f64 / 1e6);
    Ok(Floor { lags: heard.iter().filter_map(lag).collect(), processor })
}

/// Messages that come alone.
fn lag(report: &mut Report, crowd: &Crowd, texts: &[String], floor: &Floor) -> Outcome<()> {
    crowd.readers.iter().for_each(|reader| drop(reader.heard.take()));
    let hinted = || crowd.readers.iter().map(|reader| reader.heard.count()).sum::<usize>();
    let (mut commits, before) = (Vec::new(), crowd.process.seconds()?);
    for (count, text) in texts.iter().enumerate() {
        let (sent, seq, answered) = crowd.wire.block_on(crowd.readers[count].say(text))?;
        crowd.until_all_hold(count + 2)?;
        // Who has said it is told in the answer.
        crowd.until("all hear of it", || hinted() >= (count + 1) * (READERS - 1))?;
        let commit = crowd.process.stamps().into_iter().find(|at| (sent..answered).contains(at));
        commits.push((seq, commit.ok_or("no commit")?));
    }
    let processor = crowd.process.seconds()? - before;
    let commit = |seq| commits.iter().find(|(place, _)| *place == seq).map(|(_, at)| *at);
    let heard = crowd.readers.iter().flat_map(|reader| reader.heard.take());
    let lags: Vec<f64> = heard.filter_map(|(seq, at)| Some(at.saturating_sub(commit(seq)?) as f64 / 1e6)).collect();
    let deliveries = (texts.len() * (READERS + CORES)) as f64;
    report.add("commit to hint, p99", [part(&lags, 0.99)], "ms", Aim::Most(2.0));
    report.add("commit to hint, p50", [part(&lags, 0.5)], "ms", Aim::None);
    report.add("bare write to hint, p99", [part(&floor.lags, 0.99)], "ms", Aim::None);
    report.add("bare write to hint, p50", [part(&floor.lags, 0.5)], "ms", Aim::None);
    report.add("commit to hint over bare write, p99", [part(&lags, 0.99) / part(&floor.lags, 0.99)], "x", Aim::None);
    report.add("processor of a delivery, alone", [processor / deliveries * 1e6], "us", Aim::None);
    report.add("processor of a bare write", [floor.processor * 1e6], "us", Aim::None);
    Ok(())
}

/// What 300 speakers say within half a minute, to all.
fn delivery(report: &mut Report, crowd: &Crowd, texts: &[String], floor: &Floor) -> Outcome<()> {
    let folded = zstd::bulk::compress(texts.concat().as_bytes(), 3)?.len() as f64;
    let (traffic, seconds) = (crowd.traffic(), crowd.process.whole_seconds()?);
    let begun = Instant::now();
    for (turn, text) in (0..).zip(texts) {
        let due = tokio::time::Instant::from_std(begun + PACE * turn);
        crowd.say(turn as usize % SPEAKERS, text, due);
    }
    crowd.until_all_hold(1 + ALONE + MESSAGES)?;
    let wall = begun.elapsed().as_secs_f64();
    let processor = crowd.process.whole_seconds()? - seconds;
    let traffic = crowd.traffic().since(&traffic);
    let (readers, deliveries) = (READERS as f64, (MESSAGES * (READERS + CORES)) as f64);
    let frames = (traffic.hints + traffic.exchanges) as f64;
    report.add("wall until all hold 1,200, from the first", [wall], "s", Aim::None);
    report.add("processor of a delivery, in a crowd", [processor / deliveries * 1e6], "us", Aim::None);
    report.add(
        "processor over bare writes of as many frames",
        [processor / (frames * floor.processor)],
        "x",
        Aim::None,
    );
    report.add("bytes of a delivery", [traffic.bytes as f64 / readers / MESSAGES as f64], "B", Aim::None);
    report.add("bytes a reader / zstd-3 of the bare texts", [traffic.bytes as f64 / readers / folded], "x", Aim::None);
    report.add("hints a reader", [traffic.hints as f64 / readers], "", Aim::None);
    report.add("exchanges a reader", [traffic.exchanges as f64 / readers], "", Aim::None);
    Ok(())
}

/// The value that this part of all is not above.
fn part(values: &[f64], part: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get((sorted.len() as f64 * part) as usize).copied().unwrap_or(f64::NAN)
}
