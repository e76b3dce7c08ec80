package org.hongqi.demo

import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.launch
import org.hongqi.core.ArticleCategory
import org.hongqi.core.Delivery
import org.hongqi.core.ErrorCode
import org.hongqi.core.Park
import org.hongqi.core.Refusal
import org.hongqi.core.feedFlow
import org.hongqi.core.articleFlow
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.App
import org.hongqi.demo.state.ArticleScreen
import org.hongqi.demo.state.ArticleState
import org.hongqi.demo.state.DraftsScreen
import org.hongqi.demo.state.EditingPlace
import org.hongqi.demo.state.FeedScreen
import org.hongqi.demo.state.OutboxScreen
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.WriteScreen
import org.junit.jupiter.api.Test

/** Articles are written, published, corrected and withdrawn. */
class EditingStatesTest : Stories() {
    private val now = ZonedDateTime.now(ZoneId.systemDefault())

    private fun writing(app: App, place: EditingPlace.Write = EditingPlace.Write()) = WriteScreen(app.shell, place, now)

    @Test
    fun `an article is written on a phone that is killed, published once, corrected and withdrawn`() = story {
        val (phone, member) = park.phone(Park.SEC) to park.phone(Park.LI)
        val app = app(phone)
        val screen = writing(app)
        val fresh = screen.form.until { it != null }!!
        assertEquals(listOf(Park.branch), screen.orgs.until { it.isNotEmpty() }.map { it.id }, "not for the committee above")
        assertEquals(Park.branch, fresh.org)
        screen.keep()
        FeedScreen(app.shell).writing.until { it == 0 }
        val keeping = scope.launch { screen.keepWriting() }
        screen.change(fresh.copy(title = "安全自查", body = "请自查。", category = ArticleCategory.CIRCULAR, mustRead = true))
        screen.date(true)
        screen.day(-9)
        screen.day(1)
        val typed = screen.form.value!!
        assertEquals(now.plusDays(3).with(LocalTime.of(18, 0)).plusDays(1), typed.due, "never a day that is over")
        DraftsScreen(app.shell).drafts.until { drafts -> drafts?.singleOrNull()?.article?.due == typed.due!!.toInstant() }
        keeping.cancel()

        phone.restart()
        val again = app(phone)
        val kept = DraftsScreen(again.shell).drafts.until { it?.size == 1 }!!.single()
        val place = EditingPlace.Write(kept.id)
        again.go(place)
        val on = again.stop(2, place).screen(WriteScreen::class) { WriteScreen(it, place) }
        assertEquals(typed, on.form.until { it != null })
        on.change(typed.copy(body = "请在周五前自查。"))
        on.publish { again.replace(place, Place.Article(it)) }
        val id = (again.places.until { it.last() is Place.Article }.last() as Place.Article).id
        DraftsScreen(again.shell).drafts.until { it?.isEmpty() == true }
        val read = member.hongqi.articleFlow(id).until { it != null }!!
        assertEquals("安全自查" to "请在周五前自查。", read.item.title to read.body)
        assertEquals(Triple(ArticleCategory.CIRCULAR, true, typed.due!!.toInstant()), Triple(read.item.category, read.item.mustRead, read.item.due))

        val correcting = writing(again, EditingPlace.Write(corrects = id))
        val form = correcting.form.until { it != null }!!
        assertEquals(typed.copy(body = "请在周五前自查。", corrects = id), form)
        correcting.keep()
        DraftsScreen(again.shell).drafts.until { it?.isEmpty() == true }
        correcting.change(form.copy(body = "请在周四前自查。"))
        correcting.keep()
        // Another screen of the same correction goes on with what was written.
        val other = writing(again, EditingPlace.Write(corrects = id))
        assertEquals("请在周四前自查。", other.form.until { it != null }!!.body)
        assertEquals("请在周五前自查。", phone.hongqi.articleFlow(id).until { it != null }!!.body)
        var corrected = false
        other.publish { corrected = it == id }
        member.hongqi.articleFlow(id).until { it?.body == "请在周四前自查。" }
        other.form.until { it == null }
        assertTrue(corrected)

        val article = ArticleScreen(again.shell, id)
        article.article.until { it is ArticleState.Shown && it.editor }
        article.pin(true)
        member.hongqi.articleFlow(id).until { it?.item?.pinned == true }
        article.withdraw {}
        article.article.until { it == ArticleState.Gone }
        member.hongqi.feedFlow().until { it.items.isEmpty() }
        assertNull(again.shell.failure.value)
    }

    @Test
    fun `a place that is left keeps what was written there, and what was thrown away is gone`() = story {
        val app = app(park.phone(Park.SEC))
        val place = EditingPlace.Write()
        app.go(place)
        val screen = app.stop(2, place).screen(WriteScreen::class) { WriteScreen(it, place) }
        screen.change(screen.form.until { it != null }!!.copy(title = "写了一半"))
        app.back()
        val drafts = DraftsScreen(app.shell)
        val kept = drafts.drafts.until { it?.singleOrNull()?.title == "写了一半" }!!.single()
        val on = EditingPlace.Write(kept.id)
        app.go(on)
        val again = app.stop(2, on).screen(WriteScreen::class) { WriteScreen(it, on) }
        again.form.until { it?.title == "写了一半" }
        again.discard { app.back() }
        drafts.drafts.until { it?.isEmpty() == true }
        app.places.until { it.size == 1 }
    }

    @Test
    fun `what does not work is said and stays, and what the server refused becomes a draft again`() = story {
        val (phone, member) = park.phone(Park.SEC) to app(park.phone(Park.LI))
        val none = writing(member)
        assertNull(none.form.until { it != null }!!.org, "who publishes nowhere is offered nowhere")
        val app = app(phone)
        val long = "长".repeat(300)
        val screen = writing(app)
        screen.change(screen.form.until { it != null }!!.copy(title = long, body = "正文"))
        screen.publish { error("published") }
        app.shell.failure.until { it == ErrorCode.INVALID }
        assertEquals(long, assertNotNull(screen.form.value).title)
        app.shell.seen()

        park.role("revoke", Park.SEC, "secretary", Park.BRANCH)
        phone.hongqi.network(false)
        screen.change(screen.form.value!!.copy(title = "菜单", body = "有鱼"))
        screen.publish {}
        screen.form.until { it == null }
        phone.online()
        val outbox = OutboxScreen(app.shell)
        val refused = outbox.items.until { items -> items?.any { it.item.delivery == Delivery.Refused(Refusal.NOT_ALLOWED) } == true }!!
        val item = refused.single { it.item.delivery == Delivery.Refused(Refusal.NOT_ALLOWED) }
        assertEquals("菜单", item.words)
        outbox.takeUp(item.item) { app.go(EditingPlace.Write(it)) }
        val place = app.places.until { it.last() is EditingPlace.Write }.last() as EditingPlace.Write
        val again = writing(app, place).form.until { it != null }!!
        assertEquals(Triple(Park.branch, "菜单", "有鱼"), Triple(again.org, again.title, again.body))
        outbox.items.until { it?.isEmpty() == true }
    }
}
