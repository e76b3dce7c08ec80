//! What an app holds.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::activity::Activities;
use crate::clock::{Clock, SystemClock};
use crate::directory::{Directory, follow_again, name_author};
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::ids::{DeviceId, Generation, MemberId, OrgId};
use crate::key::{DeviceKey, random_bytes};
use crate::live::Subscription;
use crate::outbox::Outbox;
use crate::personal::Personal;
use crate::search::Search;
use crate::store::{Identity, Store, meta, set_meta};
use crate::sync::wire::EnrolResponse;
use crate::talk::Talk;

/// How to open a [`Core`].
pub struct Config {
    pub(crate) path: PathBuf,
    pub(crate) key: Arc<dyn DeviceKey>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Config {
    /// The database in the folder `home`, which must exist, and the device's key.
    #[must_use]
    pub fn new(home: &Path, key: Arc<dyn DeviceKey>) -> Self {
        Self { path: home.join("hongqi.db"), key, clock: Arc::new(SystemClock) }
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
    /// [`Error::NewerDatabase`], [`Error::DiskFull`], [`Error::Storage`]. A damaged database is moved aside.
    pub fn open(config: Config) -> Result<Self> {
        Ok(Self { store: Store::open(&config.path, config.clock)?, key: config.key })
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
                Some(_) => {}
                None => {
                    let mut generation = [0; 16];
                    random_bytes(&mut generation)?;
                    set_meta(write.tx, "generation", Generation::from_bytes(generation))?;
                    set_meta(write.tx, "next_dev_seq", 1)?;
                }
            }
            set_meta(write.tx, "member", card.member)?;
            set_meta(write.tx, "device", card.device)?;
            set_meta(write.tx, "home", card.home)?;
            set_meta(write.tx, "server_key", &response.server_key[..])?;
            set_meta(write.tx, "server_url", url)?;
            write.identity_changed();
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

    /// Activities and attendance.
    #[must_use]
    pub fn activities(&self) -> Activities<'_> {
        Activities(&self.store)
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
        self.store.resume()
    }
}
