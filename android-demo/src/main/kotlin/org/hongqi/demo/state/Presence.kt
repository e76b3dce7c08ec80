@file:OptIn(ExperimentalCoroutinesApi::class)

package org.hongqi.demo.state

import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.flatMapLatest
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import org.hongqi.core.CardScan
import org.hongqi.core.CodeScan
import org.hongqi.core.CodeScanOut
import org.hongqi.core.DocId
import org.hongqi.core.DoorView
import org.hongqi.core.ErrorCode
import org.hongqi.core.ExpectedView
import org.hongqi.core.HongqiException
import org.hongqi.core.MemberId
import org.hongqi.core.ReadyCheck
import org.hongqi.core.ScanRefusal
import org.hongqi.core.ShownCard
import org.hongqi.core.ShownCode
import org.hongqi.core.Topic
import org.hongqi.core.code
import org.hongqi.core.doorCodes
import org.hongqi.core.doorsFlow
import org.hongqi.core.observe
import org.hongqi.core.ownCards

/** Where codes and cards are shown and scanned. */
sealed interface PresencePlace : Place {
    data object Card : PresencePlace

    /** A door's code; with [activity], only that one's. */
    data class Scan(val activity: DocId? = null, val leaving: Boolean = false) : PresencePlace

    /** Before the doors of an activity open. */
    data class Doors(val activity: DocId) : PresencePlace

    data class AtDoor(val activity: DocId, val door: DocId) : PresencePlace
}

/** The member's own card. */
class CardScreen(shell: Shell, me: MemberId) {
    val name: StateFlow<String> = shell.shown(
        shell.hongqi.observe(Topic.Directory) { shell.hongqi.directory().member(me)?.name.orEmpty() },
        "",
    )

    /** Null until it is signed. */
    val card: StateFlow<ShownCard?> = shell.shown(shell.hongqi.ownCards(), null)
}

/** What came of a code, and the title of the activity it was for. */
sealed interface Came {
    val title: String

    /** Why it was not taken; null if it was. */
    val refusal: ScanRefusal?

    /** Whether it has just been taken: there is nothing more to scan. */
    val done: Boolean

    /** On coming. */
    data class In(val scan: CodeScan, override val title: String) : Came {
        override val refusal get() = (scan as? CodeScan.Refused)?.reason
        override val done get() = scan is CodeScan.In
    }

    /** On going. */
    data class Out(val scan: CodeScanOut, override val title: String) : Came {
        override val refusal get() = (scan as? CodeScanOut.Refused)?.reason
        override val done get() = scan is CodeScanOut.Out
    }
}

/**
 * A member scans a door's code, on coming or on leaving. What a camera reads arrives again and again: each text is tried
 * once in a row.
 */
class ScanScreen(private val shell: Shell, private val activity: DocId?, private val leaving: Boolean = false) {
    private val presence = shell.hongqi.presence()
    private val came = MutableStateFlow<Came?>(null)
    private var last: String? = null

    /** What came of the last one; null before. */
    val result: StateFlow<Came?> = came.asStateFlow()

    fun scan(text: String) {
        if (text.isBlank() || text == last) return
        last = text
        shell.act { came.value = if (leaving) goes(text) else comes(text) }
    }

    private suspend fun comes(text: String): Came {
        val scan = presence.checkInWithCode(text, activity)
        val at = when (scan) {
            is CodeScan.In -> scan.activity
            is CodeScan.Already -> scan.activity
            is CodeScan.Refused -> null
        }
        return Came.In(scan, title(at))
    }

    private suspend fun goes(text: String): Came {
        val scan = presence.checkOutWithCode(text, activity)
        val at = when (scan) {
            is CodeScanOut.Out -> scan.activity
            is CodeScanOut.Already -> scan.activity
            is CodeScanOut.Refused -> null
        }
        return Came.Out(scan, title(at))
    }

    private suspend fun title(at: DocId?) = at?.let { shell.hongqi.activities().activity(it)?.title }.orEmpty()
}

/** What an activity lacks, and its doors. */
data class Doors(val checks: List<ReadyCheck>, val doors: List<DoorView>, val organiser: Boolean) {
    val ready: Boolean get() = checks.isNotEmpty() && checks.all { it.lacks == null }
}

/** A host prepares and opens a door. */
class DoorsScreen(private val shell: Shell, private val id: DocId) {
    private val presence = shell.hongqi.presence()
    private val named = MutableStateFlow("")

    /** Null until it is loaded. */
    val doors: StateFlow<Doors?> = shell.shown(
        combine(
            shell.hongqi.observe(Topic.Activity(id), Topic.Activities, Topic.Directory, Topic.Outbox) {
                allowed { shell.hongqi.activities().ready(id) }.orEmpty() to shell.hongqi.mayOrganise(id)
            },
            shell.hongqi.doorsFlow(id),
        ) { (checks, organiser), doors -> Doors(checks, doors, organiser) },
        null,
    )

    /** What the next door is called. */
    val label: StateFlow<String> = named.asStateFlow()

    fun name(label: String) {
        named.value = label
    }

    /** Names of whom is expected, before the network goes. */
    fun prepare() = shell.act { presence.prepareDoor(id) }

    /** Names are gone from this phone. */
    fun letGo() = shell.act { presence.leaveDoor(id) }

    fun open(then: (DocId) -> Unit) {
        val label = named.value.trim()
        if (label.isEmpty()) return
        shell.act {
            val door = presence.openDoor(id, label)
            named.value = ""
            then(door)
        }
    }

    /** What a door took in is in doubt from now on. */
    fun revoke(door: DoorView) = shell.act { presence.revokeDoor(door.id) }
}

/** A card that was scanned, and what came of it. */
data class Scanned(val text: String, val result: CardScan)

/** A host's phone at a door. */
class AtDoorScreen(private val shell: Shell, activity: DocId, private val id: DocId) {
    private val presence = shell.hongqi.presence()
    private val asked = MutableStateFlow<String?>(null)
    private val came = MutableStateFlow<Scanned?>(null)

    /** Null until it is loaded. */
    val door: StateFlow<DoorView?> = shell.shown(
        shell.hongqi.doorsFlow(activity).map { doors -> doors.firstOrNull { it.id == id } },
        null,
    )

    /** The code of now; null before the first, once the door is shut, and at another phone's door. */
    val code: StateFlow<ShownCode?> = shell.shown(
        shell.hongqi.doorsFlow(activity).map { doors -> doors.any { it.id == id && !it.shut && !it.revoked } }
            .distinctUntilChanged()
            .flatMapLatest { open -> if (open) shell.hongqi.doorCodes(id) else flowOf(null) }
            // Shut in this very moment, or another phone's: there is nothing to show, which the screen says.
            .catch { error ->
                if (error is HongqiException && error.code in listOf(ErrorCode.INVALID, ErrorCode.NOT_ALLOWED)) emit(null) else throw error
            },
        null,
    )

    /** What came of the last card; null before, and when the host is done with it. */
    val scanned: StateFlow<Scanned?> = came.asStateFlow()

    /** By what one looks for somebody; null while one does not. */
    val query: StateFlow<String?> = asked.asStateFlow()

    /** Who is found. */
    val found: StateFlow<List<ExpectedView>> = shell.shown(
        asked.flatMapLatest { query ->
            if (query == null) flowOf(emptyList())
            else shell.hongqi.observe(Topic.Activity(activity), Topic.Directory) { presence.findExpected(activity, query) }
        },
        emptyList(),
    )

    fun look(query: String?) {
        // Beyond what any name is; the core refuses more than 128 bytes.
        asked.value = query?.take(32)
    }

    fun scan(text: String) {
        if (text.isBlank() || text == came.value?.text) return
        shell.act { came.value = Scanned(text, presence.scanCard(id, text)) }
    }

    /** The host admits who was amber. */
    fun admit() {
        val scan = came.value ?: return
        val amber = scan.result as? CardScan.Amber ?: return
        shell.act {
            presence.admitAnyway(id, scan.text)
            came.compareAndSet(scan, Scanned(scan.text, CardScan.Admitted(amber.card.who)))
        }
    }

    /** Next, please. */
    fun done() {
        came.value = null
    }

    fun admitByName(member: MemberId) = shell.act { presence.admitByName(id, member) }

    fun seeOut(member: MemberId) = shell.act { presence.seeOut(id, member) }

    fun guests(count: Int) = shell.act { presence.guests(id, count.toLong()) }

    fun shut() = shell.act { presence.shutDoor(id) }
}
