//! What one device wrote: entries, batches, their signatures, and who the device is.

use minicbor::{Decode, Decoder, Encode};

use super::{MAX_BATCH, MAX_BATCH_CHANGES, WireError, blob, decode_exact, list, text};
use crate::document::{self, About, Header, KindCode, Nonce};
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
        kind: KindCode,
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
    /// Said in a way that only a later version has.
    #[n(255)]
    Later,
}

impl Target {
    /// Begins the document with this header.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        Self::New { kind: header.kind.into(), about: header.about, nonce: header.nonce }
    }

    /// The header of a document that `owner` begins in `space`; `None` for a known one, and for one of a kind that
    /// this version does not know.
    #[must_use]
    pub fn header(&self, space: SpaceId, owner: MemberId) -> Option<Header> {
        match *self {
            Self::New { kind, about, nonce } => Some(Header { kind: kind.known()?, space, owner, about, nonce }),
            Self::Known(_) | Self::Later => None,
        }
    }

    /// The id of the document, of whatever kind; `None` if only a later version can tell.
    #[must_use]
    pub fn doc(&self, space: SpaceId, owner: MemberId) -> Option<DocId> {
        match *self {
            Self::New { kind, about, nonce } => Some(document::id(kind, space, owner, about, &nonce)),
            Self::Known(doc) => Some(doc),
            Self::Later => None,
        }
    }

    /// Whether this version can take the document in.
    #[must_use]
    pub fn is_understood(&self) -> bool {
        match self {
            Self::New { kind, .. } => kind.known().is_some(),
            Self::Known(_) => true,
            Self::Later => false,
        }
    }
}

/// Decodes a target; a well-formed item that is none is one of a later version.
fn target_or_later<'b, C>(d: &mut Decoder<'b>, ctx: &mut C) -> Result<Target, minicbor::decode::Error> {
    let start = d.position();
    if let Ok(target) = Target::decode(d, ctx) {
        return Ok(target);
    }
    d.set_position(start);
    d.skip()?;
    Ok(Target::Later)
}

/// One change of one document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// The document.
    #[cbor(n(0), decode_with = "target_or_later")]
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
        Self::statement(self.device, self.member, &self.public_key, self.home, &sha256(&[self.name.as_bytes()]))
    }

    /// What the server signs of a device. Of the name the hash: what is shown at a door is kept by the host's phone, and
    /// that is to keep no names.
    pub(crate) fn statement(
        device: DeviceId,
        member: MemberId,
        public_key: &PublicKey,
        home: OrgId,
        name: &[u8; 32],
    ) -> Vec<u8> {
        [&device.as_bytes()[..], member.as_bytes(), public_key, home.as_bytes(), name].concat()
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
