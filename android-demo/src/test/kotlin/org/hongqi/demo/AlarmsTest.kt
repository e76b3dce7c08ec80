package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlinx.coroutines.flow.first
import org.hongqi.core.ArticleCategory
import org.hongqi.core.DocId
import org.hongqi.core.Park
import org.hongqi.core.Reminder
import org.hongqi.core.remindersFlow
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.AlarmClock
import org.hongqi.demo.state.AlarmPlan
import org.hongqi.demo.state.update
import org.junit.jupiter.api.Test

/** When the member is reminded: what the core says, and what becomes of it while the app does not run. */
class AlarmsTest : Stories() {
    private class Bell(override var kept: String = "") : AlarmClock {
        var next: Instant? = null
        val seen = mutableListOf<DocId>()
        var told = 0

        override fun wakeAt(at: Instant?) {
            next = at
        }

        override fun show(reminder: Reminder) {
            told++
            seen.remove(reminder.item.id)
            seen += reminder.item.id
        }

        override fun clear(article: DocId) {
            seen -= article
        }
    }

    /** As the core answers at [now]: what is over is left out. */
    private fun List<Reminder>.at(now: Instant) =
        map { it.copy(remindAt = it.remindAt.filter { at -> at > now }, overdue = it.item.due?.let { due -> due <= now } == true) }

    @Test
    fun `a circular rings three times, also over a restart of the phone, until it is acknowledged`() = story {
        val (member, secretary) = park.phone(Park.LI) to park.phone(Park.SEC)
        val due = Instant.ofEpochMilli(Instant.now().toEpochMilli()).plus(Duration.ofDays(3))
        suspend fun publish(title: String, due: Instant?) =
            secretary.hongqi.feed().publish(Park.branch, title, "……", ArticleCategory.CIRCULAR, mustRead = true, due = due)
        val id = publish("安全自查", due)
        val other = publish("学习计划", due.plus(Duration.ofDays(1)))
        publish("不急", null)
        val reminders = member.hongqi.remindersFlow().until { it.size == 3 }
        val moments = reminders.first().remindAt
        val bell = Bell()
        bell.update(reminders)
        assertEquals(moments[0] to 0, bell.next to bell.told)
        // Nothing new: nothing rings.
        bell.update(reminders)
        assertEquals(moments[0] to 0, bell.next to bell.told)

        bell.update(reminders.at(moments[0]), moments[0])
        assertEquals(listOf(id) to moments[1], bell.seen.toList() to bell.next)
        // A little later by a clock that was set meanwhile: the same moment.
        val late = reminders.map { one -> one.copy(remindAt = one.remindAt.map { it.plusMillis(900) }) }
        val again = Bell(Bell().also { it.update(reminders) }.kept)
        again.update(late.at(moments[0]), moments[0])
        assertEquals(1 to moments[1].plusMillis(900), again.told to again.next)
        // The phone was off over the next one, and over the first of the other: both are told of, once.
        val restarted = Bell(bell.kept)
        val later = moments[1].plus(Duration.ofHours(26).minusMinutes(30))
        restarted.update(reminders.at(later), later)
        assertEquals(setOf(id, other), restarted.seen.toSet())
        assertEquals(2, restarted.told)

        member.hongqi.feed().acknowledge(id)
        val left = member.hongqi.remindersFlow().until { it.size == 2 }
        restarted.update(left.at(later), later)
        assertEquals(listOf(other), restarted.seen.toList())
        member.hongqi.feed().acknowledge(other)
        restarted.update(member.hongqi.remindersFlow().until { it.size == 1 }.at(later), later)
        assertEquals(emptyList(), restarted.seen.toList())
        assertNull(restarted.next, "what has no date rings never")
        // What was acknowledged while the phone was off is told of no more.
        val acknowledged = Bell(Bell().also { it.update(reminders) }.kept)
        acknowledged.update(member.hongqi.remindersFlow().first(), moments[2])
        assertEquals(0, acknowledged.told)
    }

    @Test
    fun `a plan is kept as identifiers and times, and what cannot be read is none`() {
        val plan = AlarmPlan.of("${"a".repeat(32)} 1800000000000\n${"b".repeat(32)}")
        assertEquals(plan, AlarmPlan.of(plan.text))
        assertEquals(1 to 1, plan.moments.size to plan.shown.size)
        assertEquals(AlarmPlan(), AlarmPlan.of(""))
        assertEquals(AlarmPlan(), AlarmPlan.of("a b c\n"))
        assertEquals(AlarmPlan(), AlarmPlan.of(AlarmPlan().text))
    }
}
