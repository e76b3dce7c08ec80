package org.hongqi.demo.ui

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.PaddingValues
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconToggleButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.Delivery
import org.hongqi.core.DocId
import org.hongqi.core.MemberId
import org.hongqi.core.MessageView
import org.hongqi.core.Role
import org.hongqi.core.SpaceId
import org.hongqi.core.TalkView
import org.hongqi.core.Window
import org.hongqi.core.speakMessage
import org.hongqi.core.speakTalk
import org.hongqi.demo.state.Composer
import org.hongqi.demo.state.TalkHead

/** The list of discussions. */
@Composable
fun TalksUi(
    talks: List<TalkView>?,
    onOpen: (SpaceId) -> Unit,
    modifier: Modifier = Modifier,
    onGatherings: () -> Unit = {},
    onCases: () -> Unit = {},
) {
    when {
        talks == null -> Box(modifier.fillMaxSize())
        else -> LazyColumn(modifier.fillMaxSize()) {
            item {
                WayRow(Icons.People, texts.gatherings, onOpen = onGatherings)
                WayRow(Icons.Lock, texts.consultations, onOpen = onCases)
                HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
            }
            if (talks.isEmpty()) item { Hint(texts.noTalks, Modifier.padding(16.dp)) }
            items(talks, key = { it.space.text }) { talk ->
                TalkRow(talk) { onOpen(talk.space) }
                HorizontalDivider(Modifier.padding(start = 72.dp), color = MaterialTheme.colorScheme.outlineVariant)
            }
        }
    }
}

@Composable
private fun TalkRow(talk: TalkView, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val last = talk.last
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Row(
            Modifier.said(speakTalk(talk, speaker.context)).padding(horizontal = 16.dp, vertical = 12.dp),
            Arrangement.spacedBy(12.dp),
            Alignment.CenterVertically,
        ) {
            Face(talk.name)
            Column(Modifier.weight(1f), Arrangement.spacedBy(2.dp)) {
                Row(verticalAlignment = Alignment.CenterVertically) {
                    Text(talk.name, Modifier.weight(1f), style = MaterialTheme.typography.titleMedium, maxLines = 1, overflow = TextOverflow.Ellipsis)
                    if (last != null) {
                        Text(
                            speaker.time(last.at),
                            Modifier.padding(start = 8.dp),
                            style = MaterialTheme.typography.labelSmall,
                            color = colors.onSurfaceVariant,
                        )
                    }
                }
                Row(Modifier.heightIn(min = 24.dp), verticalAlignment = Alignment.CenterVertically) {
                    val line = when {
                        last == null -> ""
                        last.withdrawn -> texts.withdrawn
                        else -> last.authorName + texts.colon + last.body
                    }
                    Text(line, Modifier.weight(1f), style = MaterialTheme.typography.bodyMedium, color = colors.onSurfaceVariant, maxLines = 1, overflow = TextOverflow.Ellipsis)
                    if (talk.muted) Text(texts.muted, Modifier.padding(horizontal = 6.dp), style = MaterialTheme.typography.labelSmall, color = colors.onSurfaceVariant)
                    if (talk.mentions > 0u) Text("@${talk.mentions}", Modifier.padding(horizontal = 6.dp), style = MaterialTheme.typography.labelMedium, color = colors.primary)
                    Count(talk.unread.toLong(), talk.muted)
                }
                last?.let { DeliverySign(it.delivery) }
            }
        }
    }
}

/** What one does with a message. */
class MessageActs(
    val onReply: (MessageView) -> Unit,
    val onEdit: (MessageView) -> Unit,
    val onWithdraw: (MessageView) -> Unit,
    val onReact: (MessageView, String) -> Unit,
)

/** What one does in the composer. */
class ComposerActs(
    val onWrite: (String) -> Unit,
    val onSend: () -> Unit,
    val onDrop: () -> Unit,
    val onMention: (String, MemberId) -> Unit = { _, _ -> },
    val onMentionRole: (String, Role) -> Unit = { _, _ -> },
)

/**
 * One discussion. [selected] is the message whose acts are shown, [head] what it is if not an ordinary one, [muted] null
 * while that is not known.
 */
@Composable
fun TalkUi(
    name: String,
    messages: Window<MessageView>?,
    me: MemberId,
    composer: Composer,
    selected: DocId?,
    onSelect: (DocId?) -> Unit,
    onMore: () -> Unit,
    onBack: () -> Unit,
    acts: MessageActs,
    composing: ComposerActs,
    head: TalkHead? = null,
    people: Map<String, MemberId> = emptyMap(),
    muted: Boolean? = null,
    onMute: () -> Unit = {},
    onHead: () -> Unit = {},
) {
    Column(Modifier.fillMaxSize()) {
        TopBar(name, onBack) { if (muted != null) Muted(muted, onMute) }
        if (head != null) HeadUi(head, onHead)
        HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
        Box(Modifier.weight(1f)) {
            if (messages != null && messages.items.isEmpty()) Empty(Icons.Talk, texts.noMessages)
            if (messages != null) Messages(messages, me, selected, onSelect, onMore, acts)
        }
        if (head?.open == false) ReadOnly(head) else ComposerUi(composer, people, composing)
    }
}

/** Whether the member wants notice of it. */
@Composable
private fun Muted(muted: Boolean, onMute: () -> Unit) {
    IconToggleButton(muted, { onMute() }, Modifier.size(Touch)) {
        Icon(if (muted) Icons.BellOff else Icons.Bell, if (muted) texts.unmute else texts.mute)
    }
}

@Composable
private fun Messages(
    messages: Window<MessageView>,
    me: MemberId,
    selected: DocId?,
    onSelect: (DocId?) -> Unit,
    onMore: () -> Unit,
    acts: MessageActs,
) {
    // From the bottom up: the newest stay in view while older ones are loaded above.
    LazyColumn(
        Modifier.fillMaxSize(),
        contentPadding = PaddingValues(horizontal = 12.dp, vertical = 8.dp),
        reverseLayout = true,
    ) {
        items(messages.items.asReversed(), key = { it.id.hex }) { message ->
            val answered = message.reply?.let { id -> messages.items.firstOrNull { it.id == id } }
            Bubble(message, answered, message.author == me, { onSelect(if (selected == message.id) null else message.id) }) {
                if (selected == message.id) Acts(message, message.author == me, acts) { onSelect(null) }
            }
        }
        if (messages.gap) item {
            Text(
                texts.gap,
                Modifier.fillMaxWidth().padding(12.dp),
                textAlign = TextAlign.Center,
                style = MaterialTheme.typography.labelSmall,
                color = MaterialTheme.colorScheme.onSurfaceVariant,
            )
        }
        if (messages.more) item { LaunchedEffect(messages.items.size) { onMore() } }
    }
}

@Composable
private fun Bubble(
    message: MessageView,
    answered: MessageView?,
    own: Boolean,
    onSelect: () -> Unit,
    below: @Composable ColumnScope.() -> Unit,
) {
    val colors = MaterialTheme.colorScheme
    val refused = message.delivery is Delivery.Refused
    val (ground, ink) = when {
        refused -> colors.surfaceContainer to colors.onSurface
        own -> colors.primaryContainer to colors.onPrimaryContainer
        else -> colors.surfaceContainerHigh to colors.onSurface
    }
    Column(
        Modifier.fillMaxWidth().padding(vertical = 6.dp),
        Arrangement.spacedBy(3.dp),
        if (own) Alignment.End else Alignment.Start,
    ) {
        val head = listOfNotNull(message.authorName.takeUnless { own }, speaker.time(message.at), texts.edited.takeIf { message.edited }, texts.arrivedLater.takeIf { message.arrivedLater }, texts.afterEnd.takeIf { message.afterEnd })
        Text(
            head.joinToString(" · "),
            Modifier.padding(horizontal = 6.dp).said(""),
            style = MaterialTheme.typography.labelSmall,
            color = colors.onSurfaceVariant,
        )
        Surface(
            onClick = onSelect,
            Modifier.widthIn(max = 320.dp).heightIn(min = Touch),
            shape = RoundedCornerShape(18.dp, 18.dp, if (own) 4.dp else 18.dp, if (own) 18.dp else 4.dp),
            color = ground,
            contentColor = ink,
            border = if (refused) BorderStroke(1.dp, colors.error) else null,
        ) {
            Column(
                Modifier.said(speakMessage(message, speaker.context)).padding(horizontal = 14.dp, vertical = 10.dp),
                Arrangement.spacedBy(6.dp, Alignment.CenterVertically),
            ) {
                if (message.mentionsMe) Sign(Icons.Person, texts.mentionsYou, colors.primary)
                if (answered != null) Quote(answered)
                Text(
                    if (message.withdrawn) texts.withdrawn else message.body,
                    style = MaterialTheme.typography.bodyMedium,
                    color = if (message.withdrawn) colors.onSurfaceVariant else ink,
                )
                message.other?.let { Text("${texts.otherVersion}$it", style = MaterialTheme.typography.bodySmall) }
            }
        }
        if (message.reactions.isNotEmpty()) {
            Row(Modifier.padding(horizontal = 6.dp), Arrangement.spacedBy(6.dp)) {
                for (reaction in message.reactions) {
                    val (chip, words) = if (reaction.own) colors.primaryContainer to colors.onPrimaryContainer else colors.surfaceContainerHigh to colors.onSurface
                    Tag("${reaction.emoji} ${reaction.count}", chip, words)
                }
            }
        }
        DeliverySign(message.delivery, Modifier.padding(horizontal = 6.dp))
        below()
    }
}

@Composable
private fun Quote(message: MessageView) {
    Text(
        message.authorName + texts.colon + if (message.withdrawn) texts.withdrawn else message.body,
        style = MaterialTheme.typography.bodySmall,
        color = MaterialTheme.colorScheme.onSurfaceVariant,
        maxLines = 2,
        overflow = TextOverflow.Ellipsis,
    )
}

@Composable
private fun Acts(message: MessageView, own: Boolean, acts: MessageActs, onDone: () -> Unit) {
    if (message.withdrawn) return
    Row(verticalAlignment = Alignment.CenterVertically) {
        for (emoji in listOf("👍", "❤️", "🎉")) {
            TextButton({ acts.onReact(message, emoji); onDone() }, Modifier.size(Touch), contentPadding = PaddingValues(0.dp)) {
                Text(emoji)
            }
        }
        TextButton({ acts.onReply(message); onDone() }, Modifier.heightIn(min = Touch)) { Text(texts.reply) }
        if (own) {
            TextButton({ acts.onEdit(message); onDone() }, Modifier.heightIn(min = Touch)) { Text(texts.editing) }
            TextButton({ acts.onWithdraw(message); onDone() }, Modifier.heightIn(min = Touch)) { Text(texts.withdraw) }
        }
    }
}
