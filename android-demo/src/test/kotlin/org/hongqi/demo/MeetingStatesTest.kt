package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import java.time.ZonedDateTime
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.launch
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.DocId
import org.hongqi.core.Language
import org.hongqi.core.Leave
import org.hongqi.core.LeaveAnswer
import org.hongqi.core.Mark
import org.hongqi.core.Park
import org.hongqi.core.PeopleCount
import org.hongqi.core.Period
import org.hongqi.core.Place as Expectation
import org.hongqi.core.Shortfall
import org.hongqi.core.VoteChoice
import org.hongqi.core.activitiesFlow
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.speech
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.ActivityScreen
import org.hongqi.demo.state.App
import org.hongqi.demo.state.Export
import org.hongqi.demo.state.EditScreen
import org.hongqi.demo.state.HistoryScreen
import org.hongqi.demo.state.MeetingPlace
import org.hongqi.demo.state.MinutesScreen
import org.hongqi.demo.state.Motion
import org.hongqi.demo.state.PersonScreen
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.PlanScreen
import org.hongqi.demo.state.RollPart
import org.hongqi.demo.state.RollScreen
import org.hongqi.demo.state.TableScreen
import org.hongqi.demo.state.VotesScreen
import org.junit.jupiter.api.Test

/** J3 and J5 in short: a meeting is planned, held and settled. */
class MeetingStatesTest : Stories() {
    private val zou = memberIdOfNumber("M5")
    private val ren = memberIdOfNumber("M6")

    /** Planned from now on, with its six members expected and one resolution. */
    private suspend fun planned(app: App): DocId {
        val screen = PlanScreen(app.shell, ZonedDateTime.now())
        screen.known.until { it.people.size == 6 }
        screen.choose(Park.branch)
        screen.day(-1)
        screen.day(-1)
        screen.change(screen.form.value.copy(title = "主题党日", place = "村委会", agenda = "一、学习\n二、表决"))
        screen.move(0, Motion("修缮村道"))
        screen.move(1, Motion("推选代表", election = true))
        screen.move(2, Motion("不要了"))
        screen.move(2, null)
        app.go(MeetingPlace.Plan)
        screen.plan { app.replace(MeetingPlace.Plan, Place.Activity(it)) }
        return (app.places.until { it.last() is Place.Activity }.last() as Place.Activity).id
    }

    @Test
    fun `a meeting is planned, leave asked and given, voters counted and votes too`() = story {
        val phones = listOf(Park.SEC, Park.LI, Park.MO).map { park.phone(it) }
        val (secretary, voter, away) = phones.map(::app)
        val id = planned(secretary)
        val roll = RollScreen(secretary.shell, id)
        val rows = roll.roll.until { it?.rows?.size == 6 }!!.rows
        assertTrue(rows.all { it.place == Expectation.VOTER })

        val theirs = ActivityScreen(away.shell, id, mo)
        assertTrue(theirs.attendance.until { it != null }!!.mayAskLeave)
        theirs.explain("外出务工")
        theirs.askLeave()
        theirs.attendance.until { it?.own?.leave == Leave.ASKED && it.duties.request != null }
        theirs.reason.until { it == null }
        val person = PersonScreen(secretary.shell, id, mo, sec)
        val asked = person.person.until { it?.request != null }!!
        assertEquals("外出务工", asked.evidence.single().reason)
        person.answer(asked.request!!, LeaveAnswer.APPROVE)
        theirs.attendance.until { it?.own?.leave == Leave.APPROVED && it.own.status == AttendanceStatus.Excused }

        val own = ActivityScreen(voter.shell, id, li)
        own.checkIn()
        own.attendance.until { it?.mayCheckOut == true }
        for (member in listOf(top, zou, ren)) roll.mark(member, Mark.PRESENT)
        // The same again takes it back.
        roll.mark(sec, Mark.ABSENT)
        roll.mark(sec, Mark.ABSENT)
        roll.call()
        roll.marks.until { it.isEmpty() }
        roll.roll.until { shown -> shown!!.rows.count { it.status is AttendanceStatus.Present } == 4 }

        val desk = VotesScreen(secretary.shell, id, sec)
        val short = desk.votes.until { it?.meeting?.counted == 3u && it.meeting.claimed == 1u }!!
        assertEquals(Shortfall.Missing(1u), short.meeting?.shortfall, "the claimed one is shown, not counted")
        roll.mark(li, Mark.PRESENT)
        roll.call()
        val enough = desk.votes.until { it?.meeting?.counted == 4u }!!
        assertNull(enough.meeting?.shortfall)
        assertEquals(Shortfall.Missing(1u), enough.election?.shortfall, "four fifths of six")

        val booth = VotesScreen(voter.shell, id, li)
        val open = booth.votes.until { it?.resolutions?.size == 2 && it.voter }!!
        assertEquals(null to false, open.meeting to open.organiser)
        booth.vote(open.resolutions.first(), VoteChoice.FOR)
        booth.votes.until { it?.resolutions?.first()?.own?.choice == VoteChoice.FOR }
        val counted = desk.votes.until { it?.resolutions?.first()?.tally?.votesFor == 1u }!!
        desk.close(counted.resolutions.first())
        booth.votes.until { it?.resolutions?.first()?.closed != null }
        own.checkOut()
        own.attendance.until { it?.own?.went != null && !it.mayCheckOut }
        HistoryScreen(voter.shell).history.until { it?.singleOrNull()?.title == "主题党日" }
        // Who said nothing themselves sees what an organiser says of them.
        HistoryScreen(away.shell).history.until { it?.singleOrNull()?.attendance?.status == AttendanceStatus.Excused }
    }

    @Test
    fun `what was planned is changed where it was touched, and called off`() = story {
        val (secretary, member) = listOf(Park.SEC, Park.LI).map { app(park.phone(it)) }
        val id = planned(secretary)
        val seen = ActivityScreen(member.shell, id, li)
        seen.attendance.until { it != null }
        val edit = EditScreen(secretary.shell, id)
        val form = edit.form.until { it != null }!!
        assertEquals("主题党日" to 120, form.title to form.minutes)
        // What another changes meanwhile, and was not touched here, stays.
        secretary.hongqi.activities().edit(id, note = "自带水杯")
        edit.change(form.copy(place = "礼堂", minutes = 60))
        edit.day(1)
        secretary.go(MeetingPlace.Edit(id))
        edit.save { secretary.back() }
        val changed = seen.attendance.until { it?.activity?.place == "礼堂" && it.activity.note == "自带水杯" }!!.activity
        assertEquals(Duration.ofHours(1), Duration.between(changed.starts, changed.ends))
        assertEquals(form.starts.plusDays(1).toInstant(), changed.starts)
        secretary.places.until { it.last() !is MeetingPlace.Edit }
        edit.cancel {}
        seen.attendance.until { it?.activity?.cancelled == true }
    }

    @Test
    fun `what contradicts is disputed and settled with a reason, and after the closing it takes two`() = story {
        park.role("grant", Park.TOP, "organiser", Park.BRANCH)
        val (one, two) = listOf(Park.SEC, Park.TOP).map { app(park.phone(it)) }
        val starts = Instant.now()
        val id = park.phone(Park.SEC).hongqi.activities()
            .plan(Park.branch, "点名", "三楼", Period(starts, starts.plus(Duration.ofHours(1))))
        val (first, other) = RollScreen(one.shell, id) to RollScreen(two.shell, id)
        for (screen in listOf(first, other)) screen.roll.until { it != null }
        first.mark(li, Mark.PRESENT)
        first.call()
        other.mark(li, Mark.ABSENT)
        other.call()
        val disputed = first.roll.until { shown -> shown!!.rows.any { it.status is AttendanceStatus.Disputed } }!!
        val row = disputed.rows.single { it.member == li }
        assertEquals(setOf(sec, top), (row.status as AttendanceStatus.Disputed).lastWords.map { it.by }.toSet())
        assertTrue(RollPart.UNSETTLED.has(row))
        val own = ActivityScreen(app(park.phone(Park.LI)).shell, id, li).attendance.until { it?.sides?.size == 2 }!!
        assertEquals(setOf("熊红" to Mark.PRESENT, "吴怡杰" to Mark.ABSENT), own.sides.toSet(), "whom it concerns sees who says what")

        val settling = PersonScreen(one.shell, id, li, sec)
        settling.person.until { it != null }
        settling.say(Mark.PRESENT, resolves = true)
        settling.explain("门口登记表有签字")
        settling.say(Mark.PRESENT, resolves = true)
        val settled = other.roll.until { shown -> shown!!.rows.single { it.member == li }.status is AttendanceStatus.Present }!!
        assertFalse(RollPart.UNSETTLED.has(settled.rows.single { it.member == li }))

        first.close()
        other.roll.until { it?.activity?.closed != null }
        settling.explain("他提前走了")
        settling.say(Mark.ABSENT, resolves = false)
        val pending = settling.person.until { it?.row?.pending?.isNotEmpty() == true }!!
        assertTrue(pending.toSecond.isEmpty(), "one's own signature is no second one")
        assertTrue(pending.row.status is AttendanceStatus.Present)
        val seconding = PersonScreen(two.shell, id, li, top)
        seconding.second(seconding.person.until { it?.toSecond?.size == 1 }!!.toSecond.single())
        settling.person.until { it?.row?.status == AttendanceStatus.Absent && it.row.pending.isEmpty() }
    }

    @Test
    fun `two write the minutes at the same time and nothing goes`() = story {
        park.role("grant", Park.TOP, "organiser", Park.BRANCH)
        val phones = listOf(Park.SEC, Park.TOP).map { park.phone(it) }
        val (one, two) = phones.map(::app)
        val id = planned(one)
        phones[1].hongqi.activitiesFlow(Instant.EPOCH).until { it.size == 1 }
        val (mine, theirs) = listOf(one, two).map { MinutesScreen(it.shell, id) }
        val merging = listOf(mine, theirs).map { screen -> scope.launch { screen.keepMerged() } }
        mine.writing.until { it != null }
        mine.write("出席八人。")
        mine.save()
        theirs.writing.until { it?.text == "出席八人。" }
        // The other arrives while this one is being typed.
        mine.write("主持：书记。出席八人。")
        theirs.write("出席八人。修缮村道通过。")
        theirs.save()
        val both = "主持：书记。出席八人。修缮村道通过。"
        mine.writing.until { it?.text == both && it.changed }
        mine.save()
        theirs.writing.until { it?.text == both }
        merging.forEach { it.cancel() }
    }

    @Test
    fun `the table has names at home and numbers above, and leaves as a file`() = story {
        park.role("grant", "M5", "organiser", Park.COMMITTEE)
        val (secretary, above) = app(park.phone(Park.SEC)) to app(park.phone("M5"))
        val id = planned(secretary)
        val roll = RollScreen(secretary.shell, id)
        roll.roll.until { it?.rows?.size == 6 }
        for (member in listOf(li, mo, top, zou, ren)) roll.mark(member, Mark.PRESENT)
        roll.call()
        val table = TableScreen(secretary.shell, id)
        val shown = table.table.until { it?.all?.present == PeopleCount.Exactly(5u) }!!
        assertEquals(6, shown.orgs.single().people.size)
        val files = mutableListOf<Export>()
        val done = kotlinx.coroutines.flow.MutableStateFlow(0)
        table.people(speech(Language.CHINESE)) { files += it; done.value++ }
        done.until { it == 1 }
        table.numbers(speech(Language.CHINESE)) { files += it; done.value++ }
        done.until { it == 2 }
        assertTrue("李小满" in files[0].csv && "李小满" !in files[1].csv)
        assertTrue(files.all { it.name.endsWith(".csv") && "主题" !in it.name })
        TableScreen(above.shell, id).table.until { it?.all != null && it.orgs.isNotEmpty() }
    }
}
