//! Commands that change something. Each is durable on this device when it returns.

use std::collections::HashMap;
use std::time::Duration;

use hongqi_core::activity::{Mark, NewActivity};
use hongqi_core::feed::{ArticleEdit, Category, DueEdit, NewArticle};
use hongqi_core::ids::{DocId, MemberId};
use hongqi_core::outbox::Delivery;
use hongqi_core::talk::NewMessage;
use hongqi_core::{Core, Error};
use serde::Serialize;

use super::cli::{Act, OutboxStep};
use super::failure::Failure;
use super::show::{Shown, delivery};
use super::{find, net, read};

#[derive(Serialize)]
struct Done {
    id: DocId,
    delivery: Delivery,
}

/// Does `act`.
pub fn run(core: &Core, act: &Act) -> Result<Shown, Failure> {
    match act {
        Act::Publish { org, title, body, category, must_read, due } => {
            let usual = if *must_read { Category::Circular } else { Category::Information };
            let category = category.unwrap_or(usual);
            let article = NewArticle { title, body, category, must_read: *must_read, due: *due };
            done(core, core.feed().publish(find::org(org), &article)?)
        }
        Act::EditArticle { id, title, body, category, due, no_due } => {
            let id = find::doc(core, id)?;
            let due = if *no_due { Some(DueEdit::Removed) } else { due.map(DueEdit::By) };
            let (title, body) = (title.as_deref(), body.as_deref());
            core.feed().edit(id, &ArticleEdit { title, body, category: *category, due })?;
            done(core, id)
        }
        Act::Ack { id } => {
            let id = find::doc(core, id)?;
            core.feed().acknowledge(id)?;
            let article = core.feed().article(id)?.ok_or(Error::NotFound)?;
            say(id, article.item.acknowledged.unwrap_or(Delivery::OnDevice))
        }
        Act::Post { space, text, reply, mention, mention_role } => {
            let space = find::talk(core, space)?;
            let reply = reply.as_deref().map(|reply| find::doc(core, reply)).transpose()?;
            let mentions: Vec<_> = mention.iter().map(|number| MemberId::from_number(number)).collect();
            let message = NewMessage { body: text, reply, mentions: &mentions, roles: mention_role };
            done(core, core.talk().post_message(space, &message)?)
        }
        Act::Mute { space, off } => {
            let space = find::talk(core, space)?;
            core.personal().mute(space, !off)?;
            say(space.doc(), Delivery::OnDevice)
        }
        Act::Outbox { id: Some(id), step: Some(step) } => {
            let id = find::doc(core, id)?;
            match step {
                OutboxStep::Cancel => core.outbox().cancel(id)?,
                OutboxStep::Retry => core.outbox().retry(id)?,
                OutboxStep::Discard => core.outbox().discard(id)?,
            }
            read::outbox(core)
        }
        Act::Edit { id, text } => {
            let id = find::doc(core, id)?;
            core.talk().edit(id, text)?;
            done(core, id)
        }
        Act::Withdraw { id } => withdraw(core, find::doc(core, id)?),
        Act::React { id, emoji } => {
            let id = find::doc(core, id)?;
            core.talk().react(id, emoji.as_deref())?;
            say(id, Delivery::OnDevice)
        }
        Act::Plan { org, title, place, starts, ends, note, agenda } => {
            let activity = NewActivity { title, place, note, agenda, starts: *starts, ends: *ends };
            done(core, core.activities().plan(find::org(org), &activity)?)
        }
        Act::CheckIn { id } => done(core, core.activities().check_in(find::doc(core, id)?)?),
        Act::RollCall { id, marks } => {
            let id = find::doc(core, id)?;
            let marks: Vec<(MemberId, Mark)> =
                marks.iter().map(|(number, mark)| (MemberId::from_number(number), *mark)).collect();
            core.activities().call_roll(id, &marks)?;
            say(id, Delivery::OnDevice)
        }
        Act::Bookmark { id: Some(id), remove } => {
            let id = find::doc(core, id)?;
            core.personal().bookmark(id, !remove)?;
            say(id, Delivery::OnDevice)
        }
        Act::Draft { text: Some(text), title } => done(core, core.personal().new_draft(title, text, None)?),
        _ => Err(Failure::new("usage", "this command looks at something and was answered before")),
    }
}

/// What everybody is called whose card is here.
pub fn names(core: &Core) -> Result<HashMap<MemberId, String>, Failure> {
    let directory = core.directory();
    let mut names = HashMap::new();
    for org in directory.orgs()? {
        names.extend(directory.members(org.id)?.into_iter().map(|member| (member.id, member.name)));
    }
    Ok(names)
}

fn withdraw(core: &Core, id: DocId) -> Result<Shown, Failure> {
    let unsent = core.outbox().items()?.iter().any(|item| item.doc == id && item.cancellable);
    match core.talk().withdraw(id) {
        Ok(()) if unsent => Shown::new(
            &serde_json::json!({ "id": id, "gone": true }),
            vec!["gone: it had not left this device".to_owned()],
        ),
        Ok(()) => done(core, id),
        Err(Error::NotFound) => {
            core.feed().withdraw(id)?;
            done(core, id)
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the document has got to after the act.
fn done(core: &Core, id: DocId) -> Result<Shown, Failure> {
    let waiting = core.outbox().items()?.into_iter().find(|item| item.doc == id);
    say(id, waiting.map_or(Delivery::AtServer, |item| item.delivery))
}

fn say(id: DocId, state: Delivery) -> Result<Shown, Failure> {
    let lines = vec![format!("{id}  {}", delivery(&state))];
    Shown::new(&Done { id, delivery: state }, lines)
}

#[derive(Serialize)]
struct Synced {
    requests: u64,
    sent: u64,
    received: u64,
    waiting: u32,
    refused: u32,
}

/// Exchanges what there is.
pub fn sync(core: Core, deadline: Duration) -> Result<Shown, Failure> {
    core.me()?;
    let (report, stats) = net::sync(core, deadline)?;
    let view = Synced {
        requests: stats.requests,
        sent: stats.sent,
        received: stats.received,
        waiting: report.waiting,
        refused: report.refused,
    };
    let lines = vec![format!(
        "{} requests, {} bytes sent, {} received; {} waiting, {} refused",
        view.requests, view.sent, view.received, view.waiting, view.refused
    )];
    Shown::new(&view, lines)
}
