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
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.FilledIconButton
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.Delivery
import org.hongqi.core.MemberId
import org.hongqi.core.MessageView
import org.hongqi.core.SpaceId
import org.hongqi.core.TalkView
import org.hongqi.core.Window
import org.hongqi.core.speakMessage
import org.hongqi.core.speakTalk
import org.hongqi.demo.state.Composer

/** The list of discussions. */
@Composable
fun TalksUi(talks: List<TalkView>?, onOpen: (SpaceId) -> Unit, modifier: Modifier = Modifier) {
    when {
        talks == null -> Box(modifier.fillMaxSize())
        talks.isEmpty() -> Empty(Icons.Talk, texts.noTalks, modifier)
        else -> LazyColumn(modifier.fillMaxSize()) {
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
                            speaker.time(last.writtenAt),
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
class ComposerActs(val onWrite: (String) -> Unit, val onSend: () -> Unit, val onDrop: () -> Unit)

/** One discussion. [selected] is the message whose acts are shown. */
@Composable
fun TalkUi(
    name: String,
    messages: Window<MessageView>?,
    me: MemberId,
    composer: Composer,
    selected: MessageView?,
    onSelect: (MessageView?) -> Unit,
    onMore: () -> Unit,
    onBack: () -> Unit,
    acts: MessageActs,
    composing: ComposerActs,
) {
    Column(Modifier.fillMaxSize()) {
        TopBar(name, onBack)
        HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
        Box(Modifier.weight(1f)) {
            if (messages != null && messages.items.isEmpty()) Empty(Icons.Talk, texts.noMessages)
            if (messages != null) Messages(messages, me, selected, onSelect, onMore, acts)
        }
        ComposerUi(composer, composing)
    }
}

@Composable
private fun Messages(
    messages: Window<MessageView>,
    me: MemberId,
    selected: MessageView?,
    onSelect: (MessageView?) -> Unit,
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
            Bubble(message, answered, message.author == me, { onSelect(if (selected?.id == message.id) null else message) }) {
                if (selected?.id == message.id) Acts(message, message.author == me, acts) { onSelect(null) }
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
        val head = listOfNotNull(message.authorName.takeUnless { own }, speaker.time(message.writtenAt), texts.edited.takeIf { message.edited })
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
            TextButton({ acts.onWithdraw(message); onDone() }, Modifier.heightIn(min = Touch)) { Text(texts.takeBack) }
        }
    }
}

@Composable
private fun ComposerUi(composer: Composer, acts: ComposerActs) {
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
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalAlignment = Alignment.Bottom) {
                OutlinedTextField(
                    composer.text,
                    acts.onWrite,
                    Modifier.weight(1f),
                    placeholder = { Text(texts.compose) },
                    maxLines = 5,
                    shape = RoundedCornerShape(24.dp),
                )
                FilledIconButton(acts.onSend, Modifier.padding(bottom = 4.dp).size(Touch), enabled = composer.sendable) { Icon(Icons.Send, texts.send) }
            }
        }
    }
}
