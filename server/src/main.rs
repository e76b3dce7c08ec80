//! The program: `serve`, and what an operator does beside it, on the same folder.
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod log;

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::{Parser, Subcommand};
use hongqi_core::clock::{SystemClock, Timestamp};
use hongqi_core::ids::DeviceId;
use hongqi_core::role::Role;
use hongqi_server::storage::CASE_RETENTION_DAYS;
use hongqi_server::{Error, Server, http, import};
use log::Log;

/// How long the end waits for who reads the log.
const PATIENCE: Duration = Duration::from_millis(500);

/// Relays what members write, and judges who may read and write it.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves phones until SIGTERM or Ctrl-C: then takes no more calls, ends the streams, answers what has begun, and ends.
    /// A second signal ends it at once; what was accepted is on disk either way.
    Serve {
        /// The folder with database and key; made if missing.
        #[arg(long)]
        data: PathBuf,
        /// Where to listen.
        #[arg(long, default_value = "127.0.0.1:8470")]
        listen: SocketAddr,
        /// A reverse proxy's address; may come several times. Only from these is X-Forwarded-For believed, which then
        /// says whose calls are counted together.
        #[arg(long, value_name = "ADDRESS")]
        trusted_proxy: Vec<IpAddr>,
        /// So many days after it was closed, a consultation is deleted here and on every phone.
        #[arg(long, value_name = "DAYS", default_value_t = CASE_RETENTION_DAYS, value_parser = clap::value_parser!(u32).range(1..=36_500))]
        case_retention_days: u32,
        /// How long calls under way may take to end after the signal; then they are cut off.
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        drain: u32,
    },
    /// Takes over the member books, or what changed in them.
    Import {
        /// The folder.
        #[arg(long)]
        data: PathBuf,
        /// CSV: number,name,type,parent
        organisations: PathBuf,
        /// CSV: number,name,standing,home,joined,roles
        members: PathBuf,
    },
    /// Prints a one-time code with which a member enrols a device.
    Invite {
        /// The folder.
        #[arg(long)]
        data: PathBuf,
        /// The member's number.
        member: String,
        /// How long the code holds.
        #[arg(long, default_value_t = 72)]
        hours: u32,
    },
    /// Grants a role.
    Grant {
        /// The folder.
        #[arg(long)]
        data: PathBuf,
        /// The member's number.
        member: String,
        /// host, instructor, organiser, editor, deputy_secretary, secretary or administrator
        role: Role,
        /// The organisation's number.
        organisation: String,
        /// The last day, YYYY-MM-DD, by Beijing time.
        #[arg(long, value_parser = last_day)]
        until: Option<Timestamp>,
    },
    /// Takes a role back.
    Revoke {
        /// The folder.
        #[arg(long)]
        data: PathBuf,
        /// The member's number.
        member: String,
        /// The role.
        role: Role,
        /// The organisation's number.
        organisation: String,
    },
    /// Ends a device.
    RevokeDevice {
        /// The folder.
        #[arg(long)]
        data: PathBuf,
        /// The device's id.
        device: DeviceId,
    },
}

fn last_day(text: &str) -> Result<Timestamp, String> {
    import::last_day(text).map_err(|reason| reason.to_string())
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    let log = Log::to(std::io::stderr());
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(log.clone()).init();
    hongqi_server::keep_panics_quiet();
    let done = run(Cli::parse().command);
    log.end(PATIENCE);
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if let Error::Import(lines) = error {
                lines.iter().for_each(|line| eprintln!("{line}"));
            }
            ExitCode::FAILURE
        }
    }
}

fn open(data: &Path) -> Result<Server, Error> {
    Server::open(data, Arc::new(SystemClock))
}

fn file(path: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::Io(path.display().to_string(), error))
}

fn run(command: Command) -> Result<(), Error> {
    match command {
        Command::Serve { data, listen, trusted_proxy, case_retention_days, drain } => {
            let drain = Duration::from_secs(drain.into());
            let _alone = hongqi_server::serve_alone(&data)?;
            let server = open(&data)?;
            server.keep_closed_cases(case_retention_days)?;
            serve(server, listen, http::Options { proxies: trusted_proxy, drain })
        }
        Command::Import { data, organisations, members } => {
            let report = open(&data)?.import(&file(&organisations)?, &file(&members)?)?;
            println!("{report}");
            Ok(())
        }
        Command::Invite { data, member, hours } => {
            println!("{}", open(&data)?.invite(&member, hours)?);
            Ok(())
        }
        Command::Grant { data, member, role, organisation, until } => {
            open(&data)?.grant(&member, &organisation, role, until)
        }
        Command::Revoke { data, member, role, organisation } => open(&data)?.revoke(&member, &organisation, role),
        Command::RevokeDevice { data, device } => open(&data)?.revoke_device(device),
    }
}

fn serve(server: Server, listen: SocketAddr, options: http::Options) -> Result<(), Error> {
    let io = |error| Error::Io(listen.to_string(), error);
    let runtime = http::runtime().map_err(io)?;
    let served = runtime.block_on(async {
        // Before anybody is told where it listens: a signal to who listens is never one that nobody watches for.
        let mut signals = Signals::watch()?;
        let listener = tokio::net::TcpListener::bind(listen).await?;
        // Printed, not logged: who starts the server with port 0 reads here where it listens.
        println!("listening on {}", listener.local_addr()?);
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = http::serve_with(Arc::new(server), listener, options, async move { _ = stopped.await });
        let twice = async {
            signals.next().await;
            _ = stop.send(());
            signals.next().await;
        };
        tokio::select! {
            served = serving => served,
            () = twice => {
                tracing::warn!("told to end at once");
                Ok(())
            }
        }
    });
    // Dropped, it would wait for what still blocks, however long that takes. A commit that is cut off is no commit, and
    // nobody was told that it was one.
    runtime.shutdown_background();
    served.map_err(io)
}

/// Ctrl-C and, on Unix, SIGTERM, from the moment of watching.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    fn watch() -> std::io::Result<Self> {
        #[cfg(unix)]
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        {
            _ = tokio::signal::ctrl_c().await;
        }
    }
}
