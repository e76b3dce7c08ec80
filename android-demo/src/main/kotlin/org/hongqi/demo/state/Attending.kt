package org.hongqi.demo.state

import java.time.Instant
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import org.hongqi.core.ActivityView
import org.hongqi.core.AttendanceRow
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocId
import org.hongqi.core.MemberId
import org.hongqi.core.activitiesFlow
import org.hongqi.core.attendanceFlow

/** The activities that are not over. */
class ActivitiesScreen(shell: Shell, now: Instant = Instant.now()) {
    /** Null until it is loaded. */
    val activities: StateFlow<List<ActivityView>?> = shell.shown(shell.hongqi.activitiesFlow(now), null)
}

/** One activity and who attended, as far as this phone may know. */
data class Attendance(val activity: ActivityView, val rows: List<AttendanceRow>, val own: AttendanceRow?) {
    /** Whether "I am here" would say anything new. */
    val mayCheckIn: Boolean get() = !activity.cancelled && (own == null || own.status == AttendanceStatus.Unknown)
}

/** One activity, and the check-in. */
class ActivityScreen(private val shell: Shell, private val id: DocId, me: MemberId) {
    private val activities = shell.hongqi.activities()

    /** Null until it is loaded, or if it is not here. */
    val attendance: StateFlow<Attendance?> = shell.shown(
        combine(shell.hongqi.activitiesFlow(Instant.EPOCH), shell.hongqi.attendanceFlow(id)) { all, rows ->
            val activity = all.firstOrNull { it.id == id } ?: return@combine null
            Attendance(activity, rows, rows.firstOrNull { it.member == me })
        },
        null,
    )

    /** Says "I am here". */
    fun checkIn() = shell.act { activities.checkIn(id) }
}
