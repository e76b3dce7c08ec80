package org.hongqi.demo.state

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.flow.updateAndGet
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.CaseReader
import org.hongqi.core.CaseView
import org.hongqi.core.LeaveOut
import org.hongqi.core.MemberId
import org.hongqi.core.OrgId
import org.hongqi.core.OrgView
import org.hongqi.core.SpaceId
import org.hongqi.core.Topic
import org.hongqi.core.consultationsFlow
import org.hongqi.core.observe

/** Where consultations are. */
sealed interface CasePlace : Place {
    data object All : CasePlace

    data object Ask : CasePlace

    data class One(val space: SpaceId) : CasePlace
}

/** The consultations that this member reads. */
class CasesScreen(shell: Shell) {
    /** Null until it is loaded. */
    val cases: StateFlow<List<CaseView>?> = shell.shown(shell.hongqi.consultationsFlow(), null)
}

/** A consultation that is being written. */
data class NewCase(
    val desk: OrgId? = null,
    val subject: String = "",
    val category: CaseCategory = CaseCategory.OTHER,
    val question: String = "",
    /** Whom the core proposes to leave out, and who is: all of them, until the asker says otherwise. */
    val proposal: List<LeaveOut> = emptyList(),
    val leaveOut: Set<MemberId> = emptySet(),
    /** Who will read it. */
    val readers: List<CaseReader> = emptyList(),
) {
    /** Not before the asker could see who reads it. */
    val complete: Boolean get() = readers.isNotEmpty() && subject.isNotBlank() && question.isNotBlank()
}

/** Writes one. */
class AskScreen(private val shell: Shell) {
    private val consult = shell.hongqi.consult()
    private val written = MutableStateFlow(NewCase())

    val form: StateFlow<NewCase> = written.asStateFlow()

    /** Whose desk may be asked. */
    val desks: StateFlow<List<OrgView>> = shell.shown(
        shell.hongqi.knownFlow().map { known -> known.orgs.filter { !it.closed } },
        emptyList(),
    )

    fun change(form: NewCase) {
        written.value = form
    }

    /** Chooses the desk. Nothing can be sent before it is known whom to leave out. */
    fun choose(desk: OrgId) = shell.act {
        val proposal = consult.proposal(desk)
        val leaveOut = proposal.map { it.member }.toSet()
        val readers = consult.wouldRead(desk, leaveOut.toList())
        written.update { it.copy(desk = desk, proposal = proposal, leaveOut = leaveOut, readers = readers) }
    }

    fun leaveOut(member: MemberId) {
        val form = written.updateAndGet { it.copy(leaveOut = it.leaveOut.toggled(member), readers = emptyList()) }
        val desk = form.desk ?: return
        shell.act {
            val readers = consult.wouldRead(desk, form.leaveOut.toList())
            // The last choice is the one that is shown.
            written.update { if (it.desk == desk && it.leaveOut == form.leaveOut) it.copy(readers = readers) else it }
        }
    }

    fun ask(then: (SpaceId) -> Unit) {
        val form = written.value
        val desk = form.desk ?: return
        if (!form.complete) return
        shell.act {
            then(consult.ask(desk, form.subject.trim(), form.category, form.question.trim(), form.leaveOut.toList()))
        }
    }
}

/** A consultation, who can read it, and whom of those the core now proposes to leave out: that is the asker's to decide. */
data class OneCase(val view: CaseView, val readers: List<CaseReader>, val me: MemberId, val proposal: List<LeaveOut> = emptyList()) {
    private val asks = view.asker == me
    val closed: Boolean get() = view.state.phase == CasePhase.CLOSED
    val mayAnswer: Boolean get() = !asks && !closed && view.state.phase != CasePhase.ANSWERED
    val mayReopen: Boolean get() = asks && (closed || view.state.phase == CasePhase.ANSWERED)

    /** Whom the asker may still leave out. */
    val others: List<CaseReader> get() = if (asks) readers.filter { it.member != me } else emptyList()

    /** Whom it may be given to. */
    val heirs: List<CaseReader>
        get() = if (asks || closed) emptyList() else readers.filter { it.member != view.asker && it.member != view.state.handler }
}

/** One consultation. */
class CaseScreen(private val shell: Shell, private val space: SpaceId, me: MemberId) {
    private val consult = shell.hongqi.consult()

    /** Null until it is loaded, or if it is not here. */
    val case: StateFlow<OneCase?> = shell.shown(
        shell.hongqi.observe(Topic.Consultations, Topic.Directory, Topic.Outbox) {
            consult.consultation(space)?.let { OneCase(it, consult.readers(space), me, consult.proposalFor(space)) }
        },
        null,
    )

    fun answered() = shell.act { consult.answered(space) }

    fun close() = shell.act { consult.closeCase(space) }

    fun reopen() = shell.act { consult.reopen(space) }

    /** For good: there is no letting in again. */
    fun leaveOut(member: MemberId) = shell.act { consult.leaveOut(space, listOf(member)) }

    fun handOver(to: MemberId) = shell.act { consult.handOver(space, to) }
}
