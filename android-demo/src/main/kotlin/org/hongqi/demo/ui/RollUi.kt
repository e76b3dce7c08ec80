package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.Button
import androidx.compose.material3.FilterChip
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.hongqi.core.AttendanceRow
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.EvidenceView
import org.hongqi.core.DocId
import org.hongqi.core.LeaveAnswer
import org.hongqi.core.Mark
import org.hongqi.core.MemberId
import org.hongqi.core.Pending
import org.hongqi.core.Place as Expectation
import org.hongqi.core.speakAttendance
import org.hongqi.core.speakEvidence
import org.hongqi.demo.state.OnePerson
import org.hongqi.demo.state.Roll
import org.hongqi.demo.state.RollPart

/** What one does with a roll. */
class RollActs(
    val onBack: () -> Unit,
    val onShow: (RollPart) -> Unit,
    val onMark: (MemberId, Mark) -> Unit,
    val onCall: () -> Unit,
    val onPerson: (MemberId) -> Unit,
    val onClose: () -> Unit,
)

/** The roll of an activity. [marks] are made and not said yet. */
@Composable
fun RollUi(roll: Roll?, part: RollPart, marks: Map<MemberId, Mark>, acts: RollActs) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.roll, acts.onBack)
        if (roll == null) return
        val closed = roll.activity.closed != null
        LazyColumn(Modifier.weight(1f).fillMaxWidth().padding(horizontal = 16.dp)) {
            item {
                Column(Modifier.padding(bottom = 8.dp), Arrangement.spacedBy(6.dp)) {
                    Text(roll.activity.title, style = MaterialTheme.typography.titleLarge, fontWeight = FontWeight.SemiBold)
                    if (closed) Sign(Icons.Lock, texts.attendanceClosed, MaterialTheme.colorScheme.onSurface)
                    if (roll.guests > 0) Hint("${texts.visitors} ${roll.guests}")
                    Choice(RollPart.entries.map { one -> one to "${texts.part(one)} ${roll.rows.count(one::has)}" }, part, acts.onShow)
                }
            }
            items(roll.rows.filter(part::has), key = { it.member.hex }) { row ->
                RollRow(row, marks[row.member], acts)
                HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
            }
        }
        Several(Modifier.navigationBarsPadding().padding(horizontal = 16.dp, vertical = 8.dp)) {
            Button(acts.onCall, Modifier.weight(1f).widthIn(min = 160.dp).heightIn(min = Touch), marks.isNotEmpty()) { Text(texts.call(marks.size)) }
            if (!closed) Sure(texts.closeAttendance, acts.onClose) { QuietButton(texts.closeAttendance, onClick = it) }
        }
    }
}

@Composable
private fun RollRow(row: AttendanceRow, mark: Mark?, acts: RollActs) {
    Column(Modifier.fillMaxWidth().padding(vertical = 4.dp)) {
        val what = dots(texts.status(row.status), row.leave?.let { texts.leave(it) })
        val note = dots(*row.doubts.map { texts.doubt(it) }.toTypedArray(), if (row.pending.isEmpty()) null else texts.needsSecond)
        PersonRow(row.name, what, speakAttendance(row, speaker.context), note, { acts.onPerson(row.member) }) {
            Icon(Icons.Forward, null, tint = MaterialTheme.colorScheme.onSurfaceVariant)
        }
        Several(Modifier.padding(start = 56.dp)) {
            for (each in Mark.entries) {
                val said = sentence(row.name, texts.mark(each))
                FilterChip(mark == each, { acts.onMark(row.member, each) }, { Text(texts.mark(each)) }, Modifier.heightIn(min = Touch).semantics { contentDescription = said }, leadingIcon = chosen(mark == each))
            }
        }
    }
}

/** What an organiser does about one person. */
class PersonActs(
    val onBack: () -> Unit,
    val onExplain: (String) -> Unit,
    val onSay: (Mark, resolves: Boolean) -> Unit,
    val onSecond: (Pending) -> Unit,
    val onAnswer: (DocId, LeaveAnswer) -> Unit,
    val onExpect: (Expectation) -> Unit,
)

/** One person at an activity, with everything that was said; [reason] is what is being written for settling it. */
@Composable
fun PersonUi(person: OnePerson?, reason: String, acts: PersonActs) {
    Page(person?.row?.name.orEmpty(), acts.onBack) {
        if (person == null) return@Page
        val row = person.row
        Panel {
            Column(Modifier.said(speakAttendance(row, speaker.context)), Arrangement.spacedBy(6.dp)) {
                Text(texts.status(row.status), style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
                Hint(texts.place(row.place))
                row.leave?.let { Hint(texts.leave(it)) }
                row.came?.let { came -> Hint(speaker.stay(came, row.went, row.stayedMs)) }
                for (doubt in row.doubts) Sign(Icons.Warning, texts.doubt(doubt), MaterialTheme.colorScheme.error)
            }
            (row.status as? AttendanceStatus.Disputed)?.let { disputed ->
                for (word in disputed.lastWords) Text("${named(word.by, person)}${texts.colon}${texts.mark(word.mark)}", style = MaterialTheme.typography.bodyMedium)
            }
        }
        person.request?.let { request ->
            Several {
                QuietButton(texts.approve) { acts.onAnswer(request, LeaveAnswer.APPROVE) }
                QuietButton(texts.deny) { acts.onAnswer(request, LeaveAnswer.DENY) }
            }
        }
        if (row.pending.isNotEmpty()) Heading(texts.needsSecond)
        for (pending in row.pending) {
            Text(texts.pending(named(pending.by, person), texts.mark(pending.mark)), style = MaterialTheme.typography.bodyMedium)
            if (pending in person.toSecond) QuietButton(texts.second) { acts.onSecond(pending) }
        }
        Settle(person, reason, acts)
        Heading(texts.roster)
        Choice(Expectation.entries.map { it to texts.place(it) }, row.place, acts.onExpect)
        Heading(texts.evidence)
        for (entry in person.evidence) Entry(entry)
    }
}

@Composable
private fun Settle(person: OnePerson, reason: String, acts: PersonActs) {
    val disputed = person.row.status is AttendanceStatus.Disputed
    Heading(if (disputed) texts.resolve else texts.correct)
    if (disputed && person.self) {
        Hint(texts.selfNot)
        return
    }
    Hint(texts.reasonHelp)
    Field(texts.reason, reason, acts.onExplain)
    Several {
        for (mark in Mark.entries) QuietButton(texts.mark(mark), enabled = reason.isNotBlank()) { acts.onSay(mark, disputed) }
    }
}

/** Who said something, by what was said with a name. */
private fun named(who: MemberId, person: OnePerson): String = person.evidence.firstOrNull { it.by == who }?.byName.orEmpty()

/** One entry, in the core's words; its reason whole, of which a sentence has the beginning. */
@Composable
private fun Entry(entry: EvidenceView) {
    val sentence = speakEvidence(entry, speaker.context)
    Column(Modifier.fillMaxWidth().said(sentence).padding(vertical = 4.dp)) {
        Text(sentence.capital(), style = MaterialTheme.typography.bodyMedium)
        if (entry.reason !in sentence) Text(entry.reason, style = MaterialTheme.typography.bodySmall)
    }
}
