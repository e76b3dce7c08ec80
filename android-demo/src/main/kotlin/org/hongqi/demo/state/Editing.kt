package org.hongqi.demo.state

import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import org.hongqi.core.ArticleCategory
import org.hongqi.core.DocId
import org.hongqi.core.DraftArticle
import org.hongqi.core.DraftView
import org.hongqi.core.ErrorCode
import org.hongqi.core.FeedItem
import org.hongqi.core.Hongqi
import org.hongqi.core.HongqiException
import org.hongqi.core.OrgId
import org.hongqi.core.OrgView
import org.hongqi.core.Role
import org.hongqi.core.code
import org.hongqi.core.draftsFlow

/** Where articles are written. */
sealed interface EditingPlace : Place {
    data object Drafts : EditingPlace

    /** A new one, what a draft holds, or a correction. */
    data class Write(val draft: DocId? = null, val corrects: DocId? = null) : EditingPlace
}

/** What is kept before the app leaves the screen. */
interface Keeps {
    suspend fun keep()
}

/** Whether the member publishes at all. */
suspend fun Hongqi.mayPublish(): Boolean = known().orgsAs(Role.EDITOR).isNotEmpty()

/** Articles that are being written, the last changed first. */
fun Hongqi.articleDrafts(): Flow<List<DraftView>> = draftsFlow().map { drafts -> drafts.filter { it.article != null } }

/** The articles that this member is writing, on any phone. */
class DraftsScreen(shell: Shell) {
    /** Null until it is loaded. */
    val drafts: StateFlow<List<DraftView>?> = shell.shown(shell.hongqi.articleDrafts(), null)
}

/** An article that is being written. */
data class NewArticle(
    val org: OrgId?,
    val title: String = "",
    val body: String = "",
    val category: ArticleCategory = ArticleCategory.INFORMATION,
    val mustRead: Boolean = false,
    /** By when it is to be acknowledged. */
    val due: ZonedDateTime? = null,
    /** The published article that it corrects. */
    val corrects: DocId? = null,
) {
    val blank: Boolean get() = title.isBlank() && body.isBlank()
    val complete: Boolean get() = org != null && title.isNotBlank() && body.isNotBlank()

    /** So many days later. */
    fun day(later: Long) = copy(due = due?.plusDays(later))

    /** So many minutes later. */
    fun time(later: Long) = copy(due = due?.plusMinutes(later))

    companion object {
        fun of(draft: DraftView, zone: ZoneId): NewArticle? = draft.article?.run {
            NewArticle(org, draft.title, draft.text, category, mustRead, due?.atZone(zone), corrects)
        }

        fun of(item: FeedItem, body: String, zone: ZoneId) =
            NewArticle(item.org, item.title, body, item.category, item.mustRead, item.due?.atZone(zone), item.id)
    }
}

/**
 * Writes an article, or corrects one. What is being written is kept as one of the core's drafts, on all of the member's
 * phones, until it is published; publishing it and throwing the draft away are one act of the core's.
 */
class WriteScreen(private val shell: Shell, place: EditingPlace.Write, private val now: ZonedDateTime = ZonedDateTime.now(ZoneId.systemDefault())) : Keeps {
    private val feed = shell.hongqi.feed()
    private val personal = shell.hongqi.personal()
    private val written = MutableStateFlow<NewArticle?>(null)
    private val busy = MutableStateFlow(false)

    /** One after the other: of two the second finds the draft that the first has made. */
    private val turn = Mutex()
    private var draft: DocId? = place.draft
    private var last: NewArticle? = null

    /** Null until it is loaded, and if it is not here. */
    val form: StateFlow<NewArticle?> = written.asStateFlow()

    /** For which organisations the member may publish. */
    val orgs: StateFlow<List<OrgView>> = shell.shown(shell.hongqi.knownFlow().map { it.orgsAs(Role.EDITOR) }, emptyList())

    init {
        shell.act {
            val form = loaded(place)
            last = form
            written.value = form
        }
    }

    private suspend fun loaded(place: EditingPlace.Write): NewArticle? {
        val drafts = personal.drafts()
        place.draft?.let { id -> return drafts.firstOrNull { it.id == id }?.let { NewArticle.of(it, now.zone) } }
        val corrects = place.corrects
        if (corrects == null) {
            val orgs = shell.hongqi.known().orgsAs(Role.EDITOR)
            val home = shell.hongqi.me().home
            return NewArticle((orgs.firstOrNull { it.id == home } ?: orgs.firstOrNull())?.id)
        }
        // A correction that was begun before goes on.
        drafts.firstOrNull { it.article?.corrects == corrects }?.let {
            draft = it.id
            return NewArticle.of(it, now.zone)
        }
        return feed.article(corrects)?.let { NewArticle.of(it.item, it.body, now.zone) }
    }

    fun change(form: NewArticle) {
        written.value = form
    }

    /** By when it is to be acknowledged: in three days at six in the evening, until the member says otherwise. */
    fun date(wanted: Boolean) = written.update { it?.copy(due = if (wanted) now.plusDays(DAYS).with(LocalTime.of(18, 0)) else null) }

    /** Another day, not one that is over. */
    fun day(later: Long) = move { it.day(later) }

    /** Another time of that day. */
    fun time(later: Long) = move { it.time(later) }

    private fun move(how: (NewArticle) -> NewArticle) = written.update { form ->
        val (before, after) = (form?.due ?: return@update form) to how(form)
        if (after.due!! < minOf(now, before)) form else after
    }

    /** Keeps what is written now and then, until cancelled with its caller. */
    suspend fun keepWriting(): Nothing = written.collect {
        keep()
        // A draft is sent to the member's other phones: once a second, not once a letter.
        delay(PAUSE)
    }

    override suspend fun keep() {
        try {
            turn.withLock { kept() }
        } catch (error: HongqiException) {
            // Closed meanwhile: the window still has it, and keeps it when the member goes on.
            if (error.code != ErrorCode.PAUSED) shell.failed(error.code)
        }
    }

    private suspend fun kept() {
        val form = written.value ?: return
        val org = form.org ?: return
        if (form == last || draft == null && form.blank) return
        val due = form.due?.toInstant().takeIf { form.mustRead }
        val article = DraftArticle(org, form.category, form.mustRead, due, form.corrects)
        try {
            draft = feed.keepDraft(draft, form.title, form.body, article)
            last = form
        } catch (error: HongqiException) {
            // Published or thrown away on another phone: what goes on here is another draft.
            if (error.code == ErrorCode.NOT_FOUND) draft = null
            throw error
        }
    }

    /** [then] gets the article. Whatever fails, what was written stays here and as a draft. */
    fun publish(then: (DocId) -> Unit) {
        if (written.value?.complete != true || !busy.compareAndSet(expect = false, update = true)) return
        shell.act {
            try {
                turn.withLock { published() }?.let(then)
            } finally {
                busy.value = false
            }
        }
    }

    private suspend fun published(): DocId? {
        kept()
        // A correction that changes nothing has no draft.
        val id = draft ?: return written.value?.corrects
        return feed.publishDraft(id).also {
            written.value = null
            draft = null
        }
    }

    fun discard(then: () -> Unit) = shell.act {
        turn.withLock {
            written.value = null
            draft?.let { personal.discardDraft(it) }
        }
        then()
    }

    private companion object {
        const val DAYS = 3L
        const val PAUSE = 1_000L
    }
}
