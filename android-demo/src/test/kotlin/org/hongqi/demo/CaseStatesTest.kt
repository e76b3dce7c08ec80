package org.hongqi.demo

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.Delivery
import org.hongqi.core.LeaveOutReason
import org.hongqi.core.Park
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.AskScreen
import org.hongqi.demo.state.CasePlace
import org.hongqi.demo.state.CaseScreen
import org.hongqi.demo.state.CasesScreen
import org.hongqi.demo.state.TalkHead
import org.hongqi.demo.state.TalkScreen
import org.junit.jupiter.api.Test

/** J6 in short: a consultation around one's own secretary. */
class CaseStatesTest : Stories() {
    @Test
    fun `a consultation goes around the own secretary, is answered, handed over, closed and opened again`() = story {
        val second = memberIdOfNumber("M5")
        park.role("grant", Park.TOP, "deputy_secretary", Park.COMMITTEE)
        park.role("grant", "M5", "organiser", Park.COMMITTEE)
        val phone = park.phone(Park.LI)
        val asker = app(phone)
        val desk = app(park.phone(Park.TOP))
        val heir = app(park.phone("M5"))
        val secretary = app(park.phone(Park.SEC))

        phone.offline()
        val ask = AskScreen(asker.shell)
        ask.desks.until { desks -> desks.any { it.id == Park.committee } }
        ask.choose(Park.committee)
        val proposed = ask.form.until { it.proposal.isNotEmpty() }
        assertTrue(sec in proposed.leaveOut, "the default is yes")
        assertFalse(proposed.copy(readers = emptyList(), subject = "党费", question = "？").complete, "not before it is known who reads it")
        ask.leaveOut(sec)
        ask.form.until { form -> sec !in form.leaveOut && form.readers.isNotEmpty() }
        ask.leaveOut(sec)
        val promised = ask.form.until { form -> sec in form.leaveOut && form.readers.isNotEmpty() }.readers
        ask.change(proposed.copy(subject = "党费怎么算", category = CaseCategory.POLICY, question = "兼职收入算不算？"))
        asker.go(CasePlace.Ask)
        ask.ask { asker.replace(CasePlace.Ask, CasePlace.One(it)) }
        val space = (asker.places.until { it.last() is CasePlace.One }.last() as CasePlace.One).space
        val own = CaseScreen(asker.shell, space, li)
        val written = own.case.until { it != null }!!
        assertEquals(Delivery.OnDevice to CasePhase.OPEN, written.view.delivery to written.view.state.phase)
        assertEquals(setOf("李小满", "吴怡杰", "邹然星"), written.readers.map { it.name }.toSet())
        assertEquals(promised, written.readers, "what was shown before it was asked")
        assertFalse(written.mayAnswer)
        assertTrue(written.heirs.isEmpty(), "who asks gives it to nobody")

        phone.online()
        CasesScreen(desk.shell).cases.until { it?.singleOrNull()?.subject == "党费怎么算" }
        val asked = CaseScreen(desk.shell, space, top)
        assertTrue(asked.case.until { it != null }!!.mayAnswer)
        val talk = TalkScreen(desk.shell, space, top)
        talk.write("工资收入为准。")
        talk.send()
        asked.answered()
        val answered = asked.case.until { it?.view?.state?.phase == CasePhase.ANSWERED }!!
        assertTrue(answered.heirs.any { it.member == second })
        asked.handOver(second)
        val told = own.case.until { it?.view?.state?.handler == second && it.view.state.phase == CasePhase.ANSWERED }!!
        CaseScreen(heir.shell, space, second).case.until { it?.view?.state?.handler == second }

        // The answer was not all: it is asked on before anything is closed.
        assertTrue(told.mayReopen)
        assertFalse(answered.mayReopen, "the asker's to say")
        own.reopen()
        assertFalse(own.case.until { it?.view?.state?.phase == CasePhase.REOPENED }!!.mayReopen)
        asked.case.until { it?.mayAnswer == true }

        own.close()
        val closed = own.case.until { it?.closed == true }!!
        assertTrue(closed.mayReopen)
        TalkScreen(asker.shell, space, li).head.until { it is TalkHead.Case && !it.open }
        own.reopen()
        own.case.until { it?.view?.state?.phase == CasePhase.REOPENED }
        assertTrue(CasesScreen(secretary.shell).cases.until { it != null }!!.isEmpty())
    }

    @Test
    fun `who comes to the desk and leads the own branch is proposed to be left out, and left out sees nothing more`() = story {
        park.role("grant", Park.TOP, "deputy_secretary", Park.COMMITTEE)
        val (asker, desk, secretary) = listOf(Park.LI, Park.TOP, Park.SEC).map { app(park.phone(it)) }
        val space = asker.hongqi.consult().ask(Park.committee, "党费怎么算", CaseCategory.POLICY, "兼职收入算不算？")
        val own = CaseScreen(asker.shell, space, li)
        val asked = CaseScreen(desk.shell, space, top)
        val before = own.case.until { it?.view?.delivery == Delivery.AtServer }!!
        assertEquals(emptyList(), before.proposal, "who does not read it has not to be left out")
        assertEquals(listOf(top), before.others.map { it.member }, "but whoever does can be")
        asked.case.until { it != null }

        park.role("grant", Park.SEC, "organiser", Park.COMMITTEE)
        val proposed = own.case.until { it?.proposal?.size == 1 && it.others.size == 2 }!!
        assertEquals(listOf(sec to LeaveOutReason.OWN_SECRETARY), proposed.proposal.map { it.member to it.why })
        assertEquals(setOf(top, sec), proposed.others.map { it.member }.toSet())
        val read = CasesScreen(secretary.shell)
        read.cases.until { it?.singleOrNull()?.space == space }
        val seen = asked.case.until { shown -> shown?.readers.orEmpty().any { it.member == sec } }!!
        assertEquals(emptyList<Any>() to emptyList(), seen.proposal to seen.others, "the asker's to decide")

        own.leaveOut(sec)
        val left = own.case.until { it?.view?.leftOut == listOf(sec) }!!
        assertEquals(emptyList<Any>() to listOf(top), left.proposal to left.others.map { it.member })
        read.cases.until { it?.isEmpty() == true }
        asked.case.until { shown -> shown?.readers?.none { it.member == sec } == true }
    }
}
