//! The network, when it is wanted.
use std::sync::Arc;

use hongqi_core::Core;
use hongqi_core::key::DeviceKey;
use hongqi_core::sync::wire::EnrolResponse;

use super::failure::Failure;

/// stats
#[derive(Debug, Clone, Copy, Default)]
pub struct Stats {
    /// .
    pub requests: u64,
    /// .
    pub sent: u64,
    /// .
    pub received: u64,
}
/// stub
/// # Errors
/// stub
pub fn enrol(_url: &str, _code: &str, _key: Arc<dyn DeviceKey>) -> Result<EnrolResponse, Failure> {
    Err(Failure::new("network", "stub"))
}
/// stub
/// # Errors
/// stub
pub fn sync(_core: &Arc<Core>) -> Result<Stats, Failure> {
    Err(Failure::new("network", "stub"))
}
