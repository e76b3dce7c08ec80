package org.hongqi.demo

import androidx.compose.material3.ColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.luminance
import java.time.Duration
import java.time.Instant
import java.time.LocalTime
import java.time.ZoneId
import java.time.ZonedDateTime
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import kotlinx.coroutines.flow.first
import org.hongqi.core.AppState
import org.hongqi.core.ArticleCategory
import org.hongqi.core.Delivery
import org.hongqi.core.Park
import org.hongqi.core.Period
import org.hongqi.core.Phone
import org.hongqi.core.Role
import org.hongqi.core.activitiesFlow
import org.hongqi.core.articleFlow
import org.hongqi.core.attendanceFlow
import org.hongqi.core.feedFlow
import org.hongqi.core.memberIdOfNumber
import org.hongqi.core.messagesFlow
import org.hongqi.core.outboxFlow
import org.hongqi.core.rolesFlow
import org.hongqi.core.unreadFlow
import org.hongqi.core.speakActivity
import org.hongqi.core.speakAttendance
import org.hongqi.core.speakFeedItem
import org.hongqi.core.speakHit
import org.hongqi.core.speakMessage
import org.hongqi.core.speakOutboxItem
import org.hongqi.core.speakTalk
import org.hongqi.core.states
import org.hongqi.core.story
import org.hongqi.core.talksFlow
import org.hongqi.core.until
import org.hongqi.demo.state.ArticleState
import org.hongqi.demo.state.Attendance
import org.hongqi.demo.state.Composer
import org.hongqi.demo.state.Duties
import org.hongqi.demo.state.Found
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.Settings
import org.hongqi.demo.state.Unsent
import org.hongqi.demo.ui.ActivitiesUi
import org.hongqi.demo.ui.ActivityActs
import org.hongqi.demo.ui.ActivityUi
import org.hongqi.demo.ui.ArticleUi
import org.hongqi.demo.ui.ComposerActs
import org.hongqi.demo.ui.Dark
import org.hongqi.demo.ui.DarkGood
import org.hongqi.demo.ui.EnrolUi
import org.hongqi.demo.ui.FeedUi
import org.hongqi.demo.ui.Frame
import org.hongqi.demo.ui.Light
import org.hongqi.demo.ui.LightGood
import org.hongqi.demo.ui.MessageActs
import org.hongqi.demo.ui.OutboxUi
import org.hongqi.demo.ui.SearchUi
import org.hongqi.demo.ui.SettingsUi
import org.hongqi.demo.ui.TalkUi
import org.hongqi.demo.ui.TalksUi
import org.junit.jupiter.api.Test

/** The screens as pictures, of what real phones with a real server hold: `target/maven/pictures`. */
class PicturesTest : Studio() {
    private val li = memberIdOfNumber(Park.LI)
    /** As the core has it when the picture is taken. */
    private var unread = 0

    @Composable
    private fun Tab(tab: Place.Tab, state: AppState = AppState.Idle(true), waiting: Int = 0, content: @Composable () -> Unit) =
        Frame(tab, unread, waiting, state, {}, content)

    @Test
    fun `every pair of colours can be read`() {
        fun contrast(one: Color, other: Color): Double {
            val (dark, bright) = listOf(one.luminance(), other.luminance()).sorted()
            return (bright + 0.05) / (dark + 0.05)
        }
        fun ColorScheme.pairs() = mapOf(
            "primary" to (primary to onPrimary),
            "primaryContainer" to (primaryContainer to onPrimaryContainer),
            "secondaryContainer" to (secondaryContainer to onSecondaryContainer),
            "tertiaryContainer" to (tertiaryContainer to onTertiaryContainer),
            "surface" to (surface to onSurface),
            "hints" to (surface to onSurfaceVariant),
            "hints on a bar" to (surfaceContainer to onSurfaceVariant),
            "hints on a bubble" to (surfaceContainerHigh to onSurfaceVariant),
            "quotes in an own bubble" to (primaryContainer to onSurfaceVariant),
            "errors" to (surface to error),
            "errors on a panel" to (surfaceContainer to error),
            "refusals" to (errorContainer to onErrorContainer),
            "links" to (surface to primary),
        )
        val good = mapOf("light good" to LightGood, "dark good" to DarkGood)
        for ((name, pair) in good + Light.pairs().map { "light ${it.key}" to it.value } + Dark.pairs().map { "dark ${it.key}" to it.value }) {
            val ratio = contrast(pair.first, pair.second)
            assertTrue(ratio >= 4.5, "$name: $ratio")
        }
    }

    @Test
    fun `all screens`() = story {
        Park().use { park ->
            val phones = listOf(Park.LI, Park.MO, Park.SEC, Park.TOP).map { park.phone(it) }
            val (phone, mo, sec, top) = phones
            read(phone, sec, top)
            attend(phone, sec)
            talk(phone, mo, sec)
            empty()
        }
    }

    private suspend fun read(phone: Phone, sec: Phone, top: Phone) {
        val circular = top.hongqi.feed().publish(
            Park.committee, "关于开展夏季安全生产自查的通知",
            "各支部：\n\n高温季节即将到来，请各支部组织所在车间、班组在本周五前完成一次安全生产自查，重点查看：\n\n" +
                "一、配电房和临时用电；\n二、高温岗位的饮水、通风和轮休；\n三、危险化学品的存放。\n\n" +
                "自查中发现的问题请在本支部讨论中说明，能当天解决的当天解决。",
            ArticleCategory.CIRCULAR, mustRead = true,
        )
        top.hongqi.feed().pin(circular, true)
        top.hongqi.feed().publish(Park.committee, "集群党建服务中心七月开放安排", "见附表。", ArticleCategory.INFORMATION)
        val news = sec.hongqi.feed().publish(Park.branch, "电缆车间老师傅王立新：三十年只做一件事，把每一根线都接牢", "……", ArticleCategory.ZONE_NEWS)
        sec.hongqi.feed().publish(Park.branch, "职工书屋新到图书 42 册", "欢迎借阅。", ArticleCategory.INFORMATION)
        phone.hongqi.feedFlow().until { it.items.size == 4 && it.items.first().pinned }
        phone.hongqi.personal().markRead(news)
        phone.hongqi.personal().bookmark(news, true)
        val feed = phone.hongqi.feedFlow().until { window -> window.items.any { it.bookmarked && it.read } }
        unread = phone.hongqi.unreadFlow().until { it == feed.items.count { item -> !item.read } }
        assertEquals(3, unread)
        picture("feed", { by -> feed.items.map { speakFeedItem(it, by) } }) { Tab(Place.Tab.FEED) { FeedUi(feed, {}, {}, {}) } }
        val before = ArticleState.Shown(checkNotNull(phone.hongqi.articleFlow(circular).first()))
        picture("article") { ArticleUi(before, {}, {}, {}, {}) }
        phone.hongqi.feed().acknowledge(circular)
        val after = phone.hongqi.articleFlow(circular).until { it?.item?.acknowledged == Delivery.AtServer }
        picture("article-read") { ArticleUi(ArticleState.Shown(checkNotNull(after)), {}, {}, {}, {}) }
    }

    private suspend fun attend(phone: Phone, sec: Phone) {
        unread = phone.hongqi.unreadFlow().until { it == 2 }
        val day = ZonedDateTime.now(ZoneId.systemDefault()).plusDays(1)
        suspend fun plan(title: String, place: String, at: LocalTime, note: String) = at.let {
            val starts: Instant = day.with(it).toInstant()
            sec.hongqi.activities().plan(Park.branch, title, place, Period(starts, starts.plus(Duration.ofHours(2))), note)
        }
        val evening = plan("主题党日：走进老电缆厂", "园区党群服务中心 302", LocalTime.of(18, 30), "请穿工装，自带水杯。结束后统一乘车返回。")
        plan("微党课：一根电缆的标准", "三车间会议室", LocalTime.of(12, 15), "")
        val list = phone.hongqi.activitiesFlow(Instant.now()).until { it.size == 2 }
        picture("activities", { by -> list.map { speakActivity(it, by) } }) { Tab(Place.Tab.ACTIVITIES) { ActivitiesUi(list, {}) } }
        val activity = list.single { it.id == evening }
        picture("activity") { ActivityUi(Attendance(activity, emptyList(), null), null, ActivityActs({}, {})) }
        phone.hongqi.activities().checkIn(evening)
        val rows = sec.hongqi.attendanceFlow(evening).until { it.isNotEmpty() }
        sec.hongqi.activities().callRoll(
            evening,
            mapOf(memberIdOfNumber(Park.MO) to org.hongqi.core.Mark.EXCUSED, rows.single().member to org.hongqi.core.Mark.ABSENT),
        )
        val called = sec.hongqi.attendanceFlow(evening).until { it.size == 2 }
        picture("activity-called", { by -> called.map { speakAttendance(it, by) } }) { ActivityUi(Attendance(activity, called, called.single { it.member == li }, Duties(names = mapOf(li to "李小满", memberIdOfNumber(Park.SEC) to "熊红"))), null, ActivityActs({}, {})) }
    }

    private suspend fun talk(phone: Phone, mo: Phone, sec: Phone) {
        val first = mo.hongqi.talk().post(Park.talk, "三号线的配电箱门关不严，我先拿警示带围上了。")
        phone.hongqi.messagesFlow(Park.talk).until { it.items.size == 1 }
        phone.hongqi.talk().react(first, "👍")
        phone.hongqi.talk().post(Park.talk, "收到，午休我带电工过去看。", first)
        mo.hongqi.messagesFlow(Park.talk).until { it.items.size == 2 }
        mo.hongqi.talk().post(Park.talk, "好，配电房的钥匙在我这儿，别忘了带测电笔。")
        phone.hongqi.messagesFlow(Park.talk).until { it.items.size == 3 }
        phone.hongqi.outboxFlow().until { it.isEmpty() }
        phone.hongqi.network(false)
        phone.hongqi.states().until { it is AppState.Offline }
        phone.hongqi.talk().post(Park.talk, "门轴换好了。地下室没信号，先写在这儿，出去了自动发。")
        val window = phone.hongqi.messagesFlow(Park.talk).until { it.items.size == 4 }
        // The server refuses what a member may no longer write; here the reason is put in by hand, so that one picture
        // has all three states. That a refusal arrives is StatesTest's.
        val refused = window.copy(
            items = window.items.map { message ->
                if (message.reply == null) message else message.copy(delivery = Delivery.Refused(org.hongqi.core.Refusal.QUOTA))
            },
        )
        val acts = MessageActs({}, {}, {}, { _, _ -> })
        val composing = ComposerActs({}, {}, {})
        picture("discussion", { by -> refused.items.map { speakMessage(it, by) } }) { TalkUi("青岚瑞泰电缆有限公司支部", refused, li, Composer(), null, {}, {}, {}, acts, composing, muted = false) }
        picture("discussion-reply") {
            val asked = window.items.first()
            TalkUi("青岚瑞泰电缆有限公司支部", window, li, Composer("要不要顺便把", replyTo = asked), asked.id, {}, {}, {}, acts, composing)
        }
        val talks = phone.hongqi.talksFlow().first()
        picture("talks", { by -> talks.map { speakTalk(it, by) } }) { Tab(Place.Tab.TALKS, AppState.Offline, 1) { TalksUi(talks, {}) } }
        val items = phone.hongqi.outboxFlow().first()
        val failed = items.single().copy(doc = org.hongqi.core.DocId("f".repeat(32)), kind = org.hongqi.core.DocumentKind.ARTICLE, delivery = Delivery.Refused(org.hongqi.core.Refusal.NOT_ALLOWED))
        val unsent = listOf(Unsent(items.single(), window.items.last().body), Unsent(failed, "关于调整七月组织生活时间的通知"))
        picture("outbox", { by -> unsent.map { speakOutboxItem(it.item, by) } }) { OutboxUi(unsent, {}, {}, {}, {}) }
        val found = Found("配电", phone.hongqi.search().find("配电"))
        assertTrue(found.hits.size >= 3)
        picture("search", { by -> found.hits.map { speakHit(it, by) } }) { Tab(Place.Tab.SEARCH) { SearchUi("配电", found, {}, {}) } }
        val roles = sec.hongqi.rolesFlow().until { it.isNotEmpty() }.filter { it.role != Role.MEMBER }.map { it to "青岚瑞泰电缆有限公司支部" }
        val settings = Settings("李小满", "青岚瑞泰电缆有限公司支部", roles, "https://hongqi.example.org", "0.1.0")
        picture("settings") { Tab(Place.Tab.SETTINGS, AppState.Offline, 1) { SettingsUi(settings, AppState.Offline, 1, {}, {}, {}) } }
    }

    private fun empty() {
        unread = 0
        picture("feed-empty") { Tab(Place.Tab.FEED) { FeedUi(org.hongqi.core.Window(emptyList(), false), {}, {}, {}) } }
        picture("outbox-empty") { OutboxUi(emptyList(), {}, {}, {}, {}) }
        picture("enrol") { EnrolUi(false) { _, _ -> } }
    }
}
