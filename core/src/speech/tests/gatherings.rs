use super::{EN, HOUR, NOW, ZH, item};
use crate::clock::Timestamp;
use crate::consult::{CaseView, Category, Leave, LeaveOut, Office, Phase, Reader, State};
use crate::count::Count;
use crate::directory::{MemberView, OrgView};
use crate::feed::{BranchOutstanding, Category as ArticleCategory, FeedItem, OrgProgress, Reminder, Revision};
use crate::gathering::{GatheringState, GatheringView, LeftGroup, ParticipantView};
use crate::ids::{DocId, MemberId, OrgId, SpaceId};
use crate::outbox::Delivery;
use crate::role::Role;

fn gathering() -> GatheringView {
    GatheringView {
        id: DocId::from_bytes([6; 16]),
        space: SpaceId::thread(DocId::from_bytes([6; 16])),
        org: Some(OrgId::from_number("B1")),
        org_name: "泵阀联合支部".to_owned(),
        topic: "午餐时间聊聊防汛".to_owned(),
        author: MemberId::from_number("1"),
        author_name: "李明".to_owned(),
        opened_at: NOW,
        ends: Some(NOW.plus_ms(2 * HOUR)),
        closed: None,
        state: GatheringState::Running,
        summary: String::new(),
        joined: false,
        may_write: true,
        may_lead: false,
        delivery: Delivery::AtServer,
    }
}

#[test]
fn a_gathering_says_first_whether_one_can_still_take_part() {
    assert_eq!(ZH.gathering(&gathering()), "未加入，闪聚，泵阀联合支部，午餐时间聊聊防汛，李明，今天16:05结束");
    let ended = GatheringView {
        state: GatheringState::Closed,
        closed: Some(NOW.plus_ms(HOUR)),
        summary: "先清排水沟\n其余明天".to_owned(),
        may_write: false,
        ..gathering()
    };
    let said = "ended early, gathering, 泵阀联合支部, 午餐时间聊聊防汛, 李明, ended today 15:05, 先清排水沟";
    assert_eq!(EN.gathering(&ended), said);
    let group = GatheringView {
        org: None,
        org_name: String::new(),
        ends: None,
        joined: true,
        may_lead: true,
        delivery: Delivery::OnDevice,
        ..gathering()
    };
    assert_eq!(ZH.gathering(&group), "群组，午餐时间聊聊防汛，李明，由您主持，尚未发出");
}

#[test]
fn people_of_a_group_and_a_group_that_was_left_are_said() {
    let somebody = |name: &str| ParticipantView { member: MemberId::from_number("1"), name: name.to_owned() };
    assert_eq!(ZH.participant(&somebody("王芳")), "王芳");
    assert_eq!(EN.participant(&somebody("")), "name unknown");
    let left = LeftGroup { space: gathering().space, at: NOW.plus_ms(-HOUR) };
    assert_eq!(ZH.left_group(&left), "可以返回，今天13:05退出的群组");
}

fn case(phase: Phase, closed_at: Option<Timestamp>) -> CaseView {
    CaseView {
        space: SpaceId::standing(OrgId::from_number("B1")),
        asker: MemberId::from_number("1"),
        asker_name: "李明".to_owned(),
        desk: OrgId::from_number("Z1"),
        desk_name: "园区党委".to_owned(),
        subject: "转接手续".to_owned(),
        category: Category::Membership,
        left_out: vec![MemberId::from_number("9")],
        state: State { phase, handler: Some(MemberId::from_number("8")), closed_at },
        at: NOW,
        delivery: Delivery::AtServer,
    }
}

#[test]
fn a_consultation_says_how_far_it_is_and_a_reader_by_what_office() {
    let open = ZH.case(&case(Phase::Open, None));
    assert_eq!(open, "待答复，组织关系咨询，李明，园区党委，转接手续，今天14:05，已有经办人，1人回避");
    let closed = EN.case(&case(Phase::Closed, Some(NOW.plus_ms(HOUR))));
    let said =
        "closed, consultation on membership, 李明, 园区党委, 转接手续, today 14:05, closed today 15:05, 1 left out";
    assert_eq!(closed, said);
    let office = Some(Office { org: OrgId::from_number("Z1"), role: Role::DeputySecretary });
    let reader = |office| Reader { member: MemberId::from_number("8"), name: "周建国".to_owned(), office };
    assert_eq!(ZH.case_reader(&reader(office)), "周建国，副书记");
    assert_eq!(EN.case_reader(&reader(None)), "周建国, who asks");
    let leave_out =
        LeaveOut { member: MemberId::from_number("9"), name: "赵强".to_owned(), why: Leave::OwnSecretary };
    assert_eq!(ZH.leave_out(&leave_out), "建议回避，赵强，您所在支部的负责人");
}

#[test]
fn what_is_still_to_be_acknowledged_begins_with_until_when() {
    let reminder = |due, overdue| Reminder { item: FeedItem { due, ..item() }, overdue, remind_at: Vec::new() };
    let due = Some(NOW.plus_ms(24 * HOUR));
    assert_eq!(ZH.reminder(&reminder(due, false)), "明天前确认，泵阀联合支部，关于开展质量月学习的通知，未读");
    assert!(EN.reminder(&reminder(due, true)).starts_with("was to be acknowledged by tomorrow, "));
    assert!(ZH.reminder(&reminder(None, false)).starts_with("请确认，泵阀联合支部"));
}

#[test]
fn who_has_not_acknowledged_is_said_by_name_and_elsewhere_in_numbers_that_point_at_nobody() {
    let org = OrgView {
        id: OrgId::from_number("B1"),
        number: "B1".to_owned(),
        name: "一支部".to_owned(),
        kind: String::new(),
        parent: None,
        closed: false,
    };
    let member = |n: u32| MemberView {
        id: MemberId::from_number(&n.to_string()),
        number: n.to_string(),
        name: format!("成员{n}"),
        standing: "full".to_owned(),
        home: org.id,
    };
    let branch = |n| BranchOutstanding { org: org.clone(), members: (0..n).map(member).collect(), acknowledged: 5 };
    assert_eq!(ZH.branch_outstanding(&branch(2)), "2人未确认，一支部，成员0，成员1，5人已确认");
    assert!(EN.branch_outstanding(&branch(12)).contains("成员9, and others, 5 have"), "ten names and no more");
    assert_eq!(EN.branch_outstanding(&branch(0)), "all have acknowledged, 一支部, 5 have acknowledged");
    let progress =
        |acknowledged, members| OrgProgress { org: org.id, name: "二支部".to_owned(), acknowledged, members };
    let exactly = |n| Some(Count::Exactly(n));
    assert_eq!(ZH.org_progress(&progress(Count::Exactly(80), exactly(100))), "二支部，100人中80人已确认");
    assert_eq!(ZH.org_progress(&progress(Count::Few, exactly(100))), "二支部，已确认人数不显示");
    assert_eq!(EN.org_progress(&progress(Count::Exactly(8), None)), "二支部, 8 have acknowledged");
    assert_eq!(ZH.acknowledged(&Count::Exactly(8)), "8人已确认");
    assert_eq!(EN.acknowledged(&Count::Few), "the number of who acknowledged is not shown");
}

#[test]
fn a_wording_says_since_when_it_stood() {
    let revision = Revision {
        written_at: NOW,
        title: "学习安排".to_owned(),
        body: "正文\n第二行".to_owned(),
        category: ArticleCategory::Circular,
        due: Some(NOW.plus_ms(24 * HOUR)),
    };
    assert_eq!(ZH.revision(&revision), "今天14:05的版本，通知，学习安排，正文，明天前确认");
}
