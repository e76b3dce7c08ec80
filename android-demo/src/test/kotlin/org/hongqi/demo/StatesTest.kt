package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.job
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.hongqi.core.ArticleCategory
import org.hongqi.core.AttendanceStatus
import org.hongqi.core.Delivery
import org.hongqi.core.ErrorCode
import org.hongqi.core.Grade
import org.hongqi.core.Park
import org.hongqi.core.Period
import org.hongqi.core.Refusal
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.ActivityScreen
import org.hongqi.demo.state.ArticleScreen
import org.hongqi.demo.state.ArticleState
import org.hongqi.demo.state.EnrolScreen
import org.hongqi.demo.state.FeedScreen
import org.hongqi.demo.state.OutboxScreen
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.SearchScreen
import org.hongqi.demo.state.SettingsScreen
import org.hongqi.demo.state.TalkScreen
import org.hongqi.demo.state.TalksScreen
import org.junit.jupiter.api.Test

/** The state holders over the real library and a real server. */
class StatesTest : Stories() {
    @Test
    fun `a new phone is enrolled and says whose it is`() = story {
        val app = app(park.blank())
        val enrol = EnrolScreen(app.shell)
        assertNull(app.me.value)
        enrol.enrol(park.url, "AAAA-AAAA")
        app.shell.failure.until { it == ErrorCode.INVALID_CODE }
        app.shell.seen()
        enrol.asking.until { !it }
        enrol.enrol(" ${park.url} ", park.invite(Park.LI) + "\n")
        assertEquals(li, app.me.until { it != null }?.member)
        val settings = SettingsScreen(app.shell).settings.until { it?.home?.isNotEmpty() == true }
        assertEquals("李小满" to "青岚瑞泰电缆有限公司支部", settings?.name to settings?.home)
        assertEquals(park.url, settings?.server)
    }

    @Test
    fun `an article is read, kept and acknowledged, and its thread opened`() = story {
        val (phone, sec) = park.phone(Park.LI) to park.phone(Park.SEC)
        val app = app(phone)
        val id = sec.hongqi.feed().publish(Park.branch, "安全月", "请自查。", ArticleCategory.CIRCULAR, mustRead = true)
        val feed = FeedScreen(app.shell)
        val item = feed.feed.until { it?.items?.size == 1 }!!.items.single()
        assertFalse(item.read)
        feed.bookmark(item)
        feed.feed.until { it!!.items.single().bookmarked }
        val screen = ArticleScreen(app.shell, id)
        screen.acknowledge()
        val article = screen.article.until { it is ArticleState.Shown && it.article.item.acknowledged == Delivery.AtServer }
        assertEquals("请自查。", (article as ArticleState.Shown).article.body)
        feed.feed.until { it!!.items.single().read }
        screen.discuss(article.article.thread) { app.go(Place.Talk(article.article.thread)) }
        app.places.until { it.last() == Place.Talk(article.article.thread) }
        assertTrue(app.back())
        assertFalse(app.back())
        sec.hongqi.feed().withdraw(id)
        screen.article.until { it == ArticleState.Gone }
    }

    @Test
    fun `a message is written, answered, corrected and withdrawn`() = story {
        val app = app(park.phone(Park.LI))
        val mo = park.phone(Park.MO)
        val talk = TalkScreen(app.shell, Park.talk, li)
        talk.send()
        talk.write("今天的会改到三楼")
        talk.send()
        val own = talk.messages.until { it?.items?.size == 1 }!!.items.single()
        talk.composer.until { it.text.isEmpty() }
        val asked = mo.hongqi.talk().post(Park.talk, "几点？")
        val question = talk.messages.until { it?.items?.size == 2 }!!.items.single { it.id == asked }
        val reading = scope.launch { talk.keepRead() }
        TalksScreen(app.shell).talks.until { it?.singleOrNull()?.unread == 0uL }
        reading.cancel()
        talk.reply(question)
        talk.write("两点")
        talk.send()
        talk.messages.until { window -> window?.items?.any { it.reply == asked } == true }
        talk.react(question, "👍")
        talk.messages.until { window -> window!!.items.single { it.id == asked }.reactions.any { it.own } }
        talk.edit(own)
        assertEquals(own.body, talk.composer.value.text)
        talk.drop()
        assertEquals("", talk.composer.value.text)
        talk.edit(own)
        talk.write("今天的会改到四楼")
        talk.send()
        talk.messages.until { window -> window!!.items.any { it.body == "今天的会改到四楼" } }
        talk.withdraw(own)
        talk.messages.until { window -> window!!.items.none { it.body == "今天的会改到四楼" } }
    }

    @Test
    fun `what does not work is said and what was typed stays`() = story {
        val app = app(park.phone(Park.LI))
        val talk = TalkScreen(app.shell, Park.talk, li)
        val long = "长".repeat(5_000)
        talk.write(long)
        talk.send()
        app.shell.failure.until { it == ErrorCode.INVALID }
        assertEquals(long, talk.composer.value.text)
    }

    @Test
    fun `the outbox shows what waits and what was refused, and lets go of it`() = story {
        val sec = park.phone(Park.SEC)
        val app = app(sec)
        val outbox = OutboxScreen(app.shell)
        sec.hongqi.network(false)
        val talk = TalkScreen(app.shell, Park.talk, memberIdOfNumber(Park.SEC))
        talk.write("稍后发")
        talk.send()
        val waiting = outbox.items.until { it?.size == 1 }!!.single()
        assertEquals(Delivery.OnDevice to true, waiting.item.delivery to waiting.item.cancellable)
        assertEquals("稍后发", waiting.words)
        app.waiting.until { it == 1 }
        outbox.cancel(waiting.item)
        outbox.items.until { it?.isEmpty() == true }
        park.role("revoke", Park.SEC, "secretary", Park.BRANCH)
        sec.hongqi.feed().publish(Park.branch, "菜单", "有鱼", ArticleCategory.INFORMATION)
        sec.hongqi.network(true)
        val refused = outbox.items.until { it?.singleOrNull()?.item?.delivery == Delivery.Refused(Refusal.NOT_ALLOWED) }
        assertEquals("菜单", refused!!.single().words)
        outbox.discard(refused.single().item)
        outbox.items.until { it?.isEmpty() == true }
    }

    @Test
    fun `an activity is attended once`() = story {
        val (phone, sec) = park.phone(Park.LI) to park.phone(Park.SEC)
        val starts = Instant.now()
        val id = sec.hongqi.activities()
            .plan(Park.branch, "主题党日", "三楼", Period(starts, starts.plus(Duration.ofHours(1))))
        val screen = ActivityScreen(app(phone).shell, id, li)
        assertTrue(assertNotNull(screen.attendance.until { it != null }).mayCheckIn)
        screen.checkIn()
        val own = screen.attendance.until { it?.own != null }
        assertEquals(AttendanceStatus.Present(Grade.CLAIMED) to false, own?.own?.status to own?.mayCheckIn)
    }

    @Test
    fun `a screen that is left follows nothing, and what was asked for on it is done`() = story {
        val app = app(park.phone(Park.LI))
        val looking = CoroutineScope(SupervisorJob() + Dispatchers.Default)
        fun running() = scope.coroutineContext.job.children.toSet()
        val before = running()
        val screen = TalkScreen(app.shell.screen(looking), Park.talk, li)
        screen.write("写完就走")
        screen.send()
        val sending = running() - before
        looking.cancel()
        sending.joinAll()
        val again = TalkScreen(app.shell, Park.talk, li)
        again.messages.until { it?.items?.singleOrNull()?.body == "写完就走" }
        // The other screen's own three (messages, head, people), and no more.
        assertTrue(running().size <= before.size + 3)
    }

    @Test
    fun `search follows what is typed and what arrives`() = story {
        val (phone, mo) = park.phone(Park.LI) to park.phone(Park.MO)
        val search = SearchScreen(app(phone).shell)
        assertNull(search.found.value)
        search.ask("三楼")
        search.found.until { it?.query == "三楼" && it.hits.isEmpty() }
        mo.hongqi.talk().post(Park.talk, "会议改到三楼")
        search.found.until { it?.hits?.size == 1 }
        search.ask("")
        search.found.until { it == null }
    }
}
