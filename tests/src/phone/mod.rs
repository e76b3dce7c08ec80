//! The headless phone: the core by hand, as an operator or a tester uses it.

pub mod cli;
mod doors;
mod failure;
mod find;
mod meeting;
pub mod net;
mod read;
pub mod show;
mod together;
mod write;

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use hongqi_core::key::SoftwareKey;
use hongqi_core::{Config, Core};

pub use failure::Failure;
pub use read::all_articles;
pub use write::names;

use cli::{Act, Cli};
use show::Shown;

const KEY: &str = "device.key";

/// Runs one command line and says whether it worked.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(help) if !help.use_stderr() => {
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            let json = args.iter().any(|arg| arg == "--json");
            let message = error.to_string();
            return failed(&Failure::new("usage", message.trim_start_matches("error: ").trim_end()), json);
        }
    };
    match run(&cli) {
        Ok(shown) => match print(&shown, cli.json) {
            Ok(()) => ExitCode::SUCCESS,
            // Who reads has gone, for instance `head`: nothing is wrong with what was done.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => failed(&error.into(), cli.json),
        },
        Err(failure) => failed(&failure, cli.json),
    }
}

/// Runs one command.
///
/// # Errors
/// What went wrong, with a stable code.
pub fn run(cli: &Cli) -> Result<Shown, Failure> {
    if let Act::Enrol { url, code } = &cli.act {
        return enrol(&cli.home, url, code);
    }
    let core = open(&cli.home)?;
    if let Act::Sync { deadline } = cli.act {
        return write::sync(core, Duration::from_secs(deadline));
    }
    perform(&core, &cli.act)
}

/// Does what needs no network, on an open core.
///
/// # Errors
/// What went wrong, with a stable code; `usage` for what does need one.
pub fn perform(core: &Core, act: &Act) -> Result<Shown, Failure> {
    match act {
        Act::Meeting(act) => return meeting::run(core, act),
        Act::Door(act) => return doors::run(core, act),
        _ => {}
    }
    if let Some(shown) = together::run(core, act)? {
        return Ok(shown);
    }
    match read::run(core, act)? {
        Some(shown) => Ok(shown),
        None => write::run(core, act),
    }
}

/// Opens the phone in `home`.
///
/// # Errors
/// `not_enrolled` if there is none; that of the key or the core.
pub fn open(home: &Path) -> Result<Core, Failure> {
    let pkcs8 = match std::fs::read(home.join(KEY)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(hongqi_core::Error::NotEnrolled.into());
        }
        other => other?,
    };
    Ok(Core::open(Config::new(home, Arc::new(SoftwareKey::from_pkcs8(&pkcs8)?)))?)
}

/// Makes `home` a phone of the member whose one-time code this is. A key that is there already is used again, so that
/// the same command may be given again after a lost answer.
///
/// # Errors
/// The server's reason, or that of the network, the folder, the key or the core.
pub fn enrol(home: &Path, url: &str, code: &str) -> Result<Shown, Failure> {
    std::fs::create_dir_all(home)?;
    let path = home.join(KEY);
    let key = match std::fs::read(&path) {
        Ok(pkcs8) => SoftwareKey::from_pkcs8(&pkcs8)?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let (key, pkcs8) = SoftwareKey::generate()?;
            write_private(&path, &pkcs8)?;
            key
        }
        Err(error) => return Err(error.into()),
    };
    let (app, _) = net::start(Core::open(Config::new(home, Arc::new(key)))?)?;
    let me = net::enrol(&app, url, code)?;
    let name = app.core().directory().member(me.member)?.map(|me| me.name).unwrap_or_default();
    net::wait(app.pause())?;
    let lines = vec![format!("enrolled as {name}, device {}", show::short(me.device)), "next: sync".into()];
    Shown::new(&me, lines)
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn print(shown: &Shown, json: bool) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        writeln!(out, "{}", shown.json)?;
    } else {
        for line in &shown.lines {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()
}

fn failed(failure: &Failure, json: bool) -> ExitCode {
    let mut err = std::io::stderr().lock();
    let line = if json { serde_json::json!({ "error": failure }).to_string() } else { failure.to_string() };
    let _ = writeln!(err, "{line}");
    ExitCode::FAILURE
}
