package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.size
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.unit.dp
import org.hongqi.core.CardScan
import org.hongqi.core.DoorView
import org.hongqi.core.ExpectedView
import org.hongqi.core.MemberId
import org.hongqi.core.ReadyCheck
import org.hongqi.core.ShownCode
import org.hongqi.core.speakDoor
import org.hongqi.core.speakExpected
import org.hongqi.core.speakReadyCheck
import org.hongqi.core.speakScanRefusal
import org.hongqi.demo.state.Doors
import org.hongqi.demo.state.Scanned

/** What a host does before a door opens. */
class DoorsActs(
    val onBack: () -> Unit,
    val onPrepare: () -> Unit,
    val onLetGo: () -> Unit,
    val onName: (String) -> Unit,
    val onOpen: () -> Unit,
    val onDoor: (DoorView) -> Unit,
    val onRevoke: (DoorView) -> Unit,
)

/** What an activity lacks with no network, and its doors; [label] is what the next one is called. */
@Composable
fun DoorsUi(doors: Doors?, label: String, me: MemberId, acts: DoorsActs) {
    Page(texts.doors, acts.onBack) {
        if (doors == null) return@Page
        // Who stands at a door already goes there.
        for (door in doors.doors) {
            val what = doorFacts(door)
            PersonRow(door.label, what, speakDoor(door, speaker.context), onOpen = if (door.host == me) ({ acts.onDoor(door) }) else null) {
                if (doors.organiser && !door.revoked) {
                    Sure(texts.revokeDoor, { acts.onRevoke(door) }) { WordButton(texts.revokeDoor, door.label, onClick = it) }
                }
                if (door.host == me) Icon(Icons.Forward, null, tint = MaterialTheme.colorScheme.onSurfaceVariant)
            }
        }
        Ready(doors.checks)
        Several {
            QuietButton(texts.prepare, onClick = acts.onPrepare)
            WordButton(texts.letGo, onClick = acts.onLetGo)
        }
        Hint(texts.prepareHelp)
        Heading(texts.openDoor)
        Field(texts.doorLabel, label, acts.onName)
        MainButton(texts.openDoor, label.isNotBlank(), acts.onOpen)
    }
}

@Composable
private fun doorFacts(door: DoorView): String = dots(
    when {
        door.revoked -> texts.revokedDoor
        door.shut -> texts.shut
        else -> null
    },
    texts.came(door.present.toInt(), door.expected.toInt()),
)

@Composable
private fun Ready(checks: List<ReadyCheck>) {
    val colors = MaterialTheme.colorScheme
    Panel {
        Heading(texts.noNetwork)
        for (check in checks) {
            val good = check.lacks == null
            Row(Modifier.fillMaxWidth().heightIn(min = 28.dp).said(speakReadyCheck(check, speaker.context)), Arrangement.spacedBy(10.dp), Alignment.CenterVertically) {
                Icon(if (good) Icons.Check else Icons.Warning, null, Modifier.size(18.dp), tint = if (good) goodMark() else colors.error)
                Text(speakReadyCheck(check, speaker.context).capital(), style = MaterialTheme.typography.bodyMedium, color = if (good) colors.onSurface else colors.error)
            }
        }
    }
}

/** What a host does at a door. */
class AtDoorActs(
    val onBack: () -> Unit,
    val onScan: (String) -> Unit,
    val onAdmit: () -> Unit,
    val onDone: () -> Unit,
    val onLook: (String?) -> Unit,
    val onAdmitByName: (MemberId) -> Unit,
    val onSeeOut: (MemberId) -> Unit,
    val onGuests: (Int) -> Unit,
    val onShut: () -> Unit,
)

/** A host's phone at a door. [query] is by what somebody is looked for; null while nobody is. */
@Composable
fun AtDoorUi(
    door: DoorView?,
    code: ShownCode?,
    scanned: Scanned?,
    query: String?,
    found: List<ExpectedView>,
    camera: Camera?,
    acts: AtDoorActs,
) {
    Page(door?.label ?: texts.doors, acts.onBack) {
        if (door == null) return@Page
        val open = !door.shut && !door.revoked
        Text(doorFacts(door), style = MaterialTheme.typography.titleMedium, fontWeight = FontWeight.SemiBold)
        if (scanned != null) Came(scanned.result, acts)
        if (!open) {
            Sign(Icons.Lock, if (door.revoked) texts.revokedDoor else texts.shut, MaterialTheme.colorScheme.onSurface)
            return@Page
        }
        Column(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp), Alignment.CenterHorizontally) {
            if (code == null) Hint(texts.noCode) else Qr(code.svg, texts.doorCode)
            if (code != null) Hint(texts.doorCode)
        }
        Guests(door, acts)
        Heading(texts.scanCard)
        Scanning(camera, texts.scanCard, acts.onScan)
        Heading(texts.findByName)
        Field(texts.findHint, query.orEmpty(), acts.onLook)
        if (query != null) {
            if (found.isEmpty()) Hint(texts.nobodyFound)
            for (person in found) {
                val here = if (person.present) texts.present else null
                PersonRow(person.name, dots(person.homeName, here), speakExpected(person, speaker.context)) {
                    if (person.present) WordButton(texts.seeOut, person.name) { acts.onSeeOut(person.member) }
                    else WordButton(texts.admit, person.name) { acts.onAdmitByName(person.member) }
                }
            }
        }
        Sure(texts.shutDoor, acts.onShut) { QuietButton(texts.shutDoor, Modifier.fillMaxWidth(), onClick = it) }
    }
}

@Composable
private fun Guests(door: DoorView, acts: AtDoorActs) {
    Row(Modifier.fillMaxWidth(), Arrangement.spacedBy(8.dp), Alignment.CenterVertically) {
        Text(
            "${texts.visitors} ${door.guests}",
            Modifier.weight(1f),
            style = MaterialTheme.typography.titleSmall,
        )
        IconButton({ acts.onGuests(-1) }, Modifier.size(Touch), enabled = door.guests > 0u) { Icon(Icons.Minus, texts.oneLess) }
        IconButton({ acts.onGuests(1) }, Modifier.size(Touch)) { Icon(Icons.Plus, texts.oneMore) }
    }
}

@Composable
private fun Came(result: CardScan, acts: AtDoorActs) {
    val next = @Composable { QuietButton(texts.next, Modifier.fillMaxWidth(), onClick = acts.onDone) }
    when (result) {
        is CardScan.Admitted -> Good(result.who.name, dots(texts.admitted, if (result.who.expected) null else texts.notExpected), next)
        is CardScan.Already -> Good(result.who.name, texts.alreadyAdmitted, next)
        is CardScan.Amber -> Amber(result.card.who.name, dots(texts.amber, texts.doubt(result.card.doubt))) {
            MainButton(texts.admitAnyway, onClick = acts.onAdmit)
            QuietButton(texts.notAdmit, Modifier.fillMaxWidth(), onClick = acts.onDone)
        }
        is CardScan.Refused -> Bad(texts.notTaken, speakScanRefusal(result.reason, speaker.context).capital(), next)
    }
}
