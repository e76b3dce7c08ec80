package org.hongqi.core

import java.time.Duration
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertIs
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.flow.transformWhile
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** Consultations, groups and doors, with the network off where it may be. */
class TogetherTest {
    private val park = Park()

    @AfterEach
    fun end() = park.close()

    private suspend fun Phone.offline() {
        hongqi.network(false)
        hongqi.states().until { it is AppState.Offline }
    }

    private fun Phone.online() {
        hongqi.network(true)
        hongqi.syncNow()
    }

    @Test
    fun `a consultation that was asked offline reaches the desk, and not who is left out`() = story {
        park.role("grant", Park.TOP, "deputy_secretary", Park.COMMITTEE)
        val (li, top) = park.phone(Park.LI) to park.phone(Park.TOP)
        val sec = memberIdOfNumber(Park.SEC)
        li.offline()
        val proposed = li.hongqi.consult().proposal(Park.committee)
        assertEquals(LeaveOut(sec, "熊红", LeaveOutReason.OWN_SECRETARY), proposed.single { it.member == sec })
        val space = li.hongqi.consult().ask(
            Park.committee, "党费怎么算", CaseCategory.POLICY, "兼职收入算不算？", proposed.map { it.member },
        )
        val asked = li.hongqi.consultationsFlow().first().single()
        assertEquals(Delivery.OnDevice to CasePhase.OPEN, asked.delivery to asked.state.phase)
        val readers = li.hongqi.consult().readers(space)
        assertEquals(listOf("李小满", "吴怡杰"), readers.map { it.name })
        assertEquals(listOf(null, Office(Park.committee, Role.DEPUTY_SECRETARY)), readers.map { it.office })

        li.online()
        val case = top.hongqi.consultationsFlow().until { it.isNotEmpty() }.single()
        assertEquals(Triple(space, "李小满", "党费怎么算"), Triple(case.space, case.askerName, case.subject))
        top.hongqi.talk().post(space, "工资收入为准。")
        top.hongqi.consult().answered(space)
        li.hongqi.consultationFlow(space).until { it?.state?.phase == CasePhase.ANSWERED }
        assertEquals(listOf("兼职收入算不算？", "工资收入为准。"), li.texts(space))
        assertTrue(park.phone(Park.SEC).hongqi.consult().list().isEmpty())
    }

    @Test
    fun `a group that was opened offline reaches who is in it, and a mention whom it means`() = story {
        val (li, mo) = park.phone(Park.LI) to park.phone(Park.MO)
        val member = memberIdOfNumber(Park.MO)
        li.offline()
        val group = li.hongqi.gatherings().openGroup("三号线检修", emptyList())
        val opened = li.hongqi.gatheringsFlow().first().single()
        assertEquals(Triple(group, GatheringState.RUNNING, true), Triple(opened.id, opened.state, opened.mayLead))
        li.hongqi.talk().post(opened.space, "你带钥匙", mentions = listOf(member))

        li.online()
        li.hongqi.outboxFlow().until { it.isEmpty() }
        li.hongqi.gatherings().bringIn(group, listOf(member))
        val seen = mo.hongqi.gatheringsFlow().until { it.isNotEmpty() }.single()
        assertEquals(listOf("三号线检修", "李小满"), listOf(seen.topic, seen.authorName))
        val messages = mo.hongqi.messagesFlow(opened.space).until { it.items.isNotEmpty() }.items
        assertTrue(messages.single().mentionsMe)
        mo.hongqi.gatherings().leave(group)
        li.hongqi.observe(Topic.Talk(opened.space)) { li.hongqi.gatherings().participants(group) }.until { it.size == 1 }
    }

    @Test
    fun `a group whose time runs out while it is shown leaves by itself`() = story {
        val li = park.phone(Park.LI)
        li.offline()
        val group = li.hongqi.gatherings().openGroup("五秒钟", emptyList(), Instant.now().plusSeconds(5))
        val space = assertNotNull(li.hongqi.gatherings().gathering(group)).space
        val one = async { li.hongqi.gatheringFlow(space).first { it?.state == GatheringState.ENDED } }
        val lists = li.hongqi.gatheringsFlow().transformWhile { emit(it.map(GatheringView::id)); it.isNotEmpty() }
        assertEquals(listOf(listOf(group), emptyList()), lists.toList())
        assertEquals(false, one.await()?.mayWrite)
    }

    @Test
    fun `what is to be acknowledged is overdue when its time has come`() = story {
        val (li, top) = park.phone(Park.LI) to park.phone(Park.TOP)
        top.hongqi.feed().publish(
            Park.committee, "八秒钟内确认", "正文", ArticleCategory.CIRCULAR, mustRead = true,
            due = Instant.now().plusSeconds(8),
        )
        val seen = li.hongqi.remindersFlow()
            .mapNotNull { it.singleOrNull()?.overdue }.distinctUntilChanged().transformWhile { emit(it); !it }
        assertEquals(listOf(false, true), seen.toList())
    }

    @Test
    fun `a date by which to acknowledge is taken away, and its alarms with it`() = story {
        val (li, top) = park.phone(Park.LI) to park.phone(Park.TOP)
        val id = top.hongqi.feed().publish(
            Park.committee, "三天内确认", "正文", ArticleCategory.CIRCULAR, mustRead = true,
            due = Instant.now().plusSeconds(3 * 86_400),
        )
        li.hongqi.remindersFlow().until { it.singleOrNull()?.remindAt?.size == 3 }
        top.hongqi.feed().edit(id, due = DueEdit.Removed)
        val left = li.hongqi.remindersFlow().until { it.singleOrNull()?.remindAt?.isEmpty() == true }
        assertEquals(null, left.single().item.due)
    }

    @Test
    fun `a door and a member meet with no network`() = story {
        val (li, sec) = park.phone(Park.LI) to park.phone(Park.SEC)
        val starts = Instant.ofEpochMilli(System.currentTimeMillis())
        val activities = sec.hongqi.activities()
        val activity = activities.plan(
            Park.branch, "主题党日", "三楼会议室", Period(starts, starts.plus(Duration.ofHours(2))),
        )
        val member = memberIdOfNumber(Park.LI)
        activities.expectPeople(activity, mapOf(member to Place.VOTER))
        val resolution = activities.moveResolution(activity, "通过工作计划")
        val door = sec.hongqi.presence().openDoor(activity, "东门")
        li.hongqi.doorsFlow(activity).until { it.isNotEmpty() }
        li.hongqi.observe(Topic.Activity(activity)) { li.hongqi.activities().resolutions(activity) }
            .until { it.isNotEmpty() }
        listOf(li, sec).forEach { it.offline() }

        val code = sec.hongqi.doorCodes(door).first()
        assertTrue(code.svg.contains("<svg"))
        val came = assertIs<CodeScan.In>(li.hongqi.presence().checkInWithCode(code.text))
        assertEquals(activity, came.activity)
        val card = li.hongqi.ownCards().first()
        val scan = assertIs<CardScan.Admitted>(sec.hongqi.presence().scanCard(door, card.text))
        assertEquals(Admission(member, "李小满", expected = true), scan.who)
        assertEquals(CodeScan.Refused(ScanRefusal.MALFORMED), li.hongqi.presence().checkInWithCode(card.text))
        val row = activities.attendance(activity).single()
        assertEquals(AttendanceStatus.Present(Grade.WITNESSED) to Place.VOTER, row.status to row.place)
        assertEquals(null, activities.quorum(activity).shortfall)
        assertEquals(PeopleCount.Exactly(1u), activities.attendanceNumbers(activity).present)

        li.hongqi.activities().vote(resolution, VoteChoice.FOR)
        listOf(li, sec).forEach { it.online() }
        val voted = sec.hongqi.observe(Topic.Activity(activity)) { activities.resolutions(activity).single().tally }
            .until { it?.votesFor == 1u }
        assertEquals(true, voted?.carried)
    }
}
