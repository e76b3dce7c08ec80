//! Numbers for Prometheus: sums over everybody, no label names anybody.

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

pub(super) struct Metrics {
    registry: Registry,
    pub(super) requests: Counter,
    pub(super) accepted: Counter,
    pub(super) refused: Counter,
    pub(super) limited: Counter,
    pub(super) entries: Counter,
    pub(super) bytes_received: Counter,
    pub(super) bytes_sent: Counter,
    pub(super) streams: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("hongqi");
        let mut counter = |name, help| {
            let counter = Counter::default();
            registry.register(name, help, counter.clone());
            counter
        };
        let requests = counter("requests", "Calls");
        let accepted = counter("batches_accepted", "Pushed batches that are in the log");
        let refused = counter("batches_refused", "Pushed batches that are not");
        let limited = counter("calls_limited", "Calls that were too many for their device or address");
        let entries = counter("entries_sent", "Places of logs that answers brought their readers past");
        let bytes_received = counter("bytes_received", "Bytes of request bodies");
        let bytes_sent = counter("bytes_sent", "Bytes of the answers to calls; not of failures and live streams");
        let streams = Gauge::default();
        registry.register("streams", "Open live streams", streams.clone());
        Self { registry, requests, accepted, refused, limited, entries, bytes_received, bytes_sent, streams }
    }
}

impl Metrics {
    pub(super) fn text(&self) -> Result<String, std::fmt::Error> {
        let mut out = String::new();
        encode(&mut out, &self.registry)?;
        Ok(out)
    }
}
