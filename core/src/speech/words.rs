//! The names of what has only a few values.

use super::Language;
use crate::activity::{Choice, Doubt, Grade, Leave, Status};
use crate::presence::Refused;
use crate::role::Role;
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

/// What became of a request for leave.
pub(crate) const fn leave(leave: Leave, language: Language) -> &'static str {
    match leave {
        Leave::Asked => language.pick("请假待批", "asks for leave"),
        Leave::Approved => language.pick("已准假", "leave given"),
        Leave::Denied => language.pick("未准假", "leave not given"),
        Leave::Disputed => language.pick("请假批复不一致", "leave given by one, refused by another"),
        Leave::Withdrawn => language.pick("已撤回请假", "leave no longer asked for"),
    }
}

/// What is wrong with a presence.
pub(crate) const fn doubt(doubt: Doubt, language: Language) -> &'static str {
    match doubt {
        Doubt::BadSignature => language.pick("签名无效", "the signature does not hold"),
        Doubt::Expired => language.pick("签到码已过期", "the code was not of its time"),
        Doubt::UnknownDoor => language.pick("未知签到点", "an unknown door"),
        Doubt::RevokedDoor => language.pick("签到点已停用", "the door was shut"),
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
        Refused::Expired => language.pick("已过期，请扫下一个码", "not of now, scan the next one"),
        Refused::Replayed => language.pick("此码已用过，请出示新码", "used before, a new one is needed"),
        Refused::NotForThisServer => language.pick("不属于本平台", "of another platform"),
    }
}

pub(super) const fn choice(choice: Choice, language: Language) -> &'static str {
    match choice {
        Choice::For => language.pick("赞成", "for"),
        Choice::Against => language.pick("反对", "against"),
        Choice::Abstain => language.pick("弃权", "abstention"),
    }
}

pub(super) const fn role(role: Role, language: Language) -> &'static str {
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
