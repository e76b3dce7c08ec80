package org.hongqi.demo.text

import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.LeaveOutReason

/** What is said of consultations. */
interface CaseTexts {
    val consultations: String
    val consultation: String
    val noCases: String
    val ask: String
    val desk: String
    val subject: String
    val about: String
    val question: String
    val leaveOut: String
    val leaveOutHelp: String
    val sendQuestion: String
    val whoReads: String
    val whoReadsHelp: String
    val asker: String
    val handler: String
    val answered: String
    val closeCase: String
    val reopen: String
    val handOver: String
    val caseClosed: String
    fun caseCategory(category: CaseCategory): String
    fun phase(phase: CasePhase): String
    fun why(reason: LeaveOutReason): String
}

internal object ChineseCase : CaseTexts {
    override val consultations = "咨询"
    override val consultation = "咨询"
    override val noCases = "还没有咨询。您可以向任何一级组织提问，只有您和对方能看到。"
    override val ask = "提问"
    override val desk = "向谁咨询"
    override val subject = "标题"
    override val about = "类别"
    override val question = "问题"
    override val leaveOut = "不让以下的人看到"
    override val leaveOutHelp = "建议避开，取消勾选后对方可以阅读。"
    override val sendQuestion = "提交咨询"
    override val whoReads = "谁能看到"
    override val whoReadsHelp = "其他任何人都看不到，连标题也看不到。"
    override val asker = "提问人"
    override val handler = "经办人"
    override val answered = "标为已答复"
    override val closeCase = "办结"
    override val reopen = "重新打开"
    override val handOver = "转交"
    override val caseClosed = "已办结，重新打开后才能继续写"
    override fun caseCategory(category: CaseCategory) = when (category) {
        CaseCategory.OTHER -> "其他"
        CaseCategory.POLICY -> "政策"
        CaseCategory.MEMBERSHIP -> "党籍党费"
        CaseCategory.ENTERPRISE -> "企业"
        CaseCategory.COMPLAINT -> "反映问题"
    }
    override fun phase(phase: CasePhase) = when (phase) {
        CasePhase.OPEN -> "待答复"
        CasePhase.ANSWERED -> "已答复"
        CasePhase.CLOSED -> "已办结"
        CasePhase.REOPENED -> "重新打开"
    }
    override fun why(reason: LeaveOutReason) = when (reason) {
        LeaveOutReason.OWN_SECRETARY -> "您所在支部的负责人"
        LeaveOutReason.CONFLICT -> "另有职务，可能有利益冲突"
    }
}

internal object EnglishCase : CaseTexts {
    override val consultations = "Consultations"
    override val consultation = "Consultation"
    override val noCases = "No consultations yet. You can ask any organisation above you; only you and its desk can read it."
    override val ask = "Ask"
    override val desk = "Whom to ask"
    override val subject = "Subject"
    override val about = "About"
    override val question = "Question"
    override val leaveOut = "Keep it from these people"
    override val leaveOutHelp = "Proposed for you. Whoever you untick can read it."
    override val sendQuestion = "Send the question"
    override val whoReads = "Who can read this"
    override val whoReadsHelp = "Nobody else sees anything of it, not even its title."
    override val asker = "Asks"
    override val handler = "Handles it"
    override val answered = "Mark as answered"
    override val closeCase = "Close"
    override val reopen = "Reopen"
    override val handOver = "Hand over"
    override val caseClosed = "Closed; reopen it to write more"
    override fun caseCategory(category: CaseCategory) = when (category) {
        CaseCategory.OTHER -> "Other"
        CaseCategory.POLICY -> "Policy"
        CaseCategory.MEMBERSHIP -> "Membership"
        CaseCategory.ENTERPRISE -> "Enterprise"
        CaseCategory.COMPLAINT -> "Complaint"
    }
    override fun phase(phase: CasePhase) = when (phase) {
        CasePhase.OPEN -> "Open"
        CasePhase.ANSWERED -> "Answered"
        CasePhase.CLOSED -> "Closed"
        CasePhase.REOPENED -> "Reopened"
    }
    override fun why(reason: LeaveOutReason) = when (reason) {
        LeaveOutReason.OWN_SECRETARY -> "Leads your own branch"
        LeaveOutReason.CONFLICT -> "Holds another office that may conflict"
    }
}
