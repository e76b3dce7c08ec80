import Foundation
import Hongqi

/// The texts of planning, the roll, votes and numbers.
public enum OrganisingWords: String, Wording {
    case plan, title, place, starts, ends, note, agenda, save, organisation
    case roster, expectAll, expect, voter, attends, notExpected, resolutions, newResolution, election, withdrawResolution
    case toSettle, sides, resolve, correct, reason, reasonHint, pending, second, waitsForSecond, approve, deny, said
    case quorum, ordinary, closeVote, move, minutes, theirs, takeTheirs, closeAttendance, closeHint, attendanceClosed
    case numbers, byOrg, exportPeople, exportOrgs, cancelActivity

    public var both: (chinese: String, english: String) {
        switch self {
        case .plan: ("策划活动", "Plan an activity")
        case .title: ("活动名称", "Title")
        case .place: ("地点", "Place")
        case .starts: ("开始", "Begins")
        case .ends: ("结束", "Ends")
        case .note: ("备注", "Note")
        case .agenda: ("议程", "Agenda")
        case .save: ("保存", "Save")
        case .organisation: ("哪个组织", "Of which organisation")
        case .roster: ("应到名单", "Who is expected")
        case .expectAll: ("加入一个组织的全体", "Expect everybody of an organisation")
        case .expect: ("加入名单", "Expect")
        case .voter: ("有表决权", "votes")
        case .attends: ("列席", "attends")
        case .notExpected: ("移出名单", "Not expected")
        case .resolutions: ("表决事项", "What is voted on")
        case .newResolution: ("新的表决事项", "Something new to vote on")
        case .election: ("选举（应到五分之四）", "Election (four fifths must be there)")
        case .withdrawResolution: ("撤回", "Withdraw")
        case .toSettle: ("待处理", "To be settled")
        case .sides: ("记录不一致", "They say different things")
        case .resolve: ("最后裁定", "Settle it")
        case .correct: ("更正", "Correct it")
        case .reason: ("理由", "Reason")
        case .reasonHint: ("请写明理由，所有人可查。", "Say why: it stays with the decision.")
        case .pending: ("更正", "Corrections")
        case .second: ("附议", "Sign it too")
        case .waitsForSecond: ("待第二人确认", "Waits for a second signature")
        case .approve: ("准假", "Give leave")
        case .deny: ("不准假", "Do not give it")
        case .said: ("全部记录", "All that was said")
        case .quorum: ("是否达到法定人数", "Are there enough voters?")
        case .ordinary: ("一般会议", "Ordinary meeting")
        case .closeVote: ("结束表决", "End the vote")
        case .move: ("提交表决", "Put it to the vote")
        case .minutes: ("会议记录", "Minutes")
        case .theirs: ("其他人刚修改了记录", "Others have just changed the minutes")
        case .takeTheirs: ("采用他人的文本", "Take theirs")
        case .closeAttendance: ("结束考勤", "Close the attendance")
        case .closeHint: ("之后的更正须由第二人确认。", "After that a correction needs a second signature.")
        case .attendanceClosed: ("考勤已结束", "The attendance is closed")
        case .numbers: ("考勤统计", "Numbers")
        case .byOrg: ("按组织统计", "By organisation")
        case .exportPeople: ("导出名单（CSV）", "Share the list (CSV)")
        case .exportOrgs: ("导出统计（CSV）", "Share the numbers (CSV)")
        case .cancelActivity: ("取消活动", "Cancel the activity")
        }
    }

    public static func of(_ place: Place) -> OrganisingWords {
        switch place {
        case .none: .notExpected
        case .expected: .attends
        case .voter: .voter
        }
    }
}
