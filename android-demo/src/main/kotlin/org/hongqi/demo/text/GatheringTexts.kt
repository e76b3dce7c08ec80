package org.hongqi.demo.text

/** What is said of gatherings, groups and mentions. */
interface GatheringTexts {
    val gatherings: String
    val gathering: String
    val group: String
    val noGatherings: String
    val running: String
    val over: String
    val openOne: String
    val openHelp: String
    val topic: String
    val forWhom: String
    val aGroup: String
    val duration: String
    val noEnd: String
    val ends: String
    val people: String
    val findPeople: String
    val findMore: String
    val picked: String
    val open: String
    val join: String
    val extend: String
    val endNow: String
    val summary: String
    val noSummary: String
    val writeSummary: String
    val pin: String
    val participants: String
    val bringIn: String
    val sendAway: String
    val leaveGroup: String
    val unfollow: String
    val leftGroups: String
    val leftGroup: String
    val comeBack: String
    val readOnly: String
    val details: String
    val arrivedLater: String
    val afterEnd: String
    val mention: String
    val mentionsYou: String
    fun minutes(count: Int): String
    fun later(minutes: Int): String
    fun count(people: Int): String
}

internal object ChineseGathering : GatheringTexts {
    override val gatherings = "闪聚与群组"
    override val gathering = "闪聚"
    override val group = "群组"
    override val noGatherings = "现在没有闪聚，也没有群组。"
    override val running = "进行中"
    override val over = "已结束"
    override val openOne = "发起"
    override val openHelp = "闪聚面向一个组织及其下级，到点结束；群组只有指定的人。"
    override val topic = "主题"
    override val forWhom = "面向"
    override val aGroup = "指定的人（群组）"
    override val duration = "时长"
    override val noEnd = "不限时"
    override val ends = "结束时间"
    override val people = "人员"
    override val findPeople = "按姓名查找"
    override val findMore = "还有更多，请按姓名查找。"
    override val picked = "已选"
    override val open = "发起"
    override val join = "进入讨论"
    override val extend = "延长"
    override val endNow = "提前结束"
    override val summary = "置顶小结"
    override val noSummary = "还没有小结。"
    override val writeSummary = "写小结"
    override val pin = "置顶"
    override val participants = "参加的人"
    override val bringIn = "加入"
    override val sendAway = "移出"
    override val leaveGroup = "退出群组"
    override val unfollow = "不再关注"
    override val leftGroups = "退出的群组"
    override val leftGroup = "已退出的群组，内容不在本机"
    override val comeBack = "重新加入"
    override val readOnly = "已结束，只能阅读"
    override val details = "详情"
    override val arrivedLater = "稍后送达"
    override val afterEnd = "写于结束之后"
    override val mention = "提到"
    override val mentionsYou = "提到您"
    override fun minutes(count: Int) = "$count 分钟"
    override fun later(minutes: Int) = "延长 $minutes 分钟"
    override fun count(people: Int) = "$people 人"
}

internal object EnglishGathering : GatheringTexts {
    override val gatherings = "Gatherings and groups"
    override val gathering = "Flash gathering"
    override val group = "Group"
    override val noGatherings = "No gathering goes on, and you are in no group."
    override val running = "Going on"
    override val over = "Over"
    override val openOne = "Open one"
    override val openHelp = "A gathering is for an organisation and all below it, and ends in time. A group has the people you name."
    override val topic = "Topic"
    override val forWhom = "For"
    override val aGroup = "People you name (group)"
    override val duration = "How long"
    override val noEnd = "No end"
    override val ends = "Ends"
    override val people = "People"
    override val findPeople = "Find by name"
    override val findMore = "There are more: find them by name."
    override val picked = "Picked"
    override val open = "Open"
    override val join = "Go to the discussion"
    override val extend = "Extend"
    override val endNow = "End now"
    override val summary = "Pinned summary"
    override val noSummary = "No summary yet."
    override val writeSummary = "Write the summary"
    override val pin = "Pin"
    override val participants = "Participants"
    override val bringIn = "Add"
    override val sendAway = "Remove"
    override val leaveGroup = "Leave the group"
    override val unfollow = "Leave"
    override val leftGroups = "Groups you left"
    override val leftGroup = "A group you left; it is not on this phone"
    override val comeBack = "Come back"
    override val readOnly = "Over; read only"
    override val details = "Details"
    override val arrivedLater = "Arrived later"
    override val afterEnd = "Written after the end"
    override val mention = "Mention"
    override val mentionsYou = "Mentions you"
    override fun minutes(count: Int) = "$count min"
    override fun later(minutes: Int) = "$minutes min more"
    override fun count(people: Int) = if (people == 1) "1 person" else "$people people"
}
