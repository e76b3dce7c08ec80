//! A whole world on one thread and a paused clock: the server, the network, and phones under the real driver.

use std::sync::Arc;
use std::time::Duration;

use hongqi_core::rig::Life;
use tokio::time::{Instant, sleep_until};

use super::handset::Handset;
use super::net::{Link, seated};
use super::site::Site;
use super::{MEMBERS, MORNING, ORGANISATIONS, SimClock, or_fail};

/// The server, the network, time and chance.
pub struct Sim {
    /// The server.
    pub site: Arc<Site>,
    /// The server's clock, right by definition.
    pub clock: SimClock,
    /// The story's chance.
    pub rng: fastrand::Rng,
    seed: u64,
    began: Instant,
    seats: u64,
}

/// Says how to play a history again when it fails.
struct Replay(u64);

impl Drop for Replay {
    fn drop(&mut self) {
        if std::thread::panicking() {
            #[allow(clippy::print_stdout)]
            {
                println!("seed {} failed; play it again with HONGQI_SEED={}", self.0, self.0);
            }
        }
    }
}

impl Sim {
    /// Plays a story in the small park in the morning. The same seed plays the same history.
    ///
    /// # Panics
    /// If the story does.
    pub fn play<T>(seed: u64, story: impl AsyncFnOnce(&mut Self) -> T) -> T {
        let _replay = Replay(seed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = or_fail("runtime", runtime);
        // What is random outside the phones (nonces of the server, the jitter of the drivers) comes from the seed too.
        Life::new(seed).within(|| {
            runtime.block_on(async {
                let clock = SimClock::running(MORNING);
                let site = Arc::new(Site::new(clock.clone()));
                or_fail("import", site.server().import(ORGANISATIONS.as_bytes(), MEMBERS.as_bytes()));
                let rng = fastrand::Rng::with_seed(seed);
                let mut sim = Self { site, clock, rng, seed, began: Instant::now(), seats: 0 };
                story(&mut sim).await
            })
        })
    }

    /// A phone of the member with this number, enrolled, with fair weather, not yet started.
    #[must_use]
    pub fn phone(&mut self, number: &str, skew_ms: i64) -> Handset {
        self.seats += 1;
        let seed = self.seed.wrapping_mul(1_000) + self.seats;
        let link = Link::new(Arc::clone(&self.site), self.began, self.seats, seed);
        let clock = self.clock.skewed(skew_ms);
        Handset::enrol(&self.site.server(), number, self.seats, clock, link, seed)
    }

    /// Lets at least this much time pass. The story goes on at moments of its own, when nothing else happens.
    pub async fn pass(&self, time: Duration) {
        sleep_until(seated(self.began, Instant::now() + time, 0)).await;
    }

    /// How much time has passed.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}
