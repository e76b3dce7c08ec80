//! Damaged databases that were moved aside, and small files that must survive a kill.
//!
//! `X-damaged` marks that `X` is to be moved aside, and holds the number under which. The moved files are called
//! `X.damaged-N` (and `-wal`) until what can be read of them has been taken over, then `X.salvaged-N`. Of the latter
//! the newest two are kept until everything at the server has been seen after that, or a space is purged.

use std::fs::{self, File};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use crate::clock::Timestamp;
use crate::error::{Error, Result};

const SALVAGED_KEPT: usize = 2;

/// A damaged database, moved aside.
pub(super) struct Aside {
    pub(super) database: PathBuf,
    pub(super) log: PathBuf,
    /// When the damage was met; a little later if that is taken.
    pub(super) number: i64,
}

pub(super) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The error of an operation on a file.
pub(super) fn file_error(error: std::io::Error) -> Error {
    match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::DiskFull,
        _ => Error::Storage("file"),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names in the folder of `path` durable. Not every platform can; those keep them by themselves.
fn keep_names(path: &Path) {
    if let Ok(folder) = File::open(folder(path)) {
        let _ = folder.sync_all();
    }
}

/// Replaces the file at `path`: afterwards, and after a kill at any moment, it is the old or the new one, whole.
pub(super) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    let new = with_suffix(path, ".new");
    let mut file = File::create(&new).map_err(file_error)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(file_error)?;
    fs::rename(&new, path).map_err(file_error)?;
    keep_names(path);
    Ok(())
}

fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(file_error(error)),
        _ => Ok(()),
    }
}

fn marker(path: &Path) -> PathBuf {
    with_suffix(path, "-damaged")
}

/// Notes that damage was met: the next opening moves the database aside.
pub(super) fn mark(path: &Path, now: Timestamp) -> Result<()> {
    if is_marked(path) {
        return Ok(());
    }
    let known: Vec<i64> = [".damaged-", ".salvaged-"].iter().flat_map(|stem| list(path, stem)).collect();
    // Two of one moment must not take each other's place.
    let number = (now.0..).find(|number| !known.contains(number)).unwrap_or(now.0);
    replace(&marker(path), number.to_string().as_bytes())
}

pub(super) fn is_marked(path: &Path) -> bool {
    marker(path).exists()
}

/// Moves a marked database aside. Goes on where a kill interrupted it.
pub(super) fn move_marked(path: &Path) -> Result<()> {
    let number = fs::read_to_string(marker(path)).map_err(file_error)?;
    let aside = Aside::new(path, ".damaged-", number.parse().unwrap_or(0));
    remove(&with_suffix(path, "-shm"))?;
    for (from, to) in [(with_suffix(path, "-wal"), &aside.log), (path.to_owned(), &aside.database)] {
        if from.exists() {
            fs::rename(from, to).map_err(file_error)?;
        }
    }
    keep_names(path);
    remove(&marker(path))?;
    keep_names(path);
    Ok(())
}

/// The numbers of the files called `path`, `stem`, number, ascending.
fn list(path: &Path, stem: &str) -> Vec<i64> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else { return Vec::new() };
    let start = format!("{name}{stem}");
    let files = fs::read_dir(folder(path)).into_iter().flatten().flatten();
    let mut numbers: Vec<i64> = files
        .filter_map(|file| {
            let name = file.file_name();
            let number = name.to_str()?.strip_prefix(&start)?;
            number.strip_suffix("-wal").unwrap_or(number).parse().ok()
        })
        .collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}

/// What was moved aside and not taken over yet, oldest first.
pub(super) fn waiting(path: &Path) -> Vec<Aside> {
    list(path, ".damaged-").into_iter().map(|number| Aside::new(path, ".damaged-", number)).collect()
}

impl Aside {
    fn new(path: &Path, stem: &str, number: i64) -> Self {
        let database = with_suffix(path, &format!("{stem}{number}"));
        Self { log: with_suffix(&database, "-wal"), database, number }
    }

    fn remove(&self) -> Result<()> {
        remove(&self.log)?;
        remove(&self.database)
    }

    /// Notes that all that can be read of it was taken over, and lets go of all but the newest two such.
    pub(super) fn taken_over(&self, path: &Path) -> Result<()> {
        let kept = Self::new(path, ".salvaged-", self.number);
        for (from, to) in [(&self.log, &kept.log), (&self.database, &kept.database)] {
            if from.exists() {
                fs::rename(from, to).map_err(file_error)?;
            }
        }
        let numbers = list(path, ".salvaged-");
        for number in &numbers[..numbers.len().saturating_sub(SALVAGED_KEPT)] {
            Self::new(path, ".salvaged-", *number).remove()?;
        }
        keep_names(path);
        Ok(())
    }
}

/// Deletes every copy of what was taken over.
pub(super) fn forget(path: &Path) -> Result<()> {
    for number in list(path, ".salvaged-") {
        Aside::new(path, ".salvaged-", number).remove()?;
    }
    Ok(())
}
