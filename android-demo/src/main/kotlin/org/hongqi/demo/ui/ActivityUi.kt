package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import java.time.Instant
import org.hongqi.core.ActivityView
import org.hongqi.core.AttendanceRow
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocId
import org.hongqi.core.speakActivity
import org.hongqi.core.speakAttendance
import org.hongqi.demo.state.Attendance

/** The activities that are not over. */
@Composable
fun ActivitiesUi(activities: List<ActivityView>?, onOpen: (DocId) -> Unit, modifier: Modifier = Modifier) {
    when {
        activities == null -> Box(modifier.fillMaxSize())
        activities.isEmpty() -> Empty(Icons.Activity, texts.noActivities, modifier)
        else -> LazyColumn(modifier.fillMaxSize()) {
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

/** One activity, the check-in, who attended. */
@Composable
fun ActivityUi(attendance: Attendance?, onBack: () -> Unit, onCheckIn: () -> Unit) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.activities, onBack)
        if (attendance != null) Shown(attendance, onCheckIn)
    }
}

@Composable
private fun Shown(attendance: Attendance, onCheckIn: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val activity = attendance.activity
    Column(
        Modifier.fillMaxSize().verticalScroll(rememberScrollState()).navigationBarsPadding().padding(horizontal = 20.dp, vertical = 8.dp),
        Arrangement.spacedBy(16.dp),
    ) {
        Text(activity.title, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
        if (activity.cancelled) Sign(Icons.Warning, texts.cancelledActivity, colors.error)
        Surface(color = colors.surfaceContainer, shape = RoundedCornerShape(16.dp)) {
            Column(Modifier.fillMaxWidth().padding(16.dp), Arrangement.spacedBy(8.dp)) {
                Fact(Icons.Clock, speaker.span(activity.starts, activity.ends))
                Fact(Icons.Place, activity.place)
            }
        }
        if (activity.note.isNotEmpty()) Text(activity.note, style = MaterialTheme.typography.bodyLarge)
        DeliverySign(activity.delivery)
        val own = attendance.own
        when {
            attendance.mayCheckIn -> Button(onCheckIn, Modifier.fillMaxWidth().heightIn(min = 56.dp)) {
                Text(texts.checkIn, style = MaterialTheme.typography.titleMedium)
            }
            own != null -> Own(own)
        }
        Text(texts.attendance, style = MaterialTheme.typography.titleSmall, color = colors.onSurfaceVariant)
        if (attendance.rows.isEmpty()) {
            Text(texts.nobodyYet, style = MaterialTheme.typography.bodyMedium, color = colors.onSurfaceVariant)
        }
        for (row in attendance.rows) {
            Row(
                Modifier.fillMaxWidth().heightIn(min = Touch).said(speakAttendance(row, speaker.context)),
                Arrangement.spacedBy(12.dp),
                Alignment.CenterVertically,
            ) {
                Face(row.name)
                Text(row.name, Modifier.weight(1f), style = MaterialTheme.typography.titleSmall)
                Text(texts.status(row.status), style = MaterialTheme.typography.bodyMedium, color = statusInk(row.status))
            }
        }
    }
}

@Composable
private fun statusInk(status: AttendanceStatus) =
    if (status is AttendanceStatus.Disputed) MaterialTheme.colorScheme.error else MaterialTheme.colorScheme.onSurfaceVariant

@Composable
private fun Fact(icon: ImageVector, text: String) {
    Row(horizontalArrangement = Arrangement.spacedBy(12.dp), verticalAlignment = Alignment.CenterVertically) {
        Icon(icon, null, tint = MaterialTheme.colorScheme.primary)
        Text(text, style = MaterialTheme.typography.bodyMedium)
    }
}

@Composable
private fun Own(own: AttendanceRow) {
    val colors = MaterialTheme.colorScheme
    Surface(color = colors.primaryContainer, contentColor = colors.onPrimaryContainer, shape = RoundedCornerShape(16.dp)) {
        Column(Modifier.fillMaxWidth().padding(16.dp), Arrangement.spacedBy(4.dp)) {
            Text("${texts.checkedIn} · ${texts.status(own.status)}", style = MaterialTheme.typography.titleSmall)
            own.happenedAt?.let { Text(speaker.time(it), style = MaterialTheme.typography.bodySmall) }
            // Two times always: when it happened, and when the server heard of it.
            if (own.receivedAt == null) Sign(Icons.Clock, texts.onDevice, colors.onPrimaryContainer) else Sign(Icons.Check, texts.atServer, colors.onPrimaryContainer)
        }
    }
}
