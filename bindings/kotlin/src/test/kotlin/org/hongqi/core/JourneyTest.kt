package org.hongqi.core

import java.nio.file.Files
import java.time.Duration
import java.time.Instant
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.jupiter.api.AfterEach

/** A member's day, with the network off and on. */
class JourneyTest {
    private val park = Park()

    @AfterEach
    fun end() = park.close()

    @Test
    fun `what is written offline is read, survives a restart, and reaches the others`() = story {
        val (li, sec) = park.phone(Park.LI) to park.phone(Park.SEC)
        val article = sec.hongqi.feed().publish(
            Park.branch, "夏季安全生产月", "各班组请在周五前完成自查。", ArticleCategory.CIRCULAR, mustRead = true,
        )
        li.hongqi.feedFlow().until { feed -> feed.items.any { it.id == article } }

        park.stop()
        li.hongqi.network(false)
        li.hongqi.states().until { it is AppState.Offline }
        assertEquals("各班组请在周五前完成自查。", li.hongqi.feed().article(article)?.body)
        li.hongqi.feed().acknowledge(article)
        li.hongqi.talk().post(Park.talk, "我们班已经查完了")
        assertEquals(2, li.hongqi.outbox().items().size)
        assertTrue(li.hongqi.outbox().items().all { it.delivery == Delivery.OnDevice })

        li.restart()
        assertEquals(listOf("我们班已经查完了"), li.texts())
        assertEquals(2, li.hongqi.outbox().items().size)

        park.start()
        li.hongqi.network(true)
        li.hongqi.syncNow()
        li.hongqi.outboxFlow().until { it.isEmpty() }
        sec.hongqi.network(true)
        sec.hongqi.syncNow()
        val seen = sec.hongqi.messagesFlow(Park.talk).until { it.items.isNotEmpty() }.items.single()
        assertEquals("李小满" to "我们班已经查完了", seen.authorName to seen.body)
        assertEquals(Delivery.AtServer, seen.delivery)
        val read = sec.hongqi.articleFlow(article).until { it != null && it.acknowledgements != PeopleCount.Exactly(0u) }
        assertEquals(PeopleCount.Exactly(1u), read?.acknowledgements)
    }

    @Test
    fun `a change made by another phone is observed without asking`() = story {
        val (li, mo) = park.phone(Park.LI) to park.phone(Park.MO)
        val message = li.hongqi.talk().post(Park.talk, "三楼开会")
        mo.hongqi.messagesFlow(Park.talk).until { it.items.singleOrNull()?.body == "三楼开会" }
        li.hongqi.talk().edit(message, "改到四楼开会")
        mo.hongqi.messagesFlow(Park.talk).until { it.items.singleOrNull()?.body == "改到四楼开会" }
        mo.hongqi.talk().react(message, "👍")
        val reactions = li.hongqi.messagesFlow(Park.talk).until { it.items.single().reactions.isNotEmpty() }
        assertEquals(listOf(ReactionView("👍", 1u, false)), reactions.items.single().reactions)
    }

    @Test
    fun `an activity is planned, attended and called`() = story {
        val (li, sec) = park.phone(Park.LI) to park.phone(Park.SEC)
        val starts = Instant.ofEpochMilli(System.currentTimeMillis())
        val activity = sec.hongqi.activities().plan(
            Park.branch, "主题党日", "三楼会议室", Period(starts, starts.plus(Duration.ofHours(2))),
        )
        val planned = li.hongqi.activitiesFlow(starts).until { it.isNotEmpty() }.single()
        assertEquals(Triple(activity, "三楼会议室", starts), Triple(planned.id, planned.place, planned.starts))
        li.hongqi.activities().checkIn(activity)
        val claimed = sec.hongqi.attendanceFlow(activity).until { it.isNotEmpty() }.single()
        assertEquals("李小满" to AttendanceStatus.Present(Grade.CLAIMED), claimed.name to claimed.status)
        sec.hongqi.activities().callRoll(activity, mapOf(claimed.member to Mark.PRESENT))
        val attested = AttendanceStatus.Present(Grade.ATTESTED)
        li.hongqi.attendanceFlow(activity).until { rows -> rows.singleOrNull()?.status == attested }
    }

    @Test
    fun `a refused act says why and is kept`() = story {
        val sec = park.phone(Park.SEC)
        sec.hongqi.network(false)
        sec.hongqi.states().until { it is AppState.Offline }
        park.role("revoke", Park.SEC, "secretary", Park.BRANCH)
        val article = sec.hongqi.feed().publish(Park.branch, "食堂菜单", "周三有鱼", ArticleCategory.INFORMATION)
        sec.hongqi.network(true)
        val item = sec.hongqi.outboxFlow().until { it.singleOrNull()?.delivery is Delivery.Refused }.single()
        assertEquals(article to DocumentKind.ARTICLE, item.doc to item.kind)
        assertEquals(Delivery.Refused(Refusal.NOT_ALLOWED), item.delivery)
        assertEquals("您没有权限在此发布", refusalText(Refusal.NOT_ALLOWED, Language.CHINESE))
        assertEquals("周三有鱼", sec.hongqi.feed().article(article)?.body)
        sec.hongqi.outbox().discard(article)
        sec.hongqi.outboxFlow().until { it.isEmpty() }
    }

    @Test
    fun `search finds two characters, the own unsent text too`() = story {
        val li = park.phone(Park.LI)
        li.hongqi.network(false)
        li.hongqi.talk().post(Park.talk, "今天的会改到三楼")
        val hit = li.hongqi.search().find("三楼").single()
        assertEquals(HitKind.MESSAGE to "今天的会改到三楼", hit.kind to hit.text)
        assertTrue(li.hongqi.search().find("四楼").isEmpty())
    }

    @Test
    fun `a background run sends and leaves the store closed`() = story {
        val li = park.phone(Park.LI)
        li.hongqi.network(false)
        li.hongqi.talk().post(Park.talk, "后台也能发")
        li.hongqi.pause()
        li.hongqi.network(true)
        assertEquals(RunReport(0u, 0u), li.hongqi.backgroundSync(Duration.ofMinutes(1)))
        assertEquals(AppState.Paused, li.hongqi.state())
        // A WAL that is still there would be a store that is still open.
        val left = Files.list(li.home).use { files -> files.map { it.fileName.toString() }.toList() }
        assertTrue(left.none { it.endsWith("-wal") }, "$left")
    }
}
