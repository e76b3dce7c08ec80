package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.Delivery
import org.hongqi.core.DocumentKind
import org.hongqi.core.OutboxItem
import org.hongqi.core.speakOutboxItem
import org.hongqi.demo.state.Unsent

/** What waits, and what was refused. */
@Composable
fun OutboxUi(
    items: List<Unsent>?,
    onBack: () -> Unit,
    onCancel: (OutboxItem) -> Unit,
    onRetry: (OutboxItem) -> Unit,
    onDiscard: (OutboxItem) -> Unit,
    onTakeUp: (OutboxItem) -> Unit = {},
) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.outbox, onBack)
        when {
            items == null -> Unit
            items.isEmpty() -> Empty(Icons.Check, texts.nothingWaits)
            else -> LazyColumn(Modifier.fillMaxSize().navigationBarsPadding()) {
                items(items, key = { it.item.doc.hex }) { (item, words) ->
                    Column(Modifier.fillMaxWidth().padding(start = 16.dp, end = 8.dp, top = 12.dp, bottom = 4.dp)) {
                        Column(Modifier.said(listOfNotNull(speakOutboxItem(item, speaker.context), words).joinToString("\n")), Arrangement.spacedBy(4.dp)) {
                            Row(verticalAlignment = Alignment.CenterVertically) {
                                Text(
                                    texts.kind(item.kind),
                                    Modifier.weight(1f),
                                    style = MaterialTheme.typography.titleSmall,
                                    color = MaterialTheme.colorScheme.onSurfaceVariant,
                                )
                                Text(
                                    speaker.time(item.writtenAt),
                                    Modifier.padding(end = 8.dp),
                                    style = MaterialTheme.typography.labelSmall,
                                    color = MaterialTheme.colorScheme.onSurfaceVariant,
                                )
                            }
                            if (words != null) {
                                Text(
                                    words,
                                    Modifier.padding(end = 8.dp),
                                    style = MaterialTheme.typography.bodyMedium,
                                    maxLines = 2,
                                    overflow = TextOverflow.Ellipsis,
                                )
                            }
                            DeliverySign(item.delivery, always = true)
                        }
                        FlowRow(Modifier.fillMaxWidth(), Arrangement.End) {
                            if (item.delivery is Delivery.Refused) {
                                TextButton({ onDiscard(item) }, Modifier.heightIn(min = Touch)) { Text(texts.discard) }
                                if (item.kind == DocumentKind.ARTICLE) {
                                    TextButton({ onTakeUp(item) }, Modifier.heightIn(min = Touch)) { Text(texts.takeUp) }
                                }
                                TextButton({ onRetry(item) }, Modifier.heightIn(min = Touch)) { Text(texts.retry) }
                            } else if (item.cancellable) {
                                TextButton({ onCancel(item) }, Modifier.heightIn(min = Touch)) { Text(texts.takeBack) }
                            }
                        }
                    }
                    HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
                }
            }
        }
    }
}
