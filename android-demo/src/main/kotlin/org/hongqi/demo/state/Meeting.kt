package org.hongqi.demo.state

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.update
import org.hongqi.core.ActivityView
import org.hongqi.core.AttendanceNumbers
import org.hongqi.core.AttendanceRow
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocId
import org.hongqi.core.ErrorCode
import org.hongqi.core.EvidenceView
import org.hongqi.core.HongqiException
import org.hongqi.core.Leave
import org.hongqi.core.LeaveAnswer
import org.hongqi.core.Mark
import org.hongqi.core.MemberId
import org.hongqi.core.OrgAttendance
import org.hongqi.core.PastAttendance
import org.hongqi.core.Pending
import org.hongqi.core.Place as Expectation
import org.hongqi.core.Quorum
import org.hongqi.core.ResolutionView
import org.hongqi.core.SpeechContext
import org.hongqi.core.Topic
import org.hongqi.core.VoteChoice
import org.hongqi.core.attendanceFlow
import org.hongqi.core.code
import org.hongqi.core.observe
import org.hongqi.core.ownHistoryFlow

/** Nothing for who may not know it, and while it is not on this phone. */
internal suspend fun <T> allowed(query: suspend () -> T): T? = try {
    query()
} catch (error: HongqiException) {
    if (error.code == ErrorCode.NOT_ALLOWED || error.code == ErrorCode.NOT_FOUND) null else throw error
}

/** Which rows of a roll are shown. */
enum class RollPart {
    ALL,
    UNKNOWN,
    PRESENT,
    LEAVE,

    /** Disputed, in doubt, or waiting for a second signature: somebody has to look. */
    UNSETTLED;

    fun has(row: AttendanceRow): Boolean = when (this) {
        ALL -> true
        UNKNOWN -> row.status == AttendanceStatus.Unknown
        PRESENT -> row.status is AttendanceStatus.Present
        LEAVE -> row.leave != null
        UNSETTLED -> row.status is AttendanceStatus.Disputed || row.pending.isNotEmpty() || row.doubts.isNotEmpty() || row.leave == Leave.DISPUTED
    }
}

/** Everybody who is expected or was there, and visitors. */
data class Roll(val activity: ActivityView, val rows: List<AttendanceRow>, val guests: Long, val known: Known)

/** The roll of an activity. */
class RollScreen(private val shell: Shell, private val id: DocId) {
    private val activities = shell.hongqi.activities()
    private val chosen = MutableStateFlow(RollPart.ALL)
    private val said = MutableStateFlow<Map<MemberId, Mark>>(emptyMap())

    /** Null until it is loaded, or if it is not here. */
    val roll: StateFlow<Roll?> = shell.shown(
        combine(
            shell.hongqi.observe(Topic.Activities, Topic.Activity(id), Topic.Outbox) { activities.activity(id) to activities.guests(id) },
            shell.hongqi.attendanceFlow(id),
            shell.hongqi.knownFlow(),
        ) { (activity, guests), rows, known -> activity?.let { Roll(it, rows, guests.toLong(), known) } },
        null,
    )

    val part: StateFlow<RollPart> = chosen.asStateFlow()

    /** What is marked and not yet said: a roll is called as a whole. */
    val marks: StateFlow<Map<MemberId, Mark>> = said.asStateFlow()

    fun show(part: RollPart) {
        chosen.value = part
    }

    /** Marks somebody, or takes the same mark back. */
    fun mark(member: MemberId, mark: Mark) = said.update { if (it[member] == mark) it - member else it + (member to mark) }

    /** Calls the roll. */
    fun call() {
        val marks = said.value
        if (marks.isEmpty()) return
        shell.act {
            activities.callRoll(id, marks)
            said.update { it - marks.filter { (member, mark) -> it[member] == mark }.keys }
        }
    }

    /** From now on each correction needs a second signature. */
    fun close() = shell.act { activities.closeAttendance(id) }
}

/** One person at an activity, and everything that was said of it. */
data class OnePerson(val row: AttendanceRow, val evidence: List<EvidenceView>, val closed: Boolean, val self: Boolean, val me: MemberId) {
    /** Marks that wait for this member's signature: none of the own attendance. */
    val toSecond: List<Pending> get() = if (self) emptyList() else row.pending.filter { it.by != me }

    /** The request for leave that stands. */
    val request: DocId?
        get() = evidence.lastOrNull { it.word is org.hongqi.core.EvidenceWord.Asked }
            ?.takeIf { row.leave == Leave.ASKED || row.leave == Leave.DISPUTED }?.id
}

/** What an organiser does about one person. */
class PersonScreen(private val shell: Shell, private val activity: DocId, private val member: MemberId, me: MemberId) {
    private val activities = shell.hongqi.activities()
    private val why = MutableStateFlow("")

    /** Null until it is loaded. */
    val person: StateFlow<OnePerson?> = shell.shown(
        shell.hongqi.observe(Topic.Activity(activity), Topic.Activities, Topic.Directory, Topic.Outbox) {
            val row = activities.attendance(activity).firstOrNull { it.member == member } ?: return@observe null
            val closed = activities.activity(activity)?.closed != null
            OnePerson(row, activities.evidence(activity, member), closed, member == me, me)
        },
        null,
    )

    /** The reason that is being written. */
    val reason: StateFlow<String> = why.asStateFlow()

    fun explain(reason: String) {
        why.value = reason
    }

    /** Settles a dispute, or corrects what is said; both need a reason. */
    fun say(mark: Mark, resolves: Boolean) {
        val reason = why.value.trim()
        if (reason.isEmpty()) return
        shell.act {
            if (resolves) activities.resolve(activity, member, mark, reason) else activities.correct(activity, member, mark, reason)
            why.value = ""
        }
    }

    /** What is expected of the person. */
    fun expect(what: Expectation) = shell.act { activities.expectPeople(activity, mapOf(member to what)) }

    fun second(pending: Pending) = shell.act { activities.second(pending.doc) }

    fun answer(request: DocId, answer: LeaveAnswer) = shell.act { activities.answerLeave(request, answer) }
}

/** What is voted on; the quorums only for who may see everybody's attendance. */
data class Votes(
    val resolutions: List<ResolutionView>,
    val meeting: Quorum?,
    val election: Quorum?,
    val organiser: Boolean,
    /** Whether this member has a vote here. */
    val voter: Boolean,
)

/** Votes. */
class VotesScreen(private val shell: Shell, private val id: DocId, me: MemberId) {
    private val activities = shell.hongqi.activities()
    private val written = MutableStateFlow(Motion())

    /** Null until it is loaded. */
    val votes: StateFlow<Votes?> = shell.shown(
        shell.hongqi.observe(Topic.Activity(id), Topic.Activities, Topic.Directory, Topic.Outbox) {
            val resolutions = activities.resolutions(id)
            val meeting = allowed { activities.quorum(id) }
            val election = if (resolutions.any { it.election }) allowed { activities.quorum(id, election = true) } else null
            val voter = activities.attendance(id).any { it.member == me && it.place == Expectation.VOTER }
            Votes(resolutions, meeting, election, shell.hongqi.mayOrganise(id), voter)
        },
        null,
    )

    /** What is to be put to the vote. */
    val motion: StateFlow<Motion> = written.asStateFlow()

    fun change(motion: Motion) {
        written.value = motion
    }

    fun move() {
        val motion = written.value
        if (motion.title.isBlank()) return
        shell.act {
            activities.moveResolution(id, motion.title.trim(), motion.election)
            written.compareAndSet(motion, Motion())
        }
    }

    fun vote(resolution: ResolutionView, choice: VoteChoice) = shell.act { activities.vote(resolution.id, choice) }

    fun close(resolution: ResolutionView) = shell.act { activities.closeVote(resolution.id) }

    fun withdraw(resolution: ResolutionView) = shell.act { activities.withdrawResolution(resolution.id) }
}

/** Attendance by organisation; the sum only for who may see all of it. */
data class Table(val orgs: List<OrgAttendance>, val all: AttendanceNumbers?)

/** A table as a file. */
data class Export(val name: String, val csv: String)

/** The attendance table. */
class TableScreen(private val shell: Shell, private val id: DocId) {
    private val activities = shell.hongqi.activities()

    /** Null until it is loaded. */
    val table: StateFlow<Table?> = shell.shown(
        shell.hongqi.observe(Topic.Activity(id), Topic.Directory) {
            Table(allowed { activities.attendanceByOrg(id) }.orEmpty(), allowed { activities.attendanceNumbers(id) })
        },
        null,
    )

    /** A row for each person that this phone may know of. */
    fun people(by: SpeechContext, then: (Export) -> Unit) = shell.act {
        then(Export(name("people"), activities.attendanceCsv(id, by.language, by.utcOffsetMinutes)))
    }

    /** Numbers by organisation, no names. */
    fun numbers(by: SpeechContext, then: (Export) -> Unit) = shell.act {
        then(Export(name("organisations"), activities.attendanceByOrgCsv(id, by.language)))
    }

    /** Not the title: a member wrote that, and file names travel further than files. */
    private fun name(what: String) = "attendance-$what-${id.hex.take(8)}.csv"
}

/** The member's own attendance over time. */
class HistoryScreen(shell: Shell) {
    /** Null until it is loaded. */
    val history: StateFlow<List<PastAttendance>?> = shell.shown(shell.hongqi.ownHistoryFlow(), null)
}
