//! What a member's phone shows.
//!
//! | bytes | |
//! |---|---|
//! | 1 | version, [`VERSION`] |
//! | 1 | sort: 2, a member's card |
//! | 8 | counter: periods of 15 s since 1970 by the phone's clock, big endian |
//! | 8 | nonce: random, and what tells two cards apart |
//! | 64 | signature of the device's key over all before it ([`Purpose::MemberCard`]) |
//! | the rest | what the server says of the device: an [`AuthorCard`] in CBOR |

use super::code::{NONCE_LEN, Parts, SignedError, VERSION};
use crate::document::MAX_SIGNED;
use crate::key::{self, DeviceKey, KeyError, Purpose, SIGNATURE_LEN, Signature};
use crate::sync::wire::AuthorCard;

const SORT: u8 = 2;

/// The bytes of what the server says of a device. Writing to memory cannot fail.
pub(super) fn certificate_bytes(certificate: &AuthorCard) -> Vec<u8> {
    minicbor::to_vec(certificate).unwrap_or_default()
}

/// A member's card of one period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The number of the period, by the phone's clock.
    pub counter: u64,
    /// Random bytes.
    pub nonce: [u8; NONCE_LEN],
    /// By the device's key.
    pub signature: Signature,
    /// Whose device it is, signed by the server.
    pub certificate: AuthorCard,
}

impl Card {
    /// Signs a card with the device's key.
    ///
    /// # Errors
    /// [`KeyError`] if the key does not sign.
    pub fn sign(
        key: &dyn DeviceKey,
        certificate: AuthorCard,
        counter: u64,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Self, KeyError> {
        let mut card = Self { counter, nonce, signature: [0; SIGNATURE_LEN], certificate };
        card.signature = key::sign(key, Purpose::MemberCard, &card.message())?;
        Ok(card)
    }

    /// What the device signs. Its key is in the certificate, and so the certificate cannot be exchanged.
    pub(super) fn message(&self) -> Vec<u8> {
        [&[VERSION, SORT][..], &self.counter.to_be_bytes(), &self.nonce].concat()
    }

    /// The bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.message();
        out.extend_from_slice(&self.signature);
        out.extend(certificate_bytes(&self.certificate));
        out
    }

    /// Reads the bytes; the signatures are not looked at.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignedError> {
        if bytes.len() > MAX_SIGNED {
            return Err(SignedError::Malformed);
        }
        let mut parts = Parts::of(bytes, SORT)?;
        let (counter, nonce, signature) = (u64::from_be_bytes(parts.take()?), parts.take()?, parts.take()?);
        let mut decoder = minicbor::Decoder::new(parts.0);
        let certificate = decoder.decode().map_err(|_| SignedError::Malformed)?;
        if decoder.position() != parts.0.len() {
            return Err(SignedError::Malformed);
        }
        Ok(Self { counter, nonce, signature, certificate })
    }

    /// Whether the device that the certificate names signed it; whether the server vouches for that is asked of the
    /// certificate.
    #[must_use]
    pub fn verify(&self) -> bool {
        key::verify(&self.certificate.public_key, Purpose::MemberCard, &self.message(), &self.signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{DeviceId, MemberId, OrgId};
    use crate::key::SoftwareKey;
    use proptest::prelude::*;

    fn card() -> (Card, SoftwareKey) {
        let (server, device) = (SoftwareKey::generate().unwrap().0, SoftwareKey::generate().unwrap().0);
        let certificate = AuthorCard {
            device: DeviceId::of_key(&device.public_key()),
            member: MemberId::from_number("1"),
            public_key: device.public_key(),
            name: "李敏".to_owned(),
            home: OrgId::from_number("B1"),
            signature: [0; SIGNATURE_LEN],
        };
        let certificate = certificate.sign(&server).unwrap();
        (Card::sign(&device, certificate, 41, [3; NONCE_LEN]).unwrap(), server)
    }

    #[test]
    fn every_byte_of_a_card_is_signed_by_the_device_or_the_server() {
        let (card, server) = card();
        let holds = |card: &Card| card.verify() && card.certificate.verify(&server.public_key());
        let bytes = card.to_bytes();
        assert!(bytes.len() < 300, "{} bytes", bytes.len());
        assert!(holds(&Card::from_bytes(&bytes).unwrap()));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            let read = Card::from_bytes(&other);
            assert!(read.is_err() || !holds(&read.unwrap()), "byte {at}");
        }
        assert_eq!(Card::from_bytes(&[&bytes[..], &[0]].concat()), Err(SignedError::Malformed));
        assert_eq!(Card::from_bytes(&vec![VERSION; MAX_SIGNED + 1]), Err(SignedError::Malformed));
    }

    #[test]
    fn a_card_with_the_certificate_of_another_is_worth_nothing() {
        let (mine, theirs) = (card().0, card().0);
        assert!(!Card { certificate: theirs.certificate, ..mine }.verify());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), at in 0usize..400) {
            let _ = Card::from_bytes(&bytes);
            let _ = Card::from_bytes(&[&[VERSION, SORT], &bytes[..]].concat());
            let mut near = card().0.to_bytes();
            near.truncate(at);
            near.extend(&bytes[..bytes.len().min(8)]);
            let _ = Card::from_bytes(&near);
        }
    }
}
