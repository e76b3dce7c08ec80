package org.hongqi.demo

import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import org.hongqi.core.ErrorCode
import org.hongqi.core.GatheringState
import org.hongqi.core.Park
import org.hongqi.core.Role
import org.hongqi.core.SpaceId
import org.hongqi.core.story
import org.hongqi.core.until
import org.hongqi.demo.state.App
import org.hongqi.demo.state.GatheringPlace
import org.hongqi.demo.state.GatheringScreen
import org.hongqi.demo.state.GatheringsScreen
import org.hongqi.demo.state.OpenGatheringScreen
import org.hongqi.demo.state.TalkHead
import org.hongqi.demo.state.TalkScreen
import org.hongqi.demo.state.TalksScreen
import org.junit.jupiter.api.Test

/** J2 in short: gatherings, groups, mentions. */
class GatheringStatesTest : Stories() {
    private suspend fun opened(app: App, fill: suspend (OpenGatheringScreen) -> Unit): GatheringPlace.One {
        val screen = OpenGatheringScreen(app.shell)
        fill(screen)
        app.go(GatheringPlace.Open)
        screen.open { id, space -> app.replace(GatheringPlace.Open, GatheringPlace.One(id, space)) }
        return app.places.until { it.last() is GatheringPlace.One }.last() as GatheringPlace.One
    }

    private fun App.gathering(place: GatheringPlace.One) = GatheringScreen(shell, place.id, place.space)

    private suspend fun say(app: App, space: SpaceId, text: String) {
        val talk = TalkScreen(app.shell, space, li)
        talk.write(text)
        talk.send()
        talk.messages.until { window -> window?.items?.any { it.body == text } == true }
    }

    @Test
    fun `a gathering is opened by its role, joined, extended, ended and read`() = story {
        val (secretary, member) = app(park.phone(Park.SEC)) to app(park.phone(Park.LI))
        val mine = OpenGatheringScreen(member.shell).known.until { it.orgs.isNotEmpty() }
        assertTrue(mine.orgsAs(Role.ORGANISER).isEmpty(), "who has no role opens groups only")

        val place = opened(secretary) { screen ->
            val orgs = screen.known.until { it.orgsAs(Role.ORGANISER).isNotEmpty() }.orgsAs(Role.ORGANISER)
            assertEquals(listOf(Park.branch), orgs.map { it.id }, "not of the committee above")
            screen.change(screen.form.value.copy(topic = "今晚谁值班", org = orgs.single().id, minutes = 30))
        }
        val list = GatheringsScreen(member.shell)
        val seen = list.all.until { it?.running?.size == 1 }!!.running.single()
        assertEquals(Triple("今晚谁值班", false, false), Triple(seen.topic, seen.joined, seen.mayLead))
        member.gathering(place).join { member.go(org.hongqi.demo.state.Place.Talk(place.space)) }
        member.places.until { it.last() == org.hongqi.demo.state.Place.Talk(place.space) }
        say(member, place.space, "我来")

        val leading = secretary.gathering(place)
        leading.extend(30)
        val longer = leading.gathering.until { it != null && it.view.ends!! > seen.ends!! }
        assertEquals(seen.ends!!.plusSeconds(1800), longer!!.view.ends)
        leading.end()
        leading.write("小满值班")
        leading.summarise()
        leading.writing.until { it == null }

        val talk = TalkScreen(member.shell, place.space, li)
        val head = talk.head.until { (it as? TalkHead.Gathering)?.view?.summary == "小满值班" && !it.open } as TalkHead.Gathering
        assertEquals(GatheringState.CLOSED, head.view.state)
        val over = list.all.until { it?.over?.size == 1 }!!
        assertTrue(over.running.isEmpty())
        talk.write("还有一句")
        talk.send()
        member.shell.failure.until { it == ErrorCode.ENDED }
        assertEquals("还有一句", talk.composer.value.text)

        val theirs = member.gathering(place)
        theirs.gathering.until { it?.view?.joined == true }
        theirs.unfollow {}
        theirs.gathering.until { it?.view?.joined == false }
    }

    @Test
    fun `people come into a group and go, and a mention counts for whom it means`() = story {
        val (opener, other) = app(park.phone(Park.LI)) to app(park.phone(Park.MO))
        val place = opened(opener) { screen ->
            screen.change(screen.form.value.copy(topic = "三号线检修", minutes = null))
            screen.pick(mo)
            screen.pick(sec)
            screen.pick(sec)
        }
        val group = opener.gathering(place)
        val inside = assertNotNull(group.gathering.until { it?.participants?.size == 2 })
        assertEquals(setOf(li, mo) to true, inside.participants.map { it.member }.toSet() to inside.group)

        val talk = TalkScreen(opener.shell, place.space, li)
        talk.people.until { "莫言秋" in it }
        talk.write("明天 @莫")
        assertEquals("莫", talk.composer.value.mention)
        talk.mention("莫言秋", mo)
        assertEquals("明天 @莫言秋 " to null, talk.composer.value.text to talk.composer.value.mention)
        talk.write(talk.composer.value.text + "带钥匙")
        talk.send()
        val talks = TalksScreen(other.shell)
        val counted = talks.talks.until { all -> all?.any { it.space == place.space && it.mentions == 1uL } == true }
        assertEquals(1uL, counted!!.single { it.space == place.space }.unread)
        talks.mute(counted.single { it.space == place.space })
        // Who mentions one still counts.
        talks.talks.until { all -> all!!.any { it.space == place.space && it.muted && it.mentions == 1uL } }

        val theirs = other.gathering(place)
        theirs.gathering.until { it != null }
        theirs.leave { other.back() }
        group.gathering.until { it?.participants?.size == 1 }
        val list = GatheringsScreen(other.shell)
        val left = list.all.until { it?.left?.size == 1 }!!.left.single()
        list.comeBack(left)
        group.gathering.until { it?.participants?.size == 2 }
        group.sendAway(mo)
        group.gathering.until { it?.participants?.size == 1 }
        group.bringIn(sec)
        group.gathering.until { it?.participants?.any { one -> one.member == sec } == true }
    }

    @Test
    fun `a mention that was deleted from the text is none, and one of a role is one`() = story {
        val (secretary, member) = app(park.phone(Park.SEC)) to app(park.phone(Park.LI))
        val talk = TalkScreen(member.shell, Park.talk, li)
        talk.write("@")
        assertEquals("", talk.composer.value.mention)
        talk.mention("莫言秋", mo)
        talk.write("请 @")
        talk.mention("书记", Role.SECRETARY)
        assertEquals("请 @书记 ", talk.composer.value.text)
        talk.send()
        val message = talk.messages.until { it?.items?.size == 1 }!!.items.single()
        assertEquals(emptyList<Any>() to listOf(Role.SECRETARY), message.mentions to message.roles)
        val seen = TalkScreen(secretary.shell, Park.talk, sec).messages.until { it?.items?.size == 1 }!!.items.single()
        assertTrue(seen.mentionsMe)
        assertFalse(seen.arrivedLater)
    }
}
