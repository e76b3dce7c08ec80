package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.material3.FilterChip
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.hongqi.core.Quorum
import org.hongqi.core.ResolutionView
import org.hongqi.core.Tally
import org.hongqi.core.VoteChoice
import org.hongqi.core.speakQuorum
import org.hongqi.core.speakResolution
import org.hongqi.demo.state.Motion
import org.hongqi.demo.state.Votes

/** What one does with votes. */
class VotesActs(
    val onBack: () -> Unit,
    val onVote: (ResolutionView, VoteChoice) -> Unit,
    val onMotion: (Motion) -> Unit,
    val onMove: () -> Unit,
    val onClose: (ResolutionView) -> Unit,
    val onWithdraw: (ResolutionView) -> Unit,
)

/** What is voted on; [motion] is what is being put to the vote. */
@Composable
fun VotesUi(votes: Votes?, motion: Motion, acts: VotesActs) {
    Page(texts.votes, acts.onBack) {
        if (votes == null) return@Page
        votes.meeting?.let { QuorumPanel(texts.quorum, it) }
        votes.election?.let { QuorumPanel(texts.electionQuorum, it) }
        if (votes.resolutions.isEmpty()) Hint(texts.noVotes)
        for (resolution in votes.resolutions) ResolutionPanel(resolution, votes, acts)
        if (votes.organiser) {
            Heading(texts.addResolution)
            Field(texts.resolution, motion.title, { acts.onMotion(motion.copy(title = it)) })
            Tick(texts.election, motion.election) { acts.onMotion(motion.copy(election = !motion.election)) }
            MainButton(texts.addResolution, motion.title.isNotBlank(), acts.onMove)
        }
    }
}

@Composable
private fun QuorumPanel(name: String, quorum: Quorum) {
    val colors = MaterialTheme.colorScheme
    val good = quorum.shortfall == null
    Panel(if (good) goodGround() else colors.tertiaryContainer, if (good) goodInk() else colors.onTertiaryContainer) {
        val said = speakQuorum(quorum, speaker.context)
        Column(Modifier.fillMaxWidth().said(sentence(name, said)), Arrangement.spacedBy(4.dp)) {
            Text(name, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
            Text(said.capital(), style = MaterialTheme.typography.bodyMedium)
        }
    }
}

@Composable
private fun ResolutionPanel(resolution: ResolutionView, votes: Votes, acts: VotesActs) {
    val colors = MaterialTheme.colorScheme
    val open = resolution.closed == null && !resolution.withdrawn
    Panel {
        val state = when {
            resolution.withdrawn -> texts.withdrawnResolution
            resolution.closed != null -> texts.voteEnded
            else -> null
        }
        Column(Modifier.fillMaxWidth().said(speakResolution(resolution, speaker.context)), Arrangement.spacedBy(4.dp)) {
            Text(resolution.title, style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
            if (resolution.election) Hint(texts.election)
            if (state != null) Sign(Icons.Lock, state, colors.onSurfaceVariant)
            resolution.tally?.let { Text(tally(it, open), style = MaterialTheme.typography.bodyMedium) }
            DeliverySign(resolution.delivery)
        }
        if (open && votes.voter || resolution.own != null) {
            Hint(texts.yourVote)
            Several {
                for (choice in VoteChoice.entries) {
                    val about = sentence(texts.choice(choice), resolution.title)
                    FilterChip(
                        resolution.own?.choice == choice,
                        { acts.onVote(resolution, choice) },
                        { Text(texts.choice(choice)) },
                        Modifier.heightIn(min = Touch).semantics { contentDescription = about },
                        enabled = open && votes.voter,
                        leadingIcon = chosen(resolution.own?.choice == choice),
                    )
                }
            }
            resolution.own?.let { DeliverySign(it.delivery) }
        }
        if (open && votes.organiser) {
            Several {
                Sure(texts.endVote, { acts.onClose(resolution) }) { WordButton(texts.endVote, resolution.title, onClick = it) }
                Sure(texts.withdrawIt, { acts.onWithdraw(resolution) }) { WordButton(texts.withdrawIt, resolution.title, onClick = it) }
            }
        }
    }
}

@Composable
private fun tally(tally: Tally, open: Boolean): String {
    val numbers = texts.tally(tally.votesFor.toInt(), tally.against.toInt(), tally.abstained.toInt(), tally.silent.toInt())
    // While the vote goes on nothing is carried or lost yet.
    val outcome = if (tally.carried) texts.carried else texts.notCarried
    return if (open) texts.soFar + texts.colon + numbers else dots(outcome, numbers)
}
