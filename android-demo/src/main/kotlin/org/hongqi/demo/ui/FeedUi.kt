package org.hongqi.demo.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconToggleButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.ArticleView
import org.hongqi.core.Delivery
import org.hongqi.core.DocId
import org.hongqi.core.FeedItem
import org.hongqi.core.PeopleCount
import org.hongqi.core.Window
import org.hongqi.core.speakAcknowledged
import org.hongqi.core.speakFeedItem
import org.hongqi.demo.state.ArticleState

/** The feed. */
@Composable
fun FeedUi(
    feed: Window<FeedItem>?,
    onOpen: (DocId) -> Unit,
    onBookmark: (FeedItem) -> Unit,
    onMore: () -> Unit,
    modifier: Modifier = Modifier,
    due: Int = 0,
    onDue: () -> Unit = {},
    /** How many articles this member is writing; null for who publishes nowhere. */
    writing: Int? = null,
    onWrite: () -> Unit = {},
) {
    when {
        feed == null -> Box(modifier.fillMaxSize())
        feed.items.isEmpty() && writing == null -> Empty(Icons.Article, texts.noFeed, modifier)
        else -> LazyColumn(modifier.fillMaxSize()) {
            if (writing != null) item { WayRow(Icons.Plus, texts.writeOne, count = writing.toLong(), onOpen = onWrite) }
            if (feed.items.isEmpty()) item { Hint(texts.noFeed, Modifier.padding(16.dp)) }
            if (due > 0) item { WayRow(Icons.Clock, texts.reminders, count = due.toLong(), onOpen = onDue) }
            items(feed.items, key = { it.id.hex }) { item ->
                FeedRow(item, { onOpen(item.id) }, { onBookmark(item) })
                HorizontalDivider(Modifier.padding(start = 32.dp), color = MaterialTheme.colorScheme.outlineVariant)
            }
            if (feed.more) item { LaunchedEffect(feed.items.size) { onMore() } }
        }
    }
}

@Composable
private fun FeedRow(item: FeedItem, onOpen: () -> Unit, onBookmark: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val sentence = speakFeedItem(item, speaker.context)
    Row(Modifier.fillMaxWidth().clickable(onClick = onOpen), verticalAlignment = Alignment.Top) {
        Row(Modifier.weight(1f).said(sentence).padding(start = 12.dp, top = 14.dp, bottom = 14.dp)) {
            // Unread: a dot in the margin, and a heavier title; never colour alone.
            Box(Modifier.padding(top = 9.dp, end = 12.dp).size(8.dp).then(if (item.read) Modifier else Modifier.clip(CircleShape).background(colors.primary)))
            Column(verticalArrangement = Arrangement.spacedBy(6.dp)) {
                Text(
                    item.title,
                    style = MaterialTheme.typography.titleMedium,
                    fontWeight = if (item.read) FontWeight.Normal else FontWeight.SemiBold,
                    color = if (item.read) colors.onSurfaceVariant else colors.onSurface,
                    maxLines = 2,
                    overflow = TextOverflow.Ellipsis,
                )
                Tags(item)
                item.due?.takeIf { item.mustRead && item.acknowledged == null }?.let { Sign(Icons.Clock, texts.due(speaker.time(it)), colors.onSurface) }
                Text(
                    listOf(item.orgName, speaker.time(item.publishedAt)).filter { it.isNotEmpty() }.joinToString(" · "),
                    style = MaterialTheme.typography.bodySmall,
                    color = colors.onSurfaceVariant,
                    maxLines = 2,
                    overflow = TextOverflow.Ellipsis,
                )
                DeliverySign(item.delivery)
            }
        }
        Keep(item.bookmarked, onBookmark, Modifier.padding(top = 4.dp, end = 4.dp))
    }
}

@Composable
private fun Tags(item: FeedItem) {
    val colors = MaterialTheme.colorScheme
    Row(horizontalArrangement = Arrangement.spacedBy(6.dp), verticalAlignment = Alignment.CenterVertically) {
        if (item.pinned) Tag(texts.pinned, colors.primaryContainer, colors.onPrimaryContainer)
        Tag(texts.category(item.category), colors.surfaceContainerHigh, colors.onSurfaceVariant)
        if (item.mustRead && item.acknowledged == null) Tag(texts.mustRead, colors.tertiaryContainer, colors.onTertiaryContainer)
        if (item.acknowledged != null) Sign(Icons.Check, texts.acknowledged, colors.onSurfaceVariant)
        if (item.edited) Text(texts.edited, style = MaterialTheme.typography.labelSmall, color = colors.onSurfaceVariant)
    }
}

@Composable
internal fun Keep(kept: Boolean, onChange: () -> Unit, modifier: Modifier = Modifier) {
    IconToggleButton(kept, { onChange() }, modifier.size(Touch)) {
        Icon(
            if (kept) Icons.Bookmark else Icons.BookmarkBorder,
            if (kept) texts.unbookmark else texts.bookmark,
            tint = if (kept) MaterialTheme.colorScheme.primary else MaterialTheme.colorScheme.onSurfaceVariant,
        )
    }
}

/** What an editor does with an article. */
class EditorActs(val onCorrect: () -> Unit, val onPin: (Boolean) -> Unit, val onWithdraw: () -> Unit)

/** An article. */
@Composable
fun ArticleUi(
    state: ArticleState,
    onBack: () -> Unit,
    onBookmark: (Boolean) -> Unit,
    onAcknowledge: () -> Unit,
    onDiscuss: (ArticleView) -> Unit,
    onOutstanding: () -> Unit = {},
    onRevisions: () -> Unit = {},
    editor: EditorActs = EditorActs({}, {}, {}),
) {
    Column(Modifier.fillMaxSize()) {
        val item = (state as? ArticleState.Shown)?.article?.item
        TopBar(item?.let { texts.category(it.category) }.orEmpty(), onBack) {
            if (item != null) Keep(item.bookmarked, { onBookmark(!item.bookmarked) })
        }
        when (state) {
            ArticleState.Loading -> Unit
            ArticleState.Gone -> Empty(Icons.Article, texts.gone)
            is ArticleState.Shown -> ArticleText(state, onAcknowledge, onDiscuss, onOutstanding, onRevisions, editor)
        }
    }
}

@Composable
private fun ArticleText(
    state: ArticleState.Shown,
    onAcknowledge: () -> Unit,
    onDiscuss: (ArticleView) -> Unit,
    onOutstanding: () -> Unit,
    onRevisions: () -> Unit,
    editor: EditorActs,
) {
    val colors = MaterialTheme.colorScheme
    val article = state.article
    Column(
        Modifier.fillMaxSize().verticalScroll(rememberScrollState()).navigationBarsPadding().padding(horizontal = 20.dp, vertical = 8.dp),
        Arrangement.spacedBy(14.dp),
    ) {
        Text(article.item.title, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
        Text(
            listOf(article.item.orgName, speaker.time(article.item.publishedAt)).filter { it.isNotEmpty() }.joinToString(" · "),
            style = MaterialTheme.typography.bodySmall,
            color = colors.onSurfaceVariant,
        )
        DeliverySign(article.item.delivery)
        HorizontalDivider(color = colors.outlineVariant)
        Text(article.body, style = MaterialTheme.typography.bodyLarge)
        if (article.item.edited) WordButton(texts.corrections, onClick = onRevisions)
        if (article.item.mustRead) Acknowledgement(article, onAcknowledge)
        if (state.outstanding) QuietButton(texts.outstanding, Modifier.fillMaxWidth(), onClick = onOutstanding)
        QuietButton(texts.discuss, Modifier.fillMaxWidth()) { onDiscuss(article) }
        if (state.editor) {
            val pinned = article.item.pinned
            Several {
                WordButton(texts.correctArticle, onClick = editor.onCorrect)
                WordButton(if (pinned) texts.unpinArticle else texts.pinArticle) { editor.onPin(!pinned) }
                Sure(texts.withdrawArticle, editor.onWithdraw) { WordButton(texts.withdrawArticle, onClick = it) }
            }
        }
    }
}

@Composable
private fun Acknowledgement(article: ArticleView, onAcknowledge: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Column(Modifier.fillMaxWidth().padding(top = 8.dp), Arrangement.spacedBy(6.dp)) {
        val done = article.item.acknowledged
        article.item.due?.let { Sign(Icons.Clock, texts.due(speaker.time(it)), colors.onSurface) }
        if (done == null) {
            Button(onAcknowledge, Modifier.fillMaxWidth().heightIn(min = Touch)) { Text(texts.acknowledge) }
        } else {
            Sign(Icons.Check, texts.acknowledged, colors.onSurface)
            if (done != Delivery.AtServer) DeliverySign(done)
        }
        if (article.acknowledgements != PeopleCount.Exactly(0u)) {
            Text(
                speakAcknowledged(article.acknowledgements, speaker.context),
                style = MaterialTheme.typography.bodySmall,
                color = colors.onSurfaceVariant,
            )
        }
    }
}
