//! The network, when it is wanted: enrolment, and one run of sync.

use std::sync::Arc;
use std::time::Duration;

use hongqi_core::lifecycle::{EnrolError, RunError, RunReport, runtime};
use hongqi_core::sync::transport::{HttpTransport, Stats, Transport, TransportError};
use hongqi_core::{App, Core, Me};

use super::failure::Failure;

/// A sync that has not come to its end by then is given up, unless said otherwise.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// An app with this core and its own connections, paused as yet.
///
/// # Errors
/// That of TLS or the runtime.
pub fn start(core: Core) -> Result<(App, Arc<HttpTransport>), Failure> {
    let transport = Arc::new(HttpTransport::new()?);
    Ok((App::start(runtime()?, core, Arc::clone(&transport)), transport))
}

/// Waits on this thread for something an app was asked for.
///
/// # Errors
/// Its own.
pub fn wait<T, E>(answer: impl Future<Output = Result<T, E>>) -> Result<T, Failure>
where
    Failure: From<E>,
{
    Ok(runtime()?.block_on(answer)?)
}

/// Turns a one-time code into a device; the app is in the foreground afterwards, offline.
///
/// # Errors
/// The server's reason, or that of network, key or store.
pub fn enrol(app: &App, url: &str, code: &str) -> Result<Me, Failure> {
    // What there is to exchange is another command's task.
    app.network(false);
    wait(app.resume())?;
    wait(app.enrol(url, code))
}

/// Exchanges until nothing is left to do, or `deadline` from now has passed; the core is closed afterwards.
///
/// # Errors
/// That of the run; what was exchanged stays.
pub fn sync(core: Core, deadline: Duration) -> Result<(RunReport, Stats), Failure> {
    let (app, transport) = start(core)?;
    let report = wait(app.background_run(deadline))?;
    Ok((report, transport.stats()))
}

impl From<TransportError> for Failure {
    fn from(error: TransportError) -> Self {
        EnrolError::from(error).into()
    }
}

impl From<EnrolError> for Failure {
    fn from(error: EnrolError) -> Self {
        Self::new(error.code(), error.to_string())
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::NotReady => Self::new("not_ready", error.to_string()),
            RunError::Deadline => Self::new("deadline", "there is more to exchange: sync again"),
            RunError::Stopped => Self::new("stopped", error.to_string()),
            RunError::Store(error) => error.into(),
            RunError::Failed(class) => {
                let code = serde_json::to_value(class).ok().and_then(|code| code.as_str().map(str::to_owned));
                let code = code.unwrap_or_else(|| "sync".to_owned());
                Self::new(&code, format!("{error}: {}", code.replace('_', " ")))
            }
        }
    }
}
