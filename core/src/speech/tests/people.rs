use super::{EN, HOUR, NOW, ZH};
use crate::activity::{
    Attendance, AttendanceRow, Check, Choice, Doubt, EvidenceView, Grade, Lack, Leave, Mark, Need, Numbers,
    OrgAttendance, PastAttendance, Pending, Place, Quorum, ResolutionView, Status, Tally, VoteView, Word,
};
use crate::count::Count::{Exactly, Few};
use crate::ids::{DocId, MemberId, OrgId};
use crate::outbox::Delivery;
use crate::presence::{Admission, Amber, CheckIn, CheckOut, DoorView, ExpectedView, Refused, Scan};

const DOC: DocId = DocId::from_bytes([7; 16]);

#[test]
fn a_door_says_whether_it_takes_anybody_and_how_many_came() {
    let door = DoorView {
        id: DOC,
        activity: DOC,
        host: MemberId::from_number("1"),
        label: "正门".to_owned(),
        shut: false,
        revoked: false,
        present: 12,
        of_expected: 11,
        expected: 30,
        guests: 2,
    };
    assert_eq!(ZH.door(&door), "正门，已到12人，应到30人中已到11人，2位来宾");
    let shut = DoorView { shut: true, revoked: true, expected: 0, guests: 0, ..door };
    assert_eq!(EN.door(&shut), "revoked, 正门, 12 present");
}

#[test]
fn a_scan_says_what_it_came_to_and_what_to_do() {
    let refused = [
        Refused::Malformed,
        Refused::WrongVersion,
        Refused::Forged,
        Refused::UnknownDoor,
        Refused::OtherActivity,
        Refused::DoorShut,
        Refused::DoorRevoked,
        Refused::Expired,
        Refused::Replayed,
        Refused::NotForThisServer,
    ];
    for speech in [ZH, EN] {
        let said: std::collections::BTreeSet<_> = refused.map(|reason| speech.scan_refusal(&reason)).into();
        assert_eq!(said.len(), refused.len(), "each reason has words of its own");
    }
    assert_eq!(ZH.code_scan(&CheckIn::In { activity: DOC, doc: DOC }), "签到成功");
    assert_eq!(ZH.code_scan_out(&CheckOut::Out { activity: DOC, doc: DOC }), "签退成功");
    assert_eq!(EN.code_scan_out(&CheckOut::Already { activity: DOC }), "you were checked out before");
    assert_eq!(ZH.code_scan_out(&CheckOut::Refused(Refused::DoorShut)), "未签退，签到点已关闭");
    assert_eq!(EN.code_scan(&CheckIn::Refused(Refused::Expired)), "not checked in, not of now, scan the next one");

    let who = Admission { member: MemberId::from_number("2"), name: "王芳".to_owned(), expected: false };
    assert_eq!(ZH.card_scan(&Scan::Admitted(who.clone())), "已放行，王芳，不在应到名单上");
    let amber = Scan::Amber(Amber { who: who.clone(), doubt: Doubt::RevokedDevice });
    assert_eq!(EN.card_scan(&amber), "your decision, not admitted yet, the device was revoked, 王芳, not expected");
    assert_eq!(ZH.card_scan(&Scan::Already(Admission { expected: true, ..who })), "此前已放行，王芳");
    assert_eq!(ZH.card_scan(&Scan::Refused(Refused::Forged)), "未放行，签名无效");
}

#[test]
fn who_is_found_says_whether_they_came_and_from_where() {
    let found = ExpectedView {
        member: MemberId::from_number("2"),
        name: "王芳".to_owned(),
        home: OrgId::from_number("B1"),
        home_name: "一支部".to_owned(),
        present: true,
    };
    assert_eq!(ZH.expected(&found), "王芳，已到，一支部");
    assert_eq!(EN.expected(&ExpectedView { present: false, ..found }), "王芳, 一支部");
}

fn entry(word: Word, reason: &str) -> EvidenceView {
    EvidenceView {
        id: DOC,
        by: MemberId::from_number("2"),
        by_name: "王芳".to_owned(),
        word,
        reason: reason.to_owned(),
        happened_at: NOW,
        received_at: None,
        delivery: Delivery::OnDevice,
    }
}

#[test]
fn a_request_for_leave_and_its_answer_are_said_with_the_reason() {
    let asks = entry(Word::Asked { withdrawn: false }, "家中有事\n下周补上");
    assert_eq!(ZH.evidence(&asks), "申请请假，王芳，家中有事，今天14:05，尚未发出");
    let no = Word::Marked { mark: Mark::Absent, request: Some(DOC), resolves: false, seconds: None };
    assert!(EN.evidence(&entry(no, "")).starts_with("leave not given, 王芳, today 14:05"));
    let settled = Word::Marked { mark: Mark::Present, request: None, resolves: true, seconds: None };
    assert!(EN.evidence(&entry(settled, "")).starts_with("settled, marked present, "));
    let came = Word::Seen { grade: Grade::Claimed, doubt: Some(Doubt::Expired), out: false };
    assert!(ZH.evidence(&entry(came, "")).starts_with("到场，本人签到，签到码已过期，王芳"));
}

#[test]
fn who_has_gone_is_said_with_how_long_they_were_there() {
    let row = AttendanceRow {
        member: MemberId::from_number("2"),
        name: "王芳".to_owned(),
        home: None,
        place: Place::Expected,
        status: Status::Present(Grade::Scanned),
        leave: None,
        doubts: vec![],
        pending: vec![],
        came: Some(NOW.plus_ms(-2 * HOUR)),
        went: Some(NOW),
        stayed_ms: Some(2 * HOUR),
        happened_at: Some(NOW.plus_ms(-2 * HOUR)),
        received_at: Some(NOW),
    };
    assert_eq!(ZH.attendance(&row), "王芳，已到，现场扫码，今天12:05至14:05在场");
    let left = AttendanceRow { stayed_ms: Some(HOUR / 2), ..row.clone() };
    assert_eq!(ZH.attendance(&left), "王芳，已到，现场扫码，今天12:05至14:05在场，中间离开过，共30分钟");
    assert!(EN.attendance(&left).ends_with("there today 12:05 to 14:05, away in between, 30 minutes in all"));
    let here = AttendanceRow { went: None, stayed_ms: None, ..row };
    assert_eq!(EN.attendance(&here), "王芳, present, by the venue's code");
}

#[test]
fn a_past_activity_says_how_one_attended_before_what_it_was() {
    let past = PastAttendance {
        activity: DOC,
        org: OrgId::from_number("B1"),
        title: "主题党日".to_owned(),
        starts: NOW.plus_ms(-26 * HOUR),
        ends: NOW.plus_ms(-24 * HOUR),
        place: Place::Voter,
        attendance: Attendance {
            status: Status::Present(Grade::Witnessed),
            leave: None,
            doubts: vec![],
            pending: vec![],
            came: Some(NOW.plus_ms(-26 * HOUR)),
            went: Some(NOW.plus_ms(-25 * HOUR)),
            stayed_ms: Some(HOUR),
        },
    };
    let said = "已到，接待人员扫码，主题党日，昨天12:05至14:05，昨天12:05至13:05在场";
    assert_eq!(ZH.past_attendance(&past), said);
    let pending = vec![Pending { doc: DOC, by: MemberId::from_number("9"), mark: Mark::Excused }];
    let absent = Attendance {
        status: Status::Absent,
        leave: Some(Leave::Denied),
        doubts: vec![Doubt::Expired],
        pending,
        came: None,
        went: None,
        stayed_ms: None,
    };
    assert_eq!(
        EN.past_attendance(&PastAttendance { attendance: absent, ..past }),
        "absent, leave not given, the code was not of its time, a correction waits for a second signature, 主题党日, \
         yesterday 12:05 to 14:05"
    );
}

#[test]
fn numbers_that_are_kept_back_are_not_said_in_another_way() {
    let numbers = Numbers {
        expected: Exactly(30),
        present: Exactly(20),
        claimed: Few,
        absent: Few,
        excused: Few,
        disputed: Exactly(6),
        unknown: Few,
    };
    let org = OrgAttendance { org: None, name: String::new(), numbers, people: Vec::new() };
    assert_eq!(ZH.org_attendance(&org), "所属组织未知，6人待核实，30人应到，20人已到，其余人数不显示");
    let whole =
        Numbers { claimed: Exactly(0), absent: Exactly(4), excused: Exactly(0), unknown: Exactly(0), ..numbers };
    assert_eq!(EN.numbers(&whole), "6 disputed, 30 expected, 20 present, 4 absent");
}

#[test]
fn a_resolution_says_the_tally_to_who_may_know_it_and_to_nobody_else() {
    let quorum = Quorum { voters: 9, counted: 6, claimed: 0, disputed: 0, needed: 5, shortfall: None };
    let tally =
        Tally { votes_for: 5, against: 1, abstained: 0, silent: 0, not_counted: 2, quorum, needed: 5, carried: true };
    let resolution = ResolutionView {
        id: DOC,
        title: "同意接收预备党员".to_owned(),
        election: false,
        closed: None,
        withdrawn: false,
        edited: false,
        tally: None,
        own: Some(VoteView { choice: Choice::For, delivery: Delivery::OnDevice }),
        delivery: Delivery::AtServer,
    };
    assert_eq!(ZH.resolution(&resolution), "正在表决，您投了赞成，尚未发出，同意接收预备党员");
    let over = ResolutionView { closed: Some(NOW), own: None, tally: Some(tally), ..resolution };
    assert_eq!(
        EN.resolution(&over),
        "the vote is over, 同意接收预备党员, carried, 5 for, 5 needed, 1 against, 0 abstained, 2 not counted, enough \
         voters, 6 of 9 count, 5 needed"
    );
}

#[test]
fn what_is_missing_for_an_activity_is_said_in_one_sentence() {
    let check = |need, lacks| Check { need, lacks };
    let good = [check(Need::Roster, None), check(Need::Role, None)];
    assert_eq!(ZH.ready(&good), "一切就绪");
    let lacking =
        [check(Need::Roster, None), check(Need::Role, Some(Lack::NoRole)), check(Need::Door, Some(Lack::NoDoor))];
    assert_eq!(ZH.ready(&lacking), "2项未就绪，权限：您没有接待权限，签到码：无法开设签到点");
}
