package org.hongqi.demo.state

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import org.hongqi.core.ArticleRevision
import org.hongqi.core.ArticleView
import org.hongqi.core.DocId
import org.hongqi.core.FeedItem
import org.hongqi.core.Hongqi
import org.hongqi.core.Outstanding
import org.hongqi.core.Reminder
import org.hongqi.core.Role
import org.hongqi.core.SpaceId
import org.hongqi.core.Topic
import org.hongqi.core.Window
import org.hongqi.core.articleFlow
import org.hongqi.core.feedFlow
import org.hongqi.core.observe
import org.hongqi.core.remindersFlow

/** How many rows a list begins with, and grows by. */
private const val PAGE = 30

/** Where one reads, beside the feed and an article. */
sealed interface ReadingPlace : Place {
    data object Reminders : ReadingPlace

    data class Outstanding(val article: DocId) : ReadingPlace

    data class Revisions(val article: DocId) : ReadingPlace
}

/** The feed. */
class FeedScreen(private val shell: Shell) {
    private val personal = shell.hongqi.personal()
    private val count = MutableStateFlow(PAGE)

    /** Null until it is loaded, which takes milliseconds: an empty feed is not shown for one that is on its way. */
    val feed: StateFlow<Window<FeedItem>?> = shell.shown(shell.hongqi.feedFlow(count), null)

    /** How many articles this member is writing; null for who publishes nowhere. */
    val writing: StateFlow<Int?> = shell.shown(
        combine(
            shell.hongqi.observe(Topic.Directory) { shell.hongqi.mayPublish() },
            shell.hongqi.articleDrafts(),
        ) { may, drafts -> drafts.size.takeIf { may || it > 0 } },
        null,
    )

    /** How many articles are still to be acknowledged. */
    val due: StateFlow<Int> = shell.shown(shell.hongqi.remindersFlow().map { it.size }, 0)

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

    /**
     * [outstanding]: of how many or whom the member may know that they have not acknowledged it. [editor]: whether the
     * member may correct and withdraw it.
     */
    data class Shown(val article: ArticleView, val outstanding: Boolean = false, val editor: Boolean = false) : ArticleState
}

/** An article. */
class ArticleScreen(private val shell: Shell, private val id: DocId) {
    private val feed = shell.hongqi.feed()
    private val personal = shell.hongqi.personal()

    val article: StateFlow<ArticleState> = shell.shown(
        combine(shell.hongqi.articleFlow(id), shell.hongqi.outstandingFlow(id), shell.hongqi.knownFlow()) { article, outstanding, known ->
            if (article == null) ArticleState.Gone else ArticleState.Shown(article, outstanding != null, known.may(Role.EDITOR, article.item.org))
        },
        ArticleState.Loading,
    )

    init {
        shell.act { personal.markRead(id) }
    }

    /** Says that a must-read was read. */
    fun acknowledge() = shell.act { feed.acknowledge(id) }

    /** Keeps it at hand, or no longer. */
    fun bookmark(kept: Boolean) = shell.act { personal.bookmark(id, kept) }

    /** Puts it on top of the feed, or back in its place. */
    fun pin(pinned: Boolean) = shell.act { feed.pin(id, pinned) }

    /** Withdraws it; [then] when that is written. */
    fun withdraw(then: () -> Unit) = shell.act {
        feed.withdraw(id)
        then()
    }

    /** Opens the discussion below it. */
    fun discuss(thread: SpaceId, then: () -> Unit) = shell.act {
        shell.hongqi.talk().join(thread)
        then()
    }
}

/** Who has not acknowledged it; null for who may know nothing of it, and of what asks for nothing. */
private fun Hongqi.outstandingFlow(article: DocId): Flow<Outstanding?> = observe(Topic.Feed, Topic.Directory) {
    val asks = feed().article(article)?.item?.mustRead == true
    if (!asks) null else feed().outstanding(article).takeIf { it.branches.isNotEmpty() || it.orgs.isNotEmpty() }
}

/** What is still to be acknowledged. */
class RemindersScreen(shell: Shell) {
    /** Null until it is loaded. */
    val reminders: StateFlow<List<Reminder>?> = shell.shown(shell.hongqi.remindersFlow(), null)
}

/** Who has not acknowledged an article. */
class OutstandingScreen(shell: Shell, id: DocId) {
    /** Null until it is loaded, and if there is nothing that the member may know. */
    val outstanding: StateFlow<Outstanding?> = shell.shown(shell.hongqi.outstandingFlow(id), null)
}

/** The wordings that an article has had. */
class RevisionsScreen(shell: Shell, id: DocId) {
    /** The present one first; null until it is loaded. */
    val revisions: StateFlow<List<ArticleRevision>?> = shell.shown(
        shell.hongqi.observe(Topic.Feed) { if (shell.hongqi.feed().article(id) == null) emptyList() else shell.hongqi.feed().revisions(id) },
        null,
    )
}
