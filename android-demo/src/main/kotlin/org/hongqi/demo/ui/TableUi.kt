package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.hongqi.core.AttendanceNumbers
import org.hongqi.core.PastAttendance
import org.hongqi.core.speakAttendance
import org.hongqi.core.speakAttendanceNumbers
import org.hongqi.core.speakOrgAttendance
import org.hongqi.core.speakPastAttendance
import org.hongqi.demo.state.Minutes
import org.hongqi.demo.state.Table
import org.hongqi.demo.state.Writing

/** Attendance by organisation: numbers, and names where one may know them. */
@Composable
fun TableUi(table: Table?, mayShare: Boolean, onPeople: () -> Unit, onNumbers: () -> Unit, onBack: () -> Unit) {
    Page(texts.table, onBack) {
        if (table == null) return@Page
        if (table.orgs.isEmpty() && table.all == null) Hint(texts.noTable)
        table.all?.let { Figures(texts.whole, it, sentence(texts.whole, speakAttendanceNumbers(it, speaker.context))) }
        for (org in table.orgs) {
            Figures(org.name.ifEmpty { texts.unknownHome }, org.numbers, speakOrgAttendance(org, speaker.context))
            for (row in org.people) {
                PersonRow(row.name, dots(texts.status(row.status), row.leave?.let { texts.leave(it) }), speakAttendance(row, speaker.context))
            }
        }
        if (mayShare) {
            Several {
                QuietButton(texts.exportPeople, onClick = onPeople)
                if (table.orgs.isNotEmpty()) QuietButton(texts.exportNumbers, onClick = onNumbers)
            }
        } else {
            Hint(texts.noShare)
        }
    }
}

@Composable
private fun Figures(name: String, numbers: AttendanceNumbers, said: String) {
    val values = listOf(numbers.expected, numbers.present, numbers.claimed, numbers.absent, numbers.excused, numbers.disputed, numbers.unknown)
    val cells = texts.numbers.zip(values.map { texts.people(it) })
    Panel {
        Column(Modifier.fillMaxWidth().said(said), Arrangement.spacedBy(8.dp)) {
            Text(name, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
            Several {
                for ((what, many) in cells) Column(Modifier.widthIn(min = 96.dp)) {
                    Hint(what)
                    Text(many, style = MaterialTheme.typography.titleSmall)
                }
            }
        }
    }
}

/** The minutes, for reading or, as an organiser, writing. */
@Composable
fun MinutesUi(minutes: Minutes?, writing: Writing?, onWrite: (String) -> Unit, onSave: () -> Unit, onBack: () -> Unit) {
    Page(texts.minutesOf, onBack) {
        when {
            minutes == null || writing == null -> Unit
            minutes.organiser -> {
                Hint(texts.minutesHelp)
                Field(texts.minutesOf, writing.text, onWrite, lines = 12)
                MainButton(if (writing.changed) texts.save else texts.saved, writing.changed, onSave)
            }
            minutes.text.isEmpty() -> Hint(texts.noMinutes)
            else -> Text(minutes.text, style = MaterialTheme.typography.bodyLarge)
        }
    }
}

/** The member's own attendance over time. */
@Composable
fun HistoryUi(history: List<PastAttendance>?, onBack: () -> Unit) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.history, onBack)
        when {
            history == null -> Unit
            history.isEmpty() -> Empty(Icons.Activity, texts.noHistory)
            else -> LazyColumn(Modifier.fillMaxSize().navigationBarsPadding()) {
                items(history, key = { it.activity.hex }) { past ->
                    val of = past.attendance
                    val stay = of.went?.let { went -> of.came?.let { came -> speaker.stay(came, went, of.stayedMs) } }
                    val facts = dots(texts.status(of.status), of.leave?.let { texts.leave(it) }, stay)
                    Row(Modifier.fillMaxWidth().said(speakPastAttendance(past, speaker.context)).padding(horizontal = 16.dp, vertical = 12.dp)) {
                        Column(verticalArrangement = Arrangement.spacedBy(2.dp)) {
                            Text(past.title, style = MaterialTheme.typography.titleSmall)
                            Text(facts, style = MaterialTheme.typography.bodyMedium)
                            Hint(speaker.span(past.starts, past.ends))
                        }
                    }
                    HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
                }
            }
        }
    }
}
