//! Presence: what doors show and phones scan, verified with no network.

use hongqi_core::activity::Doubt;
use hongqi_core::ids::{DocId, MemberId, OrgId};
use hongqi_core::presence::{
    Admission, Amber as AmberCard, CheckIn as CodeScan, CheckOut as CodeScanOut, DoorView, ExpectedView,
    Refused as ScanRefusal, Scan as CardScan, ShownCard, ShownCode,
};

use crate::call::{call, capability};
use crate::error::HongqiError;

/// Why a code or a card is not taken.
#[uniffi::remote(Enum)]
pub enum ScanRefusal {
    /// It is neither code nor card, or the other of the two.
    Malformed,
    /// It is of another version.
    WrongVersion,
    /// The signature is not that of its door, or of its device.
    Forged,
    /// This phone has not heard of the door.
    UnknownDoor,
    /// It is for another activity.
    OtherActivity,
    /// The door takes nobody in any more.
    DoorShut,
    /// An organiser has taken the door back: its key counts no longer.
    DoorRevoked,
    /// It is not one of now. If it is: the next one of the same door, or of the same phone, will be taken.
    Expired,
    /// This very card was used at this door, and its member has gone since.
    Replayed,
    /// Another server vouches for the card, or none.
    NotForThisServer,
}

/// A code to be shown at a door.
#[uniffi::remote(Record)]
pub struct ShownCode {
    /// What a scanner reads.
    pub text: String,
    /// The same as a picture: a QR code as an SVG document.
    pub svg: String,
    /// The number of the period.
    pub counter: u64,
    /// After so many milliseconds ask for the next, at most 30,000.
    pub next_in_ms: u64,
}

/// The member's card, to be shown.
#[uniffi::remote(Record)]
pub struct ShownCard {
    /// What a scanner reads.
    pub text: String,
    /// The same as a picture: a QR code as an SVG document.
    pub svg: String,
    /// After so many milliseconds ask for the next.
    pub next_in_ms: u64,
}

/// A door.
#[uniffi::remote(Record)]
pub struct DoorView {
    /// The door's document.
    pub id: DocId,
    /// The activity.
    pub activity: DocId,
    /// Whose phone it is.
    pub host: MemberId,
    /// What it is called.
    pub label: String,
    /// Whether it takes nobody in any more.
    pub shut: bool,
    /// Whether an organiser has revoked it: what it took in is in doubt.
    pub revoked: bool,
    /// How many people this phone knows to be at the activity, come in at any door and not gone, each once.
    pub present: u32,
    /// How many of them are expected.
    pub of_expected: u32,
    /// How many are expected.
    pub expected: u32,
    /// Visitors at all doors this phone knows of.
    pub guests: u32,
}

/// What came of a scanned code.
#[uniffi::remote(Enum)]
pub enum CodeScan {
    /// Checked in at this activity.
    In {
        /// The activity.
        activity: DocId,
        /// What says so.
        doc: DocId,
    },
    /// Was checked in with a code before and has not gone since.
    Already {
        /// The activity.
        activity: DocId,
    },
    /// Not taken.
    Refused(ScanRefusal),
}

/// What came of a code that was scanned on going.
#[uniffi::remote(Enum)]
pub enum CodeScanOut {
    /// Has gone from this activity.
    Out {
        /// The activity.
        activity: DocId,
        /// What says so.
        doc: DocId,
    },
    /// Went with a code before and has not come back since.
    Already {
        /// The activity.
        activity: DocId,
    },
    /// Not taken.
    Refused(ScanRefusal),
}

/// Who was admitted, or would be.
#[uniffi::remote(Record)]
pub struct Admission {
    /// The member.
    pub member: MemberId,
    /// What the server calls the member: shown to the host, who looks at the face.
    pub name: String,
    /// Whether the member is expected.
    pub expected: bool,
}

/// What a host must decide.
#[uniffi::remote(Record)]
pub struct AmberCard {
    /// Who it is about.
    pub who: Admission,
    /// What is wrong. Admitted all the same (`admit_anyway`), it is kept and shown with this.
    pub doubt: Doubt,
}

/// What came of a scanned card.
#[uniffi::remote(Enum)]
pub enum CardScan {
    /// Admitted.
    Admitted(Admission),
    /// Was admitted at this door before, and has not gone since.
    Already(Admission),
    /// Genuine, and something is wrong: nothing was written.
    Amber(AmberCard),
    /// Not taken.
    Refused(ScanRefusal),
}

/// A person expected at an activity.
#[uniffi::remote(Record)]
pub struct ExpectedView {
    /// The member.
    pub member: MemberId,
    /// The name.
    pub name: String,
    /// The home organisation: two may have one name.
    pub home: OrgId,
    /// What that is called; empty if unknown here.
    pub home_name: String,
    /// Whether this phone knows the person to have come, and not to have gone.
    pub present: bool,
}

capability! {
    /// Codes, cards and doors.
    Presence
}

#[uniffi::export]
impl Presence {
    /// Checks in with what a door showed; with `activity`, only there. All of it is verified here: no network is needed.
    ///
    /// # Errors
    /// `invalid` for a cancelled activity; `not_found` if its plan is not on this phone.
    #[uniffi::method(default(activity = None))]
    pub async fn check_in_with_code(&self, text: String, activity: Option<DocId>) -> Result<CodeScan, HongqiError> {
        call(&self.0, move |core| core.presence().check_in_with_code(activity, &text)).await
    }

    /// Says "I go" with what a door showed, so that how long one stayed is as well founded as that one came. Whoever a host
    /// took in, and who never scanned a code on coming, may go with one too. Verified as on coming.
    ///
    /// # Errors
    /// As `check_in_with_code`.
    #[uniffi::method(default(activity = None))]
    pub async fn check_out_with_code(&self, text: String, activity: Option<DocId>) -> Result<CodeScanOut, HongqiError> {
        call(&self.0, move |core| core.presence().check_out_with_code(activity, &text)).await
    }

    /// Says "I go", on the own word alone; whoever a host took in may too. Saying it again adds nothing.
    ///
    /// # Errors
    /// `not_found` if nothing on this phone says that this member came.
    pub async fn check_out(&self, activity: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().check_out(activity)).await
    }

    /// The card of this member, for the next 15 seconds.
    ///
    /// # Errors
    /// `not_enrolled`; `not_found` after a damaged database, until the server has been reached; `key`.
    pub async fn own_card(&self) -> Result<ShownCard, HongqiError> {
        call(&self.0, |core| core.presence().own_card()).await
    }

    /// Opens a door of an activity on this phone: its key signs the codes. `label` is one line.
    ///
    /// # Errors
    /// `not_allowed` without a host's role; `not_found`; `invalid`, for an activity that was cancelled or closed too.
    pub async fn open_door(&self, activity: DocId, label: String) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.presence().open_door(activity, &label)).await
    }

    /// Shuts a door: it shows no code any more, and nobody's phone takes its last ones.
    ///
    /// # Errors
    /// `not_found`; `not_allowed` for another host's; `invalid` if it is shut.
    pub async fn shut_door(&self, door: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().shut_door(door)).await
    }

    /// Takes a door back, whoever's it is: it takes nobody in any more, and what it took in is in doubt wherever it is
    /// read. There is no way back. Again adds nothing.
    ///
    /// # Errors
    /// `not_found`; `not_allowed` without an organiser's role; `invalid` for the 65th door of an activity.
    pub async fn revoke_door(&self, door: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().revoke_door(door)).await
    }

    /// The code of now. Its counter is on the disk before this returns: it rises over restarts and whatever the clock
    /// does, and none is used twice.
    ///
    /// # Errors
    /// As `shut_door`, and for a door that another device of the host's opened; `key`.
    pub async fn next_code(&self, door: DocId) -> Result<ShownCode, HongqiError> {
        call(&self.0, move |core| core.presence().next_code(door)).await
    }

    /// Counts visitors who came to a door, or (negative) takes back some that it has counted: a number, no names.
    ///
    /// # Errors
    /// As `shut_door`; `invalid` for none, more than 1,000, or to take back more than were counted at this door.
    pub async fn guests(&self, door: DocId, count: i64) -> Result<DocId, HongqiError> {
        call(&self.0, move |core| core.presence().guests(door, count)).await
    }

    /// The doors of an activity that are known here, in the order of their labels.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn doors(&self, activity: DocId) -> Result<Vec<DoorView>, HongqiError> {
        call(&self.0, move |core| core.presence().doors(activity)).await
    }

    /// One door; none if it is not on this phone.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn door(&self, id: DocId) -> Result<Option<DoorView>, HongqiError> {
        call(&self.0, move |core| core.presence().door(id)).await
    }

    /// Takes a member in whose card was scanned at this phone's door. All of it is verified here: no network is needed.
    ///
    /// # Errors
    /// As `shut_door`.
    pub async fn scan_card(&self, door: DocId, text: String) -> Result<CardScan, HongqiError> {
        call(&self.0, move |core| core.presence().scan_card(door, &text)).await
    }

    /// Admits who showed a card that this phone has just called amber.
    ///
    /// # Errors
    /// As `scan_card`; `not_found` if it has not.
    pub async fn admit_anyway(&self, door: DocId, text: String) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().admit_anyway(door, &text)).await
    }

    /// Admits a member whom the host knows, with no card: found by `find_expected`. Again adds nothing.
    ///
    /// # Errors
    /// As `scan_card`; `not_found` if the member is not known here.
    pub async fn admit_by_name(&self, door: DocId, member: MemberId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().admit_by_name(door, member)).await
    }

    /// Notes that a member goes, by whatever door they came: this phone need not have heard of that. Again adds nothing.
    ///
    /// # Errors
    /// As `scan_card`; `not_found` if the member is not known here.
    pub async fn see_out(&self, door: DocId, member: MemberId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().see_out(door, member)).await
    }

    /// The expected people whose name begins with, contains or is pronounced as `query`, those first whose name begins
    /// so; everybody for an empty one. At most 50. Names are here after `prepare_door`.
    ///
    /// # Errors
    /// `invalid` for more than 128 bytes.
    pub async fn find_expected(&self, activity: DocId, query: String) -> Result<Vec<ExpectedView>, HongqiError> {
        call(&self.0, move |core| core.presence().find_expected(activity, &query)).await
    }

    /// Opens the boards of the organisations that the activity's list names, and of those of all expected members whose
    /// home is known here: their names arrive with the next exchange, and are there without a network after that. Again
    /// opens what the list names since. Until the activity is closed, or `leave_door`.
    ///
    /// # Errors
    /// `not_allowed` without a host's role; `not_found`.
    pub async fn prepare_door(&self, activity: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().prepare_door(activity)).await
    }

    /// Lets go of what `prepare_door` opened: the names are gone from the phone's files.
    ///
    /// # Errors
    /// `paused`, `storage`.
    pub async fn leave_door(&self, activity: DocId) -> Result<(), HongqiError> {
        call(&self.0, move |core| core.presence().leave_door(activity)).await
    }
}
