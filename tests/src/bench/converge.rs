//! `converge`: 20 phones that wrote 100 messages each while offline come back together, over loopback sockets, with
//! the driver and the HTTP transport of an app and the server in a process of its own.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hongqi_core::App;
use hongqi_core::clock::SystemClock;
use hongqi_core::lifecycle::runtime;
use hongqi_core::sync::session::Session;
use hongqi_core::sync::transport::{HttpTransport, Transport};
use hongqi_core::sync::wire;
use hongqi_server::Server;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::park::{Device, folder, import, settle, talk};
use crate::report::{Aim, Outcome, RUNS, Report, ms};
use crate::serve::Process;
use crate::text;

const PHONES: usize = 20;
const EACH: usize = 100;
/// Challenge, token and the live stream: what coming back costs before and beside the exchanges.
const OTHER_REQUESTS: f64 = 3.0;
const TOO_LONG: Duration = Duration::from_secs(60);

struct Phone {
    home: TempDir,
    app: App,
    transport: Arc<HttpTransport>,
}

struct Run {
    wall: f64,
    server: f64,
    requests: f64,
    up: f64,
    down: f64,
}

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let texts = text::messages(7, PHONES * EACH);
    let bare = texts.concat();
    let folded = zstd::bulk::compress(bare.as_bytes(), 3)?.len() as f64;
    let runs = (0..RUNS).map(|_| once(&texts)).collect::<Outcome<Vec<Run>>>()?;
    let of = |value: fn(&Run) -> f64| runs.iter().map(value).collect::<Vec<_>>();
    let ratio: Vec<f64> = runs.iter().map(|run| (run.up + run.down) / folded).collect();
    report.add("wall until all hold 2,000", of(|run| run.wall), "s", Aim::Most(1.0));
    report.add("server processor", of(|run| run.server * 1e3), "ms", Aim::Most(30.0));
    report.add("exchanges a phone", of(|run| run.requests - OTHER_REQUESTS), "", Aim::Most(3.0));
    report.add("all requests a phone (sign-in, stream)", of(|run| run.requests), "", Aim::None);
    report.add("bytes a phone / zstd-3 of the bare texts", ratio, "x", Aim::Most(2.0));
    report.add("bytes a phone, up", of(|run| run.up), "B", Aim::None);
    report.add("bytes a phone, down", of(|run| run.down), "B", Aim::None);
    report.add("zstd-3 of the bare texts, a message", [folded / texts.len() as f64], "B", Aim::None);
    report.add("characters, a message", [bare.chars().count() as f64 / texts.len() as f64], "", Aim::None);
    parts(report, &texts)
}

fn once(texts: &[String]) -> Outcome<Run> {
    let home = folder()?;
    let server = Server::open(home.path(), Arc::new(SystemClock))?;
    import(&server, 1, PHONES)?;
    let devices = (0..PHONES).map(|n| Device::enrol(&server, n)).collect::<Outcome<Vec<_>>>()?;
    let runtime = runtime()?;
    let mut phones = Vec::new();
    for device in &devices {
        let home = folder()?;
        let core = device.core(home.path())?;
        core.talk().open(talk(0))?;
        settle(&server, &core)?;
        let transport = Arc::new(HttpTransport::new()?);
        let app = App::start(runtime, core, Arc::clone(&transport));
        app.network(false);
        runtime.block_on(app.resume())?;
        phones.push(Phone { home, app, transport });
    }
    drop(server);
    let process = Process::start(home.path())?;
    for ((phone, device), texts) in phones.iter().zip(&devices).zip(texts.chunks(EACH)) {
        // Only the address is new.
        phone.app.core().enrolled(&process.url(), &device.enrolled)?;
        texts.iter().try_for_each(|text| phone.app.core().talk().post(talk(0), text, None).map(drop))?;
    }
    let before = process.seconds()?;
    let begun = Instant::now();
    phones.iter().for_each(|phone| phone.app.network(true));
    std::thread::scope(|scope| {
        let waiting: Vec<_> = phones.iter().map(|phone| scope.spawn(|| until_all(phone))).collect();
        waiting.into_iter().try_for_each(|phone| phone.join().map_err(|_| "a phone panicked")?)
    })?;
    let wall = begun.elapsed().as_secs_f64();
    // What is still on its way counts too: hints, and the exchanges they make.
    std::thread::sleep(Duration::from_millis(300));
    let server = process.seconds()? - before;
    let stats: Vec<_> = phones.iter().map(|phone| phone.transport.stats()).collect();
    runtime.block_on(async {
        for phone in &phones {
            phone.app.pause().await?;
        }
        Ok::<_, hongqi_core::Error>(())
    })?;
    let each = |sum: u64| sum as f64 / PHONES as f64;
    Ok(Run {
        wall,
        server,
        requests: each(stats.iter().map(|stats| stats.requests).sum()),
        up: each(stats.iter().map(|stats| stats.sent).sum()),
        down: each(stats.iter().map(|stats| stats.received).sum()),
    })
}

fn until_all(phone: &Phone) -> Outcome<()> {
    let begun = Instant::now();
    let news = phone.app.core().subscribe();
    while held(phone.home.path())? < PHONES * EACH {
        if begun.elapsed() > TOO_LONG {
            return Err("the phones do not converge".into());
        }
        let _ = news.wait(Duration::from_millis(200));
    }
    Ok(())
}

/// How many messages the phone holds.
pub fn held(home: &Path) -> Outcome<usize> {
    let connection = Connection::open_with_flags(home.join("hongqi.db"), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let count: i64 = connection.query_row("SELECT count(*) FROM message", [], |row| row.get(0))?;
    Ok(usize::try_from(count)?)
}

/// What is known to be in the server's time: the largest answer, which nearly every phone gets, made once.
fn parts(report: &mut Report, texts: &[String]) -> Outcome<()> {
    let server = crate::park::server()?;
    import(&server, 1, PHONES)?;
    let mut verifying = Vec::new();
    for (n, texts) in (1..).zip(texts.chunks(EACH).take(PHONES - 1)) {
        let mut device = Device::enrol(&server, n)?;
        let batch = device.batch(talk(0), texts)?;
        let start = Instant::now();
        device.push(&server, vec![batch])?;
        verifying.push(ms(start.elapsed()));
    }
    let home = folder()?;
    let core = Device::enrol(&server, 0)?.core(home.path())?;
    core.talk().open(talk(0))?;
    let request = core.prepare()?.ok_or("not enrolled")?;
    let device = core.device().ok_or("not enrolled")?;
    let start = Instant::now();
    let response = server.sync(device, request.clone())?;
    report.add("part: reading all 1,900 for one phone", [ms(start.elapsed())], "ms", Aim::None);
    let start = Instant::now();
    let body = wire::encode_response(&response);
    report.add("part: encoding that answer", [ms(start.elapsed())], "ms", Aim::None);
    report.add("part: size of that answer", [body.len() as f64], "B", Aim::None);
    report.add("part: taking one batch of 100 (in memory)", verifying, "ms", Aim::None);
    let start = Instant::now();
    core.absorb(&request, response)?;
    report.add("part: the phone taking it in", [ms(start.elapsed())], "ms", Aim::None);
    Ok(())
}
