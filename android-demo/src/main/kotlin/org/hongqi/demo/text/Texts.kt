package org.hongqi.demo.text

import org.hongqi.core.ArticleCategory
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.DocumentKind
import org.hongqi.core.Doubt
import org.hongqi.core.GatheringState
import org.hongqi.core.HitKind
import org.hongqi.core.Language
import org.hongqi.core.Leave
import org.hongqi.core.LeaveOutReason
import org.hongqi.core.Mark
import org.hongqi.core.Place
import org.hongqi.core.Role
import org.hongqi.core.VoteChoice
import org.hongqi.core.articleCategoryName
import org.hongqi.core.attendanceName
import org.hongqi.core.caseCategoryName
import org.hongqi.core.casePhaseName
import org.hongqi.core.documentKindName
import org.hongqi.core.doubtName
import org.hongqi.core.gatheringStateName
import org.hongqi.core.hitKindName
import org.hongqi.core.leaveName
import org.hongqi.core.leaveOutReasonName
import org.hongqi.core.markName
import org.hongqi.core.placeName
import org.hongqi.core.roleName
import org.hongqi.core.voteChoiceName

/**
 * Everything that the app says of itself. A language that lacks a text does not compile. What concerns the content
 * (times, refusals, errors, the sentences of the screen reader) comes from the core, in the same languages.
 */
interface Texts : GatheringTexts, CaseTexts, PresenceTexts, MeetingTexts, ReadingTexts, EditingTexts {
    /** Which language this is. */
    val speaks: Language

    val feed: String
    val talks: String
    val activities: String
    val search: String
    val me: String
    val outbox: String
    val back: String
    val tryAgain: String

    /** Between who or what and the words: "Li: yes". */
    val colon: String

    val noFeed: String
    val noTalks: String
    val noMessages: String
    val noActivities: String
    val noHits: String
    val nothingWaits: String
    val searchHint: String
    val searchHelp: String

    val mustRead: String
    val acknowledge: String
    val acknowledged: String
    val pinned: String
    val edited: String
    val bookmark: String
    val unbookmark: String
    val discuss: String
    val gone: String
    fun acknowledgements(count: Long): String

    val compose: String
    val send: String
    val reply: String
    val replyTo: String
    val editing: String
    val cancel: String
    val withdraw: String
    val withdrawn: String
    val gap: String
    val otherVersion: String
    val muted: String
    val mute: String
    val unmute: String

    val onDevice: String
    val atServer: String
    val refused: String
    val retry: String
    val discard: String
    val takeBack: String

    val checkIn: String
    val checkedIn: String
    val cancelledActivity: String
    val attendance: String
    val nobodyYet: String
    val place: String

    val enrol: String
    val enrolHelp: String
    val server: String
    val code: String
    val roles: String
    val language: String
    val version: String
    val syncNow: String
    val offline: String
    val syncing: String
    val upToDate: String
    val waitingToRetry: String
    val revoked: String
    val closed: String
    val privacy: String
    val ok: String
    val noWayBack: String
    fun waiting(count: Int): String

    // What has only a few values is called what the core calls it in its sentences.

    fun role(role: Role): String = shown(roleName(role, speaks))

    fun category(category: ArticleCategory): String = shown(articleCategoryName(category, speaks))

    fun caseCategory(category: CaseCategory): String = shown(caseCategoryName(category, speaks))

    fun phase(phase: CasePhase): String = shown(casePhaseName(phase, speaks))

    fun why(reason: LeaveOutReason): String = shown(leaveOutReasonName(reason, speaks))

    fun gatheringState(state: GatheringState): String = shown(gatheringStateName(state, speaks))

    fun status(status: AttendanceStatus): String = shown(attendanceName(status, speaks))

    fun leave(leave: Leave): String = shown(leaveName(leave, speaks))

    fun mark(mark: Mark): String = shown(markName(mark, speaks))

    fun place(place: Place): String = shown(placeName(place, speaks))

    fun doubt(doubt: Doubt): String = shown(doubtName(doubt, speaks))

    fun choice(choice: VoteChoice): String = shown(voteChoiceName(choice, speaks))

    fun kind(kind: DocumentKind): String = shown(documentKindName(kind, speaks))

    fun hit(kind: HitKind): String = shown(hitKindName(kind, speaks))

    companion object {
        /** A name of the core's where it stands by itself. */
        private fun shown(name: String) = name.replaceFirstChar(Char::uppercaseChar)

        fun of(language: Language): Texts = when (language) {
            Language.CHINESE -> Chinese
            Language.ENGLISH -> English
        }
    }
}
