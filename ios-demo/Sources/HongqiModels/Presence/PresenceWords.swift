import Foundation
import Hongqi

/// The texts of codes, cards and doors. What came of a scan is said by the core.
public enum PresenceWords: String, Wording {
    case card, cardHint, scan, scanOut, scanHint, typeCode, checkOut, askLeave, withdrawLeave, reason, votes
    case doors, prepare, prepareHint, ready, openDoor, doorLabel, letGo, revoke, showCode, scanCard, admit, admitAnyway
    case refuse, find, here, seeOut, guests, oneGuest, oneGuestLess, shut, take, history, noHistory

    public var both: (chinese: String, english: String) {
        switch self {
        case .card: ("我的名片", "My card")
        case .cardHint: ("请门口的接待人员扫描。每 15 秒更新，没有网络也能用，截图无效。", "Let the host at the door scan it. It is new every 15 seconds and needs no network; a screenshot will not do.")
        case .scan: ("扫码签到", "Scan the code")
        case .scanOut: ("扫码签退", "Scan the code to leave")
        case .scanHint: ("对准门口手机上的二维码。没有网络也能用。", "Point it at the code on the phone at the door. It needs no network.")
        case .typeCode: ("扫描到的内容", "What the scanner read")
        case .checkOut: ("我离开了", "I am leaving")
        case .askLeave: ("请假", "Ask for leave")
        case .withdrawLeave: ("撤回请假", "Withdraw the request")
        case .reason: ("理由", "Reason")
        case .votes: ("表决", "Votes")
        case .doors: ("签到点", "Doors")
        case .prepare: ("下载名单", "Fetch the names")
        case .prepareHint: ("提前联网下载应到人员的姓名；关闭考勤后自动清除。", "Fetches the names of who is expected while there is a network; they go when attendance is closed.")
        case .ready: ("没有网络能进行吗？", "Ready to run with no network?")
        case .openDoor: ("开设签到点", "Open a door")
        case .doorLabel: ("签到点名称，如“东门”", "What the door is called, e.g. East")
        case .letGo: ("清除名单", "Let go of the names")
        case .revoke: ("撤销", "Revoke")
        case .showCode: ("签到码，每 15 秒更新", "The code, new every 15 seconds")
        case .scanCard: ("扫描名片", "Scan a member's card")
        case .admit: ("放行", "Admit")
        case .admitAnyway: ("核对无误，放行", "Admit all the same")
        case .refuse: ("不放行", "Do not admit")
        case .find: ("姓名、拼音或首字母", "Name, pinyin or initials")
        case .here: ("已到", "Is here")
        case .seeOut: ("离开", "Check out")
        case .guests: ("来宾 %@", "Visitors %@")
        case .oneGuest: ("来宾加一", "One visitor more")
        case .oneGuestLess: ("来宾减一", "One visitor less")
        case .shut: ("关闭签到点", "Shut the door")
        case .take: ("使用", "Use")
        case .history: ("我的考勤", "My attendance")
        case .noHistory: ("还没有考勤记录。", "No attendance yet.")
        }
    }

    public static let choices: [VoteChoice] = [.for, .against, .abstain]
}
