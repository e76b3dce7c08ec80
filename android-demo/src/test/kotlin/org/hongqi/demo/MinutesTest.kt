package org.hongqi.demo

import kotlin.random.Random
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.hongqi.demo.state.merged
import org.junit.jupiter.api.Test

/** Two changes of one text. */
class MinutesTest {
    @Test
    fun `changes in different places are both there, in whichever order they meet`() {
        val base = "一、学习。二、表决。"
        assertEquals("一、学习文件。二、表决通过。", merged(base, "一、学习文件。二、表决。", "一、学习。二、表决通过。"))
        assertEquals("一、学习文件。二、表决通过。", merged(base, "一、学习。二、表决通过。", "一、学习文件。二、表决。"))
        assertEquals(base, merged(base, base, base))
        assertEquals("x", merged(base, base, "x"))
        assertEquals("x", merged(base, "x", base))
    }

    @Test
    fun `where they meet, both stay`() {
        assertEquals("出席九人八人", merged("出席", "出席八人", "出席九人"))
        assertEquals("丙乙", merged("甲", "乙", "丙"))
    }

    @Test
    fun `nothing that was added is ever lost, and no character is torn`() {
        val seed = System.nanoTime()
        val random = Random(seed)
        val letters = listOf("a", "党", "👍", "🎉", "b")
        fun words(most: Int) = (0 until random.nextInt(most + 1)).joinToString("") { letters.random(random) }
        repeat(20_000) {
            val base = words(6)
            fun changed(mark: String): String {
                val points = base.codePoints().toArray().map { String(Character.toChars(it)) }
                val from = random.nextInt(points.size + 1)
                val to = random.nextInt(from, points.size + 1)
                return points.subList(0, from).joinToString("") + mark + points.subList(to, points.size).joinToString("")
            }
            val (own, theirs) = changed("1") to changed("2")
            val both = merged(base, own, theirs)
            assertTrue("1" in both && "2" in both, "seed $seed: $base, $own, $theirs: $both")
            assertTrue(both.codePoints().noneMatch { Character.isSurrogate(Char(it.coerceAtMost(0xFFFF))) && it <= 0xFFFF }, "seed $seed: $both")
        }
    }
}
