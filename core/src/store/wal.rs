//! The write-ahead log, read without SQLite: which page it holds where, and whether it was damaged after it was
//! written. SQLite itself ends quietly at the first frame that does not hold, and what was committed after it is gone.
//!
//! Format: <https://www.sqlite.org/fileformat2.html#walformat>.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use super::pages::PAGE;

const HEADER: usize = 32;
const FRAME: usize = 24;
/// The last bit says how the words of checksums are read.
const MAGIC: u32 = 0x377f_0682;

/// What a log holds.
#[derive(Default)]
pub(super) struct Wal {
    /// Where the newest committed content of a page begins, in bytes from the start of the file.
    pub(super) pages: HashMap<u32, u64>,
    /// Something that was committed cannot have been written like this.
    pub(super) damaged: bool,
}

pub(super) fn be32(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(<[u8]>::first_chunk).map_or(0, |word| u32::from_be_bytes(*word))
}

fn checksum(big_endian: bool, bytes: &[u8], (mut a, mut b): (u32, u32)) -> (u32, u32) {
    let word = |bytes: [u8; 4]| if big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) };
    for pair in bytes.chunks_exact(8) {
        a = a.wrapping_add(word([pair[0], pair[1], pair[2], pair[3]])).wrapping_add(b);
        b = b.wrapping_add(word([pair[4], pair[5], pair[6], pair[7]])).wrapping_add(a);
    }
    (a, b)
}

impl Wal {
    /// Reads the log at `path`; an absent or unreadable one holds nothing.
    ///
    /// A frame counts if it is of the life of the log that its first frame belongs to, even if its checksum does not
    /// hold: who takes rows from a page judges each by itself. What follows the last commit was never acknowledged.
    pub(super) fn read(path: &Path) -> Self {
        let mut out = Self::default();
        let Ok(file) = File::open(path) else { return out };
        let mut file = BufReader::with_capacity(64 * 1024, file);
        let mut header = [0; HEADER];
        if file.read_exact(&mut header).is_err() {
            return out;
        }
        let magic = be32(&header, 0);
        let mut sum = checksum(magic & 1 == 1, &header[..24], (0, 0));
        let sound =
            magic & !1 == MAGIC && be32(&header, 8) as usize == PAGE && sum == (be32(&header, 24), be32(&header, 28));
        let mut salt = sound.then(|| [be32(&header, 16), be32(&header, 20)]);
        let mut holds = sound;
        // What comes after a frame that does not hold: its commit, and then a frame of the transaction after that. A
        // commit is on disk before the next transaction begins, so all three together are no torn end.
        let mut broken_commit = false;
        let mut uncommitted = Vec::new();
        let mut at = HEADER as u64;
        let mut frame = [0; FRAME + PAGE];
        while file.read_exact(&mut frame).is_ok() {
            let frame_salt = [be32(&frame, 8), be32(&frame, 12)];
            let content = at + FRAME as u64;
            at = content + PAGE as u64;
            if frame_salt != *salt.get_or_insert(frame_salt) {
                // Left from an earlier life of the log, or noise in this one.
                holds = false;
                continue;
            }
            out.damaged |= broken_commit;
            sum = checksum(magic & 1 == 1, &frame[..8], sum);
            sum = checksum(magic & 1 == 1, &frame[FRAME..], sum);
            holds &= sum == (be32(&frame, 16), be32(&frame, 20));
            uncommitted.push((be32(&frame, 0), content));
            if be32(&frame, 4) != 0 {
                out.pages.extend(uncommitted.drain(..));
                broken_commit = !holds;
            }
        }
        // A header alone may be torn; with frames behind it, it was on disk before them.
        out.damaged |= !sound && at > HEADER as u64;
        out
    }
}
