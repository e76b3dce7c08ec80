import Foundation
import Hongqi

/// The texts of the app that no slice has for itself.
public enum Words: String, Wording {
    case feed, discussions, activities, search, outbox, settings
    case onDevice, atServer, refused
    case enrol, server, code, enrolHint
    case offline, syncing, waiting
    case pinned, mustRead, edited, acknowledge, acknowledged, acknowledgements, bookmark, discussion
    case compose, send, reply, edit, withdraw, withdrawn, cancel, mute, unmute, leave, otherText, gap
    case checkIn, checkedIn, cancelled, roll, callRoll, attendance, present, absent, excused
    case nothingFound, nothingWaits, discard, retry, arrived
    case name, organisation, roles, version, recovered, recoveredIncomplete, ok
    case roleMember, roleHost, roleInstructor, roleOrganiser, roleEditor, roleDeputySecretary, roleSecretary
    case roleAdministrator

    public var both: (chinese: String, english: String) {
        switch self {
        case .feed: ("要闻", "Feed")
        case .discussions: ("讨论", "Discussions")
        case .activities: ("活动", "Activities")
        case .search: ("搜索", "Search")
        case .outbox: ("发件箱", "Outbox")
        case .settings: ("设置", "Settings")
        case .onDevice: ("在本机", "on device")
        case .atServer: ("已到服务器", "at server")
        case .refused: ("未被接收：%@", "refused: %@")
        case .enrol: ("登记", "Enrol")
        case .server: ("服务器地址", "Server address")
        case .code: ("登记码", "Enrolment code")
        case .enrolHint: ("请向所在支部索取一次性登记码。", "Your branch gives you a code that works once.")
        case .offline: ("没有网络，内容保存在本机", "No network; what you write is kept here")
        case .syncing: ("正在同步", "Syncing")
        case .waiting: ("稍后自动重试", "Trying again in a while")
        case .pinned: ("置顶", "Pinned")
        case .mustRead: ("必读", "Must read")
        case .edited: ("已修改", "Edited")
        case .acknowledge: ("我已阅读", "I have read this")
        case .acknowledged: ("已确认", "Acknowledged")
        case .acknowledgements: ("%@人已确认", "%@ acknowledged")
        case .bookmark: ("收藏", "Bookmark")
        case .discussion: ("参与讨论", "Discussion")
        case .compose: ("写点什么", "Write something")
        case .send: ("发送", "Send")
        case .reply: ("回复", "Reply")
        case .edit: ("修改", "Edit")
        case .withdraw: ("撤回", "Withdraw")
        case .withdrawn: ("已撤回", "Withdrawn")
        case .cancel: ("取消", "Cancel")
        case .mute: ("免打扰", "Mute")
        case .unmute: ("取消免打扰", "Unmute")
        case .leave: ("不再关注", "Leave")
        case .otherText: ("另一部手机上写的：%@", "Written on another phone: %@")
        case .gap: ("更早的消息将在联网后到达", "Older messages arrive with the network")
        case .checkIn: ("我到了", "I am here")
        case .checkedIn: ("已签到", "Checked in")
        case .cancelled: ("已取消", "Cancelled")
        case .roll: ("点名", "Roll")
        case .callRoll: ("提交点名", "Submit the roll")
        case .attendance: ("考勤", "Attendance")
        case .present: ("到", "Present")
        case .absent: ("缺", "Absent")
        case .excused: ("假", "Excused")
        case .nothingFound: ("没有找到“%@”", "Nothing found for “%@”")
        case .nothingWaits: ("没有等待发送的内容", "Nothing waits to be sent")
        case .discard: ("转为草稿", "Keep as a draft")
        case .retry: ("再次发送", "Send again")
        case .arrived: ("刚刚送达", "Just arrived")
        case .name: ("姓名", "Name")
        case .organisation: ("所在组织", "Organisation")
        case .roles: ("职务", "Roles")
        case .version: ("版本", "Version")
        case .recovered: ("数据曾损坏，已修复；找回%@项未发送的内容。", "The data was damaged and is repaired; %@ unsent things were kept.")
        case .recoveredIncomplete: ("可能有内容未能找回。", "Some of it may be lost.")
        case .ok: ("好", "OK")
        case .roleMember: ("党员", "member")
        case .roleHost: ("接待员", "host")
        case .roleInstructor: ("指导员", "instructor")
        case .roleOrganiser: ("组织委员", "organiser")
        case .roleEditor: ("宣传委员", "editor")
        case .roleDeputySecretary: ("副书记", "deputy secretary")
        case .roleSecretary: ("书记", "secretary")
        case .roleAdministrator: ("管理员", "administrator")
        }
    }

    public static func of(_ role: Role) -> Words {
        switch role {
        case .member: .roleMember
        case .host: .roleHost
        case .instructor: .roleInstructor
        case .organiser: .roleOrganiser
        case .editor: .roleEditor
        case .deputySecretary: .roleDeputySecretary
        case .secretary: .roleSecretary
        case .administrator: .roleAdministrator
        }
    }

    public static func of(_ mark: Mark) -> Words {
        switch mark {
        case .present: .present
        case .absent: .absent
        case .excused: .excused
        }
    }
}
