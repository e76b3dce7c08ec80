import Foundation
import Hongqi

/// The texts of codes, cards and doors. What came of a scan is said by the core.
public enum PresenceWords: String, Wording {
    case card, cardHint, scan, scanHint, typeCode, checkOut, askLeave, withdrawLeave, reason, vote, votes
    case voteFor, against, abstain
    case doors, prepare, prepareHint, ready, openDoor, doorLabel, letGo, revoke, showCode, scanCard, admit, admitAnyway
    case refuse, find, here, seeOut, guests, oneGuest, oneGuestLess, shut, came, take

    public var both: (chinese: String, english: String) {
        switch self {
        case .card: ("我的名片码", "My card")
        case .cardHint: ("请接待人员扫描，每15秒更新。", "A host scans it; it is new every 15 seconds.")
        case .scan: ("扫码签到", "Scan the code at the door")
        case .scanHint: ("请对准签到码", "Point at the code")
        case .typeCode: ("或输入码上的文字", "Or type what the code says")
        case .checkOut: ("我要离开", "I go")
        case .askLeave: ("请假", "Ask for leave")
        case .withdrawLeave: ("撤回请假", "Take the request back")
        case .reason: ("原因", "Reason")
        case .vote: ("表决", "Vote")
        case .votes: ("表决事项", "What is voted on")
        case .voteFor: ("赞成", "For")
        case .against: ("反对", "Against")
        case .abstain: ("弃权", "Abstain")
        case .doors: ("签到点", "Doors")
        case .prepare: ("准备离线名单", "Prepare for no network")
        case .prepareHint: ("联网时准备，之后可离线查找姓名。", "With a network now; names are found without one later.")
        case .ready: ("能否离线进行", "Ready to run with no network?")
        case .openDoor: ("开设签到点", "Open a door")
        case .doorLabel: ("签到点名称", "What it is called")
        case .letGo: ("清除本机名单", "Let go of the names")
        case .revoke: ("撤销签到点", "Revoke the door")
        case .showCode: ("签到码，每15秒更新", "The code of the door, new every 15 seconds")
        case .scanCard: ("扫描名片码", "Scan a card")
        case .admit: ("放行", "Admit")
        case .admitAnyway: ("核对后放行", "Admit all the same")
        case .refuse: ("不放行", "Do not admit")
        case .find: ("姓名或拼音", "Name or pinyin")
        case .here: ("已到", "Is here")
        case .seeOut: ("离开", "Goes")
        case .guests: ("来宾%@人", "%@ visitors")
        case .oneGuest: ("来宾加一", "One visitor more")
        case .oneGuestLess: ("来宾减一", "One visitor less")
        case .shut: ("关闭签到点", "Shut the door")
        case .came: ("已到%@人", "%@ have come")
        case .take: ("使用", "Use")
        }
    }

    public static let choices: [VoteChoice] = [.for, .against, .abstain]

    public static func of(_ choice: VoteChoice) -> PresenceWords {
        switch choice {
        case .for: .voteFor
        case .against: .against
        case .abstain: .abstain
        }
    }
}
