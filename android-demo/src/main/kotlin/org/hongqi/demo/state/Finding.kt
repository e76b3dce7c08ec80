@file:OptIn(FlowPreview::class, ExperimentalCoroutinesApi::class)

package org.hongqi.demo.state

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.FlowPreview
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.debounce
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import org.hongqi.core.DocId
import org.hongqi.core.DocumentKind
import org.hongqi.core.OutboxItem
import org.hongqi.core.SearchHit
import org.hongqi.core.outboxFlow
import org.hongqi.core.searchFlow

/** What was found for what was asked. */
data class Found(val query: String, val hits: List<SearchHit>)

/** Search, as one types. */
class SearchScreen(private val shell: Shell) {
    private val typed = MutableStateFlow("")

    val query: StateFlow<String> = typed.asStateFlow()

    /** Null while nothing is asked. */
    val found: StateFlow<Found?> = shell.shown(
        typed.debounce { if (it.isBlank()) 0 else TYPING }.flatMapLatest { query ->
            if (query.isBlank()) flowOf(null) else shell.hongqi.searchFlow(query).map { Found(query, it) }
        },
        null,
    )

    fun ask(query: String) {
        // What is longer finds nothing anyway, and the core refuses more than 256 bytes.
        typed.value = query.take(80)
    }

    private companion object {
        /** Milliseconds without a key after which a word is worth looking up. */
        const val TYPING = 150L
    }
}

/** Something in the outbox, and how what was written begins; null for what has no words, as a read mark. */
data class Unsent(val item: OutboxItem, val words: String?)

/** What waits to be sent, and what was refused. */
class OutboxScreen(private val shell: Shell) {
    private val outbox = shell.hongqi.outbox()

    /** Null until it is loaded. */
    val items: StateFlow<List<Unsent>?> = shell.shown(
        shell.hongqi.outboxFlow().map { items -> items.map { Unsent(it, words(it)) } },
        null,
    )

    private suspend fun words(item: OutboxItem): String? = when (item.kind) {
        DocumentKind.MESSAGE -> shell.hongqi.talk().message(item.doc)?.body
        DocumentKind.ARTICLE -> shell.hongqi.feed().article(item.doc)?.item?.title
        DocumentKind.ACTIVITY -> shell.hongqi.activities().activity(item.doc)?.title
        else -> null
    }

    fun cancel(item: OutboxItem) = shell.act { outbox.cancel(item.doc) }

    fun retry(item: OutboxItem) = shell.act { outbox.retry(item.doc) }

    fun discard(item: OutboxItem) = shell.act { outbox.discard(item.doc) }

    /** An article that was refused becomes a draft again, which [then] gets. The draft is there before the other goes. */
    fun takeUp(item: OutboxItem, then: (DocId) -> Unit) = shell.act {
        val said = outbox.refused(item.doc)
        val article = said.article ?: return@act
        val draft = shell.hongqi.feed().keepDraft(null, said.title, said.text, article)
        outbox.discard(item.doc)
        then(draft)
    }
}
