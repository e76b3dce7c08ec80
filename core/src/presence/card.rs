//! What a member's phone shows: 275 bytes and a name, big endian.
//!
//! | bytes | |
//! |---|---|
//! | 1 | version, [`VERSION`] |
//! | 1 | sort: 2, a member's card |
//! | 8 | counter: periods of 15 s since 1970 by the phone's clock |
//! | 8 | nonce: random, and what tells two cards apart |
//! | 64 | signature of the device's key over all before it ([`Purpose::MemberCard`]) |
//! | 16 | the member |
//! | 65 | the device's key |
//! | 16 | the member's home organisation |
//! | 32 | SHA-256 of the member's name |
//! | 64 | the server's signature over the five before it, as of an [`AuthorCard`] |
//! | the rest | the name, in UTF-8: shown, and not kept in the evidence |

use super::code::{NONCE_LEN, Parts, SignedError, VERSION};
use crate::document::MAX_TITLE;
use crate::ids::{DeviceId, MemberId, OrgId, sha256};
use crate::key::{self, DeviceKey, KeyError, PUBLIC_KEY_LEN, PublicKey, Purpose, SIGNATURE_LEN, Signature};
use crate::sync::wire::AuthorCard;

const SORT: u8 = 2;

/// A member's card of one period, as evidence keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Card {
    /// The number of the period, by the phone's clock.
    pub counter: u64,
    /// Random bytes.
    pub nonce: [u8; NONCE_LEN],
    /// By the device's key.
    pub signature: Signature,
    /// Whose device it is.
    pub member: MemberId,
    /// Its key.
    pub public_key: PublicKey,
    /// The member's home organisation.
    pub home: OrgId,
    /// SHA-256 of the member's name.
    pub name_hash: [u8; 32],
    /// By the server, over what stands between the two signatures.
    pub certificate: Signature,
}

impl Card {
    /// Length in bytes, without the name.
    pub const LEN: usize = 2 + 8 + NONCE_LEN + SIGNATURE_LEN + 16 + PUBLIC_KEY_LEN + 16 + 32 + SIGNATURE_LEN;

    /// Signs a card with the device's key.
    ///
    /// # Errors
    /// [`KeyError`] if the key does not sign.
    pub fn sign(
        key: &dyn DeviceKey,
        author: &AuthorCard,
        counter: u64,
        nonce: [u8; NONCE_LEN],
    ) -> Result<Self, KeyError> {
        let mut card = Self {
            counter,
            nonce,
            signature: [0; SIGNATURE_LEN],
            member: author.member,
            public_key: author.public_key,
            home: author.home,
            name_hash: sha256(&[author.name.as_bytes()]),
            certificate: author.signature,
        };
        card.signature = key::sign(key, Purpose::MemberCard, &card.message())?;
        Ok(card)
    }

    /// What the device signs. Its key is in what the server signed, and so that cannot be exchanged.
    pub(super) fn message(&self) -> Vec<u8> {
        [&[VERSION, SORT][..], &self.counter.to_be_bytes(), &self.nonce].concat()
    }

    /// What the server signed.
    pub(super) fn statement(&self) -> Vec<u8> {
        AuthorCard::statement(self.device(), self.member, &self.public_key, self.home, &self.name_hash)
    }

    /// The device.
    #[must_use]
    pub fn device(&self) -> DeviceId {
        DeviceId::of_key(&self.public_key)
    }

    /// The bytes that evidence keeps.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = self.message();
        let parts: [&[u8]; 6] = [
            &self.signature,
            self.member.as_bytes(),
            &self.public_key,
            self.home.as_bytes(),
            &self.name_hash,
            &self.certificate,
        ];
        parts.iter().for_each(|part| out.extend_from_slice(part));
        out
    }

    /// Reads what evidence keeps; the signatures are not looked at.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignedError> {
        let (card, rest) = Self::read(bytes)?;
        if rest.is_empty() { Ok(card) } else { Err(SignedError::Malformed) }
    }

    /// Reads what a phone shows: the card and the name, which is that of the card; the signatures are not looked at.
    ///
    /// # Errors
    /// [`SignedError`].
    pub fn from_shown(bytes: &[u8]) -> Result<(Self, String), SignedError> {
        let (card, rest) = Self::read(bytes)?;
        let name = std::str::from_utf8(rest).map_err(|_| SignedError::Malformed)?;
        if rest.len() > MAX_TITLE || sha256(&[rest]) != card.name_hash {
            return Err(SignedError::Malformed);
        }
        Ok((card, name.to_owned()))
    }

    fn read(bytes: &[u8]) -> Result<(Self, &[u8]), SignedError> {
        let mut parts = Parts::of(bytes, SORT)?;
        let card = Self {
            counter: u64::from_be_bytes(parts.take()?),
            nonce: parts.take()?,
            signature: parts.take()?,
            member: MemberId::from_bytes(parts.take()?),
            public_key: parts.take()?,
            home: OrgId::from_bytes(parts.take()?),
            name_hash: parts.take()?,
            certificate: parts.take()?,
        };
        Ok((card, parts.0))
    }

    /// Whether its device signed it; whether that is the member's, [`Card::is_certified`] says.
    #[must_use]
    pub fn verify(&self) -> bool {
        key::verify(&self.public_key, Purpose::MemberCard, &self.message(), &self.signature)
    }

    /// Whether the server vouches for the device being the member's.
    #[must_use]
    pub fn is_certified(&self, server: &PublicKey) -> bool {
        key::verify(server, Purpose::AuthorCard, &self.statement(), &self.certificate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::SoftwareKey;
    use proptest::prelude::*;

    fn card() -> (Card, SoftwareKey) {
        let (server, device) = (SoftwareKey::generate().unwrap().0, SoftwareKey::generate().unwrap().0);
        let author = AuthorCard {
            device: DeviceId::of_key(&device.public_key()),
            member: MemberId::from_number("1"),
            public_key: device.public_key(),
            name: "李敏".to_owned(),
            home: OrgId::from_number("B1"),
            signature: [0; SIGNATURE_LEN],
        };
        let author = author.sign(&server).unwrap();
        (Card::sign(&device, &author, 41, [3; NONCE_LEN]).unwrap(), server)
    }

    #[test]
    fn every_byte_of_a_card_is_signed_by_the_device_or_the_server() {
        let (card, server) = card();
        let holds = |card: &Card| card.verify() && card.is_certified(&server.public_key());
        let bytes = card.to_bytes();
        assert_eq!(bytes.len(), Card::LEN);
        assert_eq!(Card::from_bytes(&bytes), Ok(card));
        assert!(holds(&card));
        for at in 0..bytes.len() {
            let mut other = bytes.clone();
            other[at] ^= 1;
            let read = Card::from_bytes(&other);
            assert!(read.is_err() || !holds(&read.unwrap()), "byte {at}");
        }
        assert_eq!(Card::from_bytes(&[&bytes[..], &[0]].concat()), Err(SignedError::Malformed));
    }

    #[test]
    fn a_card_with_the_certificate_of_another_is_worth_nothing() {
        let (mine, theirs) = (card().0, card().0);
        let Card { counter, nonce, signature, .. } = mine;
        assert!(!Card { counter, nonce, signature, ..theirs }.verify());
    }

    #[test]
    fn the_name_shown_is_the_one_the_server_signed() {
        let bytes = card().0.to_bytes();
        let with = |name: &[u8]| Card::from_shown(&[&bytes[..], name].concat()).map(|(_, name)| name);
        assert_eq!(with("李敏".as_bytes()).as_deref(), Ok("李敏"));
        assert_eq!(with("王敏".as_bytes()), Err(SignedError::Malformed));
        assert_eq!(with(&[0xff; 3]), Err(SignedError::Malformed));
        assert_eq!(with(&[]), Err(SignedError::Malformed));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), headed in any::<bool>()) {
            let bytes = if headed { [&[VERSION, SORT], &bytes[..]].concat() } else { bytes };
            let _ = Card::from_shown(&bytes);
            if let Ok(card) = Card::from_bytes(&bytes) {
                prop_assert_eq!(card.to_bytes(), bytes);
            }
        }
    }
}
