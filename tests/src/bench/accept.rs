//! `accept`: what the server does with pushes, over the plain insert of the rows that come of them.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use hongqi_core::activity::Mark;
use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::document::Kind;
use hongqi_core::ids::OrgId;
use hongqi_core::key::SoftwareKey;
use hongqi_core::sync::wire::{MAX_PUSH, SignedBatch};
use hongqi_server::Server;
use hongqi_server::storage::{self, Reader, SqliteStorage, Storage, Writer};

use crate::attendance::{mark, person, plan};
use crate::floor::{Floor, Rows};
use crate::park::{Device, folder, import, talk};
use crate::report::{Aim, Outcome, RUNS, Report, ratios};
use crate::text;

const CHANGES: usize = 16_000;
const BATCH: usize = 16;
const DEVICES: usize = 32;
/// Requests in flight at once.
const THREADS: usize = 8;

const PLACES: &str = "(SELECT rowid AS at, space AS s, seq AS q FROM log)";

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    // A phone that comes back has many batches in a request; phones that are online give one each.
    let said = |spaces, together| Load { spaces, together, marks: false };
    measure(report, "1,000 spaces", &said(1_000, MAX_PUSH), Aim::Least(30_000.0))?;
    measure(report, "one hot space", &said(1, MAX_PUSH), Aim::Least(10_000.0))?;
    measure(report, "1,000 spaces, one batch a request", &said(1_000, 1), Aim::None)?;
    measure(report, "a roll called", &Load { spaces: 1, together: MAX_PUSH, marks: true }, Aim::None)
}

/// What is pushed.
struct Load {
    /// In so many discussions.
    spaces: usize,
    /// Batches in a request.
    together: usize,
    /// Marks on an activity's roll instead, at one desk, where each is a batch of its own.
    marks: bool,
}

/// The storage, and how often it made something durable: the plain rows are inserted in as many transactions.
struct Counted {
    storage: SqliteStorage,
    commits: AtomicUsize,
}

impl Storage for Counted {
    fn read(&self, work: &mut dyn FnMut(&dyn Reader) -> storage::Result<()>) -> storage::Result<()> {
        self.storage.read(work)
    }

    fn write(&self, work: &mut dyn FnMut(&dyn Writer) -> storage::Result<()>) -> storage::Result<()> {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.storage.write(work)
    }

    fn erase(&self) -> storage::Result<bool> {
        self.storage.erase()
    }
}

struct Work {
    device: Device,
    requests: Vec<Vec<SignedBatch>>,
}

fn work(server: &Server, load: &Load) -> Outcome<Vec<Work>> {
    let mut all = Vec::new();
    let texts = text::messages(5, CHANGES);
    let batches: Vec<_> = texts.chunks(if load.marks { 1 } else { BATCH }).collect();
    let share = batches.len().div_ceil(DEVICES);
    let org = OrgId::from_number("C1");
    let activity = if load.marks { Some(plan(server, org, DEVICES)?.0) } else { None };
    for (index, own) in batches.chunks(share).enumerate() {
        let mut device = Device::enrol(server, index)?;
        let mut signed = Vec::new();
        for (place, texts) in own.iter().enumerate() {
            signed.push(match activity {
                Some(activity) => mark(&mut device, org, activity, person(place), Mark::Present)?,
                None => device.batch(talk((index * share + place) % load.spaces), texts)?,
            });
        }
        let requests = signed.chunks(load.together).map(<[SignedBatch]>::to_vec).collect();
        all.push(Work { device, requests });
    }
    Ok(all)
}

fn measure(report: &mut Report, name: &str, load: &Load, aim: Aim) -> Outcome<()> {
    let (mut own, mut floor, mut cpu, mut transactions) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let home = folder()?;
        let storage = SqliteStorage::open(&home.path().join("hongqi.db"), SystemClock.now())?;
        let counted = Arc::new(Counted { storage, commits: AtomicUsize::new(0) });
        let server = Server::with(counted.clone(), Arc::new(SoftwareKey::generate()?.0), Arc::new(SystemClock))?;
        import(&server, load.spaces, DEVICES + 1)?;
        let work = work(&server, load)?;
        let lanes: Vec<Vec<Work>> = lanes(work);
        counted.commits.store(0, Ordering::Relaxed);
        let (start, used) = (Instant::now(), cpu_seconds());
        std::thread::scope(|scope| {
            let running: Vec<_> = lanes.into_iter().map(|lane| scope.spawn(|| push_all(&server, lane))).collect();
            running.into_iter().try_for_each(|lane| lane.join().map_err(|_| "a thread panicked")?)
        })?;
        own.push(start.elapsed().as_secs_f64());
        cpu.push((cpu_seconds() - used) * 1e6 / CHANGES as f64);
        let commits = counted.commits.load(Ordering::Relaxed);
        transactions.push(commits as f64);
        drop((server, counted));
        floor.push(plain(home.path(), load, commits)?);
    }
    let rate = |times: &[f64]| times.iter().map(|time| CHANGES as f64 / time).collect::<Vec<_>>();
    let aimed = if matches!(aim, Aim::None) { Aim::None } else { Aim::Most(2.0) };
    report.add(format!("{name}: accept / plain rows"), ratios(&own, &floor), "x", aimed);
    report.add(format!("{name}: accept"), rate(&own), "changes/s", aim);
    report.add(format!("{name}: plain rows"), rate(&floor), "changes/s", Aim::None);
    report.add(format!("{name}: processor, a change"), cpu, "us", Aim::None);
    report.add(format!("{name}: transactions, of both"), transactions, "", Aim::None);
    Ok(())
}

fn lanes(work: Vec<Work>) -> Vec<Vec<Work>> {
    let mut lanes: Vec<Vec<Work>> = (0..THREADS).map(|_| Vec::new()).collect();
    work.into_iter().enumerate().for_each(|(index, work)| lanes[index % THREADS].push(work));
    lanes
}

fn push_all(server: &Server, lane: Vec<Work>) -> Outcome<()> {
    for Work { device, requests } in lane {
        for batches in requests {
            device.push(server, batches)?;
        }
    }
    Ok(())
}

fn plain(home: &Path, load: &Load, commits: usize) -> Outcome<f64> {
    let kind = if load.marks { Kind::RollMark } else { Kind::Message } as i64;
    let from = home.join("hongqi.db");
    let log = "space, seq, received_at, device, generation, dev_seq, signature, chain, body";
    // The server's own cards and grants are in the same log; only what was pushed counts.
    let pushed = "log JOIN (SELECT device AS d, generation AS g, dev_seq AS n FROM pushes)
        ON d = device AND g = generation AND n = dev_seq";
    let batches = Rows::read(&from, pushed, log, "log.rowid")?;
    let heads = batches.rows.iter().map(|row| vec![row[0].clone(), row[1].clone(), row[7].clone()]).collect();
    let tables = [
        Rows::of("log", log, batches.rows),
        Rows::of("spaces", "space, head, chain", heads).replacing(),
        Rows::read(&from, "pushes", "device, generation, dev_seq, body_hash, seq, received_at", "device, dev_seq")?,
        // By place in the log: in the order in which the server wrote them.
        Rows::read(
            &from,
            &format!("documents JOIN {PLACES} ON s = space AND q = seq WHERE kind = {kind}"),
            "doc, space, kind, owner, about, nonce, first, seq, idx",
            "at, idx",
        )?
        .into_table("documents", "doc, space, kind, owner, about, nonce, first, seq, idx"),
        Rows::read(&from, "desk", "space, person, seq", "seq, person")?,
    ];
    if tables[3].rows.len() != CHANGES {
        return Err(format!("{} changes were kept", tables[3].rows.len()).into());
    }
    let dir = folder()?;
    Ok(Floor::server(dir.path())?.insert(&tables, commits)?.as_secs_f64())
}

/// User and system time of this process.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = after.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}
