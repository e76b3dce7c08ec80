//! The kinds of document, and what each may hold: the one table that phone and server both judge by.
//!
//! | kind | space | written by | about | one of a kind |
//! |---|---|---|---|---|
//! | organisation card | board | the server | | yes |
//! | member card | board of the home organisation | the server | the member | yes |
//! | grant | personal | the server | | |
//! | article | board | editors | | |
//! | activity | board | organisers | | |
//! | acknowledgement | desk | its owner | the article | yes |
//! | check-in | desk | its owner | the activity | |
//! | roll mark | desk | its owner, an organiser | the person | |
//! | message | talk | its owner | | |
//! | reaction sheet | talk | its owner | | yes |
//! | read mark | personal | its owner | an article or a discussion | yes |
//! | bookmark | personal | its owner | a document | yes |
//! | mute | personal | its owner | a discussion | yes |
//! | draft | personal | its owner | | |
//! | officer | board | the server | the member | yes |
//! | seat | personal | the server | a group's or a case's discussion | yes |
//! | gathering | board | organisers | | |
//! | group | the talk it names | its owner | | |
//! | participant | a group's talk | its owner | the person | yes |
//! | case | the talk it names | its owner | | |
//! | case step | a case's talk | its owner | | |
//! | roster | board | organisers | the activity | yes |
//! | resolution | board | organisers | the activity | |
//! | vote | desk | its owner | the resolution | yes |
//! | door | board | its owner, a host | the activity | |
//! | scan | desk | its owner, a host | the person | |
//! | leave request | desk | its owner | the activity | |
//! | guests | desk | its owner, a host | the activity | |

use minicbor::{Decode, Encode};

use super::header::About;
use super::table::SPECS;
use crate::ids::SpaceKind;
use crate::role::Role;

/// The number of a kind, as it goes over the wire and into a document's id. A later version has more of them than
/// [`Kind`]: those are kept and passed on, not understood.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Encode, Decode)]
#[cbor(transparent)]
pub struct KindCode(#[n(0)] pub u8);

impl KindCode {
    /// The kind, if this version has it.
    #[must_use]
    pub fn known(self) -> Option<Kind> {
        Kind::try_from(i64::from(self.0)).ok()
    }
}

impl From<Kind> for KindCode {
    fn from(kind: Kind) -> Self {
        Self(kind as u8)
    }
}

impl<C> Encode<C> for Kind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        ctx: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        KindCode::from(*self).encode(e, ctx)
    }
}

impl<'b, C> Decode<'b, C> for Kind {
    fn decode(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> Result<Self, minicbor::decode::Error> {
        KindCode::decode(d, ctx)?.known().ok_or_else(|| minicbor::decode::Error::message("unknown kind"))
    }
}

/// What a document is. The numbers are those of [`KindCode`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Name and place in the tree of an organisation.
    OrgCard = 1,
    /// Name and standing of a member, in the board of the home organisation.
    MemberCard = 2,
    /// One grant or revocation of a role, in the order of the personal log.
    Grant = 3,
    /// An article of the feed.
    Article = 4,
    /// An activity that members attend.
    Activity = 5,
    /// "I have read this": said by a member about a must-read article.
    Acknowledgement = 6,
    /// "I am here": said by a member about an activity.
    CheckIn = 7,
    /// An organiser's word on one person's attendance.
    RollMark = 8,
    /// A message in a discussion.
    Message = 9,
    /// All reactions of one member in one discussion.
    ReactionSheet = 10,
    /// How far a member has read a discussion, or that an article was opened.
    ReadMark = 11,
    /// A member keeps a document at hand.
    Bookmark = 12,
    /// A member wants no notice of a discussion.
    Mute = 13,
    /// Text that a member has not sent.
    Draft = 14,
    /// Who holds an office of the organisation, for all who read its board.
    Officer = 15,
    /// That this member takes part in a group or in a case, and up to when.
    Seat = 16,
    /// A flash gathering of all below an organisation; its discussion is the thread below it.
    Gathering = 17,
    /// A gathering or a group of named people, in its own discussion.
    Group = 18,
    /// One person in a group: brought in or sent away by who opened it, left or come back by the person.
    Participant = 19,
    /// What a consultation is about and which desk it asks, in its own discussion.
    Case = 20,
    /// Answered, closed, reopened, handed over: one step of a consultation.
    CaseStep = 21,
    /// Who is expected at an activity, and who of them votes.
    Roster = 22,
    /// What is voted on at an activity.
    Resolution = 23,
    /// One member's vote.
    Vote = 24,
    /// A door of an activity: the key that signs its codes.
    Door = 25,
    /// A host has seen a person come or go.
    Scan = 26,
    /// A member asks not to have to come.
    LeaveRequest = 27,
    /// Visitors at a door: a number, no names.
    Guests = 28,
}

/// Who may write a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WriteRule {
    /// The devices of the header's owner, who must hold at least this role for the space (a desk is written by who
    /// takes part, so `None` asks only for the right to write into the space).
    Owner(Option<Role>),
    /// Whoever holds at least this role in the space's organisation.
    Role(Role),
}

/// What a document must be about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Nothing.
    Nothing,
    /// A document.
    Doc,
    /// A person.
    Member,
    /// A space.
    Space,
    /// A document or a space.
    DocOrSpace,
}

impl Subject {
    /// Whether a document of this kind may be about `about`.
    #[must_use]
    pub const fn admits(self, about: Option<About>) -> bool {
        matches!(
            (self, about),
            (Self::Nothing, None)
                | (Self::Doc | Self::DocOrSpace, Some(About::Doc(_)))
                | (Self::Space | Self::DocOrSpace, Some(About::Space(_)))
                | (Self::Member, Some(About::Member(_)))
        )
    }
}

/// The type of a key's value. `Null` is allowed for all but a text: it clears.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueType {
    /// A string, replaced whole; at most so many bytes.
    Str(usize),
    /// A signed integer.
    Int,
    /// True or false.
    Bool,
    /// Bytes; at most so many.
    Bytes(usize),
    /// A text that several write together, created by the document's first change.
    Text,
}

/// The keys that stand under the root of a document.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keys {
    /// These keys, each with its type.
    Named(&'static [(&'static str, ValueType)]),
    /// Any id (32 hexadecimal digits), of a document or a member, each with a value of this type.
    Ids(ValueType),
}

/// What is asked of a document of some kind.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// The kind of space it stands in.
    pub space: SpaceKind,
    /// Who may write it.
    pub rule: WriteRule,
    /// Whether it belongs to the server ([`crate::ids::MemberId::SERVER`]).
    pub by_server: bool,
    /// What it is about.
    pub about: Subject,
    /// Whether one of its kind exists for a given space, owner and subject, so that its nonce is empty.
    pub unique: bool,
    /// What it may hold.
    pub keys: Keys,
    /// The most bytes one change of it may have.
    pub max_change: usize,
}

/// The longest body of a message, in bytes of UTF-8 (about 2,700 Chinese characters).
pub const MAX_MESSAGE: usize = 8 * 1024;
/// The longest title or name, in bytes of UTF-8.
pub const MAX_TITLE: usize = 600;
/// The longest text of an article, an activity's note or a draft, in bytes of UTF-8.
pub const MAX_TEXT: usize = 128 * 1024;
/// The longest reaction, in bytes of UTF-8: one emoji with its modifiers.
pub const MAX_REACTION: usize = 40;
/// Role from which a member may publish, edit, pin and withdraw articles.
pub const PUBLISH: Role = Role::Editor;
/// Role from which a member may plan, edit and cancel activities and call the roll.
pub const ORGANISE: Role = Role::Organiser;
/// Role from which a member may open a gathering of all below the organisation.
pub const GATHER: Role = Role::Organiser;
/// Role from which a member may stand at a door: show its code, scan cards, count visitors.
pub const RECEIVE: Role = Role::Host;
/// The most members that a message can mention by name.
pub const MAX_MENTIONS: usize = 32;
/// The most revoked devices that a member's card names: the newest.
pub const MAX_REVOKED: usize = 64;
/// The longest signed code or card, in bytes.
pub const MAX_SIGNED: usize = 1024;
/// The longest reason or note of one line, in bytes of UTF-8.
pub const MAX_REASON: usize = 2 * 1024;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 28] = [
        Self::OrgCard,
        Self::MemberCard,
        Self::Grant,
        Self::Article,
        Self::Activity,
        Self::Acknowledgement,
        Self::CheckIn,
        Self::RollMark,
        Self::Message,
        Self::ReactionSheet,
        Self::ReadMark,
        Self::Bookmark,
        Self::Mute,
        Self::Draft,
        Self::Officer,
        Self::Seat,
        Self::Gathering,
        Self::Group,
        Self::Participant,
        Self::Case,
        Self::CaseStep,
        Self::Roster,
        Self::Resolution,
        Self::Vote,
        Self::Door,
        Self::Scan,
        Self::LeaveRequest,
        Self::Guests,
    ];

    /// Tells apart what different versions understand: another table of kinds, or another release, has another one.
    #[must_use]
    pub fn fingerprint() -> [u8; 8] {
        let table = format!("{} {SPECS:?}", env!("CARGO_PKG_VERSION"));
        let mut out = [0; 8];
        out.copy_from_slice(&crate::ids::sha256(&[table.as_bytes()])[..8]);
        out
    }

    /// What is asked of documents of this kind.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        &SPECS[self as usize - 1]
    }
}

impl TryFrom<i64> for Kind {
    type Error = ();

    fn try_from(number: i64) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| *kind as i64 == number).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::Keys::Named;
    use super::*;

    #[test]
    fn the_table_is_in_the_order_of_the_numbers() {
        for (index, kind) in Kind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, index + 1);
            assert_eq!(Kind::try_from(kind as i64), Ok(kind));
        }
        assert_eq!(Kind::try_from(0), Err(()));
        assert!(matches!(Kind::Message.spec().keys, Named(keys) if keys[0].0 == "body"));
        assert!(matches!(Kind::Draft.spec().keys, Named(keys) if keys[0].0 == "text"));
    }
}
