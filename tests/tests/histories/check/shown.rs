//! That all who may read something show the same of it, and what the accepted acts come to.

use std::collections::{BTreeMap, BTreeSet};

use hongqi_core::Core;
use hongqi_core::activity::AttendanceRow;
use hongqi_core::clock::Timestamp;
use hongqi_core::document::Kind;
use hongqi_core::ids::{DocId, MemberId, OrgId, SpaceId};
use hongqi_core::outbox::Delivery;
use hongqi_core::role::Role;
use hongqi_core::talk::MessageView;
use hongqi_tests::world::Sim;
use hongqi_tests::world::handset::Handset;

use super::{Log, is_gone_space};
use crate::model::{Model, Standing};
use crate::town::Town;

/// What a server that was set back has lost for good, since nobody could give it back: each phone keeps what it had of it.
#[derive(Default)]
pub struct Gone {
    /// The documents, and what they are about: the activity of a roll mark, the resolution of a vote, and its activity.
    docs: BTreeSet<DocId>,
    spaces: BTreeSet<SpaceId>,
    reactions: BTreeSet<SpaceId>,
}

impl Gone {
    pub fn of(town: &Town, logs: &Log) -> Self {
        let there: BTreeMap<DocId, Vec<_>> = logs.iter().fold(BTreeMap::new(), |mut out, ((_, doc), changes)| {
            out.entry(*doc).or_insert_with(Vec::new).push(changes);
            out
        });
        let about: BTreeMap<DocId, DocId> =
            town.accepted.iter().filter_map(|((doc, _), given)| Some((*doc, given.subject?))).collect();
        let mut out = Self::default();
        for ((doc, change), given) in &town.accepted {
            if there.get(doc).is_some_and(|logs| logs.iter().any(|changes| changes.contains_key(change))) {
                continue;
            }
            let subject = about.get(doc);
            out.docs.extend([Some(doc), subject, subject.and_then(|subject| about.get(subject))].into_iter().flatten());
            out.spaces.insert(given.space);
            if given.kind == Some(Kind::ReactionSheet) {
                out.reactions.insert(given.space);
            }
        }
        out
    }

    /// Whether something of a document is lost, or of what is about it.
    pub fn touches(&self, doc: DocId) -> bool {
        self.docs.contains(&doc)
    }

    /// Whether something in a space is lost.
    pub fn space(&self, space: SpaceId) -> bool {
        self.spaces.contains(&space)
    }

    /// Whether somebody's reactions in a discussion are.
    fn reactions(&self, space: SpaceId) -> bool {
        self.reactions.contains(&space)
    }
}

/// What phones show of activities and groups is what the accepted acts come to.
pub fn as_the_model_says(sim: &Sim, town: &Town, logs: &Log, gone: &Gone) {
    let model = Model::new(sim, logs);
    for phone in town.present() {
        phone.within(|core| {
            let roles = core.directory().roles().unwrap();
            for (activity, board) in model.activities() {
                let leads = roles.iter().any(|role| role.org == board.org() && role.role >= Role::DESK);
                // What no server has any more is still shown by who had it.
                if !leads || gone.touches(activity) || core.activities().activity(activity).unwrap().is_none() {
                    continue;
                }
                for row in core.activities().attendance(activity).unwrap() {
                    let pending = row.pending.iter().map(|pending| pending.doc).collect();
                    let shown = Standing { status: row.status, leave: row.leave, pending };
                    let expected = model.standing(activity, row.member);
                    assert_eq!(shown, expected, "{} at {activity} as {} shows it", row.member, phone.member);
                }
                for election in [false, true] {
                    let quorum = core.activities().quorum(activity, election).unwrap();
                    assert!(model.quorum_holds(activity, election, &quorum), "{activity}: {quorum:?}");
                }
                for shown in core.activities().resolutions(activity).unwrap() {
                    if let (Some(tally), Delivery::AtServer) = (shown.tally, shown.delivery) {
                        let votes = model.votes(activity, shown.id);
                        assert!(model.tally_holds(activity, shown.id, &tally), "{tally:?}, not {votes:?}");
                    }
                }
                let guests = core.activities().guests(activity).unwrap();
                assert_eq!(guests.cast_signed(), model.guests(activity), "guests of {activity}");
            }
            let running = core.gatherings().running().unwrap();
            for group in running.iter().filter(|one| one.org.is_none() && one.delivery == Delivery::AtServer) {
                let shown = core.gatherings().participants(group.id).unwrap();
                let shown: BTreeSet<MemberId> = shown.into_iter().map(|one| one.member).collect();
                if !gone.space(group.space) {
                    assert_eq!(shown, model.participants(group.id), "{} as {} shows it", group.id, phone.member);
                }
            }
        });
    }
}

/// Whoever shows a discussion, an article, an activity shows the same.
pub fn the_same_shown(sim: &Sim, town: &Town, gone: &Gone) {
    let mut shown: BTreeMap<String, (String, MemberId)> = BTreeMap::new();
    // Its author shows as refused what others have of it: who moved away and came back, who altered it too late.
    let refused: BTreeSet<DocId> = town.present().flat_map(refused).collect();
    for phone in town.present() {
        phone.within(|core| {
            let items = core.outbox().items().unwrap();
            let own: BTreeSet<SpaceId> =
                items.iter().filter(|item| item.kind == Kind::Message).map(|item| item.space).collect();
            let mut compare = |what: String, value: String| {
                let first = shown.entry(what.clone()).or_insert_with(|| (value.clone(), phone.member));
                assert_eq!(first.0, value, "{what}: {} and {} differ", first.1, phone.member);
            };
            for talk in core.talk().list().unwrap() {
                // A group that nobody can give back is no server's any more: each phone keeps what it had.
                if is_gone_space(sim, town, talk.space) {
                    continue;
                }
                assert!(!talk.gap, "a gap is left in {}", talk.space);
                let all = messages(core, talk.space, gone);
                let lines = |left_out: &BTreeSet<DocId>| {
                    let kept = all.iter().filter(|message| !left_out.contains(&message.id));
                    kept.map(|message| format!("{message:?}")).collect::<Vec<_>>().join("\n")
                };
                compare(format!("taken {}", talk.space), lines(&refused));
                if !own.contains(&talk.space) {
                    compare(format!("talk {}", talk.space), lines(&BTreeSet::new()));
                }
                if !gone.space(talk.space) && !gone.space(SpaceId::personal(phone.member)) {
                    compare(
                        format!("unread {} {}", talk.space, phone.member),
                        format!("{} {}", talk.unread, talk.muted),
                    );
                }
            }
            let mut orgs: BTreeMap<OrgId, Vec<String>> = BTreeMap::new();
            for item in core.feed().page(None, 100).unwrap().items {
                if item.delivery == Delivery::AtServer {
                    let body = core.feed().article(item.id).unwrap().unwrap().body;
                    let line = format!("{} {} {} {} {body}", item.id, item.title, item.pinned, item.edited);
                    orgs.entry(item.org).or_default().push(line);
                    let own = (item.read, item.bookmarked, item.acknowledged);
                    compare(format!("own {} {}", item.id, phone.member), format!("{own:?}"));
                }
            }
            for (org, articles) in orgs {
                compare(format!("board {org}"), format!("{articles:?}"));
            }
            for mut activity in core.activities().list(Timestamp(0), 200).unwrap() {
                if activity.delivery == Delivery::AtServer && !gone.touches(activity.id) {
                    let own = activity.checked_in.take();
                    compare(format!("checked in {} {}", activity.id, phone.member), format!("{own:?}"));
                    compare(format!("activity {}", activity.id), format!("{activity:?}"));
                    // Who reads the desk through the filter sees some of it; one member's phones see the same of it.
                    let rows = core.activities().attendance(activity.id).unwrap();
                    compare(format!("attendance {} {}", activity.id, phone.member), format!("{rows:?}"));
                    // Names and homes only as far as the boards of all of them are followed.
                    let nameless = rows.into_iter().map(|row| AttendanceRow { name: String::new(), home: None, ..row });
                    let mut rows: Vec<_> = nameless.collect();
                    rows.sort_by_key(|row| row.member);
                    let rows = format!("{rows:?}");
                    if core
                        .directory()
                        .roles()
                        .unwrap()
                        .iter()
                        .any(|role| role.org == activity.org && role.role >= Role::Organiser)
                    {
                        compare(format!("attendance {}", activity.id), rows);
                    }
                }
            }
            let over = core.gatherings().archive(None, 200).unwrap().gatherings;
            for gathering in core.gatherings().running().unwrap().into_iter().chain(over) {
                if gathering.delivery == Delivery::AtServer && !gone.touches(gathering.id) {
                    let (topic, by, state) = (gathering.topic, gathering.author, gathering.state);
                    let rest = (gathering.opened_at, gathering.ends, gathering.closed, gathering.summary);
                    compare(format!("gathering {}", gathering.id), format!("{topic} {by} {state:?} {rest:?}"));
                }
            }
            for case in core.consult().list(200).unwrap() {
                if case.delivery == Delivery::AtServer && !gone.space(case.space) {
                    let said = (case.asker, case.desk, case.subject, case.category, case.left_out, case.at);
                    compare(format!("case {}", case.space), format!("{said:?} {:?}", case.state));
                }
            }
            let mut bookmarks = core.personal().bookmarks().unwrap();
            bookmarks.sort();
            let mut drafts = core.personal().drafts().unwrap();
            // A lost phone gives nothing back to a server that was set back: another has its draft if it came in time.
            drafts.retain(|draft| !gone.touches(draft.id));
            drafts.sort_by_key(|draft| draft.id);
            compare(format!("personal {}", phone.member), format!("{bookmarks:?} {drafts:?}"));
            compare(format!("roles {}", phone.member), format!("{:?}", core.directory().roles().unwrap()));
        });
    }
}

/// What of a phone's own was refused.
fn refused(phone: &Handset) -> BTreeSet<DocId> {
    phone.within(|core| core.outbox().items().unwrap()).into_iter().map(|item| item.doc).collect()
}

/// What a discussion shows of what is at the server, without what is the reader's own.
fn messages(core: &Core, space: SpaceId, gone: &Gone) -> Vec<MessageView> {
    // A sheet that was refused as a whole is still shown to its author (the outbox says so), and to nobody else.
    let only_mine = core.outbox().items().unwrap().iter().any(|item| {
        let refused = matches!(item.delivery, Delivery::Refused(_)) && item.cancellable;
        refused && item.kind == Kind::ReactionSheet && item.space == space
    });
    let mut out = Vec::new();
    let mut before = None;
    loop {
        let page = core.talk().page(space, before, 50).unwrap();
        let mut shown: Vec<_> =
            page.messages.into_iter().filter(|message| message.delivery == Delivery::AtServer).collect();
        shown.retain(|message| !gone.touches(message.id));
        for message in &mut shown {
            if gone.reactions(space) {
                message.reactions.clear();
            }
            if only_mine {
                message.reactions.iter_mut().for_each(|reaction| reaction.count -= u64::from(reaction.own));
                message.reactions.retain(|reaction| reaction.count > 0);
                message.reactions.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.emoji.cmp(&b.emoji)));
            }
            message.reactions.iter_mut().for_each(|reaction| reaction.own = false);
            (message.unread, message.arrived_later, message.mentions_me) = (false, false, false);
        }
        out.splice(0..0, shown);
        match page.before {
            Some(_) => before = page.before,
            None => return out,
        }
    }
}
