//! A phone: a core on its own files, and the way from it to the server.

use std::sync::Arc;

use hongqi_core::ids::DeviceId;
use hongqi_core::key::{DeviceKey, Purpose, SoftwareKey, sign};
use hongqi_core::sync::session::Session;
use hongqi_core::sync::wire::{self, EnrolRequest, EnrolResponse, SyncRequest, SyncResponse};
use hongqi_core::{Config, Core};
use hongqi_server::Server;
use tempfile::TempDir;

use super::{SimClock, World, fail};

/// What goes wrong in one exchange.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing.
    None,
    /// The request never arrives.
    DropRequest,
    /// The answer never arrives.
    DropResponse,
    /// The answer is cut off.
    TruncateResponse,
    /// The request arrives twice; the second answer counts.
    DuplicateRequest,
    /// The phone takes the same answer in twice.
    DuplicateResponse,
    /// The phone is killed after it prepared the request.
    KillAfterPrepare,
    /// The phone is killed when the server has answered.
    KillBeforeAbsorb,
    /// The phone is killed after it took the answer in.
    KillAfterAbsorb,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Self; 9] = [
        Self::None,
        Self::DropRequest,
        Self::DropResponse,
        Self::TruncateResponse,
        Self::DuplicateRequest,
        Self::DuplicateResponse,
        Self::KillAfterPrepare,
        Self::KillBeforeAbsorb,
        Self::KillAfterAbsorb,
    ];
}

/// A member's phone.
pub struct Phone {
    core: Option<Core>,
    home: TempDir,
    pkcs8: Vec<u8>,
    clock: SimClock,
    device: DeviceId,
}

/// What the server answers to a key with an invitation of this member.
///
/// # Panics
/// If it refuses.
#[must_use]
pub fn enrol(server: &Server, number: &str, key: &SoftwareKey) -> EnrolResponse {
    let code = server.invite(number, 24).unwrap_or_else(|error| fail("invite", &error));
    let signature = sign(key, Purpose::Enrol, code.as_bytes()).unwrap_or_else(|error| fail("sign", &error));
    let request = EnrolRequest { version: wire::VERSION, code, public_key: key.public_key(), signature };
    server.enrol(&request).unwrap_or_else(|error| fail("enrol", &error))
}

impl Phone {
    pub(super) fn enrol(world: &World, number: &str, clock: SimClock) -> Self {
        let (key, pkcs8) = SoftwareKey::generate().unwrap_or_else(|error| fail("key", &error));
        let home = super::home();
        let response = enrol(&world.server, number, &key);
        let mut phone = Self { core: None, home, pkcs8, clock, device: response.card.device };
        phone.open();
        phone.core().enrolled("sim://server", &response).unwrap_or_else(|error| fail("enrolled", &error));
        phone
    }

    fn open(&mut self) {
        let config = Config::new(self.home.path(), Arc::new(self.key())).clock(Arc::new(self.clock.clone()));
        self.core = Some(Core::open(config).unwrap_or_else(|error| fail("open", &error)));
    }

    /// The core.
    ///
    /// # Panics
    /// Never: the core is only away while the phone restarts.
    #[must_use]
    pub fn core(&self) -> &Core {
        self.core.as_ref().unwrap_or_else(|| unreachable!("the phone is on"))
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        self.device
    }

    /// The device's key, as a phone that was taken apart would give it away.
    #[must_use]
    pub fn key(&self) -> SoftwareKey {
        SoftwareKey::from_pkcs8(&self.pkcs8).unwrap_or_else(|error| fail("key", &error))
    }

    /// The folder of the database.
    #[must_use]
    pub fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    /// Kills the phone and starts it again: nothing but its files survives.
    pub fn restart(&mut self) {
        self.core = None;
        self.open();
    }

    /// From now on nothing can be written; until [`Phone::free_disk`], or the phone is restarted.
    ///
    /// # Panics
    /// If the phone is paused.
    pub fn fill_disk(&self) {
        self.core().limit_disk(Some(0)).unwrap_or_else(|error| fail("fill", &error));
    }

    /// There is room again.
    ///
    /// # Panics
    /// If the phone is paused.
    pub fn free_disk(&self) {
        self.core().limit_disk(None).unwrap_or_else(|error| fail("free", &error));
    }

    /// The phone loses its power, and its files are changed before it starts again: the write-ahead log is still there.
    ///
    /// # Panics
    /// If the files cannot be copied, or the phone does not start.
    pub fn crash(&mut self, change: impl FnOnce(&std::path::Path)) {
        let files = super::home();
        super::copy(self.home.path(), files.path());
        change(files.path());
        self.restore(files);
    }

    /// Enrols once more, with the key it has.
    ///
    /// # Panics
    /// If the server or the phone refuses.
    pub fn enrol_again(&self, world: &World, number: &str) {
        let response = enrol(&world.server, number, &self.key());
        self.core().enrolled("sim://server", &response).unwrap_or_else(|error| fail("enrolled", &error));
    }

    /// A copy of the phone's files, as a backup makes it.
    ///
    /// # Panics
    /// If the files cannot be copied.
    #[must_use]
    pub fn backup(&self) -> TempDir {
        let to = super::home();
        self.core().pause().unwrap_or_else(|error| fail("pause", &error));
        super::copy(self.home.path(), to.path());
        self.core().resume().unwrap_or_else(|error| fail("resume", &error));
        to
    }

    /// The phone's files become those of a backup.
    pub fn restore(&mut self, backup: TempDir) {
        self.core = None;
        self.home = backup;
        self.open();
    }

    /// Exchanges until the phone wants no more; how many exchanges had something in them.
    ///
    /// # Panics
    /// If it goes on for ever, or the server refuses the phone.
    pub fn sync(&mut self, world: &World) -> usize {
        let mut busy = 0;
        for _ in 0..200 {
            let (more, news) = self.exchange(world, Fault::None);
            busy += usize::from(news);
            if !more {
                return busy;
            }
        }
        panic!("the phone wants more for ever");
    }

    /// One exchange with a fault: whether the phone wants another, and whether something was given or got.
    ///
    /// # Panics
    /// If the phone's store fails or the server refuses the phone.
    pub fn exchange(&mut self, world: &World, fault: Fault) -> (bool, bool) {
        let prepared = self.core().prepare().unwrap_or_else(|error| fail("prepare", &error));
        let Some(request) = prepared else { return (false, false) };
        match fault {
            Fault::KillAfterPrepare => {
                self.restart();
                return (true, true);
            }
            Fault::DropRequest => return (true, true),
            Fault::DuplicateRequest => drop(self.call(world, &request)),
            _ => {}
        }
        let answer = self.call(world, &request);
        let arrived = match fault {
            Fault::DropResponse => return (true, true),
            Fault::TruncateResponse => &answer[..answer.len() / 2],
            Fault::KillBeforeAbsorb => {
                self.restart();
                return (true, true);
            }
            _ => &answer[..],
        };
        let Ok(response) = wire::decode::<SyncResponse>(arrived) else { return (true, true) };
        let news = !response.pages.is_empty() || !request.push.is_empty();
        if fault == Fault::DuplicateResponse {
            let again = response.clone();
            self.core().absorb(&request, again).unwrap_or_else(|error| fail("absorb", &error));
        }
        let absorbed = self.core().absorb(&request, response).unwrap_or_else(|error| fail("absorb", &error));
        if fault == Fault::KillAfterAbsorb {
            self.restart();
        }
        (absorbed.more, news)
    }

    fn call(&self, world: &World, request: &SyncRequest) -> Vec<u8> {
        let received = wire::decode(&wire::encode(request)).unwrap_or_else(|error| fail("request", &error));
        let response =
            world.server.sync(self.device, received).unwrap_or_else(|error| fail("the server refuses", &error));
        wire::encode_response(&response)
    }
}
