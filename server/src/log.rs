//! The log, to standard error by a thread of its own: who does not read it holds up no call, and not the end either.
//!
//! A pipe holds 64 KiB. Written directly, the first line beyond that would block whoever has something to say, with the
//! lock that everybody needs who has, until the reader goes on: a log collector that stood still stopped the server, and
//! it took no SIGTERM any more.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// So many lines wait for their reader; more are lost, and how many is said.
const WAITING: usize = 1_024;

enum Said {
    Line(Vec<u8>),
    /// Answered when all before it is written.
    All(SyncSender<()>),
}

/// Takes lines, and never waits.
#[derive(Clone)]
pub(crate) struct Log {
    lines: SyncSender<Said>,
    lost: Arc<AtomicU64>,
}

impl Log {
    /// Writes to `out` from now on.
    pub(crate) fn to(out: impl Write + Send + 'static) -> Self {
        let (lines, said) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = lost.clone();
        thread::spawn(move || write(&said, &counted, out));
        Self { lines, lost }
    }

    /// Waits until what has been said is written, but no longer than this.
    pub(crate) fn end(&self, patience: Duration) {
        let (written, done) = sync_channel(1);
        if self.lines.try_send(Said::All(written)).is_ok() {
            // Nobody reads: then nobody misses it.
            let _ = done.recv_timeout(patience);
        }
    }
}

fn write(said: &Receiver<Said>, lost: &AtomicU64, mut out: impl Write) {
    for said in said {
        // Whom should one tell that standard error is closed?
        let _ = match said {
            Said::Line(line) => out.write_all(&line),
            Said::All(written) => written.send(()).map_err(io::Error::other),
        };
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let message = "lines of the log that nobody read in time are lost";
            let _ = writeln!(out, r#"{{"level":"WARN","fields":{{"message":"{message}","lost":{lost}}}}}"#);
        }
    }
}

impl Write for Log {
    /// A line; whoever writes an event writes it whole.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.lines.try_send(Said::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    /// Hands on each line when it is let.
    struct Slow(Sender<()>, Receiver<()>, Sender<Vec<u8>>);

    impl Write for Slow {
        fn write(&mut self, line: &[u8]) -> io::Result<usize> {
            self.0.send(()).map_err(io::Error::other)?;
            // When nobody holds it up any more it runs through.
            let _ = self.1.recv();
            self.2.send(line.to_vec()).map_err(io::Error::other)?;
            Ok(line.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_nobody_reads_in_time_is_lost_and_counted() {
        let ((began, begins), (go, goes), (out, lines)) = (channel(), channel(), channel());
        let mut log = Log::to(Slow(began, goes, out));
        log.write_all(b"first\n").unwrap();
        begins.recv().unwrap();
        (0..WAITING + 5).for_each(|_| log.write_all(b"more\n").unwrap());
        drop((log, go));
        let written = String::from_utf8(lines.iter().flatten().collect()).unwrap();
        assert_eq!((written.matches("first").count(), written.matches("more").count()), (1, WAITING));
        assert_eq!(written.matches(r#""lost":5}"#).count(), 1, "{written}");
    }

    #[test]
    fn the_end_waits_for_what_was_said() {
        let ((began, _begins), (go, goes), (out, lines)) = (channel(), channel::<()>(), channel());
        drop(go);
        let mut log = Log::to(Slow(began, goes, out));
        (0..100).for_each(|_| log.write_all(b"said\n").unwrap());
        log.end(Duration::MAX);
        assert_eq!(lines.try_iter().count(), 100);
    }
}
