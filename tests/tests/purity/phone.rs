//! A phone that takes the logs in.

use std::sync::Arc;

use hongqi_core::sync::session::Session;
use hongqi_core::sync::wire::{Follow, MAX_BUDGET, SyncRequest, SyncResponse};
use hongqi_core::{Config, Core};
use hongqi_tests::world::{SimClock, key};
use tempfile::TempDir;

use crate::picture::look;
use crate::story::Story;

const DAY: i64 = 86_400_000;

pub struct Reading {
    core: Option<Core>,
    clock: SimClock,
    /// Which server it asks.
    server: usize,
    /// Answers that may come again.
    past: Vec<(SyncRequest, SyncResponse)>,
    /// Last, so that the files go after who has them open.
    home: TempDir,
}

impl Reading {
    pub fn begin(story: &Story, server: usize, rng: &mut fastrand::Rng) -> Self {
        let home = home();
        let clock = story.clock.skewed([0, 0, -2 * DAY, 5 * DAY][rng.usize(..4)]);
        let mut phone = Self { core: None, clock, server, past: Vec::new(), home };
        phone.start();
        phone.core().enrolled("sim://server", &story.readers[server].enrolled).unwrap();
        phone
    }

    fn start(&mut self) {
        self.core = None;
        let config = Config::new(self.home.path(), Arc::new(key(30))).clock(Arc::new(self.clock.clone()));
        self.core = Some(Core::open(config).unwrap());
    }

    pub fn core(&self) -> &Core {
        self.core.as_ref().unwrap()
    }

    /// Opens the discussion, if it is not open: it begins with the newest, and what is older is a gap.
    pub fn open(&mut self, story: &Story) {
        self.core().talk().open(story.thread()).unwrap();
    }

    /// Takes something in, and perhaps is looked at, or started again.
    pub fn take_some(&mut self, story: &Story, rng: &mut fastrand::Rng) {
        match rng.u8(..12) {
            0 => self.start(),
            1 => {
                self.core().pause().unwrap();
                self.core().resume().unwrap();
            }
            2 => drop(look(self.core(), story)),
            3 => self.open(story),
            4 if !self.past.is_empty() => {
                let (request, answer) = &self.past[rng.usize(..self.past.len())];
                // An answer that came late or twice may be one to what is no longer asked: it does no harm.
                let _ = self.core().absorb(request, answer.clone());
            }
            _ => _ = self.exchange(story, rng, false),
        }
    }

    /// Takes in all that there is: `whole` in the order of the log, otherwise in pages of any size.
    pub fn take_rest(&mut self, story: &Story, rng: &mut fastrand::Rng, whole: bool) {
        for _ in 0..1_000 {
            if !self.exchange(story, rng, whole) {
                return;
            }
        }
        panic!("the phone wants more for ever");
    }

    /// One exchange; whether another is wanted.
    fn exchange(&mut self, story: &Story, rng: &mut fastrand::Rng, whole: bool) -> bool {
        story.clock.advance(1);
        let mut request = self.core().prepare().unwrap().unwrap();
        let mut asked_all = true;
        if !whole {
            request.budget = [1, 600, 3_000, MAX_BUDGET][rng.usize(..4)];
            if let Follow::Asks(asks) = &mut request.follow
                && rng.bool()
            {
                rng.shuffle(asks);
                asks.truncate(rng.usize(1..=asks.len()));
                asked_all = false;
            }
        }
        let answer = story.readers[self.server].exchange(&story.servers[self.server], &request).unwrap();
        if !whole && rng.u8(..8) == 0 {
            // Lost on the way.
            return true;
        }
        let more = self.core().absorb(&request, answer.clone()).unwrap().more;
        self.past.push((request, answer));
        more || !asked_all
    }
}

/// In memory where the system has that.
fn home() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}
