//! What a door shows: 114 bytes, big endian.
//!
//! | bytes | |
//! |---|---|
//! | 1 | version, [`VERSION`] |
//! | 1 | sort: 1, a door's code |
//! | 16 | the activity |
//! | 16 | the document of the door |
//! | 8 | counter: periods of 15 s since 1970, by the door's clock; never one that the door has used |
//! | 8 | nonce: random, so that nobody foresees a code whose key was seen at work |
//! | 64 | signature of the door's key over all before it ([`Purpose::DoorCode`]) |

use crate::clock::Timestamp;
use crate::ids::DocId;
use crate::key::{self, DeviceKey, KeyError, PublicKey, Purpose, SIGNATURE_LEN, Signature};

/// The version of codes and cards.
pub const VERSION: u8 = 1;
/// How long a code is the code of now, in milliseconds.
pub const PERIOD_MS: i64 = 15_000;
/// Length of the nonce of a code or a card.
pub const NONCE_LEN: usize = 8;

const SORT: u8 = 1;
const SIGNED: usize = 2 + 16 + 16 + 8 + NONCE_LEN;

/// These bytes are no code, or no card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignedError {
    /// They are something else.
    #[error("not what was asked for")]
    Malformed,
    /// They begin with another version.
    #[error("another version")]
    WrongVersion,
}

/// The number of the period that `time` falls into.
#[must_use]
pub fn period(time: Timestamp) -> u64 {
    u64::try_from(time.0 / PERIOD_MS).unwrap_or(0)
}

/// When the period with this number begins.
#[cfg(feature = "client")]
pub(super) fn starts(period: u64) -> Timestamp {
    Timestamp(i64::try_from(period).unwrap_or(i64::MAX).saturating_mul(PERIOD_MS))
}

/// Reads from the front of what was signed; what is missing makes it malformed.
pub(super) struct Parts<'a>(pub(super) &'a [u8]);

impl<'a> Parts<'a> {
    /// What comes after version and sort.
    pub(super) fn of(bytes: &'a [u8], sort: u8) -> Result<Self, SignedError> {
        match bytes {
            [VERSION, found, rest @ ..] if *found == sort => Ok(Self(rest)),
            [VERSION, ..] | [] => Err(SignedError::Malformed),
            _ => Err(SignedError::WrongVersion),
        }
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], SignedError> {
        let (part, rest) = self.0.split_first_chunk::<N>().ok_or(SignedError::Malformed)?;
        self.0 = rest;
        Ok(*part)
    }
}

/// A door's code of one period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The activity.
    pub activity: DocId,
    /// The document of the door.
    pub door: DocId,
    /// The number of the period.
    pub counter: u64,
    /// Random bytes.
    pub nonce: [u8; NONCE_LEN],
    /// By the door's key.
    pub signature: Signature,
}

impl Code {
    /// Length in bytes.
    pub const LEN: usize = SIGNED + SIGNATURE_LEN;

    /// Signs a code with the door's key.
    ///
    /// # Errors
    /// [`KeyError`] if the key does not sign.
    pub fn sign(
        key: &dyn DeviceKey,
        activity: DocId,
        door: DocId,
        counter: u64,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Self, KeyError> {
        let mut code = Self { activity, door, counter, nonce, signature: [0; SIGNATURE_LEN] };
        code.signature = key::sign(key, Purpose::DoorCode, &code.message())?;
        Ok(code)
    }

    /// What is signed.
    pub(super) fn message(&self) -> Vec<u8> {
        let head = [VERSION, SORT];
        [&head[..], self.activity.as_bytes(), self.door.as_bytes(), &self.counter.to_be_bytes(), &self.nonce].concat()
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.message();
        out.extend_from_slice(&self.signature);
        out
    }

    /// Reads the bytes; the signature is not looked at.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignedError> {
        let mut parts = Parts::of(bytes, SORT)?;
        let code = Self {
            activity: DocId::from_bytes(parts.take()?),
            door: DocId::from_bytes(parts.take()?),
            counter: u64::from_be_bytes(parts.take()?),
            nonce: parts.take()?,
            signature: parts.take()?,
        };
        if parts.0.is_empty() { Ok(code) } else { Err(SignedError::Malformed) }
    }

    /// Whether the door's key signed it.
    #[must_use]
    pub fn verify(&self, door: &PublicKey) -> bool {
        key::verify(door, Purpose::DoorCode, &self.message(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SoftwareKey;
    use proptest::prelude::*;

    fn code(key: &SoftwareKey) -> Code {
        Code::sign(key, DocId::from_bytes([1; 16]), DocId::from_bytes([2; 16]), 41, [3; NONCE_LEN]).unwrap()
    }

    #[test]
    fn every_byte_of_a_code_is_signed() {
        let key = SoftwareKey::generate().unwrap().0;
        let bytes = code(&key).to_bytes();
        assert_eq!(bytes.len(), Code::LEN);
        assert!(Code::from_bytes(&bytes).unwrap().verify(&key.public_key()));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            let read = Code::from_bytes(&other);
            assert!(read.is_err() || !read.unwrap().verify(&key.public_key()), "byte {at}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_form_has_a_name() {
        let bytes = code(&SoftwareKey::generate().unwrap().0).to_bytes();
        let mut newer = bytes.clone();
        newer[0] = 2;
        assert_eq!(Code::from_bytes(&newer), Err(SignedError::WrongVersion));
        let mut card = bytes.clone();
        card[1] = 2;
        assert_eq!(Code::from_bytes(&card), Err(SignedError::Malformed));
        assert_eq!(Code::from_bytes(&bytes[..bytes.len() - 1]), Err(SignedError::Malformed));
        assert_eq!(Code::from_bytes(&[&bytes[..], &[0]].concat()), Err(SignedError::Malformed));
        assert_eq!(Code::from_bytes(&[]), Err(SignedError::Malformed));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), valid in any::<bool>()) {
            let bytes = if valid { [&[VERSION, SORT], &bytes[..]].concat() } else { bytes };
            if let Ok(code) = Code::from_bytes(&bytes) {
                prop_assert_eq!(code.to_bytes(), bytes);
            }
        }
    }
}
