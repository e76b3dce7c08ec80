//! Over a real socket: a phone and the server are killed with SIGKILL while they work; then everything that had been
//! acknowledged is there, once.
//!
//! The killed phone is this very test program, started again with [`HOME`] set: it posts and syncs and prints what it
//! has done, and dies when the parent has read enough. No timing decides anything.

#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::print_stderr)]

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use hongqi_core::ids::{DocId, SpaceId};
use hongqi_core::key::SoftwareKey;
use hongqi_core::lifecycle::runtime;
use hongqi_core::sync::transport::HttpTransport;
use hongqi_core::{App, Config, Core};
use hongqi_tests::world::{MEMBERS, ORGANISATIONS, org};

const HOME: &str = "HONGQI_KILL9_HOME";
const DEADLINE: Duration = Duration::from_secs(60);

fn talk() -> SpaceId {
    SpaceId::standing(org("B1"))
}

/// In the foreground, as an app is that a member works with.
fn open(home: &Path) -> App {
    let key = SoftwareKey::from_pkcs8(&std::fs::read(home.join("device.key")).unwrap()).unwrap();
    let core = Core::open(Config::new(home, Arc::new(key))).unwrap();
    let app = App::start(runtime().unwrap(), core, Arc::new(HttpTransport::new().unwrap()));
    runtime().unwrap().block_on(app.resume()).unwrap();
    app
}

fn sync(app: &App) -> bool {
    runtime().unwrap().block_on(app.background_run(DEADLINE)).is_ok()
}

/// The phone that will be killed. Does nothing when the tests run as tests.
#[test]
fn phone_in_a_process_of_its_own() {
    let Ok(home) = std::env::var(HOME) else { return };
    let app = open(Path::new(&home));
    let core = app.core();
    for round in 0.. {
        let mut posted = Vec::new();
        for n in 0..3 {
            let id = core.talk().post(talk(), &format!("第 {round} 轮第 {n} 条"), None).unwrap();
            println!("posted {id}");
            posted.push(id);
        }
        if sync(&app) && core.outbox().items().unwrap().is_empty() {
            posted.iter().for_each(|id| println!("accepted {id}"));
        }
    }
}

struct Running {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn phone(home: &Path) -> Self {
        let program = std::env::current_exe().unwrap();
        let args = ["phone_in_a_process_of_its_own", "--exact", "--nocapture", "--test-threads=1"];
        Self::start(Command::new(program).args(args).env(HOME, home))
    }

    fn server(data: &Path, listen: &str) -> (Self, String) {
        let mut server =
            Self::start(Command::new(server()).arg("serve").arg("--data").arg(data).args(["--listen", listen]));
        let first = server.lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on ").unwrap().to_owned();
        (server, address)
    }

    /// The ids in the next `count` lines that say `what`.
    fn read(&mut self, what: &str, count: usize) -> Vec<DocId> {
        let said = |line: String| Some(line.split_once(what)?.1.trim().parse().unwrap());
        self.lines.by_ref().map(|line| line.unwrap()).filter_map(said).take(count).collect()
    }

    /// SIGKILL, and what it had still said before it died.
    fn kill(mut self, what: &str) -> Vec<DocId> {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        // The last line may be cut off.
        let said = |line: String| line.split_once(what)?.1.trim().parse().ok();
        self.lines.by_ref().map_while(Result::ok).filter_map(said).collect()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// The server's program, which cargo puts beside the tests' own.
fn server() -> PathBuf {
    let beside = Path::new(env!("CARGO_BIN_EXE_phone")).with_file_name("hongqi-server");
    assert!(beside.exists(), "build it first: cargo build -p hongqi-server");
    beside
}

fn operator(args: &[&str]) -> String {
    let output = Command::new(server()).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

struct Site {
    dir: tempfile::TempDir,
}

impl Site {
    fn new() -> Self {
        let site = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::write(site.path("o.csv"), ORGANISATIONS).unwrap();
        std::fs::write(site.path("m.csv"), MEMBERS).unwrap();
        let (data, o, m) = (site.path("data"), site.path("o.csv"), site.path("m.csv"));
        operator(&["import", "--data", data.to_str().unwrap(), o.to_str().unwrap(), m.to_str().unwrap()]);
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn phone(&self, address: &str, number: &str) -> PathBuf {
        let home = self.path(number);
        std::fs::create_dir(&home).unwrap();
        let pkcs8 = SoftwareKey::generate().unwrap().1;
        std::fs::write(home.join("device.key"), pkcs8).unwrap();
        let code = operator(&["invite", "--data", self.path("data").to_str().unwrap(), number]);
        let app = open(&home);
        runtime().unwrap().block_on(app.enrol(&format!("http://{address}"), &code)).unwrap();
        assert!(sync(&app));
        runtime().unwrap().block_on(app.pause()).unwrap();
        home
    }
}

fn shown(app: &App) -> Vec<DocId> {
    let core = app.core();
    let mut out = Vec::new();
    let mut before = None;
    loop {
        let page = core.talk().page(talk(), before, 200).unwrap();
        out.extend(page.messages.iter().map(|message| message.id));
        match page.before {
            Some(_) => before = page.before,
            None => return out,
        }
    }
}

#[test]
fn a_phone_killed_while_it_works_loses_nothing_that_had_returned() {
    let site = Site::new();
    let (_server, address) = Running::server(&site.path("data"), "127.0.0.1:0");
    let home = site.phone(&address, "1001");
    let reader = site.phone(&address, "1002");
    let mut posted = BTreeSet::new();
    for round in 1..=6 {
        let mut phone = Running::phone(&home);
        posted.extend(phone.read("posted ", round * 2));
        posted.extend(phone.kill("posted "));
    }
    let phone = open(&home);
    assert!(sync(&phone));
    assert!(phone.core().outbox().items().unwrap().is_empty());
    let other = open(&reader);
    assert!(sync(&other));
    let seen = shown(&other);
    let once: BTreeSet<_> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert!(posted.len() >= 42, "{}", posted.len());
    assert!(once.is_superset(&posted), "nothing that had returned is lost");
    assert_eq!(seen, shown(&phone), "both show the same");
}

#[test]
fn a_server_killed_while_it_works_keeps_what_it_had_accepted() {
    let site = Site::new();
    let data = site.path("data");
    let (mut server, address) = Running::server(&data, "127.0.0.1:0");
    let home = site.phone(&address, "1001");
    let reader = site.phone(&address, "1002");
    let mut accepted = BTreeSet::new();
    for round in 1..=3 {
        let mut phone = Running::phone(&home);
        accepted.extend(phone.read("accepted ", round * 3));
        server.kill("");
        accepted.extend(phone.kill("accepted "));
        server = Running::server(&data, &address).0;
    }
    let other = open(&reader);
    assert!(sync(&other));
    let seen: Vec<_> = shown(&other);
    let once: BTreeSet<_> = seen.iter().copied().collect();
    assert_eq!(once.len(), seen.len(), "nothing twice");
    assert!(accepted.len() >= 18);
    assert!(once.is_superset(&accepted), "nothing accepted is lost");
    let phone = open(&home);
    assert!(sync(&phone), "and what was not accepted arrives now");
    assert!(sync(&other));
    assert_eq!(shown(&other), shown(&phone));
}
