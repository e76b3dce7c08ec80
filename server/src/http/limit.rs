//! How many requests a device may make, and how many an address that has not said who it is.
//!
//! Behind one address may stand a factory, or all of a carrier's customers, so an address may do what thousands of honest
//! phones do; only failed enrolments are few. An address is kept in memory until its bucket is full again, and nowhere
//! else: no log, no metric and no answer names one.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use axum::http::HeaderMap;
use hongqi_core::clock::{Clock, SystemClock};
use hongqi_core::ids::DeviceId;
use hongqi_core::sync::wire::{Failure, FailureCode};

use crate::Error;
use crate::bucket::Buckets;

/// Buckets of devices and of addresses.
pub(super) struct Limits {
    devices: Buckets<DeviceId>,
    /// Calls without a token: two for each phone that comes back, as many as a large shift has.
    addresses: Buckets<Address>,
    /// Enrolments that failed. Guessing a code of 31^16 is hopeless without this; it spares the database.
    failed: Buckets<Address>,
    /// Looks at how the server does, of supervisors and whoever else: a share of their own, so that a server is not taken
    /// for dead because many phones come through the same address.
    looks: Buckets<Address>,
    proxies: Vec<IpAddr>,
}

/// Where a call comes from, as far as it counts: of IPv6 the half that one customer has whole.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Address(IpAddr);

impl Address {
    fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }
}

/// Calls come over a real network: no simulated clock counts here.
fn now_ms() -> u64 {
    SystemClock.monotonic_ms()
}

fn within(wait: Option<Duration>) -> Result<(), Error> {
    let Some(wait) = wait else { return Ok(()) };
    // At least a millisecond: "at once" would be no answer.
    let retry_after_ms = u64::try_from(wait.as_millis()).ok().map(|ms| ms + 1);
    Err(Error::Refused(Failure { code: FailureCode::RateLimited, retry_after_ms }))
}

impl Limits {
    /// Limits where these proxies are believed about whom they speak for.
    pub(super) fn new(proxies: Vec<IpAddr>) -> Self {
        Self {
            devices: Buckets::new(200.0, 20.0),
            addresses: Buckets::new(4_000.0, 100.0),
            failed: Buckets::new(30.0, 0.1),
            looks: Buckets::new(200.0, 20.0),
            proxies: proxies.iter().map(IpAddr::to_canonical).collect(),
        }
    }

    /// One request of a device.
    pub(super) fn device(&self, device: DeviceId) -> Result<(), Error> {
        within(self.devices.take(device, 1.0, now_ms()))
    }

    /// One call without a token.
    pub(super) fn call(&self, address: Address) -> Result<(), Error> {
        within(self.addresses.take(address, 1.0, now_ms()))
    }

    /// One look at how the server does.
    pub(super) fn look(&self, address: Address) -> Result<(), Error> {
        within(self.looks.take(address, 1.0, now_ms()))
    }

    /// Whether an enrolment may be tried.
    pub(super) fn may_enrol(&self, address: Address) -> Result<(), Error> {
        within(self.failed.wait(address, now_ms()))
    }

    /// An enrolment failed.
    pub(super) fn enrolment_failed(&self, address: Address) {
        // Nothing left to take is no matter: then nothing more is tried.
        let _ = self.failed.take(address, 1.0, now_ms());
    }

    /// Where a call comes from: its peer, unless that is a proxy named by the operator. Such a one has added the address it
    /// was called from at the end of `X-Forwarded-For`; what stands before it anybody may have written.
    pub(super) fn address(&self, peer: SocketAddr, headers: &HeaderMap) -> Address {
        let mut address = peer.ip().to_canonical();
        let lines = headers.get_all("x-forwarded-for").iter().rev();
        let mut said = lines.flat_map(|line| line.to_str().unwrap_or_default().rsplit(','));
        while self.proxies.contains(&address) {
            let Some(Ok(before)) = said.next().map(|one| one.trim().parse::<IpAddr>()) else { break };
            address = before.to_canonical();
        }
        Address::of(address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_the_peers_unless_a_named_proxy_says_another() {
        let seen = |peer: &str, lines: &[&str]| {
            let limits = Limits::new(vec![ip("10.0.0.1"), ip("10.0.0.2"), ip("fd00::1")]);
            let mut headers = HeaderMap::new();
            lines.iter().for_each(|line| _ = headers.append("x-forwarded-for", line.parse().unwrap()));
            limits.address(SocketAddr::new(ip(peer), 9), &headers).0
        };
        assert_eq!(seen("9.9.9.9", &["1.2.3.4"]), ip("9.9.9.9"), "anybody may write a header");
        assert_eq!(seen("10.0.0.1", &["1.2.3.4"]), ip("1.2.3.4"));
        assert_eq!(seen("::ffff:10.0.0.1", &["1.2.3.4"]), ip("1.2.3.4"));
        assert_eq!(seen("10.0.0.1", &["6.6.6.6, 1.2.3.4, 10.0.0.2"]), ip("1.2.3.4"), "two proxies, and a lie");
        assert_eq!(seen("10.0.0.1", &["6.6.6.6", "1.2.3.4"]), ip("1.2.3.4"));
        assert_eq!(seen("fd00::1", &["2001:db8:1:2:3:4:5:6"]), ip("2001:db8:1:2::"));
        for nonsense in ["", "x", "1.2.3.4:80", "1.2.3.4, unknown"] {
            assert_eq!(seen("10.0.0.1", &[nonsense]), ip("10.0.0.1"), "{nonsense}");
        }
        assert_eq!(seen("10.0.0.1", &[]), ip("10.0.0.1"));
    }

    #[test]
    fn one_address_does_not_use_up_anothers_share() {
        let limits = Limits::new(vec![]);
        let here = Address::of(ip("2001:db8::1"));
        (0..4_000).for_each(|_| limits.call(here).unwrap());
        // The bucket fills again meanwhile, by a hundred a second: a slow machine takes some more.
        let neighbour = Address::of(ip("2001:db8::2"));
        let refused = (0..1_000_000).find_map(|_| limits.call(neighbour).err());
        let Some(Error::Refused(failure)) = refused else { panic!("the same /64") };
        assert_eq!(failure.code, FailureCode::RateLimited);
        assert!(failure.retry_after_ms.is_some_and(|ms| (1..=11).contains(&ms)));
        limits.call(Address::of(ip("2001:db8:0:1::1"))).unwrap();
        limits.device(DeviceId::from_bytes([1; 16])).unwrap();
    }

    #[test]
    fn enrolments_fail_a_few_times_and_then_not_at_once_again() {
        let limits = Limits::new(vec![]);
        let here = Address::of(ip("1.2.3.4"));
        for _ in 0..30 {
            limits.may_enrol(here).unwrap();
            limits.enrolment_failed(here);
        }
        let Err(Error::Refused(failure)) = limits.may_enrol(here) else { panic!() };
        assert!(failure.retry_after_ms.is_some_and(|ms| ms > 1_000 && ms <= 10_001));
        limits.may_enrol(Address::of(ip("1.2.3.5"))).unwrap();
    }
}
