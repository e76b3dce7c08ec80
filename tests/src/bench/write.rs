//! `write`: what one posted message costs over the plain transaction with the same rows.

use std::path::Path;
use std::time::Instant;

use hongqi_server::Server;
use tempfile::TempDir;

use crate::floor::{DOCUMENT, Floor, MESSAGE, Rows};
use crate::park::{Device, cache, folder, import, server, talk};
use crate::report::{Aim, Outcome, RUNS, Report, median, ms, ratios};
use crate::text;

const POSTS: usize = 300;

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let disk = cache()?.join("tmp");
    std::fs::create_dir_all(&disk)?;
    measure(report, "on disk", &disk, Aim::Most(2.0))?;
    // Without the disk only the processor's part is left. Not what a phone has, but what can be improved here.
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { measure(report, "in memory", memory, Aim::None) } else { Ok(()) }
}

fn measure(report: &mut Report, place: &str, base: &Path, aim: Aim) -> Outcome<()> {
    let server = server()?;
    import(&server, 1, 1)?;
    let texts = text::messages(1, POSTS);
    let tables = rows(&server, &texts)?;
    let (mut core_us, mut floor_us) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let home = TempDir::new_in(base)?;
        let core = Device::enrol(&server, 0)?.core(home.path())?;
        let mut floor = Floor::phone(home.path())?;
        let (mut own, mut plain) = (Vec::new(), Vec::new());
        // In turn, so that both meet the same disk.
        for (index, text) in texts.iter().enumerate() {
            let one: Vec<Rows> = tables.iter().map(|table| table.one(index)).collect();
            plain.push(ms(floor.insert(&one, 1)?) * 1e3);
            let start = Instant::now();
            core.talk().post(talk(0), text, None)?;
            own.push(ms(start.elapsed()) * 1e3);
        }
        core_us.push(median(&own));
        floor_us.push(median(&plain));
    }
    report.add(format!("{place}: post / plain transaction"), ratios(&core_us, &floor_us), "x", aim);
    report.add(format!("{place}: post"), core_us, "us", Aim::None);
    report.add(format!("{place}: plain transaction"), floor_us, "us", Aim::None);
    Ok(())
}

/// The rows that these posts leave.
fn rows(server: &Server, texts: &[String]) -> Outcome<[Rows; 4]> {
    let home = folder()?;
    let core = Device::enrol(server, 0)?.core(home.path())?;
    texts.iter().try_for_each(|text| core.talk().post(talk(0), text, None).map(drop))?;
    core.pause()?;
    let from = home.path().join("hongqi.db");
    Ok([
        Rows::read(&from, "document", DOCUMENT, "rowid")?,
        Rows::read(&from, "outbox", "doc, space, change, written_at", "id")?,
        Rows::read(&from, "message", MESSAGE, "rowid")?,
        // The clock's last reading.
        Rows::read(&from, "message", "'clock_last', written_at", "rowid")?.into_table("meta", "key, value").replacing(),
    ])
}
