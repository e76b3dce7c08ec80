//! What an app holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::activity::Activities;
use crate::clock::{Clock, SystemClock};
use crate::consult::Consult;
use crate::directory::{Directory, end_seats, follow_again, name_author};
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::gathering::Gatherings;
use crate::ids::{DeviceId, Generation, MemberId, OrgId};
use crate::key::DeviceKey;
use crate::live::Subscription;
use crate::outbox::Outbox;
use crate::personal::Personal;
use crate::presence::{Memory, Presence, note_own_card};
use crate::search::Search;
use crate::store::{Files, Identity, Recovery, Store, meta};
use crate::sync::replica::{renew, take_in_again};
use crate::sync::wire::EnrolResponse;
use crate::talk::Talk;

/// A clock may be set, and stands for who waits while a phone sleeps: no wait for what is to be forgotten is longer.
const LOOK_AGAIN: Duration = Duration::from_secs(3600);
/// How long after it could not be forgotten, on a full disk, say.
const TRY_AGAIN: Duration = Duration::from_secs(60);

/// How to open a [`Core`].
pub struct Config {
    home: PathBuf,
    no_backup: PathBuf,
    pub(crate) key: Arc<dyn DeviceKey>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Config {
    /// The database in the folder `home`, which must exist, and the device's key.
    #[must_use]
    pub fn new(home: &Path, key: Arc<dyn DeviceKey>) -> Self {
        Self { home: home.to_owned(), no_backup: home.to_owned(), key, clock: Arc::new(SystemClock) }
    }

    /// The folder, which must exist, of the one file that must be in no backup, `hongqi.generation`: what tells a
    /// database that was restored or copied from the one that was here.
    ///
    /// Android: `noBackupFilesDir`. iOS: any, with `isExcludedFromBackup` set for the file. Without this the file stands
    /// beside the database, and a phone restored with both learns from the server that it is a copy.
    #[must_use]
    pub fn no_backup(mut self, folder: &Path) -> Self {
        self.no_backup = folder.to_owned();
        self
    }

    /// Another clock than the machine's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }
}

/// Whose phone this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Me {
    /// The member.
    pub member: MemberId,
    /// This device.
    pub device: DeviceId,
    /// The member's home organisation, as of enrolment or the last grant.
    pub home: OrgId,
}

/// The core: a database, a key, and everything that can be done with them.
///
/// All calls are synchronous and may be made from any thread. Reads run beside a write, on the state before it.
pub struct Core {
    pub(crate) store: Store,
    pub(crate) key: Arc<dyn DeviceKey>,
    presence: Memory,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core").finish_non_exhaustive()
    }
}

impl Core {
    /// Opens or creates the database.
    ///
    /// # Errors
    /// [`Error::NewerDatabase`], [`Error::ForeignDatabase`], [`Error::DiskFull`], [`Error::Storage`]. A damaged
    /// database is none: it is moved aside, and [`Core::recovered`] says what became of it.
    pub fn open(config: Config) -> Result<Self> {
        let files =
            Files { database: config.home.join("hongqi.db"), generation: config.no_backup.join("hongqi.generation") };
        let store = Store::open(files, config.clock)?;
        if let Err(error) = take_in_again(&store) {
            // A full disk, say: what is here can be read all the same, and the next opening tries again.
            tracing::warn!(code = error.code(), "what an earlier version did not understand still waits");
        }
        let core = Self { store, key: config.key, presence: Memory::default() };
        core.forget_what_is_over();
        Ok(core)
    }

    /// Cases whose time on every phone is over go without waiting for a network: when the app is opened, and in one that
    /// runs when it is time. When to look again.
    pub(crate) fn forget_what_is_over(&self) -> Option<Duration> {
        match end_seats(&self.store) {
            // Something else still wants it.
            Ok(Some(0)) => Some(TRY_AGAIN),
            Ok(next) => next.map(|left| Duration::from_millis(left).min(LOOK_AGAIN)),
            Err(error) => {
                tracing::warn!(code = error.code(), "what is to be forgotten still waits");
                Some(TRY_AGAIN)
            }
        }
    }

    /// What became of a damaged database, until [`Core::recovery_seen`].
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn recovered(&self) -> Result<Option<Recovery>> {
        self.store.read(Recovery::read)
    }

    /// The member has been told what became of the damaged database.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn recovery_seen(&self) -> Result<()> {
        self.store.write(|write| Recovery::forget(write))
    }

    /// For tests: a disk with room for a database of this many pages of 4096 bytes; `None`: as much as there is.
    ///
    /// A transaction that wants more fails with [`Error::DiskFull`] where it asks for the page. If the database is
    /// larger already, every transaction that changes something fails when it commits, as one does whose log cannot
    /// grow; `Some(0)` is a disk without any room. Holds over [`Core::pause`], not for another [`Core::open`].
    ///
    /// # Errors
    /// [`Error::Paused`].
    #[doc(hidden)]
    pub fn limit_disk(&self, pages: Option<u32>) -> Result<()> {
        self.store.limit_disk(pages)
    }

    /// Takes in that the server has enrolled this device, and where that server is.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the card is not one for this key; [`Error::OtherMember`].
    pub fn enrolled(&self, url: &str, response: &EnrolResponse) -> Result<()> {
        let card = &response.card;
        if card.public_key != self.key.public_key() || !card.verify(&response.server_key) {
            return Err(Error::Invalid { field: "card", reason: "not for this device" });
        }
        self.store.write(|write| {
            match meta::<MemberId>(write.tx, "member")? {
                Some(member) if member != card.member => {
                    return Err(Error::OtherMember);
                }
                _ => {}
            }
            Identity::store(write, card.member, card.device, card.home, &response.server_key, url)?;
            if meta::<Generation>(write.tx, "generation")?.is_none() {
                // What a damaged database left behind may be at the server already.
                let salvaged = write.tx.prepare_cached("SELECT 1 FROM outbox LIMIT 1")?.exists([])?;
                if salvaged {
                    renew(write)?;
                } else {
                    write.new_generation()?;
                    write.forget_set_aside()?;
                }
            }
            note_own_card(write, card)?;
            name_author(write, card.member, &card.name, card.home)?;
            follow_again(write)
        })
    }

    /// Whose phone this is.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`]; storage errors.
    pub fn me(&self) -> Result<Me> {
        let me = self.store.read(Identity::read)?;
        Ok(Me { member: me.member, device: me.device, home: me.home })
    }

    /// Where the server is; `None` before enrolment.
    ///
    /// # Errors
    /// Storage errors, [`Error::Paused`].
    pub fn server_url(&self) -> Result<Option<String>> {
        self.store.read(|connection| meta(connection, "server_url"))
    }

    /// Organisations, members, roles.
    #[must_use]
    pub fn directory(&self) -> Directory<'_> {
        Directory(&self.store)
    }

    /// Articles and their acknowledgement.
    #[must_use]
    pub fn feed(&self) -> Feed<'_> {
        Feed(&self.store)
    }

    /// Discussions.
    #[must_use]
    pub fn talk(&self) -> Talk<'_> {
        Talk(&self.store)
    }

    /// Consultations.
    #[must_use]
    pub fn consult(&self) -> Consult<'_> {
        Consult(&self.store)
    }

    /// Gatherings and groups.
    #[must_use]
    pub fn gatherings(&self) -> Gatherings<'_> {
        Gatherings(&self.store)
    }

    /// Activities and attendance.
    #[must_use]
    pub fn activities(&self) -> Activities<'_> {
        Activities(&self.store, &*self.key)
    }

    /// Codes, cards and doors.
    #[must_use]
    pub fn presence(&self) -> Presence<'_> {
        Presence { store: &self.store, key: &self.key, memory: &self.presence }
    }

    /// Read marks, bookmarks, mutes, drafts.
    #[must_use]
    pub fn personal(&self) -> Personal<'_> {
        Personal(&self.store)
    }

    /// Search over all of it.
    #[must_use]
    pub fn search(&self) -> Search<'_> {
        Search(&self.store)
    }

    /// What waits to be sent, and what was refused.
    #[must_use]
    pub fn outbox(&self) -> Outbox<'_> {
        Outbox(&self.store)
    }

    /// Hears from now on which topics changed.
    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        self.store.hub.subscribe()
    }

    /// Closes the database after what runs has ended: no file is open or locked when this returns, and every call
    /// answers [`Error::Paused`] until [`Core::resume`]. Where sync runs, [`App::pause`](crate::lifecycle::App::pause)
    /// is what to call.
    ///
    /// # Errors
    /// Storage errors; the database is closed all the same and loses nothing.
    pub fn pause(&self) -> Result<()> {
        self.store.pause()
    }

    /// Opens the database again; see [`App::resume`](crate::lifecycle::App::resume).
    ///
    /// # Errors
    /// As [`Core::open`].
    pub fn resume(&self) -> Result<()> {
        self.reopen().map(drop)
    }

    /// As [`Core::resume`]; says when to look again for what is to be forgotten.
    pub(crate) fn reopen(&self) -> Result<Option<Duration>> {
        self.store.resume()?;
        Ok(self.forget_what_is_over())
    }
}
