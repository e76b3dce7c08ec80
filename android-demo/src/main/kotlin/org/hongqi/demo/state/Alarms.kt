package org.hongqi.demo.state

import java.time.Duration
import java.time.Instant
import org.hongqi.core.DocId
import org.hongqi.core.Reminder

/** When the member is to be reminded of an article. */
data class Moment(val article: DocId, val at: Instant)

/**
 * What was planned, and of what the member sees a notice. Kept by the app over the end of the process and of the phone, as
 * [text]: identifiers and times, nothing that anybody wrote. The system is asked for one alarm, the next one's; what it has
 * forgotten, over a restart of the phone, is asked for anew from the core.
 */
data class AlarmPlan(val moments: Set<Moment> = emptySet(), val shown: Set<DocId> = emptySet()) {
    /** What to do now. */
    data class Step(
        val plan: AlarmPlan,
        /** Of these the member is reminded now, the most urgent first. */
        val show: List<Reminder>,
        /** The notices of these go: acknowledged, here or on another phone, or withdrawn. */
        val clear: Set<DocId>,
        /** When to ask again; the system's alarm is set to this, or there is none. */
        val wake: Instant?,
    )

    /**
     * Whenever [reminders] change, when the alarm rings, and after the phone was restarted: then what was missed is shown
     * once. Of what is acknowledged nothing is shown. [reminders] name only moments after [now].
     */
    fun step(reminders: List<Reminder>, now: Instant): Step {
        val open = reminders.map { it.item.id }.toSet()
        val due = moments.filter { it.at <= now && it.article in open }
        val articles = due.map { it.article }.toSet()
        val coming = reminders.flatMap { reminder -> reminder.remindAt.map { Moment(reminder.item.id, it) } }
            // The phone's distance to the server's time is measured anew now and then: the same moment is a little later.
            .filter { next -> due.none { it.article == next.article && Duration.between(it.at, next.at).abs() < SAME } }
            .toSet()
        val plan = AlarmPlan(coming, (shown + articles) intersect open)
        return Step(plan, reminders.filter { it.item.id in articles }, shown - open, coming.minOfOrNull { it.at })
    }

    /** A line each. */
    val text: String
        get() = (moments.map { "${it.article.hex} ${it.at.toEpochMilli()}" } + shown.map { it.hex }).joinToString("\n")

    companion object {
        /** Far less than between two moments of one article, far more than clocks are set by. */
        private val SAME = Duration.ofMinutes(30)

        /** Of [text]; what cannot be read was never planned. */
        fun of(text: String): AlarmPlan {
            val lines = text.lines().map { it.split(' ') }
            val moments = lines.filter { it.size == 2 }.mapNotNull { (id, at) -> at.toLongOrNull()?.let { Moment(DocId(id), Instant.ofEpochMilli(it)) } }
            return AlarmPlan(moments.toSet(), lines.filter { it.size == 1 && it[0].isNotEmpty() }.map { DocId(it[0]) }.toSet())
        }
    }
}

/** What keeps a plan and asks the system for it: a thin layer over Android's classes, and over nothing in tests. */
interface AlarmClock {
    /** What was written last; empty at first. */
    var kept: String

    /** Rings once at [at], or a little later; no more for null. What was set before rings no more. */
    fun wakeAt(at: Instant?)

    fun show(reminder: Reminder)

    fun clear(article: DocId)
}

/** Brings [clock] up to date. What is kept is written last: who is killed in between shows a notice again, and loses none. */
fun AlarmClock.update(reminders: List<Reminder>, now: Instant = Instant.now()) {
    val step = AlarmPlan.of(kept).step(reminders, now)
    step.clear.forEach(::clear)
    step.show.forEach(::show)
    wakeAt(step.wake)
    kept = step.plan.text
}
