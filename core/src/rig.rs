//! What the rig of the tests reaches inside for: chance that comes from a seed, and a phone that dies, or whose disk
//! fails, in the middle of a transaction.
//!
//! Only with the feature `rig`; without it nothing of this is compiled. A [`Life`] is what one run of a phone carries
//! along to whichever thread works for it ([`Life::within`]); other threads of the process know nothing of it.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

use crate::error::{Error, Result};

/// What goes wrong in the transactions to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The process dies at this step of SQLite's machine, counted from now: nothing reaches the files any more.
    DiesAt(u32),
    /// The process dies when everything was written and nothing committed.
    DiesBeforeCommit,
    /// The process dies when the next transaction has been committed and nobody been told.
    DiesAfterCommit,
    /// One statement fails at this step; the process lives on.
    FailsAt(u32),
}

#[derive(Debug)]
struct State {
    random: u64,
    fate: Option<Fate>,
    dead: bool,
}

/// One run of a phone, or of the rest of the simulated world.
#[derive(Debug)]
pub struct Life {
    state: Mutex<State>,
    #[cfg(feature = "seeded-bugs")]
    bug: Option<&'static str>,
}

std::thread_local! {
    static CURRENT: RefCell<Option<Arc<Life>>> = const { RefCell::new(None) };
}

impl Life {
    /// A life whose random bytes follow from `seed`, with the seeded bug that is active on this thread.
    #[must_use]
    pub fn new(seed: u64) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::new(State { random: seed, fate: None, dead: false }),
            #[cfg(feature = "seeded-bugs")]
            bug: crate::seeded::active(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides what goes wrong, or that nothing does.
    pub fn meets(&self, fate: Option<Fate>) {
        self.state().fate = fate;
    }

    /// Whether it has died: no transaction commits any more.
    #[must_use]
    pub fn is_dead(&self) -> bool {
        self.state().dead
    }

    /// Dies now, between two transactions.
    pub fn die(&self) {
        self.state().dead = true;
    }

    /// Another life that goes on with this one's chance: of the phone started again, or of its twin.
    #[must_use]
    pub fn next(&self) -> Arc<Self> {
        Self::new(self.state().random)
    }

    /// Does `work` in this life.
    pub fn within<T>(self: &Arc<Self>, work: impl FnOnce() -> T) -> T {
        struct Back(Option<Arc<Life>>);
        impl Drop for Back {
            fn drop(&mut self) {
                set(self.0.take());
            }
        }
        fn set(life: Option<Arc<Life>>) -> Option<Arc<Life>> {
            #[cfg(feature = "seeded-bugs")]
            if let Some(life) = &life {
                crate::seeded::activate(life.bug);
            }
            CURRENT.replace(life)
        }
        let _back = Back(set(Some(Arc::clone(self))));
        work()
    }

    /// Whether the statement under way must end here.
    fn step(&self) -> bool {
        let mut state = self.state();
        match state.fate {
            Some(Fate::DiesAt(0)) => (state.fate, state.dead) = (None, true),
            Some(Fate::FailsAt(0)) => {
                state.fate = None;
                return true;
            }
            Some(Fate::DiesAt(left)) => state.fate = Some(Fate::DiesAt(left - 1)),
            Some(Fate::FailsAt(left)) => state.fate = Some(Fate::FailsAt(left - 1)),
            _ => {}
        }
        state.dead
    }

    fn passes(&self, point: Fate) -> Result<()> {
        let mut state = self.state();
        if state.fate == Some(point) {
            (state.fate, state.dead) = (None, true);
        }
        if state.dead { Err(Error::Storage("dead")) } else { Ok(()) }
    }
}

fn current() -> Option<Arc<Life>> {
    CURRENT.with_borrow(Clone::clone)
}

/// Fills `out` from the seed of the current life, if there is one.
pub(crate) fn random(out: &mut [u8]) -> bool {
    let Some(life) = current() else { return false };
    let mut state = life.state();
    for chunk in out.chunks_mut(8) {
        // SplitMix64.
        state.random = state.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state.random ^ (state.random >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
    }
    true
}

/// A transaction is about to begin.
pub(crate) fn begins(writer: &mut Connection) -> Result<()> {
    let Some(life) = current() else { return Ok(()) };
    life.passes(Fate::DiesAt(0))?;
    let counts = matches!(life.state().fate, Some(Fate::DiesAt(_) | Fate::FailsAt(_)));
    writer.progress_handler(1, counts.then_some(move || life.step()))?;
    Ok(())
}

/// Everything is written.
pub(crate) fn commits() -> Result<()> {
    let Some(life) = current() else { return Ok(()) };
    {
        // Interrupted at its very end a COMMIT has committed and says that it has not: no disk fails like that.
        let mut state = life.state();
        if matches!(state.fate, Some(Fate::FailsAt(_))) {
            state.fate = None;
        }
    }
    life.passes(Fate::DiesBeforeCommit)
}

/// Everything is on the disk.
pub(crate) fn has_committed() -> Result<()> {
    current().map_or(Ok(()), |life| life.passes(Fate::DiesAfterCommit))
}
