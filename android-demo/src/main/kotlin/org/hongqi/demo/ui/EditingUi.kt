package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
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
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import java.time.format.DateTimeFormatter
import org.hongqi.core.ArticleCategory
import org.hongqi.core.DocId
import org.hongqi.core.DraftView
import org.hongqi.core.OrgView
import org.hongqi.demo.state.NewArticle

private val DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd")
private val CLOCK = DateTimeFormatter.ofPattern("HH:mm")

private val Blank = Regex("\\s+")

/** The articles that are being written. */
@Composable
fun DraftsUi(drafts: List<DraftView>?, onBack: () -> Unit, onNew: () -> Unit, onOpen: (DocId) -> Unit) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.articleDrafts, onBack)
        if (drafts == null) return@Column
        LazyColumn(Modifier.fillMaxSize().navigationBarsPadding()) {
            item {
                WayRow(Icons.Plus, texts.writeOne, onOpen = onNew)
                HorizontalDivider(color = MaterialTheme.colorScheme.outlineVariant)
                Hint(if (drafts.isEmpty()) texts.noDrafts else texts.draftsHelp, Modifier.padding(16.dp))
            }
            items(drafts, key = { it.id.hex }) { draft ->
                DraftRow(draft) { onOpen(draft.id) }
                HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
            }
        }
    }
}

@Composable
private fun DraftRow(draft: DraftView, onOpen: () -> Unit) {
    val article = draft.article ?: return
    val title = draft.title.ifBlank { texts.untitled }
    val text = draft.text.replace(Blank, " ").trim()
    val what = dots(
        texts.category(article.category),
        if (article.mustRead) texts.mustRead else null,
        article.due?.let { texts.due(speaker.time(it)) },
        if (article.corrects == null) null else texts.correction,
    )
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Column(
            Modifier.fillMaxWidth().heightIn(min = Touch).said(sentence(title, what, text)).padding(horizontal = 16.dp, vertical = 12.dp),
            Arrangement.spacedBy(4.dp),
        ) {
            Text(title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
            if (text.isNotEmpty()) Text(text, style = MaterialTheme.typography.bodyMedium, maxLines = 2, overflow = TextOverflow.Ellipsis)
            Hint(what)
        }
    }
}

/** What one does with an article that one writes. */
class WriteActs(
    val onBack: () -> Unit,
    val onChange: (NewArticle) -> Unit,
    val onDate: (Boolean) -> Unit,
    val onDay: (Long) -> Unit,
    val onTime: (Long) -> Unit,
    val onPublish: () -> Unit,
    val onDiscard: () -> Unit,
)

/** Writes an article, or corrects one. */
@Composable
fun WriteUi(form: NewArticle?, orgs: List<OrgView>, acts: WriteActs) {
    val corrects = form?.corrects != null
    Page(if (corrects) texts.correctArticle else texts.writeOne, acts.onBack) {
        if (form == null) return@Page
        if (corrects) Hint(texts.correctHelp)
        Hint(texts.draftsHelp)
        if (!corrects) {
            Heading(texts.publisher)
            Choice(orgs.map { it.id to it.name }, form.org) { acts.onChange(form.copy(org = it)) }
        }
        // One line, but seen whole in large letters.
        Field(texts.articleTitle, form.title, { acts.onChange(form.copy(title = it.replace('\n', ' '))) }, lines = 2)
        Field(texts.articleText, form.body, { acts.onChange(form.copy(body = it)) }, lines = 8)
        Heading(texts.articleCategory)
        Choice(ArticleCategory.entries.map { it to texts.category(it) }, form.category) { acts.onChange(form.copy(category = it)) }
        // Whoever has read it has been asked already, or not: that stays.
        if (!corrects) Tick(texts.askToAcknowledge, form.mustRead) { acts.onChange(form.copy(mustRead = !form.mustRead)) }
        if (form.mustRead) Due(form, acts)
        MainButton(if (corrects) texts.publishCorrection else texts.publish, form.complete, acts.onPublish)
        Sure(texts.throwAway, acts.onDiscard) { QuietButton(texts.throwAway, Modifier.fillMaxWidth(), onClick = it) }
    }
}

@Composable
private fun Due(form: NewArticle, acts: WriteActs) {
    val due = form.due
    // A date that was published can be moved, not taken away.
    if (form.corrects == null || due == null) Tick(texts.setDate, due != null) { acts.onDate(due == null) }
    if (due == null) return
    Stepper(texts.byWhen, DAY.format(due), { acts.onDay(-1) }, { acts.onDay(1) })
    Stepper(texts.time, CLOCK.format(due), { acts.onTime(-30) }, { acts.onTime(30) })
}
