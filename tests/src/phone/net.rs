//! The network, when it is wanted: enrolment, and one run of sync.

use std::sync::Arc;
use std::time::Duration;

use hongqi_core::Core;
use hongqi_core::key::DeviceKey;
use hongqi_core::sync::driver::{RunError, run_once, runtime};
use hongqi_core::sync::session::SessionError;
use hongqi_core::sync::transport::{self, EnrolError, HttpTransport, Stats, Transport, TransportError};
use hongqi_core::sync::wire::EnrolResponse;

use super::failure::Failure;

/// A sync that has not come to its end by then is given up, unless said otherwise.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// Turns a one-time code into a device.
///
/// # Errors
/// The server's reason, or that of network or key.
pub fn enrol(url: &str, code: &str, key: Arc<dyn DeviceKey>) -> Result<EnrolResponse, Failure> {
    let transport = HttpTransport::new()?;
    Ok(runtime()?.block_on(transport::enrol(&transport, url, code, key))?)
}

/// Exchanges until nothing is left to do, or `deadline` from now has passed.
///
/// # Errors
/// That of the run; what was exchanged stays.
pub fn sync(core: &Arc<Core>, deadline: Duration) -> Result<Stats, Failure> {
    let transport = Arc::new(HttpTransport::new()?);
    runtime()?.block_on(run_once(core.clone(), transport.clone(), deadline))?;
    Ok(transport.stats())
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        let code = match error {
            TransportError::Offline => "offline",
            TransportError::Timeout => "timeout",
            TransportError::Failure { .. } => "server_refused",
            TransportError::Protocol => "protocol",
        };
        Self::new(code, error.to_string())
    }
}

impl From<EnrolError> for Failure {
    fn from(error: EnrolError) -> Self {
        match error {
            EnrolError::Transport(error) => error.into(),
            EnrolError::Key(error) => error.into(),
        }
    }
}

impl From<SessionError> for Failure {
    fn from(error: SessionError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::NotReady => Self::new("not_ready", error.to_string()),
            RunError::Deadline => Self::new("deadline", "there is more to exchange: sync again"),
            RunError::Failed(class) => {
                let code = serde_json::to_value(class).ok().and_then(|code| code.as_str().map(str::to_owned));
                let code = code.unwrap_or_else(|| "sync".to_owned());
                Self::new(&code, format!("{error}: {}", code.replace('_', " ")))
            }
        }
    }
}
