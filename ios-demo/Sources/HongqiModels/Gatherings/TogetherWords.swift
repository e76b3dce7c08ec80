import Foundation
import Hongqi

/// The texts of gatherings, groups and mentions.
public enum TogetherWords: String, Wording {
    case gatherings, running, over, leftGroups, comeBack, open, topic, audience, people, noEnd, ends
    case extend, closeEarly, summary, summarise, readOnly, participants, bringIn, sendAway, leaveGroup, join
    case arrivedLater, afterEnd, mention, mentions

    public var both: (chinese: String, english: String) {
        switch self {
        case .gatherings: ("闪聚与群组", "Gatherings and groups")
        case .running: ("进行中", "Going on")
        case .over: ("已结束", "Over")
        case .leftGroups: ("退出的群组", "Groups you left")
        case .comeBack: ("重新加入", "Come back")
        case .open: ("发起", "Open one")
        case .topic: ("主题", "Topic")
        case .audience: ("面向", "For")
        case .people: ("指定的人（群组）", "People you name (group)")
        case .noEnd: ("不限时", "No end")
        case .ends: ("结束时间", "Ends")
        case .extend: ("延长 30 分钟", "30 min more")
        case .closeEarly: ("提前结束", "End now")
        case .summary: ("置顶小结", "Pinned summary")
        case .summarise: ("写小结", "Write the summary")
        case .readOnly: ("已结束，只能阅读", "Over; read only")
        case .participants: ("参加的人", "Participants")
        case .bringIn: ("加入", "Add")
        case .sendAway: ("移出", "Remove")
        case .leaveGroup: ("退出群组", "Leave the group")
        case .join: ("进入讨论", "Go to the discussion")
        case .arrivedLater: ("稍后送达", "Arrived later")
        case .afterEnd: ("写于结束之后", "Written after the end")
        case .mention: ("提到", "Mention")
        case .mentions: ("%@ 条提到您", "%@ mention you")
        }
    }
}
