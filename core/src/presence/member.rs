//! What a member does: scan a door's code, show the own card.

use serde::Serialize;

use super::code::{NONCE_LEN, PERIOD_MS, period};
use super::freshness::{Now, time_shown};
use super::judge::code_holds;
use super::rows::door;
use super::scan::last_seen;
use super::{Card, Code, Presence, Refused, shown};
use crate::activity::{last_check_in, say_check_in};
use crate::document::Value;
use crate::error::{Error, Result};
use crate::ids::DocId;
use crate::key::random_bytes;
use crate::store::meta;
use crate::sync::wire::AuthorCard;

/// What came of a scanned code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckIn {
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
    Refused(Refused),
}

/// What came of a code that was scanned on going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckOut {
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
    Refused(Refused),
}

/// The member's card, to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShownCard {
    /// What a scanner reads.
    pub text: String,
    /// The same as a picture: a QR code as an SVG document.
    pub svg: String,
    /// After so many milliseconds ask for the next.
    pub next_in_ms: u64,
}

/// What came of passing a door, on coming or going.
enum Passed {
    Now(DocId, DocId),
    Before(DocId),
    Refused(Refused),
}

impl Presence<'_> {
    /// Checks in with what a door showed; with `activity`, only there. All of it is verified here: no network is needed.
    ///
    /// # Errors
    /// [`Error::Invalid`] for a cancelled activity; [`Error::NotFound`] if its plan is not on this phone.
    pub fn check_in_with_code(&self, activity: Option<DocId>, text: &str) -> Result<CheckIn> {
        Ok(match self.pass(activity, text, false)? {
            Passed::Now(activity, doc) => CheckIn::In { activity, doc },
            Passed::Before(activity) => CheckIn::Already { activity },
            Passed::Refused(reason) => CheckIn::Refused(reason),
        })
    }

    /// Says "I go" with what a door showed, so that how long one stayed is as well founded as that one came. Whoever a host
    /// took in, and who never scanned a code on coming, may go with one too. Verified as on coming.
    ///
    /// # Errors
    /// As [`Presence::check_in_with_code`].
    pub fn check_out_with_code(&self, activity: Option<DocId>, text: &str) -> Result<CheckOut> {
        Ok(match self.pass(activity, text, true)? {
            Passed::Now(activity, doc) => CheckOut::Out { activity, doc },
            Passed::Before(activity) => CheckOut::Already { activity },
            Passed::Refused(reason) => CheckOut::Refused(reason),
        })
    }

    /// Says "I go", on the own word alone; whoever a host took in may too. Saying it again adds nothing.
    ///
    /// # Errors
    /// [`Error::NotFound`] if nothing on this phone says that this member came.
    pub fn check_out(&self, activity: DocId) -> Result<()> {
        self.store.write(|write| {
            let me = write.me()?.member;
            match last_seen(write, activity, me)? {
                None => Err(Error::NotFound),
                Some(false) => Ok(()),
                Some(true) => say_check_in(write, activity, &[("out", true.into())]).map(drop),
            }
        })
    }

    /// Passes a door on coming or going.
    fn pass(&self, activity: Option<DocId>, text: &str, out: bool) -> Result<Passed> {
        let code = match shown::from_text(text).and_then(|bytes| Ok(Code::from_bytes(&bytes)?)) {
            Ok(code) => code,
            Err(reason) => return Ok(Passed::Refused(reason)),
        };
        self.store.write(|write| {
            let Some(door) = door(write.tx, code.door)? else { return Ok(Passed::Refused(Refused::UnknownDoor)) };
            if door.activity != code.activity || activity.is_some_and(|activity| activity != code.activity) {
                return Ok(Passed::Refused(Refused::OtherActivity));
            }
            if !code_holds(write, &code, &door.key)? {
                return Ok(Passed::Refused(Refused::Forged));
            }
            if door.revoked {
                return Ok(Passed::Refused(Refused::DoorRevoked));
            }
            if door.shut {
                return Ok(Passed::Refused(Refused::DoorShut));
            }
            // A host may have seen the member come back or go since: then it is said anew.
            let (last, me) = (last_check_in(write, code.activity)?, write.me()?.member);
            let said = last.is_some_and(|last| last.founded && last.went == out);
            if said && last_seen(write, code.activity, me)? == Some(!out) {
                return Ok(Passed::Before(code.activity));
            }
            let now = Now::read(self.store, write);
            if !self.memory.lock().sightings.is_live(*code.door.as_bytes(), code.counter, now) {
                return Ok(Passed::Refused(Refused::Expired));
            }
            let mut fields = vec![("code", Value::Bytes(code.to_bytes()))];
            if out {
                fields.push(("out", true.into()));
            }
            Ok(Passed::Now(code.activity, say_check_in(write, code.activity, &fields)?))
        })
    }

    /// The card of this member, for the next 15 seconds.
    ///
    /// # Errors
    /// [`Error::NotEnrolled`]; [`Error::NotFound`] after a damaged database, until the server has been reached;
    /// [`Error::Key`].
    pub fn own_card(&self) -> Result<ShownCard> {
        let (certificate, now) = self.store.read(|connection| {
            let bytes = meta::<Vec<u8>>(connection, "own_card")?.ok_or(Error::NotFound)?;
            let certificate: AuthorCard = minicbor::decode(&bytes).map_err(|_| Error::Damaged)?;
            Ok((certificate, time_shown(self.store, self.store.wall(connection)?)))
        })?;
        let mut nonce = [0; NONCE_LEN];
        random_bytes(&mut nonce)?;
        let card = Card::sign(&**self.key, &certificate, period(now), nonce)?;
        let text = shown::to_text(&[&card.to_bytes(), certificate.name.as_bytes()].concat());
        let next_in_ms = PERIOD_MS - now.0.rem_euclid(PERIOD_MS);
        Ok(ShownCard { svg: shown::to_svg(&text)?, text, next_in_ms: next_in_ms.unsigned_abs() })
    }
}
