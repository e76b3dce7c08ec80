import Foundation
import Hongqi

/// The texts of planning, the roll, votes and numbers.
public enum OrganisingWords: String, Wording {
    case plan, title, place, starts, ends, note, agenda, save, organisation
    case roster, expectAll, expect, resolutions, newResolution, election, withdrawResolution
    case toSettle, sides, resolve, correct, reason, reasonHint, pending, second, waitsForSecond, approve, deny, said
    case quorum, ordinary, closeVote, move, minutes, theirs, takeTheirs, closeAttendance, closeHint, attendanceClosed
    case numbers, byOrg, exportPeople, exportOrgs, cancelActivity

    public var both: (chinese: String, english: String) {
        switch self {
        case .plan: ("计划活动", "Plan an activity")
        case .title: ("名称", "Title")
        case .place: ("地点", "Place")
        case .starts: ("开始", "Begins")
        case .ends: ("结束", "Ends")
        case .note: ("说明", "Note")
        case .agenda: ("议程", "Agenda")
        case .save: ("保存", "Save")
        case .organisation: ("哪个组织的活动", "Whose activity")
        case .roster: ("应到名单", "Who is expected")
        case .expectAll: ("加入一个组织的全体", "Expect everybody of an organisation")
        case .expect: ("加入名单", "Expect")
        case .resolutions: ("表决事项", "Resolutions")
        case .newResolution: ("表决内容", "What is resolved")
        case .election: ("选举（须五分之四到会）", "An election (four fifths must be there)")
        case .withdrawResolution: ("撤回", "Withdraw it")
        case .toSettle: ("待处理", "To settle")
        case .sides: ("记录不一致", "They say different things")
        case .resolve: ("裁定", "Settle it")
        case .correct: ("更正", "Correct it")
        case .reason: ("理由", "Reason")
        case .reasonHint: ("请写明理由，理由随记录保存。", "Say why: it stays with the decision.")
        case .pending: ("更正", "Corrections")
        case .second: ("附议", "Sign it too")
        case .waitsForSecond: ("待第二人确认", "Waits for a second signature")
        case .approve: ("准假", "Give leave")
        case .deny: ("不准假", "Do not give leave")
        case .said: ("记录", "What was said")
        case .quorum: ("到会人数", "Quorum")
        case .ordinary: ("一般会议", "Ordinary meeting")
        case .closeVote: ("结束表决", "End the vote")
        case .move: ("提交表决", "Put it to the vote")
        case .minutes: ("会议记录", "Minutes")
        case .theirs: ("其他人刚修改了记录", "Others have just changed the minutes")
        case .takeTheirs: ("采用他人的文本", "Take theirs")
        case .closeAttendance: ("关闭考勤", "Close attendance")
        case .closeHint: ("之后的更正须由第二人确认。", "After that a correction needs a second signature.")
        case .attendanceClosed: ("考勤已关闭，更正需两人签字", "Attendance is closed: corrections need two signatures")
        case .numbers: ("考勤表", "Attendance table")
        case .byOrg: ("按组织统计", "By organisation")
        case .exportPeople: ("导出名单", "Export people")
        case .exportOrgs: ("导出人数", "Export numbers")
        case .cancelActivity: ("取消活动", "Cancel the activity")
        }
    }
}
