package org.hongqi.demo.text

import org.hongqi.core.Language

/** 简体中文 */
internal object Chinese :
    Texts,
    GatheringTexts by ChineseGathering,
    CaseTexts by ChineseCase,
    PresenceTexts by ChinesePresence,
    MeetingTexts by ChineseMeeting,
    ReadingTexts by ChineseReading,
    EditingTexts by ChineseEditing {
    override val speaks = Language.CHINESE

    override val feed = "资讯"
    override val talks = "讨论"
    override val activities = "活动"
    override val search = "搜索"
    override val me = "我"
    override val outbox = "待发送"
    override val back = "返回"
    override val tryAgain = "重试"
    override val colon = "："

    override val noFeed = "还没有文章。联网后，所在组织和上级组织的文章会出现在这里。"
    override val noTalks = "还没有讨论。联网后，所在支部的讨论会出现在这里。"
    override val noMessages = "还没有消息，说第一句吧。没有网络也能写，联网后自动发送。"
    override val noActivities = "近期没有活动。"
    override val noHits = "没有找到。只搜索这部手机上的内容。"
    override val nothingWaits = "没有待发送的内容，写过的都已送达。"
    override val searchHint = "搜索文章、消息和活动"
    override val searchHelp = "没有网络也能搜索，两个字就够。"

    override val mustRead = "必读"
    override val acknowledge = "我已阅读"
    override val acknowledged = "已确认阅读"
    override val pinned = "置顶"
    override val edited = "已修改"
    override val bookmark = "收藏"
    override val unbookmark = "取消收藏"
    override val discuss = "参加讨论"
    override val gone = "这篇文章已被撤回，或不在这部手机上。"
    override fun acknowledgements(count: Long) = "$count 人已确认"

    override val compose = "写消息"
    override val send = "发送"
    override val reply = "回复"
    override val replyTo = "回复"
    override val editing = "修改消息"
    override val cancel = "取消"
    override val withdraw = "撤回"
    override val withdrawn = "消息已撤回"
    override val gap = "更早的消息会在联网后补齐"
    override val otherVersion = "您在另一部手机上改成了："
    override val muted = "免打扰"
    override val mute = "免打扰"
    override val unmute = "取消免打扰"

    override val onDevice = "在本机，联网后发送"
    override val atServer = "已送达"
    override val refused = "未被接收"
    override val retry = "再发一次"
    override val discard = "不再发送"
    override val takeBack = "取消发送"

    override val checkIn = "我到了"
    override val checkedIn = "您的考勤"
    override val cancelledActivity = "活动已取消"
    override val attendance = "签到情况"
    override val nobodyYet = "还没有人签到。成员只看得到自己的记录。"
    override val place = "地点"

    override val enrol = "登记这部手机"
    override val enrolHelp = "请填写组织发给您的服务器地址和一次性登记码。"
    override val server = "服务器"
    override val code = "登记码"
    override val roles = "职务"
    override val language = "语言"
    override val version = "版本"
    override val syncNow = "立即同步"
    override val offline = "没有网络，内容都在本机"
    override val syncing = "正在同步"
    override val upToDate = "已同步"
    override val waitingToRetry = "连接不上，稍后自动重试"
    override val revoked = "这部手机的登记已被注销"
    override val closed = "数据已关闭"
    override val privacy = "没有积分和排名，不记录阅读时长、在线状态和位置。"
    override val ok = "知道了"
    override val noWayBack = "此操作不能撤回。"
    override fun waiting(count: Int) = "$count 项待发送"
}
