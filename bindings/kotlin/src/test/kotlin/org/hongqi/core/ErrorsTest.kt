package org.hongqi.core

import java.nio.file.Files
import java.time.Duration
import java.time.Instant
import org.junit.jupiter.api.Test
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.junit.jupiter.api.AfterEach

/** What goes wrong says so, by one type and a code. */
class ErrorsTest {
    private val park = Park()

    @AfterEach
    fun end() = park.close()

    private suspend fun refused(call: suspend () -> Unit): HongqiException.Failed =
        assertFailsWith<HongqiException> { call() }.failed

    @Test
    fun `bad input names the field and nothing of what was written`() = story {
        val li = park.phone(Park.LI)
        val empty = refused { li.hongqi.talk().post(Park.talk, " ") }
        assertEquals(ErrorCode.INVALID to false, empty.code to empty.retryable)
        assertFalse(empty.field.isNullOrEmpty())
        val secret = "机密".repeat(5_000)
        val long = refused { li.hongqi.talk().post(Park.talk, secret) }
        assertEquals(ErrorCode.INVALID, long.code)
        assertFalse("机密" in long.message)
        assertEquals(ErrorCode.INVALID_ID, refused { li.hongqi.feed().article(DocId("no id")) }.code)
        assertEquals(ErrorCode.INVALID_ID, refused { parseSpaceId("talk:xyz") }.code)
        assertEquals(ErrorCode.NOT_FOUND, refused { li.hongqi.feed().acknowledge(DocId("0".repeat(32))) }.code)
        val title = refused {
            li.hongqi.feed().publish(Park.branch, "标题", "正文", ArticleCategory.INFORMATION)
        }
        assertEquals(ErrorCode.NOT_ALLOWED, title.code)
        assertTrue(li.hongqi.outbox().items().isEmpty())
    }

    @Test
    fun `a lone surrogate or a moment out of range is an error of the caller`() = story {
        val li = park.phone(Park.LI)
        assertFailsWith<java.nio.charset.CharacterCodingException> { li.hongqi.talk().post(Park.talk, "\uD800") }
        // A moment that milliseconds cannot tell is the last that they can.
        assertEquals(emptyList(), li.hongqi.activities().list(Instant.MAX))
        assertTrue(li.texts().isEmpty())
    }

    @Test
    fun `enrolment fails by name`() = story {
        val phone = park.blank()
        assertEquals(ErrorCode.NOT_ENROLLED, refused { phone.hongqi.me() }.code)
        assertEquals(ErrorCode.BAD_URL, refused { phone.hongqi.enrol("ftp://x", "A") }.code)
        assertEquals(ErrorCode.INVALID_CODE, refused { phone.hongqi.enrol(park.url, "AAAA-BBBB") }.code)
        park.stop()
        val offline = refused { phone.hongqi.enrol(park.url, "AAAA-BBBB") }
        assertEquals(ErrorCode.OFFLINE to true, offline.code to offline.retryable)
        park.start()
        val me = phone.hongqi.enrol(park.url, park.invite(Park.LI))
        assertEquals(memberIdOfNumber(Park.LI) to Park.branch, me.member to me.home)
    }

    @Test
    fun `a paused core answers paused, and works again when resumed`() = story {
        val li = park.phone(Park.LI)
        li.hongqi.pause()
        val paused = refused { li.hongqi.talk().list() }
        assertEquals(ErrorCode.PAUSED to true, paused.code to paused.retryable)
        assertTrue(paused.text(Language.CHINESE).what.isNotEmpty())
        li.hongqi.resume()
        li.hongqi.talk().list()
        li.hongqi.pause()
        val late = refused { li.hongqi.backgroundSync(Duration.ZERO) }
        assertEquals(ErrorCode.DEADLINE to true, late.code to late.retryable)
    }

    @Test
    fun `a panic becomes an exception and the core goes on`() = story {
        val li = park.phone(Park.LI)
        repeat(3) {
            for (internal in listOf(refused { probePanic() }, refused { probePanicAsync() })) {
                assertEquals(ErrorCode.INTERNAL, internal.code)
                assertFalse("purpose" in internal.message, "the text of a panic could be what a member wrote")
            }
        }
        li.hongqi.talk().post(Park.talk, "还在")
        assertEquals(listOf("还在"), li.texts())
    }

    /** What JNA makes for a call is kept for the next ones of its thread (xtask/src/quicken.rs). */
    @Test
    fun `a call knows nothing of those before it`() = story {
        val li = park.phone(Park.LI)
        fun calls() = repeat(20) {
            assertEquals(ErrorCode.INVALID_ID, assertFailsWith<HongqiException> { parseDocId("x") }.failed.code)
            assertEquals(ErrorCode.INTERNAL, assertFailsWith<HongqiException> { probePanic() }.failed.code)
            assertEquals(Park.branch, orgIdOfNumber(Park.BRANCH))
            assertEquals(li.hongqi.state(), li.hongqi.state())
        }
        calls()
        // On a thread of the core's too, in the middle of its own call.
        val key = object : DeviceKey {
            override fun publicKey(): ByteArray = SoftwareKey.generate().also { calls() }.publicKey()

            override fun sign(message: ByteArray): ByteArray = message
        }
        val home = Files.createTempDirectory("hongqi-calls").toFile()
        openHongqi(home, { key }).destroy()
        home.deleteRecursively()
    }
}
