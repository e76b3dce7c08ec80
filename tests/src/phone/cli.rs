//! What can be typed.

use std::path::PathBuf;

use chrono::DateTime;
use clap::{Parser, Subcommand};
use hongqi_core::activity::Mark;
use hongqi_core::clock::Timestamp;
use hongqi_core::consult::Category as CaseCategory;
use hongqi_core::feed::Category;
use hongqi_core::role::Role;

use super::{doors, meeting};

/// A phone without a screen: the core by hand, over a real socket.
///
/// Every act is durable on this device when the command returns and needs no network; `sync` exchanges it.
/// An ID is 32 hexadecimal digits, or enough of the first ones to tell it apart.
#[derive(Debug, Parser)]
#[command(name = "phone")]
pub struct Cli {
    /// The folder that holds the phone's database and its device key.
    #[arg(long, value_name = "DIR")]
    pub home: PathBuf,
    /// Print JSON instead of lines.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub act: Act,
}

/// One command.
#[derive(Debug, Subcommand)]
pub enum Act {
    /// Turn a one-time code into this device.
    Enrol {
        /// Where the server is: `https://host[:port]`; plain `http` to this machine only.
        url: String,
        /// What `hongqi-server invite` printed.
        code: String,
    },
    /// Exchange with the server until nothing is left to say.
    Sync {
        /// Give up after so many seconds; what was exchanged by then stays.
        #[arg(long, default_value_t = super::net::DEADLINE.as_secs(), value_name = "SECONDS")]
        deadline: u64,
    },
    /// Whose phone this is, what is unread, what waits.
    Status,
    /// The feed, pinned first, then newest first.
    Feed,
    /// One article; it counts as read from now on.
    Article {
        /// Article.
        id: String,
    },
    /// Publish an article on an organisation's board.
    Publish {
        /// Organisation: number or id.
        org: String,
        /// One line.
        title: String,
        /// Text.
        body: String,
        /// What sort it is; a circular if it is a must-read, unless said.
        #[arg(long, value_parser = article_category)]
        category: Option<Category>,
        /// Ask every reader to acknowledge it.
        #[arg(long)]
        must_read: bool,
        /// Until when, as RFC 3339.
        #[arg(long, value_parser = moment, requires = "must_read")]
        due: Option<Timestamp>,
    },
    /// Change an article.
    EditArticle {
        /// Article.
        id: String,
        /// New title.
        #[arg(long)]
        title: Option<String>,
        /// New text.
        #[arg(long)]
        body: Option<String>,
        /// Another sort.
        #[arg(long, value_parser = article_category)]
        category: Option<Category>,
        /// Another date by which to acknowledge it, as RFC 3339.
        #[arg(long, value_parser = moment, conflicts_with = "no_due")]
        due: Option<Timestamp>,
        /// No date any more.
        #[arg(long)]
        no_due: bool,
    },
    /// Acknowledge a must-read article.
    Ack {
        /// Article.
        id: String,
    },
    /// The discussions.
    Talks,
    /// The newest messages of a discussion.
    Messages {
        /// Space, number of an organisation, or article.
        space: String,
    },
    /// Post a message.
    Post {
        /// Space, number of an organisation, or article.
        space: String,
        /// Text.
        text: String,
        /// The message it replies to.
        #[arg(long, value_name = "ID")]
        reply: Option<String>,
        /// Whom it mentions.
        #[arg(long, value_name = "MEMBERNUMBER")]
        mention: Vec<String>,
        /// Whoever holds this role where the discussion belongs.
        #[arg(long, value_name = "ROLE")]
        mention_role: Vec<Role>,
    },
    /// Replace the text of an own message.
    Edit {
        /// Message.
        id: String,
        /// New text.
        text: String,
    },
    /// Withdraw an own message, or an article.
    Withdraw {
        /// Message or article.
        id: String,
    },
    /// React to a message; without an emoji: take the reaction back.
    React {
        /// Message.
        id: String,
        /// One emoji.
        emoji: Option<String>,
    },
    /// Activities, the soonest first.
    Activities,
    /// Plan an activity.
    Plan {
        /// Organisation: number or id.
        org: String,
        /// One line.
        title: String,
        /// Where.
        place: String,
        /// RFC 3339.
        #[arg(value_parser = moment)]
        starts: Timestamp,
        /// RFC 3339.
        #[arg(value_parser = moment)]
        ends: Timestamp,
        /// Anything else.
        #[arg(long, default_value = "")]
        note: String,
        /// What is on.
        #[arg(long, default_value = "")]
        agenda: String,
    },
    /// Say "I am here".
    CheckIn {
        /// Activity.
        id: String,
    },
    /// Call the roll.
    RollCall {
        /// Activity.
        id: String,
        /// `NUMBER=present`, `NUMBER=absent` or `NUMBER=excused`, one for each person.
        #[arg(required = true, value_parser = roll_mark, value_name = "MEMBERNUMBER=MARK")]
        marks: Vec<(String, Mark)>,
    },
    /// Who attended.
    Attendance {
        /// Activity.
        id: String,
        /// As a file.
        #[arg(long)]
        csv: bool,
    },
    /// What is done about an activity.
    #[command(flatten)]
    Meeting(meeting::Act),
    /// What is done at a door.
    #[command(flatten)]
    Door(doors::Act),
    /// What this member has still to acknowledge.
    Due,
    /// Who has not acknowledged an article, as far as this member may know.
    Outstanding {
        /// Article.
        id: String,
    },
    /// The wordings that an article has had.
    Revisions {
        /// Article.
        id: String,
    },
    /// Gatherings and groups: what goes on, then what is over.
    Gatherings,
    /// Open a gathering of all below an organisation.
    Gather {
        /// Organisation: number or id.
        org: String,
        /// One line.
        topic: String,
        /// RFC 3339.
        #[arg(value_parser = moment)]
        ends: Timestamp,
    },
    /// Open a group of named people.
    Group {
        /// One line.
        topic: String,
        /// When it ends, as RFC 3339; never unless said.
        #[arg(long, value_parser = moment)]
        ends: Option<Timestamp>,
        /// Numbers of members.
        #[arg(required = true, value_name = "MEMBERNUMBER")]
        members: Vec<String>,
    },
    /// Keep the discussion of a gathering in sync from now on.
    Join {
        /// Gathering.
        id: String,
    },
    /// Give a gathering or a group more time.
    Extend {
        /// Gathering or group.
        id: String,
        /// RFC 3339.
        #[arg(value_parser = moment)]
        ends: Timestamp,
    },
    /// Who takes part in a group.
    Participants {
        /// Group.
        id: String,
    },
    /// Bring people into an own group.
    BringIn {
        /// Group.
        id: String,
        /// Numbers of members.
        #[arg(required = true, value_name = "MEMBERNUMBER")]
        members: Vec<String>,
    },
    /// Send somebody away from an own group.
    SendAway {
        /// Group.
        id: String,
        /// Whom.
        #[arg(value_name = "MEMBERNUMBER")]
        member: String,
    },
    /// Leave a group.
    LeaveGroup {
        /// Group.
        id: String,
    },
    /// The groups that this member has left; with a space, after coming back to that one.
    Left {
        /// Back into this one.
        #[arg(long, value_name = "SPACE")]
        come_back: Option<String>,
    },
    /// Want no notice of a discussion.
    Mute {
        /// Space, number of an organisation, or article.
        space: String,
        /// Want it again.
        #[arg(long)]
        off: bool,
    },
    /// End a gathering or a group before its time.
    EndGathering {
        /// Gathering or group.
        id: String,
        /// What is pinned above it.
        #[arg(long)]
        summary: Option<String>,
    },
    /// The consultations that this member reads.
    Consultations,
    /// Ask the desk of an organisation in private, around who leads the own branch.
    Ask {
        /// Organisation: number or id.
        org: String,
        /// One line.
        subject: String,
        /// The first message.
        question: String,
        /// What sort of question it is.
        #[arg(long, default_value = "other", value_parser = case_category)]
        category: CaseCategory,
        /// Leave nobody out.
        #[arg(long)]
        read_by_all: bool,
    },
    /// How far a consultation is and who can read it; with a step, after that step.
    Consultation {
        /// Space.
        space: String,
        /// What is done with it.
        #[arg(long)]
        step: Option<CaseStep>,
        /// To whom it is handed over, or who is left out.
        #[arg(long, value_name = "MEMBERNUMBER")]
        to: Option<String>,
    },
    /// Search articles, messages, activities and gatherings.
    Search {
        /// Words; one Chinese character is enough.
        text: String,
    },
    /// What waits to be sent, or was refused; with a document, after doing that about it.
    Outbox {
        /// Document.
        #[arg(requires = "step")]
        id: Option<String>,
        /// What is done about it.
        #[arg(requires = "id")]
        step: Option<OutboxStep>,
    },
    /// The members of an organisation, of the own one unless said otherwise.
    Members {
        /// Organisation: number or id.
        org: Option<String>,
    },
    /// Keep an article at hand; without an id: list the bookmarks.
    Bookmark {
        /// Article or other document.
        id: Option<String>,
        /// No longer.
        #[arg(long, requires = "id")]
        remove: bool,
    },
    /// Keep text for later; without text: list the drafts.
    Draft {
        /// Text.
        text: Option<String>,
        /// One line.
        #[arg(long, default_value = "")]
        title: String,
    },
}

/// What is done with a consultation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum CaseStep {
    /// The desk has answered.
    Answered,
    /// Nothing more is to be said.
    Close,
    /// The asker has more to say.
    Reopen,
    /// Another of the desk goes on.
    HandOver,
    /// One of the desk is to read no more of it.
    LeaveOut,
}

/// What is done about something in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum OutboxStep {
    /// Take back what has not left the device.
    Cancel,
    /// Send once more what was refused.
    Retry,
    /// Let go of what was refused.
    Discard,
}

pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|time| Timestamp(time.timestamp_millis()))
        .map_err(|_| "RFC 3339 expected, for instance 2026-07-01T12:30:00+08:00".to_owned())
}

pub(super) fn roll_mark(text: &str) -> Result<(String, Mark), String> {
    let wrong = || "MEMBERNUMBER=present|absent|excused expected".to_owned();
    let (number, mark) = text.rsplit_once('=').ok_or_else(wrong)?;
    if number.is_empty() {
        return Err(wrong());
    }
    Ok((number.to_owned(), Mark::from_name(mark).ok_or_else(wrong)?))
}

/// The one of `known` that is called so.
pub(super) fn named<T: Copy>(known: &[(&str, T)], text: &str) -> Result<T, String> {
    let found = known.iter().find(|(name, _)| *name == text);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
        format!("one of {} expected", names.join(", "))
    })
}

fn article_category(text: &str) -> Result<Category, String> {
    let known =
        [("information", Category::Information), ("zone-news", Category::ZoneNews), ("circular", Category::Circular)];
    named(&known, text)
}

fn case_category(text: &str) -> Result<CaseCategory, String> {
    let known = [
        ("other", CaseCategory::Other),
        ("policy", CaseCategory::Policy),
        ("membership", CaseCategory::Membership),
        ("enterprise", CaseCategory::Enterprise),
        ("complaint", CaseCategory::Complaint),
    ];
    named(&known, text)
}
