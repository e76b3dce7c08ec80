package org.hongqi.demo.text

import org.hongqi.core.ArticleCategory
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocumentKind
import org.hongqi.core.Grade
import org.hongqi.core.HitKind
import org.hongqi.core.Language
import org.hongqi.core.Role

/**
 * Everything that the app says of itself. A language that lacks a text does not compile. What concerns the content
 * (times, refusals, errors, the sentences of the screen reader) comes from the core, in the same languages.
 */
interface Texts : GatheringTexts, CaseTexts, PresenceTexts, MeetingTexts, ReadingTexts {
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
    val unread: String
    fun acknowledgements(count: Long): String
    fun category(category: ArticleCategory): String

    val compose: String
    val send: String
    val reply: String
    val replyTo: String
    val editing: String
    val cancel: String
    val withdrawn: String
    val gap: String
    val otherVersion: String
    val muted: String

    val onDevice: String
    val atServer: String
    val refused: String
    val retry: String
    val discard: String
    val takeBack: String
    fun kind(kind: DocumentKind): String
    fun hit(kind: HitKind): String

    val checkIn: String
    val checkedIn: String
    val cancelledActivity: String
    val attendance: String
    val nobodyYet: String
    val place: String
    fun status(status: AttendanceStatus): String

    val enrol: String
    val enrolHelp: String
    val server: String
    val code: String
    val organisation: String
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
    fun waiting(count: Int): String
    fun role(role: Role): String

    companion object {
        fun of(language: Language): Texts = when (language) {
            Language.CHINESE -> Chinese
            Language.ENGLISH -> English
        }
    }
}

internal fun grade(status: AttendanceStatus, claimed: String, scanned: String, witnessed: String, attested: String): String? =
    when ((status as? AttendanceStatus.Present)?.grade) {
        Grade.CLAIMED -> claimed
        Grade.SCANNED -> scanned
        Grade.WITNESSED -> witnessed
        Grade.ATTESTED -> attested
        null -> null
    }
