package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import java.time.Instant
import org.hongqi.core.ActivityView
import org.hongqi.core.AttendanceRow
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocId
import org.hongqi.core.Leave
import org.hongqi.core.Mark
import org.hongqi.core.speakActivity
import org.hongqi.core.speakAttendance
import org.hongqi.demo.state.Attendance
import org.hongqi.demo.state.MeetingPlace
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.PresencePlace

/** The activities that are not over. */
@Composable
fun ActivitiesUi(
    activities: List<ActivityView>?,
    onOpen: (DocId) -> Unit,
    modifier: Modifier = Modifier,
    onScan: () -> Unit = {},
    onPlan: (() -> Unit)? = null,
) {
    when {
        activities == null -> Box(modifier.fillMaxSize())
        else -> LazyColumn(modifier.fillMaxSize()) {
            item {
                WayRow(Icons.Code, texts.scanCode, onOpen = onScan)
                if (onPlan != null) WayRow(Icons.Plus, texts.planOne, onOpen = onPlan)
                HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
            }
            if (activities.isEmpty()) item { Hint(texts.noActivities, Modifier.padding(16.dp)) }
            items(activities, key = { it.id.hex }) { activity ->
                ActivityRow(activity) { onOpen(activity.id) }
                HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
            }
        }
    }
}

@Composable
private fun ActivityRow(activity: ActivityView, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Row(
            Modifier.said(speakActivity(activity, speaker.context)).padding(horizontal = 16.dp, vertical = 14.dp),
            Arrangement.spacedBy(14.dp),
        ) {
            Day(activity.starts)
            Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
                Text(activity.title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
                Text(
                    speaker.span(activity.starts, activity.ends),
                    style = MaterialTheme.typography.bodyMedium,
                    color = colors.onSurfaceVariant,
                )
                if (activity.place.isNotEmpty()) Text(activity.place, style = MaterialTheme.typography.bodyMedium, color = colors.onSurfaceVariant)
                if (activity.cancelled) Sign(Icons.Warning, texts.cancelledActivity, colors.error)
                DeliverySign(activity.delivery)
            }
        }
    }
}

/** A leaf of the calendar. */
@Composable
private fun Day(at: Instant) {
    val colors = MaterialTheme.colorScheme
    val (month, day) = speaker.leaf(at)
    Surface(color = colors.primaryContainer, contentColor = colors.onPrimaryContainer, shape = RoundedCornerShape(12.dp)) {
        Column(Modifier.widthIn(min = 52.dp).padding(vertical = 6.dp), horizontalAlignment = Alignment.CenterHorizontally) {
            Text(month, style = MaterialTheme.typography.labelSmall)
            Text(day, style = MaterialTheme.typography.titleLarge, fontWeight = FontWeight.SemiBold)
        }
    }
}

/** What a member does at an activity. */
class ActivityActs(
    val onBack: () -> Unit,
    val onCheckIn: () -> Unit,
    val onCheckOut: () -> Unit = {},
    val onScan: (leaving: Boolean) -> Unit = {},
    val onExplain: (String?) -> Unit = {},
    val onAskLeave: () -> Unit = {},
    val onWithdrawLeave: (DocId) -> Unit = {},
    val onGo: (Place) -> Unit = {},
)

/** One activity, the check-in, who attended. [reason] is what is being written for not coming. */
@Composable
fun ActivityUi(attendance: Attendance?, reason: String?, acts: ActivityActs) {
    Page(texts.activities, acts.onBack) { if (attendance != null) Shown(attendance, reason, acts) }
}

@Composable
private fun Shown(attendance: Attendance, reason: String?, acts: ActivityActs) {
    val colors = MaterialTheme.colorScheme
    val activity = attendance.activity
    Text(activity.title, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
    if (activity.cancelled) Sign(Icons.Warning, texts.cancelledActivity, colors.error)
    Panel {
        Fact(Icons.Clock, speaker.span(activity.starts, activity.ends))
        Fact(Icons.Place, activity.place)
    }
    if (activity.note.isNotEmpty()) Text(activity.note, style = MaterialTheme.typography.bodyLarge)
    if (activity.agenda.isNotEmpty()) {
        Heading(texts.agenda)
        Text(activity.agenda, style = MaterialTheme.typography.bodyMedium)
    }
    DeliverySign(activity.delivery)
    attendance.own?.takeIf { it.status != AttendanceStatus.Unknown }?.let { Own(it, attendance.sides) }
    if (attendance.mayCheckIn) {
        MainButton(texts.scanCode) { acts.onScan(false) }
        QuietButton(texts.checkIn, Modifier.fillMaxWidth(), onClick = acts.onCheckIn)
    }
    if (attendance.mayCheckOut) {
        QuietButton(texts.scanGo, Modifier.fillMaxWidth()) { acts.onScan(true) }
        QuietButton(texts.sayGo, Modifier.fillMaxWidth(), onClick = acts.onCheckOut)
    }
    LeaveUi(attendance, reason, acts)
    Ways(attendance, acts.onGo)
    Heading(texts.attendance)
    val seen = attendance.rows.filter { it.status != AttendanceStatus.Unknown || it.leave != null }
    if (seen.isEmpty()) Hint(texts.nobodyYet)
    for (row in seen) {
        val (status, disputed) = texts.status(row.status) to (row.status is AttendanceStatus.Disputed)
        val said = speakAttendance(row, speaker.context)
        val leave = row.leave?.let { texts.leave(it) }
        PersonRow(row.name, dots(if (disputed) null else status, leave), said, note = if (disputed) status else "")
    }
}

/** Asking not to have to come. */
@Composable
private fun LeaveUi(attendance: Attendance, reason: String?, acts: ActivityActs) {
    val leave = attendance.own?.leave
    if (leave != null) Sign(Icons.Clock, texts.leave(leave), MaterialTheme.colorScheme.onSurface)
    val request = attendance.duties.request
    when {
        leave == Leave.ASKED && request != null -> WordButton(texts.withdrawLeave) { acts.onWithdrawLeave(request) }
        !attendance.mayAskLeave -> Unit
        reason == null -> WordButton(texts.askLeave) { acts.onExplain("") }
        else -> {
            Field(texts.reason, reason, acts.onExplain, lines = 2)
            Several {
                QuietButton(texts.askLeave, onClick = acts.onAskLeave)
                WordButton(texts.cancel) { acts.onExplain(null) }
            }
        }
    }
}

/** Where one goes on from an activity, by what one is there. */
@Composable
private fun Ways(attendance: Attendance, onGo: (Place) -> Unit) {
    val (activity, duties) = attendance.activity to attendance.duties
    val id = activity.id
    Surface(color = MaterialTheme.colorScheme.surfaceContainer, shape = RoundedCornerShape(16.dp)) {
        Column {
            if (duties.organiser || duties.resolutions > 0) WayRow(Icons.Check, texts.votes, texts.moved(duties.resolutions)) { onGo(MeetingPlace.Votes(id)) }
            WayRow(Icons.Article, texts.minutesOf) { onGo(MeetingPlace.Minutes(id)) }
            if (duties.host && !activity.cancelled) WayRow(Icons.Code, texts.doors) { onGo(PresencePlace.Doors(id)) }
            if (duties.organiser) WayRow(Icons.People, texts.roll) { onGo(MeetingPlace.Roll(id)) }
            if (duties.organiser && !activity.cancelled) WayRow(Icons.Clock, texts.editOne) { onGo(MeetingPlace.Edit(id)) }
            if (duties.table) WayRow(Icons.Activity, texts.table) { onGo(MeetingPlace.Table(id)) }
        }
    }
}

@Composable
private fun Own(own: AttendanceRow, sides: List<Pair<String, Mark>>) {
    val colors = MaterialTheme.colorScheme
    Surface(color = colors.primaryContainer, contentColor = colors.onPrimaryContainer, shape = RoundedCornerShape(16.dp)) {
        Column(Modifier.fillMaxWidth().padding(16.dp), Arrangement.spacedBy(4.dp)) {
            Text("${texts.checkedIn} · ${texts.status(own.status)}", style = MaterialTheme.typography.titleSmall)
            for ((name, mark) in sides) Text(name + texts.colon + texts.mark(mark), style = MaterialTheme.typography.bodyMedium)
            own.happenedAt?.let { Text(speaker.time(it), style = MaterialTheme.typography.bodySmall) }
            // Two times always: when it happened, and when the server heard of it.
            if (own.receivedAt == null) Sign(Icons.Clock, texts.onDevice, colors.onPrimaryContainer) else Sign(Icons.Check, texts.atServer, colors.onPrimaryContainer)
        }
    }
}
