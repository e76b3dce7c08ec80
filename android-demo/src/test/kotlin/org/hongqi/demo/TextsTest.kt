package org.hongqi.demo

import kotlin.test.assertTrue
import org.hongqi.core.ArticleCategory
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocumentKind
import org.hongqi.core.Grade
import org.hongqi.core.HitKind
import org.hongqi.core.Language
import org.hongqi.core.Role
import org.hongqi.demo.text.Texts
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
        return plain + chosen
    }

    @Test
    fun `both languages say everything in their own writing`() {
        val (chinese, english) = listOf(Language.CHINESE, Language.ENGLISH).map { all(Texts.of(it)) }
        assertTrue(chinese.size > 80, "only ${chinese.size} were looked at")
        val han = Regex("\\p{IsHan}")
        // Which is punctuation.
        for ((name, text) in chinese - "getColon") assertTrue(han.containsMatchIn(text), "Chinese $name: $text")
        for ((name, text) in english) {
            assertTrue(text.isNotBlank() && !han.containsMatchIn(text), "English $name: $text")
        }
    }
}
