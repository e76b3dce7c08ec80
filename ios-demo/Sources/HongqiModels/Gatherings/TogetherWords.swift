import Foundation
import Hongqi

/// The texts of gatherings, groups and mentions.
public enum TogetherWords: String, Wording {
    case gatherings, running, over, leftGroups, comeBack, open, topic, audience, people, noEnd, ends
    case extend, closeEarly, summary, summarise, readOnly, participants, bringIn, sendAway, leaveGroup, join
    case arrivedLater, afterEnd, mention, mentions

    public var both: (chinese: String, english: String) {
        switch self {
        case .gatherings: ("闪聚与小组", "Gatherings and groups")
        case .running: ("进行中", "Going on")
        case .over: ("已结束", "Over")
        case .leftGroups: ("已退出的小组", "Groups you have left")
        case .comeBack: ("重新加入", "Come back")
        case .open: ("发起", "Open one")
        case .topic: ("话题", "Topic")
        case .audience: ("参加范围", "For whom")
        case .people: ("指定人员", "Named people")
        case .noEnd: ("不设结束时间", "No end")
        case .ends: ("结束时间", "Ends")
        case .extend: ("延长半小时", "Half an hour more")
        case .closeEarly: ("提前结束", "End it now")
        case .summary: ("小结", "Summary")
        case .summarise: ("写小结", "Write the summary")
        case .readOnly: ("已结束，只能查看", "It is over and can only be read")
        case .participants: ("参加人员", "Who takes part")
        case .bringIn: ("加入小组", "Bring in")
        case .sendAway: ("移出小组", "Send away")
        case .leaveGroup: ("退出小组", "Leave the group")
        case .join: ("参加", "Join")
        case .arrivedLater: ("后来送达", "Arrived later")
        case .afterEnd: ("结束后写下", "Written after the end")
        case .mention: ("提到", "Mention")
        case .mentions: ("%@条提到您", "%@ mention you")
        }
    }
}
