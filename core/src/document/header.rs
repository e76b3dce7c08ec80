//! The header of a document: it never changes, names the document, and decides alone who may write it.

use minicbor::{Decode, Encode};

use super::kind::{Kind, KindCode};
use crate::ids::{DocId, MemberId, SpaceId, hash_id};

/// The longest nonce in bytes.
pub const MAX_NONCE: usize = 8;

/// What a document says something about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode)]
pub enum About {
    /// Another document: an acknowledgement's article, a check-in's activity.
    #[n(1)]
    Doc(#[n(0)] DocId),
    /// A person: a roll mark's.
    #[n(2)]
    Member(#[n(0)] MemberId),
    /// A space: a read mark's.
    #[n(3)]
    Space(#[n(0)] SpaceId),
}

// Not derived: a derived optional field reads an unknown variant as none, and the document would get another id.
impl<'b, C> Decode<'b, C> for About {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        let unknown = || minicbor::decode::Error::message("unknown subject");
        if d.array()? != Some(2) {
            return Err(unknown());
        }
        let sort = d.u32()?;
        if d.array()? != Some(1) {
            return Err(unknown());
        }
        match sort {
            1 => Ok(Self::Doc(DocId::decode(d, ctx)?)),
            2 => Ok(Self::Member(MemberId::decode(d, ctx)?)),
            3 => Ok(Self::Space(SpaceId::decode(d, ctx)?)),
            _ => Err(unknown()),
        }
    }
}

impl About {
    fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Doc(doc) => [&[1], &doc.as_bytes()[..]].concat(),
            Self::Member(member) => [&[2], &member.as_bytes()[..]].concat(),
            Self::Space(space) => [&[3], &space.to_bytes()[..]].concat(),
        }
    }
}

/// At most [`MAX_NONCE`] bytes that tell apart documents that are otherwise alike.
///
/// Empty where only one of a kind exists: then two phones of one member meet in the same document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Nonce {
    len: u8,
    bytes: [u8; MAX_NONCE],
}

impl Nonce {
    /// No nonce.
    pub const EMPTY: Self = Self { len: 0, bytes: [0; MAX_NONCE] };

    /// The nonce with these bytes; `None` if there are more than [`MAX_NONCE`].
    #[must_use]
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let mut out = Self { len: u8::try_from(bytes.len()).ok()?, ..Self::EMPTY };
        out.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(out)
    }

    /// The nonce with these eight bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; MAX_NONCE]) -> Self {
        Self { len: MAX_NONCE as u8, bytes }
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:02x?}", self.as_bytes())
    }
}

/// What a document is, where it stands, and whose it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
pub struct Header {
    /// What the document is.
    #[n(0)]
    pub kind: Kind,
    /// The space whose log holds it.
    #[n(1)]
    pub space: SpaceId,
    /// Whose it is: the only member whose devices may write it, or for a document that a role writes, who began it.
    #[n(2)]
    pub owner: MemberId,
    /// What it says something about.
    #[n(3)]
    pub about: Option<About>,
    /// What tells it apart from others of the same kind, space, owner and subject.
    #[n(4)]
    pub nonce: Nonce,
}

/// The id of a document, of a kind that this version need not know.
pub(crate) fn id(kind: KindCode, space: SpaceId, owner: MemberId, about: Option<About>, nonce: &Nonce) -> DocId {
    let about = about.map(About::to_bytes).unwrap_or_default();
    let parts = [&[kind.0][..], &space.to_bytes(), owner.as_bytes(), &about, nonce.as_bytes()];
    DocId::from_bytes(hash_id("hongqi document", &parts))
}

/// Why a header is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// This kind of document does not stand in this kind of space.
    #[error("this kind of document does not belong in this space")]
    WrongSpace,
    /// The subject is missing, or not of the sort this kind of document has.
    #[error("this kind of document is about something else")]
    WrongSubject,
    /// One of its kind exists and must have no nonce, or several do and it must have a whole one.
    #[error("wrong nonce for this kind of document")]
    WrongNonce,
    /// A document in a personal space belongs to that member, a card or a grant to the server.
    #[error("this kind of document does not belong to this owner")]
    WrongOwner,
}

impl Header {
    /// The document's id: half of the SHA-256 of the header.
    #[must_use]
    pub fn id(&self) -> DocId {
        id(self.kind.into(), self.space, self.owner, self.about, &self.nonce)
    }

    /// Whether space, subject, owner and nonce are such as [`Kind`] asks for.
    ///
    /// # Errors
    /// The first thing that is not.
    pub fn check(&self) -> Result<(), HeaderError> {
        let spec = self.kind.spec();
        if spec.space != self.space.kind() {
            return Err(HeaderError::WrongSpace);
        }
        // The discussion of a group or a case is named by its card, so that nobody can put a card into another's.
        if matches!(self.kind, Kind::Group | Kind::Case) && self.space != SpaceId::hidden(self.owner, &self.nonce) {
            return Err(HeaderError::WrongSpace);
        }
        if !spec.about.admits(self.about) {
            return Err(HeaderError::WrongSubject);
        }
        let wanted = if spec.unique { 0 } else { MAX_NONCE };
        if self.nonce.as_bytes().len() != wanted {
            return Err(HeaderError::WrongNonce);
        }
        let by_server = self.owner == MemberId::SERVER;
        let foreign =
            spec.space == crate::ids::SpaceKind::Personal && !spec.by_server && self.owner != self.space.member();
        if by_server != spec.by_server || foreign {
            return Err(HeaderError::WrongOwner);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::OrgId;

    fn message(nonce: &[u8]) -> Header {
        Header {
            kind: Kind::Message,
            space: SpaceId::standing(OrgId::from_number("B1")),
            owner: MemberId::from_number("1"),
            about: None,
            nonce: Nonce::new(nonce).unwrap(),
        }
    }

    #[test]
    fn every_part_of_a_header_counts_in_the_id() {
        let base = message(b"12345678");
        let others = [
            Header { kind: Kind::ReactionSheet, ..base },
            Header { space: SpaceId::board(OrgId::from_number("B1")), ..base },
            Header { owner: MemberId::from_number("2"), ..base },
            Header { about: Some(About::Member(base.owner)), ..base },
            Header { nonce: Nonce::new(b"12345679").unwrap(), ..base },
            Header { nonce: Nonce::EMPTY, ..base },
        ];
        for other in others {
            assert_ne!(base.id(), other.id(), "{other:?}");
        }
    }

    #[test]
    fn a_header_out_of_place_is_refused() {
        let base = message(b"12345678");
        assert_eq!(base.check(), Ok(()));
        assert_eq!(message(b"").check(), Err(HeaderError::WrongNonce));
        let board = SpaceId::board(OrgId::from_number("B1"));
        assert_eq!(Header { space: board, ..base }.check(), Err(HeaderError::WrongSpace));
        assert_eq!(Header { owner: MemberId::SERVER, ..base }.check(), Err(HeaderError::WrongOwner));
        let about = Some(About::Member(base.owner));
        assert_eq!(Header { about, ..base }.check(), Err(HeaderError::WrongSubject));
        let stranger = SpaceId::personal(MemberId::from_number("2"));
        let draft = Header { kind: Kind::Draft, space: stranger, ..base };
        assert_eq!(draft.check(), Err(HeaderError::WrongOwner));
    }

    #[test]
    fn a_nonce_is_bounded() {
        assert_eq!(Nonce::new(b"123456789"), None);
        assert_eq!(Nonce::new(&[0; 300]), None);
    }
}
