package org.hongqi.demo.state

import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.update
import org.hongqi.core.DocId
import org.hongqi.core.GatheringState
import org.hongqi.core.GatheringView
import org.hongqi.core.LeftGroup
import org.hongqi.core.MemberId
import org.hongqi.core.OrgId
import org.hongqi.core.ParticipantView
import org.hongqi.core.SpaceId
import org.hongqi.core.Topic
import org.hongqi.core.observe

/** Where gatherings and groups are. */
sealed interface GatheringPlace : Place {
    data object All : GatheringPlace

    data object Open : GatheringPlace

    /** With its discussion, whose changes concern it. */
    data class One(val id: DocId, val space: SpaceId) : GatheringPlace
}

/** What goes on, what is over, what one may come back to. */
data class Gatherings(
    val running: List<GatheringView>,
    val over: List<GatheringView>,
    val more: Boolean,
    val left: List<LeftGroup>,
)

/** The list of gatherings and groups. */
@OptIn(ExperimentalCoroutinesApi::class)
class GatheringsScreen(private val shell: Shell) {
    private val gatherings = shell.hongqi.gatherings()
    private val count = MutableStateFlow(PAGE)

    /** Null until it is loaded. What ends while it is shown moves to what is over. */
    val all: StateFlow<Gatherings?> = shell.shown(
        count.flatMapLatest { wanted ->
            shell.hongqi.observe(Topic.Talks, Topic.Directory, Topic.Outbox, holds = gatherings::nextEnd) {
                val over = mutableListOf<GatheringView>()
                var next = gatherings.archive(limit = PAGE.toUInt()).also { over += it.gatherings }.next
                while (next != null && over.size < wanted) next = gatherings.archive(next, PAGE.toUInt()).also { over += it.gatherings }.next
                Gatherings(gatherings.running(), over, next != null, gatherings.left())
            }
        },
        null,
    )

    fun more() {
        if (all.value?.more == true) count.update { it + PAGE }
    }

    /** Back into a group that one has left. */
    fun comeBack(group: LeftGroup) = shell.act { gatherings.comeBack(group.space) }

    private companion object {
        const val PAGE = 30
    }
}

/** A gathering or a group that is about to be opened. */
data class NewGathering(
    val topic: String = "",
    /** For all below it; none for a group. */
    val org: OrgId? = null,
    /** How long; a group may go on. */
    val minutes: Int? = 45,
    /** Who is in the group. */
    val picked: Set<MemberId> = emptySet(),
    /** By whose names one looks for them. */
    val query: String = "",
) {
    val complete: Boolean get() = topic.isNotBlank() && (org == null || minutes != null)
}

/** Opens one. */
class OpenGatheringScreen(private val shell: Shell) {
    private val gatherings = shell.hongqi.gatherings()
    private val written = MutableStateFlow(NewGathering())

    val form: StateFlow<NewGathering> = written.asStateFlow()
    val known: StateFlow<Known> = shell.shown(shell.hongqi.knownFlow(), Known.NOBODY)

    fun change(form: NewGathering) {
        written.value = form
    }

    fun pick(member: MemberId) = written.update { it.copy(picked = it.picked.toggled(member)) }

    /** [then] gets the gathering and its discussion, which is open at once. */
    fun open(then: (DocId, SpaceId) -> Unit) {
        val form = written.value
        if (!form.complete) return
        shell.act {
            val ends = form.minutes?.let { Instant.now().plus(Duration.ofMinutes(it.toLong())) }
            val id = when (val org = form.org) {
                null -> gatherings.openGroup(form.topic.trim(), form.picked.toList(), ends)
                else -> gatherings.openGathering(org, form.topic.trim(), checkNotNull(ends))
            }
            gatherings.gathering(id)?.let { then(id, it.space) }
        }
    }
}

/** A gathering or group, who is in it, and who could be. */
data class OneGathering(val view: GatheringView, val participants: List<ParticipantView>, val known: Known) {
    val group: Boolean get() = view.org == null
    val over: Boolean get() = view.state != GatheringState.RUNNING
}

/** One gathering or group: what it is, and what its leader does with it. */
class GatheringScreen(private val shell: Shell, private val id: DocId, private val space: SpaceId) {
    private val gatherings = shell.hongqi.gatherings()
    private val summary = MutableStateFlow<String?>(null)
    private val asked = MutableStateFlow("")

    /** Null until it is loaded, or if it is not here. */
    val gathering: StateFlow<OneGathering?> = shell.shown(
        combine(
            shell.hongqi.observe(
                Topic.Talks, Topic.Talk(space), Topic.Directory, Topic.Outbox, holds = gatherings::nextEnd,
            ) { gatherings.gathering(id) to gatherings.participants(id) },
            shell.hongqi.knownFlow(),
        ) { (view, participants), known -> view?.let { OneGathering(it, participants, known) } },
        null,
    )

    /** The summary that is being written; null while none is. */
    val writing: StateFlow<String?> = summary.asStateFlow()

    /** By which name one looks for people to bring in. */
    val query: StateFlow<String> = asked.asStateFlow()

    fun write(text: String?) {
        summary.value = text
    }

    fun look(query: String) {
        asked.value = query
    }

    /** Pins what was written, perhaps nothing. It stays in the field until it is in the database. */
    fun summarise() {
        val text = summary.value ?: return
        shell.act {
            gatherings.summarise(id, text.trim())
            summary.compareAndSet(text, null)
        }
    }

    fun extend(minutes: Int) = shell.act {
        gatherings.gathering(id)?.ends?.let { gatherings.extend(id, it.plus(Duration.ofMinutes(minutes.toLong()))) }
    }

    fun end() = shell.act { gatherings.end(id) }

    fun bringIn(member: MemberId) = shell.act { gatherings.bringIn(id, listOf(member)) }

    fun sendAway(member: MemberId) = shell.act { gatherings.sendAway(id, member) }

    /** Leaves a group; [then] when that is written. */
    fun leave(then: () -> Unit) = shell.act {
        gatherings.leave(id)
        then()
    }

    /** Keeps the discussion of a gathering in sync no longer. */
    fun unfollow(then: () -> Unit) = shell.act {
        shell.hongqi.talk().leave(space)
        then()
    }

    /** Into its discussion, which is followed from now on. */
    fun join(then: () -> Unit) = shell.act {
        val view = gatherings.gathering(id)
        if (view != null && !view.joined) gatherings.join(id)
        then()
    }
}
