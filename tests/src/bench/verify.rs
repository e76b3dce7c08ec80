//! `verify`: what it takes to tell a venue's code from a forgery, over the bare signature in it.

use std::time::Instant;

use hongqi_core::ids::DocId;
use hongqi_core::key::{DeviceKey, Purpose, SoftwareKey, sign, verify};
use hongqi_core::presence::{Code, from_text, to_text};

use crate::report::{Aim, Outcome, RUNS, Report, ratios};

const CODES: u64 = 2_000;

/// Runs it.
pub fn run(report: &mut Report) -> Outcome<()> {
    let (door, _) = SoftwareKey::generate()?;
    let key = door.public_key();
    let (activity, id) = (DocId::from_bytes([1; 16]), DocId::from_bytes([2; 16]));
    let mut texts = Vec::new();
    let mut bare = Vec::new();
    for counter in 0..CODES {
        let code = Code::sign(&door, activity, id, counter, counter.to_be_bytes())?;
        texts.push(to_text(&code.to_bytes()));
        let message = vec![counter as u8; Code::LEN - 64];
        bare.push((sign(&door, Purpose::DoorCode, &message)?, message));
    }
    let (mut floors, mut codes) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let since = Instant::now();
        if !bare.iter().all(|(signature, message)| verify(&key, Purpose::DoorCode, message, signature)) {
            return Err("a bare signature does not verify".into());
        }
        floors.push(CODES as f64 / since.elapsed().as_secs_f64());
        let since = Instant::now();
        let holds = |text: &String| {
            from_text(text).is_ok_and(|bytes| Code::from_bytes(&bytes).is_ok_and(|code| code.verify(&key)))
        };
        if !texts.iter().all(holds) {
            return Err("a code does not verify".into());
        }
        codes.push(CODES as f64 / since.elapsed().as_secs_f64());
    }
    report.add("codes verified, from their text", codes.clone(), "/s", Aim::None);
    report.add("bare P-256 signatures", floors.clone(), "/s", Aim::None);
    report.add("time over the bare signature", ratios(&floors, &codes), "x", Aim::None);
    Ok(())
}
