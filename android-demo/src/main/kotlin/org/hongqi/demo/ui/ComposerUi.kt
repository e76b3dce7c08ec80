package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.FilledIconButton
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.MemberId
import org.hongqi.core.Role
import org.hongqi.demo.state.Composer
import org.hongqi.demo.state.TalkHead

/** What the discussion is: its pinned summary, its end, or how far the consultation is. */
@Composable
internal fun HeadUi(head: TalkHead, onOpen: () -> Unit) {
    val (icon, facts, pinned) = when (head) {
        is TalkHead.Gathering -> Triple(Icons.People, gatheringFacts(head.view).joinToString(" · "), head.view.summary)
        is TalkHead.Case -> Triple(Icons.Lock, listOf(texts.phase(head.view.state.phase), head.view.deskName).filter { it.isNotEmpty() }.joinToString(" · "), "")
    }
    val colors = MaterialTheme.colorScheme
    Row(
        Modifier.fillMaxWidth().clickable(onClick = onOpen).heightIn(min = Touch).said(sentence(facts, pinned, texts.details)).padding(horizontal = 16.dp, vertical = 8.dp),
        Arrangement.spacedBy(12.dp),
        Alignment.CenterVertically,
    ) {
        Icon(icon, null, tint = colors.primary)
        Column(Modifier.weight(1f)) {
            Hint(facts)
            if (pinned.isNotEmpty()) Text(pinned, style = MaterialTheme.typography.bodyMedium, maxLines = 3, overflow = TextOverflow.Ellipsis)
        }
        Icon(Icons.Forward, null, tint = colors.onSurfaceVariant)
    }
}

/** Stands where one would write. */
@Composable
internal fun ReadOnly(head: TalkHead) {
    Surface(color = MaterialTheme.colorScheme.surfaceContainer) {
        Row(Modifier.navigationBarsPadding().fillMaxWidth().heightIn(min = 56.dp).padding(16.dp), verticalAlignment = Alignment.CenterVertically) {
            val what = if (head is TalkHead.Case) texts.caseClosed else texts.readOnly
            Sign(Icons.Lock, what, MaterialTheme.colorScheme.onSurfaceVariant)
        }
    }
}

@Composable
internal fun ComposerUi(composer: Composer, people: Map<String, MemberId>, acts: ComposerActs) {
    val colors = MaterialTheme.colorScheme
    Surface(color = colors.surfaceContainer) {
        Column(Modifier.navigationBarsPadding().imePadding().fillMaxWidth().padding(start = 12.dp, end = 8.dp, top = 8.dp, bottom = 8.dp)) {
            val what = when {
                composer.editing != null -> texts.editing
                else -> composer.replyTo?.let { "${texts.replyTo} ${it.authorName}${texts.colon}${it.body}" }
            }
            if (what != null) {
                Row(verticalAlignment = Alignment.CenterVertically) {
                    Text(what, Modifier.weight(1f), style = MaterialTheme.typography.bodySmall, color = colors.onSurfaceVariant, maxLines = 1, overflow = TextOverflow.Ellipsis)
                    IconButton(acts.onDrop, Modifier.size(Touch)) { Icon(Icons.Close, texts.cancel) }
                }
            }
            // Whom a message mentions stays as it is when its text is edited.
            if (composer.editing == null) composer.mention?.let { Mentionable(it, people, acts) }
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalAlignment = Alignment.Bottom) {
                OutlinedTextField(
                    composer.text,
                    acts.onWrite,
                    Modifier.weight(1f),
                    placeholder = { Text(texts.compose) },
                    trailingIcon = {
                        if (composer.editing == null) IconButton({ acts.onWrite(composer.text + "@") }, Modifier.size(Touch)) { Text("@", Modifier.said(texts.mention), style = MaterialTheme.typography.titleMedium) }
                    },
                    maxLines = 5,
                    shape = RoundedCornerShape(24.dp),
                )
                FilledIconButton(acts.onSend, Modifier.padding(bottom = 4.dp).size(Touch), enabled = composer.sendable) { Icon(Icons.Send, texts.send) }
            }
        }
    }
}

/** People and roles whose name begins with what is typed behind the `@`. */
@Composable
private fun Mentionable(typed: String, people: Map<String, MemberId>, acts: ComposerActs) {
    val roles = Role.entries.map { texts.role(it) to it }.filter { (name, role) -> typed in name && role > Role.MEMBER }
    val found = people.entries.filter { typed in it.key }.sortedBy { it.key }
    LazyColumn(Modifier.fillMaxWidth().heightIn(max = 240.dp)) {
        items(found, key = { it.key }) { (name, member) -> Suggestion(name) { acts.onMention(name, member) } }
        items(roles, key = { "role ${it.second}" }) { (name, role) -> Suggestion(name) { acts.onMentionRole(name, role) } }
    }
}

@Composable
private fun Suggestion(name: String, onChoose: () -> Unit) {
    val said = sentence(texts.mention, name)
    Row(Modifier.fillMaxWidth().heightIn(min = Touch).clickable(onClick = onChoose).said(said).padding(horizontal = 8.dp), verticalAlignment = Alignment.CenterVertically) {
        Text("@$name", style = MaterialTheme.typography.bodyMedium)
    }
}
