//! Commands that look. What is opened is noted as read, which only the member's own devices learn.

use std::collections::HashMap;

use hongqi_core::Core;
use hongqi_core::activity::ActivityView;
use hongqi_core::clock::Timestamp;
use hongqi_core::directory::RoleView;
use hongqi_core::feed::{Category, FeedItem};
use hongqi_core::ids::{DocId, MemberId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::search::HitKind;
use hongqi_core::speech::Language;
use hongqi_core::talk::MessageView;
use serde::Serialize;

use super::cli::Act;
use super::failure::Failure;
use super::show::{Shown, TITLE, attendance, clip, delivery, short, speech, table};
use super::{find, write};

/// As much as one page gives.
const PAGE: usize = 100;

/// Answers `act` if it looks; `None` if it changes something.
pub fn run(core: &Core, act: &Act) -> Result<Option<Shown>, Failure> {
    Ok(Some(match act {
        Act::Status => status(core)?,
        Act::Feed => feed(core)?,
        Act::Article { id } => article(core, find::doc(core, id)?)?,
        Act::Talks => talks(core)?,
        Act::Messages { space } => messages(core, find::talk(core, space)?)?,
        Act::Activities => activities(core)?,
        Act::Attendance { id, csv } => attendance_of(core, find::doc(core, id)?, *csv)?,
        Act::Search { text } => search(core, text)?,
        Act::Outbox { id: None, .. } => outbox(core)?,
        Act::Members { org } => members(core, org.as_deref())?,
        Act::Bookmark { id: None, .. } => {
            let bookmarks = core.personal().bookmarks()?;
            Shown::new(&bookmarks, bookmarks.iter().map(ToString::to_string).collect())?
        }
        Act::Draft { text: None, .. } => {
            let drafts = core.personal().drafts()?;
            let row = |draft: &hongqi_core::personal::DraftView| {
                vec![short(draft.id), clip(&draft.title, TITLE), clip(&draft.text, TITLE)]
            };
            Shown::new(&drafts, table(&drafts.iter().map(row).collect::<Vec<_>>()))?
        }
        _ => return Ok(None),
    }))
}

#[derive(Serialize)]
struct StatusView {
    member: MemberId,
    name: String,
    device: hongqi_core::ids::DeviceId,
    home: hongqi_core::ids::OrgId,
    home_name: String,
    server: Option<String>,
    roles: Vec<RoleView>,
    unread_articles: u64,
    unread_messages: u64,
    waiting: usize,
    refused: usize,
}

fn status(core: &Core) -> Result<Shown, Failure> {
    let me = core.me()?;
    let outbox = core.outbox().items()?;
    let refused = outbox.iter().filter(|item| matches!(item.delivery, Delivery::Refused(_))).count();
    let directory = core.directory();
    let view = StatusView {
        member: me.member,
        name: directory.member(me.member)?.map(|me| me.name).unwrap_or_default(),
        device: me.device,
        home: me.home,
        home_name: directory.org(me.home)?.map(|org| org.name).unwrap_or_default(),
        server: core.server_url()?,
        roles: directory.roles()?,
        unread_articles: core.feed().unread()?,
        unread_messages: core.talk().list()?.iter().map(|talk| talk.unread).sum(),
        waiting: outbox.len() - refused,
        refused,
    };
    let orgs: HashMap<_, _> = directory.orgs()?.into_iter().map(|org| (org.id, org.name)).collect();
    let role = |role: &RoleView| {
        let place = orgs.get(&role.org).cloned().unwrap_or_else(|| short(role.org));
        let until = role.until.map(|until| format!(" until {until}")).unwrap_or_default();
        format!("{} of {place}{until}", role.role.name().replace('_', " "))
    };
    let roles: Vec<_> = view.roles.iter().map(role).collect();
    let lines = table(&[
        vec!["member".into(), format!("{} {}", view.name, short(view.member))],
        vec!["home".into(), format!("{} {}", view.home_name, short(view.home))],
        vec!["device".into(), short(view.device)],
        vec!["server".into(), view.server.clone().unwrap_or_default()],
        vec!["roles".into(), roles.join("; ")],
        vec!["unread".into(), format!("{} articles, {} messages", view.unread_articles, view.unread_messages)],
        vec!["outbox".into(), format!("{} waiting, {} refused", view.waiting, view.refused)],
    ]);
    Shown::new(&view, lines)
}

/// All articles, over as many pages as there are.
pub fn all_articles(core: &Core) -> Result<Vec<FeedItem>, Failure> {
    let (mut items, mut after) = (Vec::new(), None);
    loop {
        let page = core.feed().page(after, PAGE)?;
        items.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(items);
        }
    }
}

fn feed(core: &Core) -> Result<Shown, Failure> {
    let items = all_articles(core)?;
    let row = |item: &FeedItem| {
        let mut marks = Vec::new();
        marks.extend((!item.read).then(|| "unread".to_owned()));
        marks.extend(item.pinned.then(|| "pinned".to_owned()));
        marks.extend(item.edited.then(|| "edited".to_owned()));
        marks.extend(item.bookmarked.then(|| "bookmarked".to_owned()));
        marks.extend(item.must_read.then(|| match (&item.acknowledged, item.due) {
            (Some(state), _) => format!("acknowledged ({})", delivery(state)),
            (None, Some(due)) => format!("must read by {due}"),
            (None, None) => "must read".to_owned(),
        }));
        let category = match item.category {
            Category::Information => "information",
            Category::ZoneNews => "zone news",
            Category::Circular => "circular",
        };
        vec![
            short(item.id),
            item.published_at.to_string(),
            category.into(),
            clip(&item.title, TITLE),
            clip(&item.org_name, 24),
            delivery(&item.delivery),
            marks.join(", "),
        ]
    };
    Shown::new(&items, table(&items.iter().map(row).collect::<Vec<_>>()))
}

fn article(core: &Core, id: DocId) -> Result<Shown, Failure> {
    let Some(_) = core.feed().article(id)? else { return Err(hongqi_core::Error::NotFound.into()) };
    core.personal().mark_read(id)?;
    let Some(view) = core.feed().article(id)? else { return Err(hongqi_core::Error::NotFound.into()) };
    let item = &view.item;
    let mut lines = vec![item.title.clone()];
    lines.push(format!("{}  {}  {}", item.org_name, item.published_at, delivery(&item.delivery)));
    if item.must_read {
        let own =
            item.acknowledged.as_ref().map_or("not yet by you".to_owned(), |own| format!("yours: {}", delivery(own)));
        let others = speech().acknowledged(&view.acknowledgements);
        lines.push(format!("must read; {others}, as far as is known here ({own})"));
    }
    lines.push(String::new());
    lines.extend(view.body.lines().map(str::to_owned));
    lines.push(String::new());
    lines.push(format!("article {}  thread {}", item.id, view.thread));
    Shown::new(&view, lines)
}

fn talks(core: &Core) -> Result<Shown, Failure> {
    let talks = core.talk().list()?;
    let row = |talk: &hongqi_core::talk::TalkView| {
        let last = talk.last.as_ref().map(|last| format!("{}: {}", last.author_name, last.body)).unwrap_or_default();
        let mut marks = vec![format!("{} unread", talk.unread)];
        marks.extend(talk.muted.then(|| "muted".to_owned()));
        marks.extend(talk.gap.then(|| "older messages at the server".to_owned()));
        vec![talk.space.to_string(), clip(&talk.name, 32), marks.join(", "), clip(&last, TITLE)]
    };
    Shown::new(&talks, table(&talks.iter().map(row).collect::<Vec<_>>()))
}

/// The newest messages of a discussion; what is shown counts as read.
fn messages(core: &Core, space: SpaceId) -> Result<Shown, Failure> {
    let page = core.talk().page(space, None, 2 * PAGE)?;
    if let Some(last) = page.messages.last() {
        core.personal().mark_talk_read(last.id)?;
    }
    let row = |message: &MessageView| {
        let body = if message.withdrawn { "(withdrawn)" } else { message.body.as_str() };
        let mut text = clip(body, 2 * TITLE);
        if let Some(reply) = message.reply {
            text = format!("↳{} {text}", short(reply));
        }
        for reaction in &message.reactions {
            text.push_str(&format!("  {}×{}", reaction.emoji, reaction.count));
        }
        if message.edited {
            text.push_str("  (edited)");
        }
        if let Some(other) = &message.other {
            text.push_str(&format!("  (also written: {})", clip(other, TITLE)));
        }
        let state = delivery(&message.delivery);
        vec![short(message.id), message.written_at.to_string(), clip(&message.author_name, 16), state, text]
    };
    let mut lines = table(&page.messages.iter().map(row).collect::<Vec<_>>());
    if page.gap {
        lines.push("older messages are at the server; they arrive with the next sync".to_owned());
    }
    Shown::new(&page, lines)
}

fn activities(core: &Core) -> Result<Shown, Failure> {
    let list = core.activities().list(Timestamp(i64::MIN), 2 * PAGE)?;
    let row = |activity: &ActivityView| {
        vec![
            short(activity.id),
            format!("{} to {}", activity.starts, activity.ends),
            clip(&activity.title, TITLE),
            clip(&activity.place, 32),
            delivery(&activity.delivery),
            if activity.cancelled { "cancelled".to_owned() } else { String::new() },
        ]
    };
    Shown::new(&list, table(&list.iter().map(row).collect::<Vec<_>>()))
}

fn attendance_of(core: &Core, id: DocId, csv: bool) -> Result<Shown, Failure> {
    if csv {
        let file = core.activities().attendance_csv(id, Language::English, 0)?;
        return Shown::new(&file, file.lines().map(str::to_owned).collect());
    }
    let rows = core.activities().attendance(id)?;
    let names = write::names(core)?;
    let name = |member: MemberId| names.get(&member).cloned().unwrap_or_else(|| short(member));
    let row = |row: &hongqi_core::activity::AttendanceRow| {
        let received = match (row.happened_at, row.received_at) {
            (_, Some(at)) => format!("at server {at}"),
            (Some(_), None) => "not yet at server".to_owned(),
            (None, None) => String::new(),
        };
        let happened = row.happened_at.map(|at| at.to_string()).unwrap_or_default();
        let shown = if row.name.is_empty() { short(row.member) } else { row.name.clone() };
        vec![shown, attendance(&row.status, name), happened, received]
    };
    Shown::new(&rows, table(&rows.iter().map(row).collect::<Vec<_>>()))
}

fn search(core: &Core, text: &str) -> Result<Shown, Failure> {
    let hits = core.search().find(text, 2 * PAGE)?;
    let row = |hit: &hongqi_core::search::Hit| {
        let kind = match hit.kind {
            HitKind::Article => "article",
            HitKind::Message => "message",
            HitKind::Activity => "activity",
            HitKind::Gathering => "gathering",
        };
        vec![short(hit.doc), kind.to_owned(), hit.at.to_string(), clip(&hit.text, 2 * TITLE)]
    };
    Shown::new(&hits, table(&hits.iter().map(row).collect::<Vec<_>>()))
}

pub fn outbox(core: &Core) -> Result<Shown, Failure> {
    let items = core.outbox().items()?;
    let row = |item: &hongqi_core::outbox::OutboxItem| {
        let kind = format!("{:?}", item.kind);
        let back = if item.cancellable { "can be taken back" } else { "" };
        vec![short(item.doc), kind, item.written_at.to_string(), delivery(&item.delivery), back.to_owned()]
    };
    Shown::new(&items, table(&items.iter().map(row).collect::<Vec<_>>()))
}

fn members(core: &Core, org: Option<&str>) -> Result<Shown, Failure> {
    let home = match org {
        Some(org) => find::org(org),
        None => core.me()?.home,
    };
    let members = core.directory().members(home)?;
    let row = |member: &hongqi_core::directory::MemberView| {
        vec![member.number.clone(), member.name.clone(), member.standing.clone(), short(member.id)]
    };
    Shown::new(&members, table(&members.iter().map(row).collect::<Vec<_>>()))
}
