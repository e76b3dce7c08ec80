package org.hongqi.demo.state

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import org.hongqi.core.ArticleView
import org.hongqi.core.DocId
import org.hongqi.core.FeedItem
import org.hongqi.core.SpaceId
import org.hongqi.core.Window
import org.hongqi.core.articleFlow
import org.hongqi.core.feedFlow

/** How many rows a list begins with, and grows by. */
private const val PAGE = 30

/** The feed. */
class FeedScreen(private val shell: Shell) {
    private val personal = shell.hongqi.personal()
    private val count = MutableStateFlow(PAGE)

    /** Null until it is loaded, which takes milliseconds: an empty feed is not shown for one that is on its way. */
    val feed: StateFlow<Window<FeedItem>?> = shell.shown(shell.hongqi.feedFlow(count), null)

    /** The member has scrolled to the end. */
    fun more() {
        if (feed.value?.more == true) count.update { it + PAGE }
    }

    /** Keeps an article at hand, or no longer. */
    fun bookmark(item: FeedItem) = shell.act { personal.bookmark(item.id, !item.bookmarked) }

    /** The member pulls for news. */
    fun refresh() = shell.act { shell.hongqi.syncNow() }
}

/** What an article's screen shows. */
sealed interface ArticleState {
    data object Loading : ArticleState

    /** Withdrawn, or not here. */
    data object Gone : ArticleState

    data class Shown(val article: ArticleView) : ArticleState
}

/** An article. */
class ArticleScreen(private val shell: Shell, private val id: DocId) {
    private val feed = shell.hongqi.feed()
    private val personal = shell.hongqi.personal()

    val article: StateFlow<ArticleState> = shell.shown(
        shell.hongqi.articleFlow(id).map { if (it == null) ArticleState.Gone else ArticleState.Shown(it) },
        ArticleState.Loading,
    )

    init {
        shell.act { personal.markRead(id) }
    }

    /** Says that a must-read was read. */
    fun acknowledge() = shell.act { feed.acknowledge(id) }

    /** Keeps it at hand, or no longer. */
    fun bookmark(kept: Boolean) = shell.act { personal.bookmark(id, kept) }

    /** Opens the discussion below it. */
    fun discuss(thread: SpaceId, then: () -> Unit) = shell.act {
        shell.hongqi.talk().join(thread)
        then()
    }
}
