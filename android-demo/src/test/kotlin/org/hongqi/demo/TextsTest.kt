package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.hongqi.core.ArticleCategory
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.DocumentKind
import org.hongqi.core.Doubt
import org.hongqi.core.GatheringState
import org.hongqi.core.Grade
import org.hongqi.core.HitKind
import org.hongqi.core.Language
import org.hongqi.core.Leave
import org.hongqi.core.LeaveOutReason
import org.hongqi.core.Mark
import org.hongqi.core.PeopleCount
import org.hongqi.core.Place
import org.hongqi.core.Role
import org.hongqi.core.SpeechContext
import org.hongqi.core.VoteChoice
import org.hongqi.demo.state.RollPart
import org.hongqi.demo.text.Texts
import org.hongqi.demo.ui.Speaker
import org.junit.jupiter.api.Test

/** The app's own texts. That both languages have all of them is the compiler's: `Texts` is an interface. */
class TextsTest {
    /** Everything that the app can say, by name. */
    private fun all(texts: Texts): Map<String, String> {
        val plain = Texts::class.java.methods
            .filter { it.name.startsWith("get") && it.parameterCount == 0 && it.returnType == String::class.java }
            .associate { it.name to it.invoke(texts) as String }
        val chosen = ArticleCategory.entries.associate { "$it" to texts.category(it) } +
            DocumentKind.entries.associate { "kind $it" to texts.kind(it) } +
            HitKind.entries.associate { "hit $it" to texts.hit(it) } +
            Role.entries.associate { "role $it" to texts.role(it) } +
            Grade.entries.associate { "grade $it" to texts.status(AttendanceStatus.Present(it)) } +
            listOf(0, 1, 2).associate { "waiting $it" to texts.waiting(it) } +
            listOf(1L, 2L).associate { "acknowledgements $it" to texts.acknowledgements(it) } +
            listOf(AttendanceStatus.Absent, AttendanceStatus.Excused, AttendanceStatus.Unknown)
                .associate { "status $it" to texts.status(it) }
        return plain + chosen + meetings(texts) + cases(texts)
    }

    private fun cases(texts: Texts) =
        GatheringState.entries.associate { "gathering $it" to texts.gatheringState(it) } +
            CaseCategory.entries.associate { "category $it" to texts.caseCategory(it) } +
            CasePhase.entries.associate { "phase $it" to texts.phase(it) } +
            mapOf("keep from" to texts.keepFrom("M1")) +
            LeaveOutReason.entries.associate { "leave out $it" to texts.why(it) } +
            Doubt.entries.associate { "doubt $it" to texts.doubt(it) } +
            listOf(PeopleCount.Few, PeopleCount.Exactly(7u)).associate { "of $it" to texts.acknowledgedOf(it, it) } +
            mapOf("due" to texts.due("7:30"), "came" to texts.came(1, 2), "later" to texts.later(15), "minutes" to texts.minutes(45))

    private fun meetings(texts: Texts) =
        Mark.entries.associate { "mark $it" to texts.mark(it) } +
            Leave.entries.associate { "leave $it" to texts.leave(it) } +
            Place.entries.associate { "place $it" to texts.place(it) } +
            RollPart.entries.associate { "part $it" to texts.part(it) } +
            VoteChoice.entries.associate { "choice $it" to texts.choice(it) } +
            texts.numbers.withIndex().associate { (at, name) -> "number $at" to name } +
            listOf(0, 1, 2).associate { "call $it" to texts.call(it) } +
            listOf(1, 2).associate { "moved $it" to texts.moved(it) } +
            listOf(1, 2).associate { "missing $it" to texts.missing(it) } +
            listOf(1, 2).associate { "people $it" to texts.count(it) } +
            mapOf("tally" to texts.tally(1, 2, 3, 4))

    @Test
    fun `how long somebody stayed is what the core counts, not from coming to going`() {
        val came = Instant.parse("2026-06-01T10:00:00Z")
        val context = SpeechContext(Language.ENGLISH, came, 480)
        val speaker = Speaker(Texts.of(Language.ENGLISH), context)
        val went = came.plus(Duration.ofHours(2))
        assertEquals("${speaker.time(came)} – 20:00 · 90 min", speaker.stay(came, went, 90 * 60_000L + 59_999))
        assertEquals(speaker.time(came), speaker.stay(came, null, null))
    }

    @Test
    fun `both languages say everything in their own writing`() {
        val (chinese, english) = listOf(Language.CHINESE, Language.ENGLISH).map { all(Texts.of(it)) }
        assertTrue(chinese.size > 250, "only ${chinese.size} were looked at")
        val han = Regex("\\p{IsHan}")
        // Which is punctuation.
        for ((name, text) in chinese - "getColon") assertTrue(han.containsMatchIn(text), "Chinese $name: $text")
        for ((name, text) in english) {
            assertTrue(text.isNotBlank() && !han.containsMatchIn(text), "English $name: $text")
        }
    }
}
