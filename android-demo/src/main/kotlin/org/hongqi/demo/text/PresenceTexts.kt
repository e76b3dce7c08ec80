package org.hongqi.demo.text

/** What is said where codes and cards are shown and scanned. */
interface PresenceTexts {
    val myCard: String
    val myCardHelp: String
    val scanCode: String
    val scanGo: String
    val scanHelp: String
    val codeText: String
    val check: String
    val checkOut: String
    val notTaken: String
    val doors: String
    val noNetwork: String
    val prepare: String
    val prepareHelp: String
    val letGo: String
    val doorLabel: String
    val openDoor: String
    val shut: String
    val revokedDoor: String
    val revokeDoor: String
    val shutDoor: String
    val doorCode: String
    val noCode: String
    val scanCard: String
    val admitted: String
    val alreadyAdmitted: String
    val amber: String
    val admit: String
    val admitAnyway: String
    val notAdmit: String
    val next: String
    val notExpected: String
    val findByName: String
    val findHint: String
    val nobodyFound: String
    val seeOut: String
    val present: String
    val visitors: String
    val oneMore: String
    val oneLess: String
    fun came(present: Int, expected: Int): String
}

internal object ChinesePresence : PresenceTexts {
    override val myCard = "我的名片"
    override val myCardHelp = "请门口的接待人员扫描。每 15 秒更新，没有网络也能用，截图无效。"
    override val scanCode = "扫码签到"
    override val scanGo = "扫码签退"
    override val scanHelp = "对准门口手机上的二维码。没有网络也能用。"
    override val codeText = "扫描到的内容"
    override val check = "签到"
    override val checkOut = "签退"
    override val notTaken = "没有通过"
    override val doors = "签到点"
    override val noNetwork = "没有网络能进行吗？"
    override val prepare = "下载名单"
    override val prepareHelp = "提前联网下载应到人员的姓名；关闭考勤后自动清除。"
    override val letGo = "清除名单"
    override val doorLabel = "签到点名称，如“东门”"
    override val openDoor = "开设签到点"
    override val shut = "已关闭"
    override val revokedDoor = "已被撤销"
    override val revokeDoor = "撤销"
    override val shutDoor = "关闭签到点"
    override val doorCode = "签到码，每 15 秒更新"
    override val noCode = "这部手机不显示这个签到点的码。"
    override val scanCard = "扫描名片"
    override val admitted = "已放行"
    override val alreadyAdmitted = "此前已放行"
    override val amber = "请核对"
    override val admit = "放行"
    override val admitAnyway = "核对无误，放行"
    override val notAdmit = "不放行"
    override val next = "下一位"
    override val notExpected = "不在应到名单上"
    override val findByName = "按姓名或拼音查找"
    override val findHint = "姓名、拼音或首字母"
    override val nobodyFound = "没有找到。先联网下载名单。"
    override val seeOut = "离开"
    override val present = "已到"
    override val visitors = "来宾"
    override val oneMore = "来宾加一"
    override val oneLess = "来宾减一"
    override fun came(present: Int, expected: Int) = "已到 $present / 应到 $expected"
}

internal object EnglishPresence : PresenceTexts {
    override val myCard = "My card"
    override val myCardHelp = "Let the host at the door scan it. It is new every 15 seconds and needs no network; a screenshot will not do."
    override val scanCode = "Scan the code"
    override val scanGo = "Scan the code to leave"
    override val scanHelp = "Point it at the code on the phone at the door. It needs no network."
    override val codeText = "What the scanner read"
    override val check = "Check in"
    override val checkOut = "Check out"
    override val notTaken = "Not taken"
    override val doors = "Doors"
    override val noNetwork = "Ready to run with no network?"
    override val prepare = "Fetch the names"
    override val prepareHelp = "Fetches the names of who is expected while there is a network; they go when attendance is closed."
    override val letGo = "Let go of the names"
    override val doorLabel = "What the door is called, e.g. East"
    override val openDoor = "Open a door"
    override val shut = "Shut"
    override val revokedDoor = "Revoked"
    override val revokeDoor = "Revoke"
    override val shutDoor = "Shut the door"
    override val doorCode = "The code, new every 15 seconds"
    override val noCode = "This phone shows no code for this door."
    override val scanCard = "Scan a member's card"
    override val admitted = "Admitted"
    override val alreadyAdmitted = "Admitted before"
    override val amber = "Please check who it is"
    override val admit = "Admit"
    override val admitAnyway = "Admit all the same"
    override val notAdmit = "Do not admit"
    override val next = "Next"
    override val notExpected = "Not expected"
    override val findByName = "Find by name or pinyin"
    override val findHint = "Name, pinyin or initials"
    override val nobodyFound = "Nobody found. Fetch the names while there is a network."
    override val seeOut = "Check out"
    override val present = "Is here"
    override val visitors = "Visitors"
    override val oneMore = "One visitor more"
    override val oneLess = "One visitor less"
    override fun came(present: Int, expected: Int) = "$present there / $expected expected"
}
