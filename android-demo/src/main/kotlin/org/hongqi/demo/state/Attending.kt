package org.hongqi.demo.state

import java.time.Instant
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import org.hongqi.core.ActivityView
import org.hongqi.core.AttendanceRow
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocId
import org.hongqi.core.EvidenceWord
import org.hongqi.core.Leave
import org.hongqi.core.Mark
import org.hongqi.core.MemberId
import org.hongqi.core.Role
import org.hongqi.core.Topic
import org.hongqi.core.activitiesFlow
import org.hongqi.core.attendanceFlow
import org.hongqi.core.observe

/** The activities that are not over, and whether the member plans any. */
class ActivitiesScreen(shell: Shell, now: Instant = Instant.now()) {
    /** Null until it is loaded. */
    val activities: StateFlow<List<ActivityView>?> = shell.shown(shell.hongqi.activitiesFlow(now), null)

    val mayPlan: StateFlow<Boolean> = shell.shown(
        shell.hongqi.observe(Topic.Directory) { shell.hongqi.directory().roles().any { it.role >= Role.ORGANISER } },
        false,
    )
}

/** What else the member does at an activity. */
data class Duties(
    val host: Boolean = false,
    val organiser: Boolean = false,
    /** Whether the member may see its attendance by organisation. */
    val table: Boolean = false,
    /** How many resolutions are moved. */
    val resolutions: Int = 0,
    /** The own request for leave that was not withdrawn. */
    val request: DocId? = null,
    /** Those who have said something of the own attendance, by name. */
    val names: Map<MemberId, String> = emptyMap(),
)

/** One activity and who attended, as far as this phone may know. */
data class Attendance(
    val activity: ActivityView,
    val rows: List<AttendanceRow>,
    val own: AttendanceRow?,
    val duties: Duties = Duties(),
) {
    /** Who says what of the own attendance while that is disputed: with whom one can settle it. */
    val sides: List<Pair<String, Mark>>
        get() = (own?.status as? AttendanceStatus.Disputed)?.lastWords.orEmpty().map { duties.names[it.by].orEmpty() to it.mark }

    /** Whether "I am here" would say anything new. */
    val mayCheckIn: Boolean get() = !activity.cancelled && (own == null || own.status == AttendanceStatus.Unknown)

    /** Whether "I go" would: it follows on having been seen there, by oneself or a host; a mark on the roll is not that. */
    val mayCheckOut: Boolean get() = !activity.cancelled && own?.came != null && own.went == null

    /** Whether one may ask not to have to come. */
    val mayAskLeave: Boolean get() = mayCheckIn && (own?.leave == null || own.leave == Leave.WITHDRAWN)
}

/** One activity: the check-in, and the rest that a member does there. */
class ActivityScreen(private val shell: Shell, private val id: DocId, me: MemberId) {
    private val activities = shell.hongqi.activities()
    private val why = MutableStateFlow<String?>(null)

    /** Null until it is loaded, or if it is not here. */
    val attendance: StateFlow<Attendance?> = shell.shown(
        combine(
            shell.hongqi.activitiesFlow(Instant.EPOCH),
            shell.hongqi.attendanceFlow(id),
            shell.hongqi.observe(Topic.Activity(id), Topic.Activities, Topic.Directory) { duties(me) },
        ) { all, rows, duties ->
            val activity = all.firstOrNull { it.id == id } ?: return@combine null
            Attendance(activity, rows, rows.firstOrNull { it.member == me }, duties)
        },
        null,
    )

    /** The reason for not coming that is being written; null while none is. */
    val reason: StateFlow<String?> = why.asStateFlow()

    private suspend fun duties(me: MemberId): Duties {
        val said = activities.evidence(id, me)
        val asked = said.filter { it.by == me }.lastOrNull { it.word is EvidenceWord.Asked }
        return Duties(
            shell.hongqi.mayHost(id),
            shell.hongqi.mayOrganise(id),
            allowed { activities.attendanceByOrg(id) } != null,
            activities.resolutions(id).size,
            asked?.takeUnless { (it.word as EvidenceWord.Asked).withdrawn }?.id,
            said.associate { it.by to it.byName },
        )
    }

    /** Says "I am here". */
    fun checkIn() = shell.act { activities.checkIn(id) }

    /** Says "I go". */
    fun checkOut() = shell.act { shell.hongqi.presence().checkOut(id) }

    fun explain(reason: String?) {
        why.value = reason
    }

    /** Asks not to have to come, with the reason that was written. */
    fun askLeave() {
        val reason = why.value?.trim().orEmpty()
        if (reason.isEmpty()) return
        shell.act {
            activities.askLeave(id, reason)
            why.value = null
        }
    }

    fun withdrawLeave(request: DocId) = shell.act { activities.withdrawLeave(request) }
}
