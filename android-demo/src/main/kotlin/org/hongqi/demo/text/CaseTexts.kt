package org.hongqi.demo.text

/** What is said of consultations. */
interface CaseTexts {
    val consultations: String
    val consultation: String
    val noCases: String
    val ask: String
    val desk: String
    val askedDesk: String
    val subject: String
    val about: String
    val question: String
    val leaveOut: String
    val leaveOutHelp: String
    val leaveOutNow: String
    val leaveOutNowHelp: String
    val keepOut: String
    val keepFromHelp: String
    val keepFromLast: String
    val sendQuestion: String
    val whoReads: String
    val whoWillRead: String
    val whoReadsHelp: String
    val asker: String
    val handler: String
    val answered: String
    val closeCase: String
    val reopen: String
    val askMore: String
    val handOver: String
    val takeOn: String
    val caseClosed: String

    /** Somebody is not to see it any more. */
    fun keepFrom(name: String): String
}

internal object ChineseCase : CaseTexts {
    override val consultations = "咨询"
    override val consultation = "咨询"
    override val noCases = "还没有咨询。您可以向任何一级组织提问，只有您和对方能看到。"
    override val ask = "提问"
    override val desk = "向谁咨询"
    override val askedDesk = "受理组织"
    override val subject = "标题"
    override val about = "类别"
    override val question = "问题"
    override val leaveOut = "不让以下的人看到"
    override val leaveOutHelp = "建议回避；取消勾选后对方可以阅读。"
    override val leaveOutNow = "建议回避"
    override val leaveOutNowHelp = "他们现在能看到这次咨询。"
    override val keepOut = "不让看到"
    override val keepFromHelp = "今后的内容对方看不到，已经收到的也会从对方手机上删除。"
    override val keepFromLast = "除对方外，目前没有人能答复您。已经收到的内容也会从对方手机上删除。"
    override val sendQuestion = "提交咨询"
    override val whoReads = "谁能看到"
    override val whoWillRead = "提交后谁能看到"
    override val whoReadsHelp = "其他任何人都看不到，连标题也看不到。"
    override val asker = "提问人"
    override val handler = "经办人"
    override val answered = "标为已答复"
    override val closeCase = "办结"
    override val reopen = "重新提出"
    override val askMore = "还有疑问"
    override val handOver = "转交"
    override val takeOn = "由我经办"
    override val caseClosed = "已办结，重新提出后才能继续写"

    override fun keepFrom(name: String) = "不让${name}看到"
}

internal object EnglishCase : CaseTexts {
    override val consultations = "Consultations"
    override val consultation = "Consultation"
    override val noCases = "No consultations yet. You can ask any organisation above you; only you and its desk can read it."
    override val ask = "Ask"
    override val desk = "Whom to ask"
    override val askedDesk = "Desk"
    override val subject = "Subject"
    override val about = "Category"
    override val question = "Question"
    override val leaveOut = "Keep it from these people"
    override val leaveOutHelp = "Proposed for you. Whoever you untick can read it."
    override val leaveOutNow = "Better left out"
    override val leaveOutNowHelp = "They can read this now."
    override val keepOut = "Leave out"
    override val keepFromHelp = "They see nothing more of it, and what they have is removed from their phones."
    override val keepFromLast = "Nobody else can answer you at present. What they have is removed from their phones."
    override val sendQuestion = "Send the question"
    override val whoReads = "Who can read this"
    override val whoWillRead = "Who will be able to read it"
    override val whoReadsHelp = "Nobody else sees anything of it, not even its title."
    override val asker = "Asker"
    override val handler = "Handles it"
    override val answered = "Mark as answered"
    override val closeCase = "Close"
    override val reopen = "Reopen"
    override val askMore = "I have more to ask"
    override val handOver = "Hand over"
    override val takeOn = "Take it on"
    override val caseClosed = "Closed; reopen it to write more"

    override fun keepFrom(name: String) = "Keep it from $name"
}
