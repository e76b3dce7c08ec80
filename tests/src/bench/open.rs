//! `open`: from a closed database of 200,000 messages to the newest 50, and to a search.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::document::{Change, Header, Kind, Nonce};
use hongqi_core::ids::{ActorId, MemberId};
use hongqi_core::key::SoftwareKey;
use hongqi_core::{Config, Core};
use rusqlite::Connection;

use crate::park::{Device, cache, import, server, talk};
use crate::report::{Aim, Outcome, RUNS, Report, ms};
use crate::text;

const MESSAGES: usize = 200_000;
const SPACES: usize = 50;
/// A word of every few messages, and one of every two thousandth.
const COMMON: &str = "泵阀";
const RARE: &str = "鲲鹏";

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let home = built()?;
    for (name, cold) in [("cold page cache", true), ("warm page cache", false)] {
        let (mut page, mut opened, mut common, mut rare) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            if cold {
                forget_pages(&home)?;
            }
            let start = Instant::now();
            let core = open(&home)?;
            opened.push(ms(start.elapsed()));
            let got = core.talk().page(talk(7), None, 50)?;
            page.push(ms(start.elapsed()));
            if got.messages.len() != 50 {
                return Err("no 50 messages".into());
            }
            for (word, times) in [(RARE, &mut rare), (COMMON, &mut common)] {
                let start = Instant::now();
                let hits = core.search().find(word, 50)?;
                times.push(ms(start.elapsed()));
                if hits.len() < 50 {
                    return Err(format!("{} hits for {word}", hits.len()).into());
                }
            }
        }
        report.add(format!("{name}: open to newest 50"), page, "ms", Aim::Most(50.0));
        report.add(format!("{name}: of it, Core::open"), opened, "ms", Aim::None);
        report.add(format!("{name}: first search, a rare word"), rare, "ms", Aim::Most(10.0));
        report.add(format!("{name}: then a common word"), common, "ms", Aim::Most(10.0));
    }
    let size = std::fs::metadata(home.join("hongqi.db"))?.len();
    report.add("size of the database", [size as f64 / 1e6], "MB", Aim::None);
    Ok(())
}

fn open(home: &Path) -> Outcome<Core> {
    let key = SoftwareKey::generate()?.0;
    Ok(Core::open(Config::new(home, Arc::new(key)))?)
}

/// Drops the file from the page cache of the system; `dd` does it without special rights.
fn forget_pages(home: &Path) -> Outcome<()> {
    let file = format!("if={}", home.join("hongqi.db").display());
    let done = Command::new("dd").args([&file, "iflag=nocache", "count=0", "status=none"]).status()?;
    if done.success() { Ok(()) } else { Err("dd failed".into()) }
}

fn built() -> Outcome<PathBuf> {
    let home = cache()?.join("open-200000-5");
    if home.is_dir() {
        return Ok(home);
    }
    let building = cache()?.join("open-building");
    if building.is_dir() {
        std::fs::remove_dir_all(&building)?;
    }
    std::fs::create_dir_all(&building)?;
    let server = server()?;
    import(&server, SPACES, 1)?;
    let core = Device::enrol(&server, 0)?.core(&building)?;
    (0..SPACES).try_for_each(|space| core.talk().open(talk(space)))?;
    core.pause()?;
    insert(&building.join("hongqi.db"))?;
    core.resume()?;
    while core.search().index()? {}
    core.pause()?;
    std::fs::rename(&building, &home)?;
    Ok(home)
}

/// The rows that taking in would have left.
fn insert(path: &Path) -> Outcome<()> {
    let mut connection = Connection::open(path)?;
    let tx = connection.transaction()?;
    let mut document = tx.prepare(
        "INSERT INTO document (id, space, kind, owner, nonce, changes, count, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7)",
    )?;
    let mut message = tx.prepare(
        "INSERT INTO message (rowid, doc, space, author, body, withdrawn, edited, written_at, order_at, named, roles)
         VALUES (?6, ?1, ?2, ?3, ?4, 0, 0, ?5, ?5, 0, 0)",
    )?;
    let mut rng = fastrand::Rng::with_seed(6);
    let actor = ActorId::from_bytes([7; 16]);
    let begin = SystemClock.now();
    for index in 0..MESSAGES {
        let mut text = text::message(&mut rng);
        if index % 2_000 == 0 {
            text.push_str(RARE);
        }
        let at = begin.plus_ms(index as i64 * 10_000 - 3_000_000_000);
        // Discussions grow side by side, in runs: the newest of one are spread over the file.
        let space = talk(rng.usize(..SPACES));
        let owner = MemberId::from_number(&(index % 300).to_string());
        let nonce = Nonce::from_bytes(rng.u64(..).to_be_bytes());
        let id = Header { kind: Kind::Message, space, owner, about: None, nonce }.id();
        let change = Change::first(actor, at, &[("body", text.as_str().into())])?.into_bytes();
        let stored = [&(change.len() as u32).to_le_bytes()[..], &change].concat();
        document.execute((id, space, Kind::Message as i64, owner, nonce.as_bytes(), stored, at.0))?;
        message.execute((id, space, owner, text, at.0, tx.last_insert_rowid()))?;
    }
    drop((document, message));
    tx.commit()?;
    Ok(())
}
