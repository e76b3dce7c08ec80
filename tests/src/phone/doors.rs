//! Doors, codes and cards.

use clap::Subcommand;
use hongqi_core::Core;
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::presence::Scan;

use super::failure::Failure;
use super::find;
use super::show::{Shown, said, short, speech};

/// What is done at a door.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Bring the names of who is expected to this phone, with the next sync.
    PrepareDoor {
        /// Activity.
        id: String,
    },
    /// Let go of these names.
    LeaveDoor {
        /// Activity.
        id: String,
    },
    /// The doors of an activity.
    Doors {
        /// Activity.
        id: String,
    },
    /// Open a door of an activity on this phone.
    OpenDoor {
        /// Activity.
        id: String,
        /// What it is called.
        label: String,
    },
    /// Shut the own door.
    ShutDoor {
        /// Door.
        door: String,
    },
    /// Take a door back, whoever's it is.
    RevokeDoor {
        /// Door.
        door: String,
    },
    /// What the own door shows now.
    Code {
        /// Door.
        door: String,
        /// As a picture.
        #[arg(long)]
        svg: bool,
    },
    /// Check in with what a door shows, or out.
    ScanCode {
        /// The text of the code.
        text: String,
        /// On going.
        #[arg(long)]
        out: bool,
    },
    /// The own card, for the next 15 seconds.
    Card {
        /// As a picture.
        #[arg(long)]
        svg: bool,
    },
    /// Take in who shows a card at the own door.
    ScanCard {
        /// Door.
        door: String,
        /// The text of the card.
        text: String,
        /// Also if something is wrong with it.
        #[arg(long)]
        anyway: bool,
    },
    /// Who is expected and is called so: a name, a part of one, pinyin or its initials.
    FindExpected {
        /// Activity.
        id: String,
        /// Everybody unless said.
        #[arg(default_value = "")]
        query: String,
    },
    /// Take in somebody whom the host knows.
    Admit {
        /// Door.
        door: String,
        /// Whom.
        #[arg(value_name = "MEMBERNUMBER")]
        member: String,
    },
    /// Note that somebody goes whom this phone took in.
    SeeOut {
        /// Door.
        door: String,
        /// Who.
        #[arg(value_name = "MEMBERNUMBER")]
        member: String,
    },
    /// Count visitors at the own door.
    Visitors {
        /// Door.
        door: String,
        /// How many; fewer than none takes some back.
        #[arg(allow_negative_numbers = true)]
        count: i64,
    },
}

/// Does `act`.
pub fn run(core: &Core, act: &Act) -> Result<Shown, Failure> {
    let presence = core.presence();
    match act {
        Act::PrepareDoor { id } => {
            let id = find::doc(core, id)?;
            presence.prepare_door(id)?;
            doors(core, id)
        }
        Act::LeaveDoor { id } => {
            let id = find::doc(core, id)?;
            presence.leave_door(id)?;
            doors(core, id)
        }
        Act::Doors { id } => doors(core, find::doc(core, id)?),
        Act::OpenDoor { id, label } => {
            let door = presence.open_door(find::doc(core, id)?, label)?;
            Shown::new(&door, vec![format!("{door}  next: sync, then `code` and the first digits of this")])
        }
        Act::ShutDoor { door } => {
            let door = find::doc(core, door)?;
            presence.shut_door(door)?;
            one_door(core, door)
        }
        Act::RevokeDoor { door } => {
            let door = find::doc(core, door)?;
            presence.revoke_door(door)?;
            one_door(core, door)
        }
        Act::Code { door, svg } => {
            let code = presence.next_code(find::doc(core, door)?)?;
            let line = if *svg { code.svg.clone() } else { code.text.clone() };
            Shown::new(&code, vec![line])
        }
        Act::ScanCode { text, out: true } => {
            let scanned = presence.check_out_with_code(None, text)?;
            Shown::new(&scanned, vec![speech().code_scan_out(&scanned)])
        }
        Act::ScanCode { text, out: false } => {
            let scanned = presence.check_in_with_code(None, text)?;
            Shown::new(&scanned, vec![speech().code_scan(&scanned)])
        }
        Act::Card { svg } => {
            let card = presence.own_card()?;
            let line = if *svg { card.svg.clone() } else { card.text.clone() };
            Shown::new(&card, vec![line])
        }
        Act::ScanCard { door, text, anyway } => scan_card(core, find::doc(core, door)?, text, *anyway),
        Act::FindExpected { id, query } => {
            let found = presence.find_expected(find::doc(core, id)?, query)?;
            Shown::new(&found, said(&found, |found| short(found.member), |found| speech().expected(found)))
        }
        Act::Admit { door, member } => {
            let door = find::doc(core, door)?;
            presence.admit_by_name(door, MemberId::from_number(member))?;
            one_door(core, door)
        }
        Act::SeeOut { door, member } => {
            let door = find::doc(core, door)?;
            presence.see_out(door, MemberId::from_number(member))?;
            one_door(core, door)
        }
        Act::Visitors { door, count } => {
            let door = find::doc(core, door)?;
            presence.guests(door, *count)?;
            one_door(core, door)
        }
    }
}

/// A card is amber for the process that scanned it, so it is admitted in the same command.
fn scan_card(core: &Core, door: DocId, text: &str, anyway: bool) -> Result<Shown, Failure> {
    let mut scanned = core.presence().scan_card(door, text)?;
    if anyway && let Scan::Amber(amber) = &scanned {
        core.presence().admit_anyway(door, text)?;
        scanned = Scan::Admitted(amber.who.clone());
    }
    Shown::new(&scanned, vec![speech().card_scan(&scanned)])
}

fn doors(core: &Core, activity: DocId) -> Result<Shown, Failure> {
    let doors = core.presence().doors(activity)?;
    Shown::new(&doors, said(&doors, |door| short(door.id), |door| speech().door(door)))
}

fn one_door(core: &Core, door: DocId) -> Result<Shown, Failure> {
    let door = core.presence().door(door)?.ok_or(hongqi_core::Error::NotFound)?;
    Shown::new(&door, vec![speech().door(&door)])
}
