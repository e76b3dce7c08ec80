//! `idle`: what 50 spaces with nothing new cost a phone that comes back.

use hongqi_core::sync::session::Session;

use crate::park::{Device, ask, folder, import, server, settle, talk};
use crate::report::{Aim, Outcome, RUNS, Report};
use crate::text;

const SPACES: usize = 50;

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let (mut trips, mut bytes) = (Vec::new(), Vec::new());
    let server = server()?;
    import(&server, SPACES, 2)?;
    let mut author = Device::enrol(&server, 1)?;
    for space in 0..SPACES {
        let batch = author.batch(talk(space), &text::messages(4, 3))?;
        author.push(&server, vec![batch])?;
    }
    for _ in 0..RUNS {
        let home = folder()?;
        let device = Device::enrol(&server, 0)?;
        let core = device.core(home.path())?;
        (0..SPACES).try_for_each(|space| core.talk().open(talk(space)))?;
        settle(&server, &core)?;
        core.pause()?;
        core.resume()?;
        let (mut count, mut sent) = (0.0, 0);
        loop {
            let exchange = ask(&server, &core)?;
            count += 1.0;
            sent += exchange.bytes.0 + exchange.bytes.1;
            if !core.absorb(&exchange.request, exchange.response)?.more {
                break;
            }
        }
        trips.push(count);
        bytes.push(sent as f64);
    }
    report.add("round trips", trips, "", Aim::Most(1.0));
    report.add("bytes of bodies, both ways", bytes, "B", Aim::Most(96.0));
    Ok(())
}
