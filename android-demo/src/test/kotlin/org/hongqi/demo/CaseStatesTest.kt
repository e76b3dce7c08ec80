package org.hongqi.demo

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.hongqi.core.CaseCategory
import org.hongqi.core.CasePhase
import org.hongqi.core.Delivery
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
        own.case.until { it?.view?.state?.handler == second && it.view.state.phase == CasePhase.ANSWERED }
        CaseScreen(heir.shell, space, second).case.until { it?.view?.state?.handler == second }

        own.close()
        val closed = own.case.until { it?.closed == true }!!
        assertTrue(closed.mayReopen)
        TalkScreen(asker.shell, space, li).head.until { it is TalkHead.Case && !it.open }
        own.reopen()
        own.case.until { it?.view?.state?.phase == CasePhase.REOPENED }
        assertTrue(CasesScreen(secretary.shell).cases.until { it != null }!!.isEmpty())
    }
}
