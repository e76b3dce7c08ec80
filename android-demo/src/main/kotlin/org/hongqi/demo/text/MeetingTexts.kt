package org.hongqi.demo.text

import org.hongqi.demo.state.RollPart

/** What is said where activities are planned and held. */
interface MeetingTexts {
    val plan: String
    val planOne: String
    val ofWhom: String
    val title: String
    val day: String
    val earlier: String
    val laterOn: String
    val time: String
    val note: String
    val agenda: String
    val roster: String
    val rosterHelp: String
    val resolutions: String
    val addResolution: String
    val resolution: String
    val election: String
    val remove: String
    val sayGo: String
    val askLeave: String
    val reason: String
    val reasonHelp: String
    val withdrawLeave: String
    val roll: String
    val closeAttendance: String
    val attendanceClosed: String
    val evidence: String
    val resolve: String
    val correct: String
    val needsSecond: String
    val second: String
    val approve: String
    val deny: String
    val selfNot: String
    val editOne: String
    val cancelOne: String
    val soFar: String
    val votes: String
    val noVotes: String
    val quorum: String
    val electionQuorum: String
    val carried: String
    val notCarried: String
    val voteEnded: String
    val withdrawnResolution: String
    val endVote: String
    val withdrawIt: String
    val yourVote: String
    val minutesOf: String
    val minutesHelp: String
    val noMinutes: String
    val save: String
    val saved: String
    val table: String
    val whole: String
    val noTable: String
    val exportPeople: String
    val exportNumbers: String
    val noShare: String
    val notWritten: String
    val history: String
    val noHistory: String
    val unknownHome: String
    fun part(part: RollPart): String
    fun tally(yes: Int, no: Int, abstained: Int, silent: Int): String
    fun pending(by: String, mark: String): String
    fun moved(count: Int): String
    fun call(count: Int): String

    /** Expected, there, claimed, absent, excused, disputed, unknown: a name for each number. */
    val numbers: List<String>
}

internal object ChineseMeeting : MeetingTexts {
    override val plan = "计划活动"
    override val planOne = "计划活动"
    override val ofWhom = "哪个组织的活动"
    override val title = "名称"
    override val day = "日期"
    override val earlier = "提前"
    override val laterOn = "推后"
    override val time = "时间"
    override val note = "说明"
    override val agenda = "议程"
    override val roster = "应到名单"
    override val rosterHelp = "正式党员有表决权，预备党员应到。"
    override val resolutions = "表决事项"
    override val addResolution = "添加表决事项"
    override val resolution = "表决内容"
    override val election = "选举（须五分之四到会）"
    override val remove = "去掉"
    override val sayGo = "我离开了"
    override val askLeave = "请假"
    override val reason = "理由"
    override val reasonHelp = "请写明理由，理由随记录保存。"
    override val withdrawLeave = "撤回请假"
    override val roll = "名单与点名"
    override val closeAttendance = "关闭考勤"
    override val attendanceClosed = "考勤已关闭，更正需两人签字"
    override val evidence = "记录"
    override val resolve = "裁定"
    override val correct = "更正"
    override val needsSecond = "待第二人确认"
    override val second = "附议"
    override val approve = "准假"
    override val deny = "不准假"
    override val selfNot = "本人的考勤不能由本人裁定。"
    override val editOne = "修改活动"
    override val cancelOne = "取消活动"
    override val soFar = "正在表决，目前"
    override val votes = "表决"
    override val noVotes = "还没有要表决的事项。"
    override val quorum = "到会人数"
    override val electionQuorum = "选举到会人数"
    override val carried = "通过"
    override val notCarried = "未通过"
    override val voteEnded = "表决已结束"
    override val withdrawnResolution = "已撤回"
    override val endVote = "结束表决"
    override val withdrawIt = "撤回"
    override val yourVote = "您的表决"
    override val minutesOf = "会议记录"
    override val minutesHelp = "几个人可以同时写，内容自动合并。"
    override val noMinutes = "还没有会议记录。"
    override val save = "保存"
    override val saved = "已保存"
    override val table = "考勤表"
    override val whole = "合计"
    override val noTable = "没有您可以查看的内容。"
    override val exportPeople = "导出名单"
    override val exportNumbers = "导出人数"
    override val noShare = "这部设备不能导出文件。"
    override val notWritten = "文件没有写成。"
    override val history = "我的考勤"
    override val noHistory = "还没有考勤记录。"
    override val unknownHome = "所在组织不在本机"
    override val numbers = listOf("应到", "已到", "仅本人签到", "未到", "请假", "待核实", "无记录")
    override fun part(part: RollPart) = when (part) {
        RollPart.ALL -> "全部"
        RollPart.UNKNOWN -> "无记录"
        RollPart.PRESENT -> "已到"
        RollPart.LEAVE -> "请假"
        RollPart.UNSETTLED -> "待处理"
    }
    override fun tally(yes: Int, no: Int, abstained: Int, silent: Int) = "赞成 $yes，反对 $no，弃权 $abstained，未表决 $silent"
    override fun pending(by: String, mark: String) = "$by 更正为$mark"
    override fun moved(count: Int) = "$count 项"
    override fun call(count: Int) = if (count == 0) "点名" else "点名（$count 人）"
}

internal object EnglishMeeting : MeetingTexts {
    override val plan = "Plan it"
    override val planOne = "Plan an activity"
    override val ofWhom = "Whose activity"
    override val title = "Title"
    override val day = "Day"
    override val earlier = "Earlier"
    override val laterOn = "Later"
    override val time = "Time"
    override val note = "Note"
    override val agenda = "Agenda"
    override val roster = "Who is expected"
    override val rosterHelp = "Full members vote; probationary members are expected."
    override val resolutions = "Resolutions"
    override val addResolution = "Add a resolution"
    override val resolution = "What is resolved"
    override val election = "An election (four fifths must be there)"
    override val remove = "Remove"
    override val sayGo = "I am leaving"
    override val askLeave = "Ask for leave"
    override val reason = "Reason"
    override val reasonHelp = "Say why: it stays with the decision."
    override val withdrawLeave = "Withdraw the request"
    override val roll = "Roster and roll"
    override val closeAttendance = "Close attendance"
    override val attendanceClosed = "Attendance is closed: corrections need two signatures"
    override val evidence = "What was said"
    override val resolve = "Settle it"
    override val correct = "Correct it"
    override val needsSecond = "Waits for a second signature"
    override val second = "Sign it too"
    override val approve = "Give leave"
    override val deny = "Do not give leave"
    override val selfNot = "Another must settle your own attendance."
    override val editOne = "Change the activity"
    override val cancelOne = "Cancel the activity"
    override val soFar = "Being voted on, so far"
    override val votes = "Votes"
    override val noVotes = "Nothing is to be voted on."
    override val quorum = "Quorum"
    override val electionQuorum = "Quorum of an election"
    override val carried = "Carried"
    override val notCarried = "Not carried"
    override val voteEnded = "The vote has ended"
    override val withdrawnResolution = "Withdrawn"
    override val endVote = "End the vote"
    override val withdrawIt = "Withdraw it"
    override val yourVote = "Your vote"
    override val minutesOf = "Minutes"
    override val minutesHelp = "Several may write at once; what they write is merged."
    override val noMinutes = "No minutes yet."
    override val save = "Save"
    override val saved = "Saved"
    override val table = "Attendance table"
    override val whole = "All"
    override val noTable = "There is nothing here that you may see."
    override val exportPeople = "Export people"
    override val exportNumbers = "Export numbers"
    override val noShare = "This device cannot export files."
    override val notWritten = "The file could not be written."
    override val history = "My attendance"
    override val noHistory = "No attendance yet."
    override val unknownHome = "Home not on this phone"
    override val numbers = listOf("Expected", "Present", "By own word", "Absent", "Excused", "Disputed", "No record")
    override fun part(part: RollPart) = when (part) {
        RollPart.ALL -> "All"
        RollPart.UNKNOWN -> "No record"
        RollPart.PRESENT -> "Present"
        RollPart.LEAVE -> "Leave"
        RollPart.UNSETTLED -> "To settle"
    }
    override fun tally(yes: Int, no: Int, abstained: Int, silent: Int) = "$yes for, $no against, $abstained abstain, $silent have not voted"
    override fun pending(by: String, mark: String) = "Correction by $by: ${mark.lowercase()}"
    override fun moved(count: Int) = if (count == 1) "1 resolution" else "$count resolutions"
    override fun call(count: Int) = if (count == 0) "Call the roll" else "Call the roll ($count)"
}
