package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertIs
import kotlin.test.assertTrue
import org.hongqi.core.AppState
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.CardScan
import org.hongqi.core.CodeScan
import org.hongqi.core.DocId
import org.hongqi.core.Doubt
import org.hongqi.core.Grade
import org.hongqi.core.Mark
import org.hongqi.core.Park
import org.hongqi.core.Period
import org.hongqi.core.Phone
import org.hongqi.core.Place as Expectation
import org.hongqi.core.ReadyNeed
import org.hongqi.core.ScanRefusal
import org.hongqi.core.attendanceFlow
import org.hongqi.core.doorsFlow
import org.hongqi.core.states
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.ActivityScreen
import org.hongqi.demo.state.App
import org.hongqi.demo.state.AtDoorScreen
import org.hongqi.demo.state.CardScreen
import org.hongqi.demo.state.DoorsScreen
import org.hongqi.demo.state.PresencePlace
import org.hongqi.demo.state.RollScreen
import org.hongqi.demo.state.Came
import org.hongqi.demo.state.ScanScreen
import org.junit.jupiter.api.Test

/** J4 in short: a host at the door, with no network. */
class DoorStatesTest : Stories() {
    private suspend fun activity(host: Phone, title: String = "主题党日"): DocId {
        val starts = Instant.now()
        val id = host.hongqi.activities().plan(Park.branch, title, "三楼", Period(starts, starts.plus(Duration.ofHours(2))))
        host.hongqi.activities().expectPeople(id, mapOf(li to Expectation.VOTER, mo to Expectation.VOTER))
        return id
    }

    private suspend fun opened(app: App, id: DocId): DocId {
        val doors = DoorsScreen(app.shell, id)
        doors.name("东门")
        doors.open { app.go(PresencePlace.AtDoor(id, it)) }
        return (app.places.until { it.last() is PresencePlace.AtDoor }.last() as PresencePlace.AtDoor).door
    }

    private suspend fun scanned(app: App, activity: DocId?, text: String): CodeScan {
        val screen = ScanScreen(app.shell, activity)
        screen.scan(text)
        return assertIs<Came.In>(screen.result.until { it != null }).scan
    }

    @Test
    fun `a door is prepared, opened, shows codes, takes cards, finds by name, counts visitors and is shut`() = story {
        val (host, phone, other) = listOf(Park.SEC, Park.LI, Park.MO).map { park.phone(it) }
        val (app, member) = app(host) to app(phone)
        val id = activity(host)
        val doors = DoorsScreen(app.shell, id)
        doors.prepare()
        val ready = doors.doors.until { it?.ready == true }!!
        assertEquals(ReadyNeed.entries.toSet(), ready.checks.map { it.need }.toSet())
        val door = opened(app, id)
        phone.hongqi.doorsFlow(id).until { it.isNotEmpty() }
        other.hongqi.doorsFlow(id).until { it.isNotEmpty() }
        listOf(host, phone, other).forEach { it.offline() }

        val at = AtDoorScreen(app.shell, id, door)
        val code = at.code.until { it != null }!!
        assertTrue("viewBox" in code.svg)
        assertEquals(id, assertIs<CodeScan.In>(scanned(member, null, code.text)).activity)
        assertIs<CodeScan.Already>(scanned(member, id, code.text))
        val leaves = ScanScreen(member.shell, id, leaving = true)
        leaves.scan(code.text)
        assertTrue(leaves.result.until { it is Came.Out }!!.done)
        assertIs<CodeScan.In>(scanned(member, id, code.text))
        val own = ActivityScreen(member.shell, id, li).attendance.until { it?.own?.status is AttendanceStatus.Present }!!
        assertTrue(own.mayCheckOut)

        val card = CardScreen(app(other).shell, mo).card.until { it != null }!!
        at.scan(card.text)
        val admitted = assertIs<CardScan.Admitted>(at.scanned.until { it != null }!!.result)
        assertEquals("莫言秋" to true, admitted.who.name to admitted.who.expected)
        at.done()
        at.scan("hello")
        assertEquals(CardScan.Refused(ScanRefusal.MALFORMED), at.scanned.until { it?.text == "hello" }!!.result)

        at.look("lxm")
        val found = at.found.until { it.isNotEmpty() }.single()
        assertEquals("李小满", found.name)
        at.admitByName(found.member)
        at.found.until { it.singleOrNull()?.present == true }
        at.guests(1)
        at.guests(1)
        at.guests(-1)
        at.door.until { it?.guests == 1u && it.present == 2u }
        at.shut()
        at.code.until { it == null }
        at.door.until { it?.shut == true }

        listOf(host, phone, other).forEach { it.online() }
        val rows = host.hongqi.attendanceFlow(id).until { rows -> rows.all { it.status is AttendanceStatus.Present && it.receivedAt != null } }
        assertEquals(
            mapOf(li to AttendanceStatus.Present(Grade.ATTESTED), mo to AttendanceStatus.Present(Grade.WITNESSED)),
            rows.associate { it.member to it.status },
        )
    }

    @Test
    fun `whom a host took in says that they go, whom the roll alone says present does not`() = story {
        val (host, phone, other) = listOf(Park.SEC, Park.LI, Park.MO).map { park.phone(it) }
        val app = app(host)
        val id = activity(host)
        val at = AtDoorScreen(app.shell, id, opened(app, id))
        at.scan(CardScreen(app(other).shell, mo).card.until { it != null }!!.text)
        assertIs<CardScan.Admitted>(at.scanned.until { it != null }!!.result)
        val roll = RollScreen(app.shell, id)
        roll.mark(li, Mark.PRESENT)
        roll.call()

        val taken = ActivityScreen(app(other).shell, id, mo)
        taken.attendance.until { it?.mayCheckOut == true }
        taken.checkOut()
        taken.attendance.until { it?.own?.went != null && !it.mayCheckOut }
        val marked = ActivityScreen(app(phone).shell, id, li).attendance.until { it?.own?.status is AttendanceStatus.Present }!!
        assertFalse(marked.mayCheckOut, "nothing that says when they came")
    }

    @Test
    fun `what is not taken says why`() = story {
        val (host, phone) = park.phone(Park.SEC) to park.phone(Park.LI)
        val (app, member) = app(host) to app(phone)
        val (one, two) = activity(host) to activity(host, "微党课")
        val door = opened(app, one)
        phone.hongqi.doorsFlow(one).until { it.isNotEmpty() }
        val at = AtDoorScreen(app.shell, one, door)
        val code = at.code.until { it != null }!!.text
        assertEquals(CodeScan.Refused(ScanRefusal.OTHER_ACTIVITY), scanned(member, two, code))
        assertEquals(CodeScan.Refused(ScanRefusal.MALFORMED), scanned(member, one, "https://example.org"))
        assertEquals(CodeScan.Refused(ScanRefusal.WRONG_VERSION), scanned(member, one, code.replaceFirst("HQ1", "HQ9")))
        at.shut()
        phone.hongqi.doorsFlow(one).until { it.single().shut }
        assertEquals(CodeScan.Refused(ScanRefusal.DOOR_SHUT), scanned(member, one, code))
    }

    @Test
    fun `a card from a revoked phone is amber, and admitted all the same is kept with the doubt`() = story {
        val (host, phone) = park.phone(Park.SEC) to park.phone(Park.LI)
        val id = activity(host)
        val door = host.hongqi.presence().openDoor(id, "东门")
        park.revokeDevice(phone.hongqi.me().device)
        // What the server says of it has arrived when the phone is up to date again.
        host.restart()
        host.hongqi.states().until { it == AppState.Idle(live = true) }
        val card = CardScreen(app(phone).shell, li).card.until { it != null }!!.text
        val at = AtDoorScreen(app(host).shell, id, door)
        at.scan(card)
        val amber = assertIs<CardScan.Amber>(at.scanned.until { it != null }!!.result)
        assertEquals("李小满" to Doubt.REVOKED_DEVICE, amber.card.who.name to amber.card.doubt)
        at.admit()
        at.scanned.until { it?.result is CardScan.Admitted }
        val row = host.hongqi.attendanceFlow(id).until { rows -> rows.any { it.member == li && it.doubts.isNotEmpty() } }.single { it.member == li }
        assertEquals(listOf(Doubt.REVOKED_DEVICE), row.doubts)
    }
}
