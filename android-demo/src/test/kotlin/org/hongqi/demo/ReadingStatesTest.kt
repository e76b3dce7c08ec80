package org.hongqi.demo

import java.time.Duration
import java.time.Instant
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.hongqi.core.ArticleCategory
import org.hongqi.core.Park
import org.hongqi.core.PeopleCount
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.ArticleScreen
import org.hongqi.demo.state.ArticleState
import org.hongqi.demo.state.FeedScreen
import org.hongqi.demo.state.OutstandingScreen
import org.hongqi.demo.state.RemindersScreen
import org.hongqi.demo.state.RevisionsScreen
import org.junit.jupiter.api.Test

/** What is due, who has not acknowledged, and what an article said before. */
class ReadingStatesTest : Stories() {
    @Test
    fun `a circular is due, seen who lacks it by name at home and in numbers above, and its corrections are read`() = story {
        park.role("grant", Park.TOP, "secretary", Park.COMMITTEE)
        val top = park.phone(Park.TOP)
        val (member, secretary) = app(park.phone(Park.LI)) to app(park.phone(Park.SEC))
        val due = Instant.now().plus(Duration.ofDays(3))
        val id = top.hongqi.feed().publish(Park.committee, "安全自查", "请自查。", ArticleCategory.CIRCULAR, mustRead = true, due = due)
        val reminder = RemindersScreen(member.shell).reminders.until { it?.size == 1 }!!.single()
        assertEquals(3, reminder.remindAt.size)
        FeedScreen(member.shell).due.until { it == 1 }

        val article = ArticleScreen(member.shell, id)
        assertEquals(false, (article.article.until { it is ArticleState.Shown } as ArticleState.Shown).outstanding)
        article.acknowledge()
        RemindersScreen(member.shell).reminders.until { it?.isEmpty() == true }
        val known = OutstandingScreen(secretary.shell, id).outstanding.until { it?.branches?.singleOrNull()?.acknowledged == 1uL }!!
        assertTrue("李小满" !in known.branches.single().members.map { it.name })
        assertTrue("莫言秋" in known.branches.single().members.map { it.name })
        val above = OutstandingScreen(app(top).shell, id).outstanding.until { it?.orgs?.isNotEmpty() == true }!!
        assertEquals(PeopleCount.Few, above.orgs.single { it.org == Park.branch }.acknowledged)

        top.hongqi.feed().edit(id, body = "请在周五前自查。")
        val revisions = RevisionsScreen(member.shell, id).revisions.until { it?.size == 2 }!!
        assertEquals(listOf("请在周五前自查。", "请自查。"), revisions.map { it.body })
    }
}
