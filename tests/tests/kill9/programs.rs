//! The two programs, each in a process of its own.

use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use hongqi_core::ids::DocId;
use hongqi_core::key::SoftwareKey;
use hongqi_core::lifecycle::runtime;
use hongqi_core::sync::transport::HttpTransport;
use hongqi_core::{App, Config, Core};
use hongqi_tests::world::{MEMBERS, ORGANISATIONS};

use super::{DEADLINE, HOME};

/// In the foreground, as an app is that a member works with.
pub(crate) fn open(home: &Path) -> App {
    let key = SoftwareKey::from_pkcs8(&std::fs::read(home.join("device.key")).unwrap()).unwrap();
    let core = Core::open(Config::new(home, Arc::new(key))).unwrap();
    let app = App::start(runtime().unwrap(), core, Arc::new(HttpTransport::new().unwrap()));
    runtime().unwrap().block_on(app.resume()).unwrap();
    app
}

pub(crate) fn sync(app: &App) -> bool {
    runtime().unwrap().block_on(app.background_run(DEADLINE)).is_ok()
}

pub(crate) struct Running {
    pub(crate) child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    pub(crate) fn phone(home: &Path) -> Self {
        let program = std::env::current_exe().unwrap();
        let args = ["phone_in_a_process_of_its_own", "--exact", "--nocapture", "--test-threads=1"];
        Self::start(Command::new(program).args(args).env(HOME, home).stderr(Stdio::null()))
    }

    pub(crate) fn server(data: &Path, listen: &str) -> (Self, String) {
        Self::server_with(data, &["--listen", listen], Stdio::null())
    }

    /// With these options; its log goes to `log`.
    pub(crate) fn server_with(data: &Path, options: &[&str], log: Stdio) -> (Self, String) {
        Self::told("info", data, options, log)
    }

    /// As [`Self::server_with`], which logs what is at least of this weight.
    pub(crate) fn told(weight: &str, data: &Path, options: &[&str], log: Stdio) -> (Self, String) {
        let mut command = Command::new(server());
        command.env("RUST_LOG", weight);
        let mut server = Self::start(command.arg("serve").arg("--data").arg(data).args(options).stderr(log));
        let first = server.lines.next().unwrap().unwrap();
        let address = first.strip_prefix("listening on ").unwrap().to_owned();
        (server, address)
    }

    /// A server that may not come to serving.
    pub(crate) fn server_that_tries(data: &Path) -> Self {
        let mut command = Command::new(server());
        Self::start(command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(data).stderr(Stdio::piped()))
    }

    /// What it says next on standard output; none at its end.
    pub(crate) fn next_line(&mut self) -> Option<String> {
        self.lines.next().map(|line| line.unwrap())
    }

    /// The ids in the next `count` lines that say `what`.
    pub(crate) fn read(&mut self, what: &str, count: usize) -> Vec<DocId> {
        let said = |line: String| Some(line.split_once(what)?.1.trim().parse().unwrap());
        self.lines.by_ref().map(|line| line.unwrap()).filter_map(said).take(count).collect()
    }

    /// SIGKILL, and what it had still said before it died.
    pub(crate) fn kill(mut self, what: &str) -> Vec<DocId> {
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

pub(crate) fn operator(args: &[&str]) -> String {
    let output = Command::new(server()).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

pub(crate) struct Site {
    dir: tempfile::TempDir,
}

impl Site {
    pub(crate) fn new() -> Self {
        let site = Self { dir: tempfile::tempdir().unwrap() };
        std::fs::write(site.path("o.csv"), ORGANISATIONS).unwrap();
        std::fs::write(site.path("m.csv"), MEMBERS).unwrap();
        let (data, o, m) = (site.path("data"), site.path("o.csv"), site.path("m.csv"));
        operator(&["import", "--data", data.to_str().unwrap(), o.to_str().unwrap(), m.to_str().unwrap()]);
        site
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn phone(&self, address: &str, number: &str) -> PathBuf {
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
