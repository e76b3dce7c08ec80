//! `receive`: what taking in 10,000 messages costs, until they are durable and until they can be found, over the plain
//! insert of the same rows.

use std::time::{Duration, Instant};

use hongqi_core::document::Change;
use hongqi_core::ids::SpaceId;
use hongqi_server::Server;
use rusqlite::types::Value;

use crate::floor::{DOCUMENT, Floor, MESSAGE, Rows};
use crate::park::{Device, folder, import, server, take_in, talk};
use crate::report::{Aim, Outcome, RUNS, Report, ms, ratios, thread_seconds};
use crate::text;

const MESSAGES: usize = 10_000;
const SPACES: usize = 20;
const AUTHORS: usize = 10;
const BATCH: usize = 50;
/// As many as core indexes in one transaction.
const INDEX_STEP: usize = 2048;

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let server = server()?;
    fill(&server)?;
    let (mut own, mut found, mut floor, mut floor_found) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut pages, mut used, mut found_used) = (0, Vec::new(), Vec::new());
    for run in 0..RUNS {
        let home = folder()?;
        let core = Device::enrol(&server, 0)?.core(home.path())?;
        (0..SPACES).try_for_each(|space| core.talk().open(talk(space)))?;
        let absorbed = take_in(&server, &core)?;
        let (start, before) = (Instant::now(), thread_seconds());
        while core.search().index()? {}
        let (indexed, index_used) = (start.elapsed(), thread_seconds() - before);
        core.pause()?;
        let from = home.path().join("hongqi.db");
        let tables =
            [Rows::read(&from, "document", DOCUMENT, "rowid")?, Rows::read(&from, "message", MESSAGE, "rowid")?];
        if tables[1].rows.len() != MESSAGES {
            return Err(format!("{} messages arrived", tables[1].rows.len()).into());
        }
        if run == 0 {
            parts(report, &tables[0].rows)?;
        }
        let index = [index_rows(&tables[1].rows)];
        let mut plain = Floor::phone(home.path())?;
        let before = thread_seconds();
        let rows = plain.insert(&tables, absorbed.pages)?;
        let rows_used = thread_seconds() - before;
        let fts = plain.insert(&index, MESSAGES.div_ceil(INDEX_STEP))?;
        used.push(absorbed.processor / rows_used);
        found_used.push((absorbed.processor + index_used) / (thread_seconds() - before));
        let each = |time: Duration| ms(time) * 1e3 / MESSAGES as f64;
        own.push(each(absorbed.time));
        found.push(each(absorbed.time + indexed));
        floor.push(each(rows));
        floor_found.push(each(rows + fts));
        pages = absorbed.pages;
    }
    report.add("durable / plain rows", ratios(&own, &floor), "x", Aim::Most(1.6));
    report.add("durable / plain rows, processor time only", used, "x", Aim::None);
    report.add("searchable / plain rows and index", ratios(&found, &floor_found), "x", Aim::Most(1.2));
    report.add("searchable / plain, processor time only", found_used, "x", Aim::None);
    report.add("absorb, a message", own, "us", Aim::None);
    report.add("plain rows, a message", floor, "us", Aim::None);
    report.add("absorb and index, a message", found, "us", Aim::None);
    report.add("plain rows and index, a message", floor_found, "us", Aim::None);
    report.add("pages, each a transaction", [pages as f64], "", Aim::None);
    Ok(())
}

fn fill(server: &Server) -> Outcome<()> {
    import(server, SPACES, AUTHORS + 1)?;
    let mut authors = (1..=AUTHORS).map(|author| Device::enrol(server, author)).collect::<Outcome<Vec<_>>>()?;
    for (index, texts) in text::messages(2, MESSAGES).chunks(BATCH).enumerate() {
        let author = &mut authors[index % AUTHORS];
        let space: SpaceId = talk(index / (MESSAGES / SPACES / BATCH));
        let batch = author.batch(space, texts)?;
        author.push(server, vec![batch])?;
    }
    Ok(())
}

fn index_rows(messages: &[Vec<Value>]) -> Rows {
    let row = |(index, row): (usize, &Vec<Value>)| match row.get(4) {
        Some(Value::Text(text)) => vec![Value::Integer(index as i64 + 1), Value::Text(text::tokens(text))],
        _ => vec![Value::Integer(index as i64 + 1), Value::Text(String::new())],
    };
    Rows::of("search_index", "rowid, tokens", messages.iter().enumerate().map(row).collect())
}

/// What is known to be in the cost of a message: decoding its change, and its share of its batch's signature.
fn parts(report: &mut Report, documents: &[Vec<Value>]) -> Outcome<()> {
    let changes: Vec<&[u8]> = documents
        .iter()
        .filter_map(|row| match row.get(6) {
            Some(Value::Blob(bytes)) if bytes.len() > 4 => Some(&bytes[4..]),
            _ => None,
        })
        .collect();
    let start = Instant::now();
    for change in &changes {
        std::hint::black_box(Change::decode(change)?);
    }
    report.add("part: decoding one change", [ms(start.elapsed()) * 1e3 / changes.len() as f64], "us", Aim::None);
    let server = server()?;
    import(&server, 1, 1)?;
    let mut device = Device::enrol(&server, 0)?;
    let batch = device.batch(talk(0), &text::messages(3, BATCH))?;
    let key = hongqi_core::key::DeviceKey::public_key(&*device.key);
    let start = Instant::now();
    for _ in 0..100 {
        std::hint::black_box(batch.verify(&key));
    }
    report.add("part: verifying one batch", [ms(start.elapsed()) * 1e3 / 100.0], "us", Aim::None);
    let start = Instant::now();
    for _ in 0..100 {
        std::hint::black_box(batch.batch()?);
    }
    report.add("part: opening one batch", [ms(start.elapsed()) * 1e3 / 100.0], "us", Aim::None);
    Ok(())
}
