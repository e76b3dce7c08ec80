//! What waits to be sent.

use super::Speech;
use crate::document::Kind;
use crate::outbox::OutboxItem;

impl Speech {
    /// What waits in the outbox, or was refused.
    #[must_use]
    pub fn outbox_item(&self, item: &OutboxItem) -> String {
        let (zh, en) = match item.kind {
            Kind::OrgCard => ("组织信息", "organisation card"),
            Kind::MemberCard => ("成员信息", "member card"),
            Kind::Grant => ("授权", "grant"),
            Kind::Article => ("文章", "article"),
            Kind::Activity => ("活动", "activity"),
            Kind::Acknowledgement => ("阅读确认", "acknowledgement"),
            Kind::CheckIn => ("签到", "check-in"),
            Kind::RollMark => ("点名记录", "roll mark"),
            Kind::Message => ("消息", "message"),
            Kind::ReactionSheet => ("表情回应", "reaction"),
            Kind::ReadMark => ("已读位置", "read mark"),
            Kind::Bookmark => ("收藏", "bookmark"),
            Kind::Mute => ("静音设置", "mute"),
            Kind::Draft => ("草稿", "draft"),
            Kind::Officer => ("职务信息", "office"),
            Kind::Seat => ("讨论成员资格", "seat in a discussion"),
            Kind::Gathering => ("闪聚", "flash gathering"),
            Kind::Group => ("群组", "group"),
            Kind::Participant => ("群组成员", "participant"),
            Kind::Case => ("咨询", "consultation"),
            Kind::CaseStep => ("咨询进展", "step of a consultation"),
            Kind::Roster => ("应到名单", "roster"),
            Kind::Resolution => ("表决事项", "resolution"),
            Kind::Vote => ("表决", "vote"),
            Kind::Door => ("签到点", "door"),
            Kind::Scan => ("扫码记录", "scan"),
            Kind::LeaveRequest => ("请假申请", "leave request"),
            Kind::Guests => ("来宾人数", "visitors"),
        };
        let mut out = self.sentence();
        out.say_if(true, zh, en).say(self.time(item.written_at)).delivery(item.delivery);
        out.say_if(item.cancellable, "可以取消", "can be cancelled").end()
    }
}
