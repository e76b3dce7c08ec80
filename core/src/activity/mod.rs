//! Activities and who attended: plans on a board, evidence at its organisation's desk, attendance as a pure function.
//!
//! | file | what it is |
//! |---|---|
//! | `commands` `roster` | planning: the activity, its texts, who is expected, closing |
//! | `roll` | what is said of who is there: check-ins, roll marks, leave, corrections, resolutions |
//! | `evidence` `status` | one entry, and what all entries about a person come to |
//! | `votes` `ballot` | quorum and tally; resolutions and votes |
//! | `astray` | what is said of it elsewhere, which says nothing |
//! | `queries` `table` `numbers` | what is planned; who attended, by person, organisation, activity; how much of a number is shown |
//! | `export` | a table as CSV |
//! | `ready` | whether it can be held with no network |

mod astray;
mod ballot;
mod commands;
mod evidence;
mod export;
mod numbers;
mod queries;
mod ready;
mod roll;
mod roster;
mod rows;
mod status;
mod table;
mod votes;

pub use ballot::{ResolutionView, VoteView};
pub use commands::{Activities, ActivityEdit, NewActivity};
pub use evidence::{Doubt, Evidence, Grade, Mark, Word};
pub use numbers::Numbers;
pub use queries::ActivityView;
pub use ready::{Check, Lack, Need};
pub use roll::LeaveAnswer;
pub use roster::Place;
pub use status::{Attendance, LastWord, Leave, Pending, Status, attendance};
pub use table::{AttendanceRow, EvidenceView, OrgAttendance, PastAttendance};
pub use votes::{Choice, Quorum, Shortfall, Tally, quorum, tally};

pub(crate) use astray::has_a_say;
pub(crate) use commands::org_of;
pub(crate) use roll::{last_check_in, say_check_in};
pub(crate) use roster::show_roster;
pub(crate) use rows::{
    remove_activity, remove_evidence, remove_plan, show_activity, show_evidence, show_resolution, show_vote,
};
