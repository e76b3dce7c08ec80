//! Log records.

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex};

use super::SOON;
use crate::{HongqiError, LogLevel, LogSink, set_log_sink};

struct Sink(Mutex<Sender<(LogLevel, String, String)>>);

impl LogSink for Sink {
    fn log(&self, level: LogLevel, target: String, message: String) -> Result<(), HongqiError> {
        let _ = self.0.lock().unwrap().send((level, target, message));
        Ok(())
    }
}

#[test]
fn own_records_of_the_level_reach_the_sink_and_no_others() {
    let (sender, records) = channel();
    set_log_sink(LogLevel::Info, Some(Arc::new(Sink(sender.into())))).unwrap();
    tracing::info!(target: "reqwest::connect", "not ours");
    tracing::debug!(target: "hongqi_test", "too fine");
    tracing::info!(target: "hongqi_test", space = 7, "began");
    let long = "长".repeat(400);
    tracing::warn!(target: "hongqi_test", "{long}");
    // Other tests of this process log too.
    let mut own = std::iter::from_fn(|| records.recv_timeout(SOON).ok()).filter(|record| record.1 == "hongqi_test");
    let (level, _, message) = own.next().unwrap();
    assert_eq!((level, message.as_str()), (LogLevel::Info, "began space=7"));
    let (level, _, message) = own.next().unwrap();
    assert_eq!((level, message.len()), (LogLevel::Warn, 510), "cut between characters");
    set_log_sink(LogLevel::Info, None).unwrap();
    tracing::error!(target: "hongqi_test", "to nobody");
    // The sender went with the sink: this ends, and what is left came before.
    assert!(!records.iter().any(|record| record.2 == "to nobody"));
}
