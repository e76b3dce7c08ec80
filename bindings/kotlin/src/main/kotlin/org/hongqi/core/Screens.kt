@file:OptIn(ExperimentalCoroutinesApi::class)

package org.hongqi.core

import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.flowOf

// What the screens of an app show, each with the topics that change it. The network never stands before any of them:
// they show what is on the phone, and change when more arrives.

/** The part of a long list that is on screen. */
data class Window<T>(
    val items: List<T>,
    /** Whether a larger window would show more. */
    val more: Boolean,
    /** Whether something is missing in between that the server holds; it arrives by itself. */
    val gap: Boolean = false,
)

/** The feed: pinned first, then newest first, as many as [count] says last; of one [category], or of all. */
fun Hongqi.feedFlow(count: Flow<Int> = flowOf(30), category: ArticleCategory? = null): Flow<Window<FeedItem>> {
    val feed = feed()
    return count.distinctUntilChanged().flatMapLatest { wanted ->
        observe(Topic.Feed, Topic.Directory, Topic.Outbox) { feed.window(wanted, category) }
    }.conflate()
}

private suspend fun Feed.window(wanted: Int, category: ArticleCategory?): Window<FeedItem> {
    var page = page(limit = limit(wanted, 100), category = category)
    val items = page.items.toMutableList()
    while (items.size < wanted) {
        val next = page.next ?: break
        page = page(next, limit(wanted - items.size, 100), category)
        items += page.items
    }
    return Window(items, page.next != null)
}

/** One article; null once it is withdrawn, or while it is not here. */
fun Hongqi.articleFlow(id: DocId): Flow<ArticleView?> {
    val feed = feed()
    return observe(Topic.Feed, Topic.Directory, Topic.Outbox) { feed.article(id) }
}

/** How many articles the member has not opened. */
fun Hongqi.unreadFlow(): Flow<Int> {
    val feed = feed()
    return observe(Topic.Feed) { feed.unread().toInt() }
}

/** All discussions, those with the newest message first. */
fun Hongqi.talksFlow(): Flow<List<TalkView>> {
    val talk = talk()
    return observe(Topic.Talks, Topic.Directory, Topic.Feed, Topic.Outbox) { talk.list() }
}

/** The newest messages of a discussion, oldest of them first, as many as [count] says last. */
fun Hongqi.messagesFlow(space: SpaceId, count: Flow<Int> = flowOf(50)): Flow<Window<MessageView>> {
    val talk = talk()
    return count.distinctUntilChanged().flatMapLatest { wanted ->
        observe(Topic.Talk(space), Topic.Directory, Topic.Outbox) { talk.window(space, wanted) }
    }.conflate()
}

private suspend fun Talk.window(space: SpaceId, wanted: Int): Window<MessageView> {
    var page = page(space, limit = limit(wanted, 200))
    val pages = mutableListOf(page)
    var held = page.messages.size
    while (held < wanted) {
        val before = page.before ?: break
        page = page(space, before, limit(wanted - held, 200))
        pages += page
        held += page.messages.size
    }
    return Window(pages.asReversed().flatMap { it.messages }, page.before != null, pages.any { it.gap })
}

/** The gatherings and groups that go on, what ends first first. One whose time is over leaves the list by itself. */
fun Hongqi.gatheringsFlow(): Flow<List<GatheringView>> {
    val gatherings = gatherings()
    return observe(Topic.Talks, Topic.Directory, Topic.Outbox, holds = gatherings::nextEnd) { gatherings.running() }
}

/** The gathering or group whose discussion this is; null of any other. Over when its time is, with nothing said. */
fun Hongqi.gatheringFlow(space: SpaceId): Flow<GatheringView?> {
    val gatherings = gatherings()
    return observe(Topic.Talk(space), Topic.Talks, Topic.Directory, Topic.Outbox, holds = gatherings::nextEnd) {
        gatherings.ofDiscussion(space)
    }
}

/** The consultations that this member reads: those that are not closed first. */
fun Hongqi.consultationsFlow(): Flow<List<CaseView>> {
    val consult = consult()
    return observe(Topic.Consultations, Topic.Directory, Topic.Outbox) { consult.list(200u) }
}

/** One consultation, by its discussion; null while it is not here. */
fun Hongqi.consultationFlow(space: SpaceId): Flow<CaseView?> {
    val consult = consult()
    return observe(Topic.Consultations, Topic.Directory, Topic.Outbox) { consult.consultation(space) }
}

/** What this member has still to acknowledge, overdue first, which comes about by itself; set alarms anew with each. */
fun Hongqi.remindersFlow(): Flow<List<Reminder>> {
    val feed = feed()
    val next = suspend {
        feed.reminders().flatMap { it.remindAt }.minOrNull()?.let { Duration.between(Instant.now(), it) }
    }
    return observe(Topic.Feed, holds = next) { feed.reminders() }
}

/** Activities that end at or after [from], the soonest first. */
fun Hongqi.activitiesFlow(from: Instant): Flow<List<ActivityView>> {
    val activities = activities()
    return observe(Topic.Activities, Topic.Outbox) { activities.list(from, 200u) }
}

/** The attendance of an activity, as far as this phone may know it. */
fun Hongqi.attendanceFlow(activity: DocId): Flow<List<AttendanceRow>> {
    val activities = activities()
    return observe(Topic.Activity(activity), Topic.Directory) { activities.attendance(activity) }
}

/** This member's own attendance over time, the latest first. */
fun Hongqi.ownHistoryFlow(): Flow<List<PastAttendance>> {
    val activities = activities()
    return observe(Topic.Activities, Topic.Outbox) { activities.history(me().member, 200u) }
}

/** What waits to be sent or was refused, oldest first. */
fun Hongqi.outboxFlow(): Flow<List<OutboxItem>> {
    val outbox = outbox()
    return observe(Topic.Outbox) { outbox.items() }
}

/** What is found for [query], newest arrival first; a new message that fits appears by itself. */
fun Hongqi.searchFlow(query: String): Flow<List<SearchHit>> {
    val search = search()
    return observe(Topic.Feed, Topic.Talks, Topic.Activities, Topic.Outbox) { search.find(query, 50u) }
}

/** Drafts, the last changed first. */
fun Hongqi.draftsFlow(): Flow<List<DraftView>> {
    val personal = personal()
    return observe(Topic.Personal) { personal.drafts() }
}

/** The roles that the member holds. */
fun Hongqi.rolesFlow(): Flow<List<RoleView>> {
    val directory = directory()
    return observe(Topic.Directory) { directory.roles() }
}

/** At least one, at most what a page may hold. */
private fun limit(wanted: Int, most: Int): UInt = wanted.coerceIn(1, most).toUInt()
