//! Opening the core, and telling it of the app's life.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hongqi_core::clock::Timestamp;
use hongqi_core::ids::{DeviceId, MemberId, OrgId};
use hongqi_core::lifecycle::{AppState, RunReport, runtime};
use hongqi_core::sync::session::FailureClass;
use hongqi_core::sync::transport::HttpTransport;
use hongqi_core::{App, Config, Core, Me, Recovery};

use crate::call::{blocking, call, guarded};
use crate::error::{ErrorCode, HongqiError, code_of};
use crate::key::{DeviceKey, PlatformKey};
use crate::listen::{ListenerHandle, StateListener, TopicListener};
use crate::{Activities, Consult, Directory, Feed, Gatherings, Outbox, Personal, Presence, Search, Talk};

/// Why the store does not open.
type StoreFailure = hongqi_core::Error;

uniffi::custom_type!(
    /// Why the store does not open.
    StoreFailure, ErrorCode, {
    remote,
    lower: |error| code_of(&error),
    // Goes out only.
    try_lift: |_code| Err(HongqiError::from(ErrorCode::Internal).into()),
});

/// Why an exchange failed.
#[uniffi::remote(Enum)]
pub enum FailureClass {
    /// No connection, or it broke, or took too long.
    Offline,
    /// What answers cannot prove to be the server: a captive portal, a wrong date on the phone, or an attack.
    Tls,
    /// The server's address is none that may be called.
    BadUrl,
    /// Given up because something else came first; nobody's fault.
    Abandoned,
    /// The token does not hold (any more).
    Unauthenticated,
    /// The device will never be let in again.
    Revoked,
    /// The server asks to be left alone for a while.
    Busy,
    /// The server does not speak this version: the app must be updated.
    Outdated,
    /// Not understood: a captive portal, or a defect on either side.
    Protocol,
    /// The phone's own store failed.
    Storage,
    /// The phone's own key failed.
    Key,
}

/// How it goes with the app's core, as far as it is shown.
#[uniffi::remote(Enum)]
pub enum AppState {
    /// No file is open; every call of the core answers `paused`.
    Paused,
    /// Open for a background run.
    Background,
    /// It should be open and does not open, for this reason.
    Failed(StoreFailure),
    /// Open; this phone belongs to no member yet.
    NotEnrolled,
    /// Open, without a network.
    Offline,
    /// Talking to the server.
    Syncing,
    /// All is exchanged.
    Idle {
        /// Whether news arrives by itself.
        live: bool,
    },
    /// The last exchange failed; another follows by itself.
    Waiting {
        /// Why it failed.
        cause: FailureClass,
        /// When the next one follows, on this device's clock.
        until: Timestamp,
    },
    /// The device was revoked: nothing is exchanged any more.
    Revoked,
}

/// Whose phone this is.
#[uniffi::remote(Record)]
pub struct Me {
    /// The member.
    pub member: MemberId,
    /// This device.
    pub device: DeviceId,
    /// The member's home organisation, as of enrolment or the last grant.
    pub home: OrgId,
}

/// What a background run leaves behind in the outbox, which is closed when the app hears of it.
#[uniffi::remote(Record)]
pub struct RunReport {
    /// Documents that wait to be sent.
    pub waiting: u32,
    /// Documents that the server did not take.
    pub refused: u32,
}

/// What an app tells its member after a damaged database was replaced.
#[uniffi::remote(Record)]
pub struct Recovery {
    /// When.
    pub at: Timestamp,
    /// Documents with unsent or refused changes that were taken over.
    pub acts: u64,
    /// Something could not be read, and acts that were not at the server may have been part of it.
    pub incomplete: bool,
    /// Whose phone this is could not be read: enrol again, as the same member, and what was taken over will be sent.
    pub enrol_again: bool,
}

/// The core with its sync: one a process, held as long as the process lives.
#[derive(Debug, uniffi::Object)]
pub struct Hongqi {
    pub(crate) app: Arc<App>,
}

#[uniffi::export]
impl Hongqi {
    /// Opens or creates the database in the folder `home`, which must exist, with this device's key. Begins as if
    /// paused: call `resume` when the app comes to the foreground.
    ///
    /// `no_backup` is the folder, which must exist, of the one file that must be in no backup, `hongqi.generation`: what
    /// tells a database that was restored or copied from the one that was here. Android: `noBackupFilesDir`. iOS: any,
    /// with `isExcludedFromBackup` set for the file. Left out, the file stands beside the database, and a phone restored
    /// with both learns from the server that it is a copy.
    ///
    /// `roots` are the certificate authorities to trust (X.509, DER) in place of Mozilla's, for a server with one of
    /// its own.
    ///
    /// # Errors
    /// `newer_database`, `foreign_database`, `disk_full`, `storage`; `key` if the key store gives no public key; `tls` if
    /// a root is none. A damaged database is no error: see `recovered`.
    #[uniffi::constructor(default(no_backup = None, roots = None))]
    pub async fn open(
        home: String,
        key: Arc<dyn DeviceKey>,
        no_backup: Option<String>,
        roots: Option<Vec<Vec<u8>>>,
    ) -> Result<Arc<Self>, HongqiError> {
        crate::log::keep_panics_quiet();
        let runtime = runtime()?;
        blocking(move || {
            let transport = match roots {
                None => HttpTransport::new(),
                Some(roots) => HttpTransport::trusting(roots.iter().map(Vec::as_slice)),
            };
            let transport = transport.map_err(|_| ErrorCode::Tls)?;
            let key = PlatformKey::new(key)?;
            let mut config = Config::new(Path::new(&home), Arc::new(key));
            if let Some(folder) = no_backup {
                config = config.no_backup(Path::new(&folder));
            }
            let core = Core::open(config)?;
            let app = Arc::new(App::start(runtime, core, Arc::new(transport)));
            Ok(Arc::new(Self { app }))
        })
        .await
    }

    /// Makes this device that of the member who was given the one-time `code`, at the server with the address `url`
    /// (`https://host[:port]`). Sync then begins by itself. May be called again after an error, with the same code.
    ///
    /// # Errors
    /// `bad_url`, `offline`, `tls`, `protocol`, `busy`, `outdated`, `invalid_code`, `revoked`, `other_member`, `key`,
    /// `paused`, `storage`, `disk_full`.
    pub async fn enrol(&self, url: String, code: String) -> Result<Me, HongqiError> {
        Ok(self.app.enrol(&url, &code).await?)
    }

    /// Whose phone this is.
    ///
    /// # Errors
    /// `not_enrolled`, `paused`, `storage`.
    pub async fn me(&self) -> Result<Me, HongqiError> {
        call(&self.app, Core::me).await
    }

    /// Where the server is; none before enrolment.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn server_url(&self) -> Result<Option<String>, HongqiError> {
        call(&self.app, Core::server_url).await
    }

    /// What became of a damaged database: to be told to the member, until `recovery_seen`. None in all but the rarest
    /// case; worth asking after each `resume`.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn recovered(&self) -> Result<Option<Recovery>, HongqiError> {
        call(&self.app, Core::recovered).await
    }

    /// The member has been told what became of the damaged database.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn recovery_seen(&self) -> Result<(), HongqiError> {
        call(&self.app, Core::recovery_seen).await
    }

    /// The app is in the foreground: opens the store and keeps it in sync. Returns when the store is open, or when a
    /// later wish has taken its place.
    ///
    /// # Errors
    /// `newer_database`, `foreign_database`, `disk_full`, `storage`.
    pub async fn resume(&self) -> Result<(), HongqiError> {
        Ok(self.app.resume().await?)
    }

    /// The app is no longer in the foreground: ends sync and background runs and closes the store. Returns when no file
    /// is open, or when a later wish has taken its place.
    ///
    /// # Errors
    /// `storage`; the store is closed all the same and loses nothing.
    pub async fn pause(&self) -> Result<(), HongqiError> {
        Ok(self.app.pause().await?)
    }

    /// Exchanges until nothing is left to do or `deadline` from now has passed, at most a day. While paused, the store
    /// is opened for it, and closed again before this returns unless the app was resumed meanwhile.
    ///
    /// # Errors
    /// `not_enrolled`, `deadline`, `stopped`; why the last exchange failed; what was exchanged stays.
    pub async fn background_sync(&self, deadline: Duration) -> Result<RunReport, HongqiError> {
        Ok(self.app.background_run(deadline).await?)
    }

    /// The member wants to see news now: ends a pause after failures, though not one that the server has asked for.
    /// Nothing while paused.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn sync_now(&self) -> Result<(), HongqiError> {
        guarded(|| {
            self.app.sync_now();
            Ok(())
        })
    }

    /// What the platform says of the network, to be said when it changes. `true` again after `true` means another
    /// network: a call that hangs on the old one is given up and made again.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn network(&self, up: bool) -> Result<(), HongqiError> {
        guarded(|| {
            self.app.network(up);
            Ok(())
        })
    }

    /// How it goes now.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn state(&self) -> Result<AppState, HongqiError> {
        guarded(|| Ok(self.app.state().borrow().clone()))
    }

    /// Tells `listener` how it goes, now and whenever that changes, until the handle is cancelled or dropped.
    ///
    /// # Errors
    /// `internal` if the system gives no thread.
    pub fn listen_to_state(&self, listener: Arc<dyn StateListener>) -> Result<Arc<ListenerHandle>, HongqiError> {
        guarded(|| ListenerHandle::of_state(&self.app, listener))
    }

    /// Tells `listener` which topics change, until the handle is cancelled or dropped. It hears `All` at once: who loads
    /// when told misses nothing.
    ///
    /// # Errors
    /// `internal` if the system gives no thread.
    pub fn listen_to_topics(&self, listener: Arc<dyn TopicListener>) -> Result<Arc<ListenerHandle>, HongqiError> {
        guarded(|| ListenerHandle::of_topics(&self.app, listener))
    }

    /// Articles and their acknowledgement.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn feed(&self) -> Result<Arc<Feed>, HongqiError> {
        guarded(|| Ok(Arc::new(Feed(Arc::clone(&self.app)))))
    }

    /// Discussions.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn talk(&self) -> Result<Arc<Talk>, HongqiError> {
        guarded(|| Ok(Arc::new(Talk(Arc::clone(&self.app)))))
    }

    /// Gatherings and groups.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn gatherings(&self) -> Result<Arc<Gatherings>, HongqiError> {
        guarded(|| Ok(Arc::new(Gatherings(Arc::clone(&self.app)))))
    }

    /// Consultations.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn consult(&self) -> Result<Arc<Consult>, HongqiError> {
        guarded(|| Ok(Arc::new(Consult(Arc::clone(&self.app)))))
    }

    /// Codes, cards and doors.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn presence(&self) -> Result<Arc<Presence>, HongqiError> {
        guarded(|| Ok(Arc::new(Presence(Arc::clone(&self.app)))))
    }

    /// Activities and attendance.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn activities(&self) -> Result<Arc<Activities>, HongqiError> {
        guarded(|| Ok(Arc::new(Activities(Arc::clone(&self.app)))))
    }

    /// Read marks, bookmarks, mutes, drafts.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn personal(&self) -> Result<Arc<Personal>, HongqiError> {
        guarded(|| Ok(Arc::new(Personal(Arc::clone(&self.app)))))
    }

    /// Organisations, members, roles.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn directory(&self) -> Result<Arc<Directory>, HongqiError> {
        guarded(|| Ok(Arc::new(Directory(Arc::clone(&self.app)))))
    }

    /// Search over all of it.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn search(&self) -> Result<Arc<Search>, HongqiError> {
        guarded(|| Ok(Arc::new(Search(Arc::clone(&self.app)))))
    }

    /// What waits to be sent, and what was refused.
    ///
    /// # Errors
    /// None; as all exports.
    pub fn outbox(&self) -> Result<Arc<Outbox>, HongqiError> {
        guarded(|| Ok(Arc::new(Outbox(Arc::clone(&self.app)))))
    }
}
