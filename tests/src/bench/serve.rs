//! The real server in a process of its own, so that its processor time can be told from the phones'.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;

use hongqi_core::clock::SystemClock;
use hongqi_server::{Server, http};

use crate::report::Outcome;

/// Serves the folder until standard input ends. What [`Process::start`] runs.
pub fn run(dir: &Path) -> Outcome<()> {
    let server = Arc::new(Server::open(dir, Arc::new(SystemClock))?);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        let ended = tokio::task::spawn_blocking(|| std::io::stdin().read_to_end(&mut Vec::new()));
        http::serve(server, listener, async move { drop(ended.await) }).await?;
        Ok(())
    })
}

/// A server that runs.
pub struct Process {
    child: Child,
    input: Option<ChildStdin>,
    /// Where it listens.
    pub url: String,
}

impl Process {
    /// Starts one on the folder.
    pub fn start(dir: &Path) -> Outcome<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command.arg("serve").arg(dir).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let input = child.stdin.take();
        let mut address = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut address)?;
        Ok(Self { child, input, url: format!("http://{}", address.trim()) })
    }

    /// Seconds of processor it has used, user and system, all threads that still live (tokio keeps them for 10 s).
    pub fn seconds(&self) -> Outcome<f64> {
        let mut nanoseconds = 0.0;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let stat = std::fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
            nanoseconds += stat.split_whitespace().next().and_then(|first| first.parse::<f64>().ok()).unwrap_or(0.0);
        }
        Ok(nanoseconds / 1e9)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Its input ends: it stops by itself, unless streams hold it up.
        drop(self.input.take());
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
