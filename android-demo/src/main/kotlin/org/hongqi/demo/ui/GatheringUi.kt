package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.GatheringState
import org.hongqi.core.GatheringView
import org.hongqi.core.LeftGroup
import org.hongqi.core.MemberId
import org.hongqi.core.MemberView
import org.hongqi.core.Role
import org.hongqi.core.speakGathering
import org.hongqi.core.speakLeftGroup
import org.hongqi.demo.state.Gatherings
import org.hongqi.demo.state.Known
import org.hongqi.demo.state.NewGathering
import org.hongqi.demo.state.named

/** How long a gathering may last, and by how much it is extended, in minutes. */
internal val Lengths = listOf(30, 45, 60, 120)

/** What goes on, then what is over, then the groups one has left. */
@Composable
fun GatheringsUi(
    gatherings: Gatherings?,
    onBack: () -> Unit,
    onOpenOne: () -> Unit,
    onOpen: (GatheringView) -> Unit,
    onComeBack: (LeftGroup) -> Unit,
    onMore: () -> Unit,
) {
    Column(Modifier.fillMaxSize()) {
        TopBar(texts.gatherings, onBack) {
            IconButton(onOpenOne, Modifier.size(Touch)) { Icon(Icons.Plus, texts.openOne) }
        }
        if (gatherings == null) return
        val (running, over, more, left) = gatherings
        if (running.isEmpty() && over.isEmpty() && left.isEmpty()) {
            Empty(Icons.People, texts.noGatherings) { QuietButton(texts.openOne, onClick = onOpenOne) }
            return
        }
        LazyColumn(Modifier.fillMaxSize().navigationBarsPadding()) {
            if (running.isNotEmpty()) item { Heading(texts.running, Modifier.padding(start = 16.dp, bottom = 4.dp)) }
            items(running, key = { it.id.hex }) { GatheringRow(it) { onOpen(it) } }
            if (over.isNotEmpty()) item { Heading(texts.over, Modifier.padding(start = 16.dp, top = 16.dp, bottom = 4.dp)) }
            items(over, key = { it.id.hex }) { GatheringRow(it) { onOpen(it) } }
            if (left.isNotEmpty()) item { Heading(texts.leftGroups, Modifier.padding(start = 16.dp, top = 16.dp, bottom = 4.dp)) }
            items(left, key = { it.space.text }) { group ->
                Row(Modifier.fillMaxWidth().padding(start = 16.dp, end = 8.dp), verticalAlignment = Alignment.CenterVertically) {
                    Column(Modifier.weight(1f).said(speakLeftGroup(group, speaker.context))) {
                        Text(texts.leftGroup, style = MaterialTheme.typography.bodyMedium)
                        Hint(speaker.time(group.at))
                    }
                    WordButton(texts.comeBack) { onComeBack(group) }
                }
            }
            if (more) item { LaunchedEffect(over.size) { onMore() } }
        }
    }
}

/** Whose it is, and when it ends or ended. */
@Composable
internal fun gatheringFacts(view: GatheringView): List<String> {
    val whose = if (view.org == null) texts.group else view.orgName.ifEmpty { texts.gathering }
    val over = view.closed ?: view.ends
    val end = when {
        view.state != GatheringState.RUNNING -> texts.gatheringState(view.state) + (over?.let { " " + speaker.time(it) } ?: "")
        else -> view.ends?.let { "${texts.ends} ${speaker.time(it)}" } ?: texts.noEnd
    }
    return listOf(whose, end)
}

@Composable
private fun GatheringRow(view: GatheringView, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    val facts = gatheringFacts(view)
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Row(
            Modifier.said(speakGathering(view, speaker.context)).padding(horizontal = 16.dp, vertical = 12.dp),
            Arrangement.spacedBy(12.dp),
            Alignment.CenterVertically,
        ) {
            Face(view.topic)
            Column(Modifier.weight(1f), Arrangement.spacedBy(2.dp)) {
                Text(
                    view.topic,
                    style = MaterialTheme.typography.titleMedium,
                    fontWeight = if (view.state == GatheringState.RUNNING) FontWeight.SemiBold else FontWeight.Normal,
                    maxLines = 2,
                    overflow = TextOverflow.Ellipsis,
                )
                Hint(facts.joinToString(" · "))
                if (view.summary.isNotEmpty()) Text(view.summary, style = MaterialTheme.typography.bodySmall, maxLines = 2, overflow = TextOverflow.Ellipsis)
                DeliverySign(view.delivery)
            }
            if (view.state == GatheringState.RUNNING) Icon(Icons.Forward, null, tint = colors.onSurfaceVariant) else Icon(Icons.Lock, null, Modifier.size(18.dp), tint = colors.onSurfaceVariant)
        }
    }
    HorizontalDivider(Modifier.padding(start = 72.dp), color = colors.outlineVariant)
}

/** Opens one: of an organisation with a role there, of named people for everybody. */
@Composable
fun OpenGatheringUi(
    form: NewGathering,
    known: Known,
    me: MemberId,
    onChange: (NewGathering) -> Unit,
    onPick: (MemberId) -> Unit,
    onBack: () -> Unit,
    onOpen: () -> Unit,
) {
    Page(texts.openOne, onBack) {
        Hint(texts.openHelp)
        Field(texts.topic, form.topic, { onChange(form.copy(topic = it)) })
        Heading(texts.forWhom)
        val orgs = known.orgsAs(Role.ORGANISER).map { it.id to it.name }
        Choice(listOf(null to texts.aGroup) + orgs, form.org) { org ->
            onChange(form.copy(org = org, minutes = if (org == null) form.minutes else form.minutes ?: Lengths.first()))
        }
        Heading(texts.duration)
        val lengths = Lengths.map { it to texts.minutes(it) }
        Choice(if (form.org == null) lengths + (null to texts.noEnd) else lengths, form.minutes) { onChange(form.copy(minutes = it)) }
        if (form.org == null) {
            Heading(dots(texts.people, if (form.picked.isEmpty()) null else "${texts.picked} ${texts.count(form.picked.size)}"))
            Field(texts.findPeople, form.query, { onChange(form.copy(query = it)) })
            // Those who are picked always, of the others no more than one looks through: what opens it stays near.
            val (picked, others) = known.people.filter { it.id != me }.partition { it.id in form.picked }
            val found = others.named(form.query)
            for (person in picked + found.take(Most)) {
                Tick(person.name, person.id in form.picked, homeOf(person, known)) { onPick(person.id) }
            }
            if (found.size > Most) Hint(texts.findMore)
        }
        MainButton(texts.open, form.complete, onOpen)
    }
}

private const val Most = 20

/** Where somebody belongs: two may have one name. */
internal fun homeOf(person: MemberView, known: Known): String = known.orgs.firstOrNull { it.id == person.home }?.name.orEmpty()
