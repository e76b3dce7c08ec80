//! The names of what has only a few values: in sentences, and where an app shows one by itself.

use super::Language;
use crate::activity::{Choice, Doubt, Grade, Leave, Mark, Place, Status};
use crate::consult::{Category as CaseCategory, Leave as LeaveOutReason, Phase};
use crate::document::Kind;
use crate::feed::Category;
use crate::gathering::GatheringState;
use crate::presence::Refused;
use crate::role::Role;
use crate::search::HitKind;
use crate::sync::wire::Refusal;

/// Why the server did not take something, as the end of a sentence.
#[must_use]
pub const fn refusal(reason: Refusal, language: Language) -> &'static str {
    match reason {
        Refusal::NotAllowed => language.pick("您没有权限在此发布", "you may not write this"),
        Refusal::NoSpace => language.pick("讨论或组织已不存在", "the discussion or organisation is gone"),
        Refusal::UnknownDocument => language.pick("原内容不在服务器上", "what it changes is not at the server"),
        Refusal::MissingDependency => language.pick("缺少此前的修改", "an earlier change is not at the server"),
        Refusal::Malformed => language.pick("内容格式不被接受", "its form is not accepted"),
        Refusal::TooLarge => language.pick("内容过长", "it is too large"),
        Refusal::Quota => language.pick("您在此处的空间已用完", "your share of space here is used up"),
        Refusal::UnknownKind => language.pick("服务器需先更新", "the server must be updated first"),
        Refusal::Ended => language.pick("讨论已结束", "the discussion has ended"),
        Refusal::BadCode => language.pick("签名码无效", "the signed code does not hold"),
        Refusal::NoVote => language.pick("您没有表决权", "you have no vote here"),
        Refusal::Other => language.pick("原因需更新应用后查看", "for a reason that a later version of the app knows"),
    }
}

/// Whether somebody was there.
pub(crate) const fn status(status: &Status, language: Language) -> &'static str {
    match status {
        Status::Unknown => language.pick("无记录", "no record"),
        Status::Present(_) => language.pick("已到", "present"),
        Status::Absent => language.pick("未到", "absent"),
        Status::Excused => language.pick("请假", "excused"),
        Status::Disputed(_) => language.pick("记录不一致，待核实", "disputed, to be settled"),
    }
}

/// What a presence is founded on.
pub(crate) const fn grade(status: &Status, language: Language) -> &'static str {
    match status {
        Status::Present(Grade::Claimed) => language.pick("本人签到", "by own word"),
        Status::Present(Grade::Scanned) => language.pick("现场扫码", "by the venue's code"),
        Status::Present(Grade::Witnessed) => language.pick("接待人员扫码", "scanned by a host"),
        Status::Present(Grade::Attested) => language.pick("组织者确认", "attested by an organiser"),
        _ => "",
    }
}

/// An attendance in a word: of who was there what that is founded on.
#[must_use]
pub const fn attendance(shown: &Status, language: Language) -> &'static str {
    match shown {
        Status::Present(_) => grade(shown, language),
        _ => status(shown, language),
    }
}

/// What became of a request for leave.
#[must_use]
pub const fn leave(leave: Leave, language: Language) -> &'static str {
    match leave {
        Leave::Asked => language.pick("请假待批", "asks for leave"),
        Leave::Approved => language.pick("已准假", "leave given"),
        Leave::Denied => language.pick("未准假", "leave not given"),
        Leave::Disputed => language.pick("请假批复不一致", "leave given by one, refused by another"),
        Leave::Withdrawn => language.pick("已撤回请假", "leave no longer asked for"),
    }
}

/// What an organiser says of somebody.
#[must_use]
pub const fn mark(mark: Mark, language: Language) -> &'static str {
    match mark {
        Mark::Present => language.pick("已到", "present"),
        Mark::Absent => language.pick("未到", "absent"),
        Mark::Excused => language.pick("请假", "excused"),
    }
}

/// What is expected of somebody.
#[must_use]
pub const fn place(place: Place, language: Language) -> &'static str {
    match place {
        Place::None => language.pick("不在应到名单上", "not expected"),
        Place::Expected => language.pick("应到", "expected"),
        Place::Voter => language.pick("应到，有表决权", "expected, with a vote"),
    }
}

/// What is wrong with a presence.
#[must_use]
pub const fn doubt(doubt: Doubt, language: Language) -> &'static str {
    match doubt {
        Doubt::BadSignature => language.pick("签名无效", "the signature does not hold"),
        Doubt::Expired => language.pick("签到码已过期", "the code was not of its time"),
        Doubt::UnknownDoor => language.pick("未知签到点", "an unknown door"),
        Doubt::RevokedDoor => language.pick("签到点已被撤销", "the door was revoked"),
        Doubt::RevokedDevice => language.pick("设备已停用", "the device was revoked"),
        Doubt::MemberLeft => language.pick("成员已离开", "the member had left"),
        Doubt::Other => language.pick("原因需更新应用后查看", "for a reason that a later version of the app knows"),
    }
}

/// Why a code or a card is not taken, and what to do if something can be done, as the end of a sentence.
#[must_use]
pub const fn scan_refusal(reason: Refused, language: Language) -> &'static str {
    match reason {
        Refused::Malformed => language.pick("不是此处可用的码", "not what is to be scanned here"),
        Refused::WrongVersion => language.pick("版本不同，请更新应用", "of another version, update the app"),
        Refused::Forged => language.pick("签名无效", "its signature does not hold"),
        Refused::UnknownDoor => {
            language.pick("未知签到点，请联网后再试", "an unknown door, try again after going online")
        }
        Refused::OtherActivity => language.pick("属于另一活动", "of another activity"),
        Refused::DoorShut => language.pick("签到点已关闭", "the door is shut"),
        Refused::DoorRevoked => language.pick("签到点已被撤销", "the door was revoked"),
        Refused::Expired => language.pick("已过期，请扫下一个码", "not of now, scan the next one"),
        Refused::Replayed => language.pick("此码已用过，请出示新码", "used before, a new one is needed"),
        Refused::NotForThisServer => language.pick("不属于本平台", "of another platform"),
    }
}

/// What was voted.
#[must_use]
pub const fn choice(choice: Choice, language: Language) -> &'static str {
    match choice {
        Choice::For => language.pick("赞成", "for"),
        Choice::Against => language.pick("反对", "against"),
        Choice::Abstain => language.pick("弃权", "abstain"),
    }
}

/// A role.
#[must_use]
pub const fn role(role: Role, language: Language) -> &'static str {
    match role {
        Role::Member => language.pick("成员", "member"),
        Role::Host => language.pick("接待人员", "host"),
        Role::Instructor => language.pick("指导员", "instructor"),
        Role::Organiser => language.pick("组织者", "organiser"),
        Role::Editor => language.pick("编辑", "editor"),
        Role::DeputySecretary => language.pick("副书记", "deputy secretary"),
        Role::Secretary => language.pick("书记", "secretary"),
        Role::Administrator => language.pick("管理员", "administrator"),
    }
}

/// What sort an article is.
#[must_use]
pub const fn article_category(category: Category, language: Language) -> &'static str {
    match category {
        Category::Information => language.pick("资讯", "information"),
        Category::ZoneNews => language.pick("园区动态", "zone news"),
        Category::Circular => language.pick("通知", "circular"),
    }
}

/// What a consultation is about.
#[must_use]
pub const fn case_category(category: CaseCategory, language: Language) -> &'static str {
    match category {
        CaseCategory::Other => language.pick("其他", "other"),
        CaseCategory::Policy => language.pick("政策", "policy"),
        CaseCategory::Membership => language.pick("组织关系", "membership"),
        CaseCategory::Enterprise => language.pick("企业", "enterprise"),
        CaseCategory::Complaint => language.pick("投诉", "complaint"),
    }
}

/// How far a consultation is.
#[must_use]
pub const fn case_phase(phase: Phase, language: Language) -> &'static str {
    match phase {
        Phase::Open => language.pick("待答复", "waits for an answer"),
        Phase::Reopened => language.pick("重新提出，待答复", "opened again, waits for an answer"),
        Phase::Answered => language.pick("已答复", "answered"),
        Phase::Closed => language.pick("已办结", "closed"),
    }
}

/// Why somebody is better left out of a consultation.
#[must_use]
pub const fn leave_out_reason(reason: LeaveOutReason, language: Language) -> &'static str {
    match reason {
        LeaveOutReason::OwnSecretary => language.pick("您所在支部的负责人", "leads your own branch"),
        LeaveOutReason::Conflict => language.pick("另有职务，可能有利益冲突", "another office may conflict"),
    }
}

/// How it stands with a gathering or a group.
#[must_use]
pub const fn gathering_state(state: GatheringState, language: Language) -> &'static str {
    match state {
        GatheringState::Running => language.pick("进行中", "going on"),
        GatheringState::Ended => language.pick("已结束", "over"),
        GatheringState::Closed => language.pick("已提前结束", "ended early"),
    }
}

/// What sort of thing was found.
#[must_use]
pub const fn hit_kind(kind: HitKind, language: Language) -> &'static str {
    match kind {
        HitKind::Article => language.pick("文章", "article"),
        HitKind::Message => language.pick("消息", "message"),
        HitKind::Activity => language.pick("活动", "activity"),
        HitKind::Gathering => language.pick("闪聚", "gathering"),
    }
}

/// What a document is.
#[must_use]
pub const fn document_kind(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::OrgCard => language.pick("组织信息", "organisation card"),
        Kind::MemberCard => language.pick("成员信息", "member card"),
        Kind::Grant => language.pick("授权", "grant"),
        Kind::Article => language.pick("文章", "article"),
        Kind::Activity => language.pick("活动", "activity"),
        Kind::Acknowledgement => language.pick("阅读确认", "acknowledgement"),
        Kind::CheckIn => language.pick("签到", "check-in"),
        Kind::RollMark => language.pick("点名记录", "roll mark"),
        Kind::Message => language.pick("消息", "message"),
        Kind::ReactionSheet => language.pick("表情回应", "reaction"),
        Kind::ReadMark => language.pick("已读位置", "read mark"),
        Kind::Bookmark => language.pick("收藏", "bookmark"),
        Kind::Mute => language.pick("免打扰设置", "mute"),
        Kind::Draft => language.pick("草稿", "draft"),
        Kind::Officer => language.pick("职务信息", "office"),
        Kind::Seat => language.pick("讨论成员资格", "seat in a discussion"),
        Kind::Gathering => language.pick("闪聚", "flash gathering"),
        Kind::Group => language.pick("群组", "group"),
        Kind::Participant => language.pick("群组成员", "participant"),
        Kind::Case => language.pick("咨询", "consultation"),
        Kind::CaseStep => language.pick("咨询进展", "step of a consultation"),
        Kind::Roster => language.pick("应到名单", "roster"),
        Kind::Resolution => language.pick("表决事项", "resolution"),
        Kind::Vote => language.pick("表决", "vote"),
        Kind::Door => language.pick("签到点", "door"),
        Kind::Scan => language.pick("扫码记录", "scan"),
        Kind::LeaveRequest => language.pick("请假申请", "leave request"),
        Kind::Guests => language.pick("来宾人数", "visitors"),
    }
}
