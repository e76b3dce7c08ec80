package org.hongqi.demo.ui

import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.text.font.FontWeight
import org.hongqi.core.GatheringState
import org.hongqi.core.MemberId
import org.hongqi.core.speakParticipant
import org.hongqi.demo.state.OneGathering
import org.hongqi.demo.state.named

/** What one does with a gathering or a group. */
class GatheringActs(
    val onBack: () -> Unit,
    val onJoin: () -> Unit,
    val onExtend: (Int) -> Unit,
    val onEnd: () -> Unit,
    val onWrite: (String?) -> Unit,
    val onPin: () -> Unit,
    val onLook: (String) -> Unit,
    val onBringIn: (MemberId) -> Unit,
    val onSendAway: (MemberId) -> Unit,
    val onLeave: () -> Unit,
    val onUnfollow: () -> Unit,
)

/** One gathering or group. [writing] is the summary that is being written, [query] by which name one looks for people. */
@Composable
fun GatheringUi(gathering: OneGathering?, me: MemberId, writing: String?, query: String, acts: GatheringActs) {
    Page(if (gathering?.group == true) texts.group else texts.gathering, acts.onBack) {
        if (gathering == null) return@Page
        val view = gathering.view
        Text(view.topic, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
        Panel {
            val (whose, end) = gatheringFacts(view)
            Fact(Icons.People, whose)
            Fact(Icons.Clock, end)
            if (view.authorName.isNotEmpty()) Fact(Icons.Person, view.authorName)
        }
        DeliverySign(view.delivery)
        if (gathering.over) Sign(Icons.Lock, texts.readOnly, MaterialTheme.colorScheme.onSurface)
        MainButton(texts.join, onClick = acts.onJoin)
        Summary(gathering, writing, acts)
        if (view.mayLead && view.state == GatheringState.RUNNING) Leading(gathering, acts)
        if (!gathering.group && view.joined) QuietButton(texts.unfollow, onClick = acts.onUnfollow)
        if (gathering.group) Participants(gathering, me, query, acts)
    }
}

@Composable
private fun Summary(gathering: OneGathering, writing: String?, acts: GatheringActs) {
    val view = gathering.view
    Heading(texts.summary)
    when {
        writing != null -> {
            Field(texts.summary, writing, acts.onWrite, lines = 4)
            Several {
                QuietButton(texts.pin, onClick = acts.onPin)
                WordButton(texts.cancel) { acts.onWrite(null) }
            }
        }
        else -> {
            if (view.summary.isEmpty()) Hint(texts.noSummary) else Panel { Text(view.summary, style = MaterialTheme.typography.bodyMedium) }
            // Also when it is over: that is when there is something to sum up.
            if (view.mayLead) QuietButton(texts.writeSummary) { acts.onWrite(view.summary) }
        }
    }
}

@Composable
private fun Leading(gathering: OneGathering, acts: GatheringActs) {
    if (gathering.view.ends != null) {
        Heading(texts.extend)
        Several {
            for (minutes in listOf(15, 30, 60)) QuietButton(texts.later(minutes)) { acts.onExtend(minutes) }
        }
    }
    Sure(texts.endNow, acts.onEnd) { QuietButton(texts.endNow, onClick = it) }
}

@Composable
private fun Participants(gathering: OneGathering, me: MemberId, query: String, acts: GatheringActs) {
    val view = gathering.view
    Heading(dots(texts.participants, texts.count(gathering.participants.size)))
    for (person in gathering.participants) {
        PersonRow(person.name, said = speakParticipant(person, speaker.context)) {
            if (view.mayLead && person.member != view.author) WordButton(texts.sendAway, person.name) { acts.onSendAway(person.member) }
        }
    }
    if (view.author != me) {
        QuietButton(texts.leaveGroup, onClick = acts.onLeave)
        return
    }
    if (gathering.over) return
    Field(texts.findPeople, query, acts.onLook)
    if (query.isBlank()) return
    val inside = gathering.participants.map { it.member }.toSet()
    for (person in gathering.known.people.named(query).filter { it.id !in inside }) {
        PersonRow(person.name, homeOf(person, gathering.known)) { WordButton(texts.bringIn, person.name) { acts.onBringIn(person.id) } }
    }
}
