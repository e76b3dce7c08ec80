mod gatherings;
mod people;

use super::*;
use crate::activity::{
    ActivityView, AttendanceRow, Check, Doubt, Grade, Lack, LastWord, Leave, Mark, Need, Pending, Place, Status, quorum,
};
use crate::document::Kind;
use crate::feed::{Category, FeedItem};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::outbox::OutboxItem;
use crate::search::{Hit, HitKind};
use crate::sync::wire::Refusal;
use crate::talk::{MessageView, ReactionView, TalkView};

/// 2026-08-31 06:05 UTC: 14:05 in Beijing.
const NOW: Timestamp = Timestamp(1_788_156_300_000);
const HOUR: i64 = 3_600_000;
const ZH: Speech = Speech { language: Language::Chinese, now: NOW, utc_offset_minutes: 480 };
const EN: Speech = Speech { language: Language::English, ..ZH };

fn item() -> FeedItem {
    FeedItem {
        id: DocId::from_bytes([1; 16]),
        org: OrgId::from_number("B1"),
        org_name: "泵阀联合支部".to_owned(),
        title: "关于开展质量月学习的通知".to_owned(),
        category: Category::Circular,
        published_at: NOW.plus_ms(-HOUR),
        pinned: true,
        edited: false,
        must_read: true,
        due: Some(NOW.plus_ms(3 * 24 * HOUR)),
        acknowledged: None,
        read: false,
        bookmarked: false,
        delivery: Delivery::AtServer,
    }
}

fn message() -> MessageView {
    MessageView {
        id: DocId::from_bytes([2; 16]),
        author: MemberId::from_number("1"),
        author_name: "李明".to_owned(),
        body: "会改到三楼".to_owned(),
        reply: None,
        withdrawn: false,
        edited: false,
        other: None,
        written_at: NOW.plus_ms(24 * HOUR),
        at: NOW.plus_ms(-24 * HOUR),
        unread: false,
        arrived_later: false,
        after_end: false,
        mentions: Vec::new(),
        roles: Vec::new(),
        mentions_me: false,
        reactions: Vec::new(),
        delivery: Delivery::AtServer,
    }
}

#[test]
fn what_is_asked_comes_first_and_what_is_as_usual_is_not_said() {
    assert_eq!(
        ZH.feed_item(&item()),
        "置顶，必读，9月3日前确认，通知，泵阀联合支部，关于开展质量月学习的通知，今天13:05，未读"
    );
    let calm = FeedItem {
        pinned: false,
        read: true,
        acknowledged: Some(Delivery::AtServer),
        category: Category::Information,
        ..item()
    };
    assert_eq!(EN.feed_item(&calm), "acknowledged, 泵阀联合支部, 关于开展质量月学习的通知, today 13:05");
    let late = FeedItem { due: Some(NOW.plus_ms(-HOUR)), acknowledged: Some(Delivery::OnDevice), ..item() };
    assert!(ZH.feed_item(&late).contains("已确认，确认尚未发出"), "{}", ZH.feed_item(&late));
    let overdue = FeedItem { due: Some(NOW.plus_ms(-48 * HOUR)), ..item() };
    assert!(EN.feed_item(&overdue).contains("was to be acknowledged by 29 August"), "{}", EN.feed_item(&overdue));
}

#[test]
fn a_message_says_who_when_what_and_what_is_open() {
    // When it counts as written: its author's clock is two days ahead.
    assert_eq!(ZH.message(&message()), "李明，昨天14:05，会改到三楼");
    let unread = MessageView { unread: true, ..message() };
    assert_eq!(ZH.message(&unread), "未读，李明，昨天14:05，会改到三楼");
    let called = MessageView { unread: true, arrived_later: true, mentions_me: true, ..message() };
    assert_eq!(EN.message(&called), "mentions you, unread, arrived later, 李明, yesterday 14:05, 会改到三楼");
    let reaction = ReactionView { emoji: "👍".to_owned(), count: 3, own: true };
    let busy = MessageView {
        reply: Some(DocId::from_bytes([1; 16])),
        edited: true,
        reactions: vec![reaction],
        delivery: Delivery::Refused(Refusal::TooLarge),
        ..message()
    };
    assert_eq!(EN.message(&busy), "李明, yesterday 14:05, a reply, 会改到三楼, edited, 3 👍, refused: it is too large");
    let withdrawn = MessageView { withdrawn: true, body: String::new(), ..message() };
    assert_eq!(ZH.message(&withdrawn), "李明，昨天14:05，消息已撤回");
}

#[test]
fn a_discussion_says_its_last_message_in_short() {
    let space = SpaceId::standing(OrgId::from_number("B1"));
    let last = MessageView { body: "长".repeat(100), delivery: Delivery::OnDevice, ..message() };
    let name = "一支部".to_owned();
    let talk =
        TalkView { space, name, gathering: None, unread: 2, mentions: 1, last: Some(last), muted: true, gap: false };
    let said = ZH.talk(&talk);
    assert_eq!(said, format!("一支部，2条未读，1条提到您，李明：{}…，昨天14:05，尚未发出，免打扰", "长".repeat(60)));
}

fn activity() -> ActivityView {
    ActivityView {
        id: DocId::from_bytes([3; 16]),
        org: OrgId::from_number("B1"),
        title: "主题党日".to_owned(),
        place: "三楼会议室".to_owned(),
        note: String::new(),
        agenda: String::new(),
        minutes: String::new(),
        closed: None,
        starts: NOW.plus_ms(24 * HOUR),
        ends: NOW.plus_ms(26 * HOUR),
        cancelled: false,
        edited: false,
        checked_in: None,
        delivery: Delivery::AtServer,
    }
}

#[test]
fn an_activity_says_its_time_once() {
    assert_eq!(ZH.activity(&activity()), "主题党日，明天14:05至16:05，三楼会议室");
    let long = ActivityView { starts: NOW.plus_ms(-HOUR), ends: Timestamp(1_800_000_000_000), ..activity() };
    assert_eq!(EN.activity(&long), "going on now, 主题党日, today 13:05 to 15 January 2027 16:00, 三楼会议室");
}

#[test]
fn an_activity_says_whether_the_member_is_checked_in_and_whether_it_was_changed() {
    let now = ActivityView { starts: NOW.plus_ms(-HOUR), ends: NOW.plus_ms(HOUR), edited: true, ..activity() };
    let said = |checked_in| ZH.activity(&ActivityView { checked_in: Some(checked_in), ..now.clone() });
    assert_eq!(said(Delivery::AtServer), "正在进行，已签到，主题党日，今天13:05至15:05，三楼会议室，已修改");
    assert!(said(Delivery::OnDevice).contains("已签到，签到尚未发出，主题党日"));
    assert!(said(Delivery::Refused(Refusal::NotAllowed)).contains("签到未被接收，主题党日"));
}

#[test]
fn attendance_outbox_and_hits_are_said_too() {
    let by = MemberId::from_number("9");
    let row = AttendanceRow {
        member: MemberId::from_number("2"),
        name: "王芳".to_owned(),
        home: None,
        place: Place::Voter,
        status: Status::Disputed(vec![LastWord { by, mark: Mark::Absent }]),
        leave: Some(Leave::Denied),
        doubts: vec![],
        pending: vec![],
        came: None,
        went: None,
        stayed_ms: None,
        happened_at: Some(NOW),
        received_at: None,
    };
    assert_eq!(ZH.attendance(&row), "王芳，记录不一致，待核实，未准假，尚未发出");
    let present = AttendanceRow {
        status: Status::Present(Grade::Claimed),
        leave: None,
        doubts: vec![Doubt::RevokedDoor],
        pending: vec![Pending { doc: DocId::from_bytes([5; 16]), by, mark: Mark::Absent }],
        received_at: Some(NOW),
        ..row
    };
    let said = "王芳, present, by own word, the door was revoked, a correction waits for a second signature";
    assert_eq!(EN.attendance(&present), said);
    let waiting = OutboxItem {
        doc: DocId::from_bytes([4; 16]),
        space: SpaceId::desk(OrgId::from_number("B1")),
        kind: Kind::CheckIn,
        written_at: NOW,
        cancellable: true,
        delivery: Delivery::OnDevice,
    };
    assert_eq!(EN.outbox_item(&waiting), "check-in, today 14:05, not sent yet, can be cancelled");
    let hit =
        Hit {
            doc: waiting.doc, space: waiting.space, kind: HitKind::Article, at: NOW, text: "标题\n正文".to_owned()
        };
    assert_eq!(ZH.hit(&hit), "文章，标题，今天14:05");
}

#[test]
fn what_is_missing_is_said_with_how_much() {
    let check = |need, lacks| Check { need, lacks };
    assert_eq!(ZH.check(&check(Need::Roster, None)), "应到名单：就绪");
    assert_eq!(EN.check(&check(Need::Names, Some(Lack::NamesUnknown(3)))), "names: 3 have no name on this phone");
    assert_eq!(ZH.check(&check(Need::Clock, Some(Lack::ClockStale(NOW)))), "时钟：上次对时今天14:05");
    let quorum = quorum(&[Status::Present(Grade::Scanned), Status::Present(Grade::Claimed), Status::Unknown], false);
    assert_eq!(ZH.quorum(&quorum), "人数不足，还差1人，应到3人，计入1人，需要2人，1人仅本人签到，未计入");
    assert_eq!(
        EN.quorum(&quorum),
        "not enough voters, 1 more needed, 1 of 3 count, 2 needed, 1 by own word only, not counted"
    );
}

#[test]
fn no_time_and_no_offset_makes_it_panic() {
    for time in [i64::MIN, -1, 0, i64::MAX] {
        for utc_offset_minutes in [i32::MIN, 0, i32::MAX] {
            let speech = Speech { utc_offset_minutes, now: Timestamp(time), ..ZH };
            let _ = (speech.time(NOW), ZH.time(Timestamp(time)), speech.feed_item(&item()));
        }
    }
}
