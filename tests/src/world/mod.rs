//! Many phones and the real server code in one process: simulated clock and network, faults from a printed seed.
//!
//! Two ways to play. A [`World`] is for stories told step by step: an exchange happens when the story says so, and
//! [`Fault`] says what goes wrong in it. A [`Sim`] is for histories: the real driver of every phone runs on a paused
//! clock over a simulated network, with weather, a server that restarts, fails and comes back from a backup, and phones
//! that die in the middle of a transaction. Both encode and decode all that is said.
//!
//! | file | what it is |
//! |---|---|
//! | [`sim`] | a history's world: time, chance, seats |
//! | [`net`], [`weather`] | the network under the real driver, and what it does to calls and hints |
//! | [`site`], [`storage`] | the server: stopped, restarted, restored, failing |
//! | [`handset`] | a phone under the real driver, its deaths, its twin |
//! | [`device`] | a phone taken apart: what no core would write or ask |
//! | `phone`, `clock` | a phone for step by step; time |

mod clock;
pub mod device;
pub mod handset;
pub mod net;
mod phone;
pub mod sim;
pub mod site;
pub mod storage;
pub mod weather;

use std::path::Path;
use std::sync::Arc;

use hongqi_core::clock::{Clock, Timestamp};
use hongqi_core::ids::{MemberId, OrgId};
use hongqi_core::key::SoftwareKey;
use hongqi_server::Server;

use crate::fixtures::Fixture;

pub use clock::SimClock;
pub use phone::{Fault, Phone, enrol};
pub use sim::Sim;

/// 2026-11-24 07:30 in Beijing.
pub const MORNING: Timestamp = Timestamp(1_795_476_600_000);

/// The server, time, and chance.
pub struct World {
    /// The server.
    pub server: Arc<Server>,
    /// Everybody's time.
    pub clock: SimClock,
    /// Everybody's chance.
    pub rng: fastrand::Rng,
}

/// A small park: one cluster committee C1 with the branches B1 and B2 below it.
pub const ORGANISATIONS: &str = "number,name,type,parent\n\
    C1,滨江园区集群党委,cluster_committee,\n\
    B1,泵阀联合支部,joint_branch,C1\n\
    B2,精工支部,branch,C1\n";

/// Who belongs to it.
pub const MEMBERS: &str = "number,name,standing,home,joined,roles\n\
    1001,李敏,full,B1,2015-07-01,\n\
    1002,王秀兰,full,B1,2009-07-01,secretary@B1\n\
    1003,赵国强,full,B1,2018-07-01,organiser@B1\n\
    1004,莫文,probationary,B1,2026-03-01,\n\
    2001,陈涛,full,B2,2011-07-01,secretary@B2\n\
    2002,周洁,full,B2,2019-07-01,\n\
    3001,孙立,full,C1,2001-07-01,secretary@C1;editor@C1\n\
    3002,钱进,full,C1,2003-07-01,organiser@C1\n";

impl World {
    /// The small park in the morning. Prints the seed, so that a failure can be played again.
    ///
    /// # Panics
    /// If the server refuses its own test data.
    #[must_use]
    pub fn park(seed: u64) -> Self {
        Self::with(seed, Server::in_memory).with_park()
    }

    /// As [`World::park`], with the server's files in `dir`.
    ///
    /// # Panics
    /// If the server refuses its own test data.
    #[must_use]
    pub fn park_in(seed: u64, dir: &Path) -> Self {
        Self::with(seed, |clock| Server::open(dir, clock)).with_park()
    }

    /// The people of a set of fixtures, in the morning; see [`World::park`].
    ///
    /// # Panics
    /// If the server refuses its own test data.
    #[must_use]
    pub fn of(seed: u64, fixture: &Fixture) -> Self {
        let world = Self::with(seed, Server::in_memory);
        let (mut orgs, mut members) = (Vec::new(), Vec::new());
        or_fail("organisations", fixture.write_orgs(&mut orgs));
        or_fail("members", fixture.write_members(&mut members));
        or_fail("import", world.server.import(&orgs[..], &members[..]));
        world
    }

    fn with(seed: u64, open: impl FnOnce(Arc<dyn Clock>) -> Result<Server, hongqi_server::Error>) -> Self {
        #[allow(clippy::print_stdout)]
        {
            println!("seed {seed}");
        }
        let clock = SimClock::new(MORNING);
        let server = open(Arc::new(clock.clone())).unwrap_or_else(|error| panic!("{error}"));
        Self { server: Arc::new(server), clock, rng: fastrand::Rng::with_seed(seed) }
    }

    fn with_park(self) -> Self {
        or_fail("import", self.server.import(ORGANISATIONS.as_bytes(), MEMBERS.as_bytes()));
        self
    }

    /// A phone of the member with this number, enrolled and online.
    #[must_use]
    pub fn phone(&mut self, number: &str) -> Phone {
        self.phone_with_skew(number, 0)
    }

    /// As [`World::phone`], with a clock that is `ms` milliseconds off.
    #[must_use]
    pub fn phone_with_skew(&mut self, number: &str, ms: i64) -> Phone {
        self.phone_with(number, self.clock.skewed(ms))
    }

    /// As [`World::phone`], with a clock of its own that can be set later.
    #[must_use]
    pub fn phone_with(&mut self, number: &str, clock: SimClock) -> Phone {
        Phone::enrol(self, number, clock)
    }

    /// Lets every phone exchange until none has anything more to say.
    ///
    /// # Panics
    /// If that takes more than a hundred rounds.
    pub fn settle(&mut self, phones: &mut [&mut Phone]) {
        for _ in 0..100 {
            // One exchange each means: nothing given, nothing got.
            let quiet = phones.iter_mut().all(|phone| phone.sync(self) == 0);
            if quiet {
                return;
            }
        }
        panic!("phones and server go round for ever");
    }
}

/// Copies the files of one folder into another.
///
/// # Panics
/// If that fails.
pub fn copy(from: &Path, to: &Path) {
    let files = std::fs::read_dir(from).unwrap_or_else(|error| panic!("{error}"));
    for file in files.flatten().filter(|file| file.path().is_file()) {
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap_or_else(|error| panic!("{error}"));
    }
}

/// What the rig itself needs and does not get ends the test.
pub(crate) fn or_fail<T, E: std::fmt::Display>(what: &str, result: Result<T, E>) -> T {
    result.unwrap_or_else(|error| fail(what, &error))
}

pub(crate) fn fail(what: &str, error: &dyn std::fmt::Display) -> ! {
    panic!("{what}: {error}")
}

/// A new folder: in memory where the system has that, since histories commit often and need no disk to be right.
pub(crate) fn home() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
    or_fail("folder", made)
}

/// A key made long ago, so that a history has the same ids each time. 0 is the server's.
pub(crate) fn key_pkcs8(seat: u64) -> Vec<u8> {
    let line = include_str!("keys.txt").lines().nth(usize::try_from(seat).unwrap_or(usize::MAX));
    let hex = line.unwrap_or_else(|| panic!("no key for seat {seat}"));
    (0..hex.len() / 2).map(|at| or_fail("key", u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16))).collect()
}

/// The same as a key.
///
/// # Panics
/// If there is none for this seat.
#[must_use]
pub fn key(seat: u64) -> SoftwareKey {
    or_fail("key", SoftwareKey::from_pkcs8(&key_pkcs8(seat)))
}

/// The organisation with this number.
#[must_use]
pub fn org(number: &str) -> OrgId {
    OrgId::from_number(number)
}

/// The member with this number.
#[must_use]
pub fn member(number: &str) -> MemberId {
    MemberId::from_number(number)
}
