package org.hongqi.demo.state

import java.time.Duration
import java.time.Instant
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import java.time.temporal.ChronoUnit
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.update
import org.hongqi.core.DocId
import org.hongqi.core.Hongqi
import org.hongqi.core.MemberId
import org.hongqi.core.OrgId
import org.hongqi.core.Period
import org.hongqi.core.Role

/** Where activities are planned and held. */
sealed interface MeetingPlace : Place {
    data object Plan : MeetingPlace

    data class Edit(val activity: DocId) : MeetingPlace

    data class Roll(val activity: DocId) : MeetingPlace

    data class Person(val activity: DocId, val member: MemberId) : MeetingPlace

    data class Votes(val activity: DocId) : MeetingPlace

    data class Minutes(val activity: DocId) : MeetingPlace

    data class Table(val activity: DocId) : MeetingPlace

    /** One's own attendance over time. */
    data object History : MeetingPlace
}

/** Whether the member plans an activity and calls its roll. */
suspend fun Hongqi.mayOrganise(activity: DocId): Boolean = may(Role.ORGANISER, activity)

/** Whether the member stands at its doors. */
suspend fun Hongqi.mayHost(activity: DocId): Boolean = may(Role.HOST, activity)

private suspend fun Hongqi.may(role: Role, activity: DocId): Boolean =
    activities().activity(activity)?.let { known().may(role, it.org) } == true

/** Something to be voted on. */
data class Motion(val title: String = "", val election: Boolean = false)

/** An activity that is being planned. */
data class NewMeeting(
    val starts: ZonedDateTime,
    val minutes: Int = 120,
    val org: OrgId? = null,
    val title: String = "",
    val place: String = "",
    val note: String = "",
    val agenda: String = "",
    /** Whose members are expected. */
    val roster: Set<OrgId> = emptySet(),
    val motions: List<Motion> = emptyList(),
) {
    val ends: Instant get() = starts.plusMinutes(minutes.toLong()).toInstant()
    val complete: Boolean get() = org != null && title.isNotBlank() && place.isNotBlank()

    /** So many days later. */
    fun day(later: Long) = copy(starts = starts.plusDays(later))

    /** So many minutes later. */
    fun time(later: Long) = copy(starts = starts.plusMinutes(later))
}

/** Plans an activity: what, where, when, who is expected, what is voted on. */
class PlanScreen(private val shell: Shell, now: ZonedDateTime = ZonedDateTime.now(ZoneId.systemDefault())) {
    private val activities = shell.hongqi.activities()
    private val written = MutableStateFlow(NewMeeting(now.plusDays(1).with(LocalTime.of(18, 30))))
    private val today = now.truncatedTo(ChronoUnit.DAYS)

    val form: StateFlow<NewMeeting> = written.asStateFlow()
    val known: StateFlow<Known> = shell.shown(shell.hongqi.knownFlow(), Known.NOBODY)

    fun change(form: NewMeeting) {
        written.value = form
    }

    /** Another day, not before today. */
    fun day(later: Long) = written.update { form ->
        form.day(later).takeUnless { it.starts < today } ?: form
    }

    /** Another time of that day. */
    fun time(later: Long) = written.update { it.time(later) }

    /** Of whose activity it is; its own members are expected first. */
    fun choose(org: OrgId) = written.update { it.copy(org = org, roster = setOf(org)) }

    fun expect(org: OrgId) = written.update { it.copy(roster = it.roster.toggled(org)) }

    fun move(at: Int, motion: Motion?) = written.update { form ->
        val motions = form.motions.toMutableList()
        when {
            motion == null -> motions.removeAt(at)
            at == motions.size -> motions += motion
            else -> motions[at] = motion
        }
        form.copy(motions = motions)
    }

    fun plan(then: (DocId) -> Unit) {
        val form = written.value
        val org = form.org ?: return
        if (!form.complete) return
        shell.act {
            val time = Period(form.starts.toInstant(), form.ends)
            val id = activities.plan(org, form.title.trim(), form.place.trim(), time, form.note.trim(), form.agenda.trim())
            if (form.roster.isNotEmpty()) activities.expectMembers(id, form.roster.toList())
            for (motion in form.motions) {
                if (motion.title.isNotBlank()) activities.moveResolution(id, motion.title.trim(), motion.election)
            }
            then(id)
        }
    }
}

/** Changes what was planned: only what was touched here, so that what others change meanwhile stays. */
class EditScreen(private val shell: Shell, private val id: DocId, zone: ZoneId = ZoneId.systemDefault()) {
    private val activities = shell.hongqi.activities()
    private val written = MutableStateFlow<NewMeeting?>(null)
    private var before: NewMeeting? = null

    /** Null until it is loaded, or if it is not here. */
    val form: StateFlow<NewMeeting?> = written.asStateFlow()

    init {
        shell.act {
            val view = activities.activity(id) ?: return@act
            val minutes = Duration.between(view.starts, view.ends).toMinutes().toInt()
            before = NewMeeting(view.starts.atZone(zone), minutes, view.org, view.title, view.place, view.note, view.agenda)
            written.value = before
        }
    }

    fun change(form: NewMeeting) {
        written.value = form
    }

    fun day(later: Long) = written.update { it?.day(later) }

    fun time(later: Long) = written.update { it?.time(later) }

    fun save(then: () -> Unit) {
        val (old, new) = (before ?: return) to (written.value ?: return)
        if (!new.complete) return
        fun touched(what: (NewMeeting) -> String) = what(new).trim().takeIf { it != what(old) }
        val moved = new.starts != old.starts || new.minutes != old.minutes
        shell.act {
            activities.edit(
                id, touched { it.title }, touched { it.place }, touched { it.note },
                if (moved) Period(new.starts.toInstant(), new.ends) else null, touched { it.agenda },
            )
            then()
        }
    }

    fun cancel(then: () -> Unit) = shell.act {
        activities.cancel(id)
        then()
    }
}
