package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.hongqi.core.ArticleRevision
import org.hongqi.core.Outstanding
import org.hongqi.core.Reminder
import org.hongqi.core.speakBranchOutstanding
import org.hongqi.core.speakOrgProgress
import org.hongqi.core.speakReminder
import org.hongqi.core.speakRevision

/** What is still to be acknowledged, overdue first. */
@Composable
fun RemindersUi(reminders: List<Reminder>?, onBack: () -> Unit, onOpen: (Reminder) -> Unit) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.reminders, onBack)
        when {
            reminders == null -> Unit
            reminders.isEmpty() -> Empty(Icons.Check, texts.noReminders)
            else -> LazyColumn(Modifier.fillMaxSize().navigationBarsPadding()) {
                items(reminders, key = { it.item.id.hex }) { reminder ->
                    ReminderRow(reminder) { onOpen(reminder) }
                    HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
                }
            }
        }
    }
}

@Composable
private fun ReminderRow(reminder: Reminder, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val item = reminder.item
    val due = item.due?.let { texts.due(speaker.time(it)) }
    val alarms = reminder.remindAt.map { speaker.time(it) }
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        val overdue = if (reminder.overdue) texts.overdue else null
        Column(
            Modifier.fillMaxWidth().said(speakReminder(reminder, speaker.context)).padding(horizontal = 16.dp, vertical = 12.dp),
            Arrangement.spacedBy(4.dp),
        ) {
            Text(item.title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
            if (due != null) {
                if (reminder.overdue) Sign(Icons.Warning, dots(overdue, due), colors.error) else Sign(Icons.Clock, due, colors.onSurface)
            }
            Hint(item.orgName)
            if (alarms.isNotEmpty()) Hint(texts.remindAt + texts.colon + alarms.joinToString(" · "))
        }
    }
}

/** Who has not acknowledged an article: names where the member leads, numbers elsewhere. */
@Composable
fun OutstandingUi(outstanding: Outstanding?, onBack: () -> Unit) {
    Page(texts.outstanding, onBack) {
        if (outstanding == null) return@Page Hint(texts.nothingOutstanding)
        for (branch in outstanding.branches) {
            val missing = if (branch.members.isEmpty()) texts.everybody else texts.missing(branch.members.size)
            val done = texts.acknowledgements(branch.acknowledged.toLong())
            Panel {
                Column(Modifier.fillMaxWidth().said(speakBranchOutstanding(branch, speaker.context)), Arrangement.spacedBy(2.dp)) {
                    Text(branch.org.name, style = MaterialTheme.typography.titleSmall)
                    Text(missing, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
                    Hint(done)
                }
            }
            for (member in branch.members) PersonRow(member.name)
        }
        if (outstanding.orgs.isNotEmpty()) {
            Heading(texts.elsewhere)
            Hint(texts.elsewhereHelp)
        }
        for (org in outstanding.orgs) {
            val done = texts.acknowledgedOf(org.acknowledged, org.members)
            Column(Modifier.fillMaxWidth().said(speakOrgProgress(org, speaker.context)).padding(vertical = 6.dp)) {
                Text(org.name, style = MaterialTheme.typography.titleSmall)
                Text(done, style = MaterialTheme.typography.bodyMedium)
            }
        }
    }
}

/** The wordings that an article has had, the present one first. */
@Composable
fun RevisionsUi(revisions: List<ArticleRevision>?, onBack: () -> Unit) {
    Page(texts.corrections, onBack) {
        revisions?.forEachIndexed { at, revision ->
            val which = when (at) {
                0 -> texts.nowReads
                revisions.lastIndex -> texts.firstRead
                else -> null
            }
            Heading(dots(which, speaker.time(revision.writtenAt)))
            Panel {
                Column(Modifier.said(speakRevision(revision, speaker.context)), Arrangement.spacedBy(8.dp)) {
                    Hint(dots(texts.category(revision.category), revision.due?.let { texts.due(speaker.time(it)) }))
                    Text(revision.title, style = MaterialTheme.typography.titleSmall, fontWeight = FontWeight.SemiBold)
                    Text(revision.body, style = MaterialTheme.typography.bodyMedium)
                }
            }
        }
    }
}
