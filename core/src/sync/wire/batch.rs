//! What one device wrote: entries, batches, their signatures, and who the device is.

use minicbor::{Decode, Decoder, Encode};

use super::{MAX_BATCH, MAX_BATCH_CHANGES, WireError, blob, decode_exact, list, text};
use crate::document::{About, Header, Kind, Nonce};
use crate::ids::{DeviceId, DocId, Generation, MemberId, OrgId, SpaceId, sha256};
use crate::key::{self, DeviceKey, KeyError, PUBLIC_KEY_LEN, PublicKey, Purpose, SIGNATURE_LEN, Signature};

impl<C> Encode<C> for Nonce {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.bytes(self.as_bytes())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Nonce {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Self::new(d.bytes()?).ok_or_else(|| minicbor::decode::Error::message("nonce too long"))
    }
}

/// Which document a change belongs to.
///
/// Space and owner are not said: they are the batch's space and the member whose device signed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum Target {
    /// One that this author begins (a second phone of the same member may begin it too: same header, same document).
    #[n(0)]
    New {
        /// What it is.
        #[n(0)]
        kind: Kind,
        /// What it is about.
        #[n(1)]
        about: Option<About>,
        /// What tells it apart.
        #[n(2)]
        nonce: Nonce,
    },
    /// One that the log holds already.
    #[n(1)]
    Known(#[n(0)] DocId),
}

impl Target {
    /// The header of a document that `owner` begins in `space`; `None` for a known one.
    #[must_use]
    pub const fn header(&self, space: SpaceId, owner: MemberId) -> Option<Header> {
        match *self {
            Self::New { kind, about, nonce } => Some(Header { kind, space, owner, about, nonce }),
            Self::Known(_) => None,
        }
    }

    /// The id of the document.
    #[must_use]
    pub fn doc(&self, space: SpaceId, owner: MemberId) -> DocId {
        match *self {
            Self::New { kind, about, nonce } => Header { kind, space, owner, about, nonce }.id(),
            Self::Known(doc) => doc,
        }
    }
}

/// One change of one document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// The document.
    #[n(0)]
    pub target: Target,
    /// The change: a plain automerge change chunk.
    #[cbor(n(1), encode_with = "minicbor::bytes::encode", decode_with = "blob::<_, MAX_BATCH>")]
    pub change: Vec<u8>,
}

/// What one device wrote in one space, in the order it was written.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Batch {
    /// Where.
    #[n(0)]
    pub space: SpaceId,
    /// By which device.
    #[n(1)]
    pub device: DeviceId,
    /// In which life of its database.
    #[n(2)]
    pub generation: Generation,
    /// Counts the batches of this device and generation, from 1.
    #[n(3)]
    pub dev_seq: u64,
    /// The changes.
    #[cbor(n(4), decode_with = "list::<_, _, MAX_BATCH_CHANGES>")]
    pub entries: Vec<Entry>,
}

/// A batch as its device signed it. The log keeps these bytes and every reader gets them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SignedBatch {
    /// The encoded [`Batch`].
    #[cbor(n(0), encode_with = "minicbor::bytes::encode", decode_with = "blob::<_, MAX_BATCH>")]
    pub body: Vec<u8>,
    /// Its signature ([`Purpose::Batch`]), over the hash of the body: 32 bytes go to the phone's key store, and who
    /// takes a batch in hashes it once for its signature, its chain and its number.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub signature: Signature,
}

impl Batch {
    /// Encodes and signs.
    ///
    /// # Errors
    /// [`KeyError`] if the key does not sign.
    pub fn sign(&self, key: &dyn DeviceKey) -> Result<SignedBatch, KeyError> {
        let body = minicbor::to_vec(self).map_err(|_| KeyError)?;
        let mut signed = SignedBatch { body, signature: [0; SIGNATURE_LEN] };
        signed.signature = key::sign(key, Purpose::Batch, &signed.hash())?;
        Ok(signed)
    }
}

impl SignedBatch {
    /// Decodes the batch. The signature is *not* checked; see [`SignedBatch::verify`].
    ///
    /// # Errors
    /// [`WireError`].
    pub fn batch(&self) -> Result<Batch, WireError> {
        if self.body.len() > MAX_BATCH {
            return Err(WireError::TooLarge);
        }
        decode_exact(&self.body)
    }

    /// The hash by which a batch is known again: the one over its bytes that everything else builds on.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        sha256(&[&self.body])
    }

    /// Whether the holder of `public_key` signed it.
    #[must_use]
    pub fn verify(&self, public_key: &PublicKey) -> bool {
        self.verify_hash(&self.hash(), public_key)
    }

    /// As [`SignedBatch::verify`], for who has its [`SignedBatch::hash`] already.
    #[must_use]
    pub fn verify_hash(&self, hash: &[u8; 32], public_key: &PublicKey) -> bool {
        key::verify(public_key, Purpose::Batch, hash, &self.signature)
    }
}

/// What the server says of a device: whose it is, what its key is, and what that member is called.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct AuthorCard {
    /// The device.
    #[n(0)]
    pub device: DeviceId,
    /// Its member.
    #[n(1)]
    pub member: MemberId,
    /// Its key.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub public_key: [u8; PUBLIC_KEY_LEN],
    /// The member's name.
    #[cbor(n(3), decode_with = "text")]
    pub name: String,
    /// The member's home organisation.
    #[n(4)]
    pub home: OrgId,
    /// The server's signature over all of the above ([`Purpose::AuthorCard`]).
    #[cbor(n(5), with = "minicbor::bytes")]
    pub signature: [u8; SIGNATURE_LEN],
}

impl AuthorCard {
    fn message(&self) -> Vec<u8> {
        [
            &self.device.as_bytes()[..],
            self.member.as_bytes(),
            &self.public_key,
            self.home.as_bytes(),
            self.name.as_bytes(),
        ]
        .concat()
    }

    /// Signs what the card says with the server's key.
    ///
    /// # Errors
    /// [`KeyError`] if the key does not sign.
    pub fn sign(mut self, server: &dyn DeviceKey) -> Result<Self, KeyError> {
        self.signature = key::sign(server, Purpose::AuthorCard, &self.message())?;
        Ok(self)
    }

    /// Whether the server signed it and the device's id is that of its key.
    #[must_use]
    pub fn verify(&self, server: &PublicKey) -> bool {
        self.device == DeviceId::of_key(&self.public_key)
            && key::verify(server, Purpose::AuthorCard, &self.message(), &self.signature)
    }
}
