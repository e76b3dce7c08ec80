import Foundation
import Hongqi

/// The texts of the app that no slice has for itself.
public enum Words: String, Wording {
    case feed, discussions, activities, search, outbox, settings
    case onDevice, atServer, refused
    case enrol, server, code, enrolHint
    case offline, syncing, waiting
    case pinned, mustRead, edited, acknowledge, acknowledged, bookmark, discussion
    case compose, send, reply, edit, withdraw, withdrawn, cancel, mute, unmute, leave, otherText, gap
    case checkIn, backAgain, checkedIn, cancelled, roll, callRoll, attendance
    case nothingFound, nothingWaits, discard, retry, arrived
    case name, organisation, roles, version, recovered, recoveredIncomplete, ok, noWayBack

    public var both: (chinese: String, english: String) {
        switch self {
        case .feed: ("资讯", "Feed")
        case .discussions: ("讨论", "Discuss")
        case .activities: ("活动", "Activities")
        case .search: ("搜索", "Search")
        case .outbox: ("待发送", "Outbox")
        case .settings: ("我", "Me")
        case .onDevice: ("在本机，联网后发送", "On this phone; sent once online")
        case .atServer: ("已送达", "Delivered")
        case .refused: ("未被接收：%@", "Refused: %@")
        case .enrol: ("登记这部手机", "Enrol this phone")
        case .server: ("服务器", "Server")
        case .code: ("登记码", "Code")
        case .enrolHint: ("请填写组织发给您的服务器地址和一次性登记码。", "Enter the server's address and the one-time code that your organisation gave you.")
        case .offline: ("没有网络，内容都在本机", "No network; everything is on this phone")
        case .syncing: ("正在同步", "Syncing")
        case .waiting: ("连接不上，稍后自动重试", "Cannot connect; trying again by itself")
        case .pinned: ("置顶", "Pinned")
        case .mustRead: ("必读", "Must read")
        case .edited: ("已修改", "Edited")
        case .acknowledge: ("我已阅读", "I have read this")
        case .acknowledged: ("已确认阅读", "You acknowledged this")
        case .bookmark: ("收藏", "Bookmark")
        case .discussion: ("参加讨论", "Discuss")
        case .compose: ("写消息", "Write a message")
        case .send: ("发送", "Send")
        case .reply: ("回复", "Reply")
        case .edit: ("修改", "Edit")
        case .withdraw: ("撤回", "Withdraw")
        case .withdrawn: ("消息已撤回", "Message withdrawn")
        case .cancel: ("取消", "Cancel")
        case .mute: ("免打扰", "Mute")
        case .unmute: ("取消免打扰", "Unmute")
        case .leave: ("不再关注", "Leave")
        case .otherText: ("您在另一部手机上改成了：%@", "On another phone you wrote: %@")
        case .gap: ("更早的消息会在联网后补齐", "Earlier messages follow when there is a network")
        case .checkIn: ("我到了", "I am here")
        case .backAgain: ("我回来了", "I am back")
        case .checkedIn: ("已签到", "Checked in")
        case .cancelled: ("活动已取消", "Cancelled")
        case .roll: ("名单与点名", "Roster and roll")
        case .callRoll: ("点名", "Call the roll")
        case .attendance: ("签到情况", "Attendance")
        case .nothingFound: ("没有找到“%@”。只搜索这部手机上的内容。", "Nothing found for “%@”. Only what is on this phone is searched.")
        case .nothingWaits: ("没有待发送的内容，写过的都已送达。", "Nothing waits: all that you wrote has arrived.")
        case .discard: ("转为草稿", "Keep as a draft")
        case .retry: ("再发一次", "Send again")
        case .arrived: ("刚刚送达", "Just arrived")
        case .name: ("姓名", "Name")
        case .organisation: ("所在组织", "Organisation")
        case .roles: ("职务", "Roles")
        case .version: ("版本", "Version")
        case .recovered: ("数据曾损坏，已修复；找回%@项未发送的内容。", "The data was damaged and is repaired; %@ unsent things were kept.")
        case .recoveredIncomplete: ("可能有内容未能找回。", "Some of it may be lost.")
        case .ok: ("知道了", "OK")
        case .noWayBack: ("此操作不能撤回。", "This cannot be undone.")
        }
    }
}
