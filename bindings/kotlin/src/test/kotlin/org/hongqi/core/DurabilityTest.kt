package org.hongqi.core

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import java.security.KeyPairGenerator
import java.security.spec.ECGenParameterSpec
import java.util.Random
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlin.test.assertContentEquals
import kotlin.test.assertEquals
import kotlin.test.assertFailsWith
import kotlin.test.assertTrue
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** What has returned is kept, whatever becomes of who asked. */
class DurabilityTest {
    private val park = Park()

    @AfterEach
    fun end() = park.close()

    @Test
    fun `a call that is cancelled half way is done all the same, once`() = story {
        val li = park.phone(Park.LI)
        val talk = li.hongqi.talk()
        val texts = (0 until 100).map { "第 $it 条" }
        for (text in texts) {
            // Up to where it first waits: the core has been asked.
            launch(start = CoroutineStart.UNDISPATCHED) { talk.post(Park.talk, text) }.cancel()
        }
        val kept = li.hongqi.messagesFlow(Park.talk, flowOf(200)).until { it.items.size >= 100 }
        assertEquals(texts.toSet(), kept.items.map { it.body }.toSet())
        assertEquals(100, kept.items.size)
        li.restart()
        assertEquals(texts.toSet(), li.hongqi.talk().page(Park.talk, limit = 200u).messages.map { it.body }.toSet())
    }

    @Test
    fun `an app that is killed has lost no act that had returned`() = story {
        val li = park.phone(Park.LI)
        li.close()
        val seed = System.nanoTime()
        println("seed $seed")
        val random = Random(seed)
        var told = 0
        repeat(4) { round ->
            val app = ProcessBuilder(
                File(System.getProperty("java.home"), "bin/java").path,
                "-Djna.library.path=" + System.getProperty("jna.library.path"),
                "-cp", System.getProperty("java.class.path"),
                "org.hongqi.core.PostingApp", li.home.toString(), "$round",
            ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
            val lines = app.inputStream.bufferedReader()
            val enough = 1 + random.nextInt(40)
            repeat(enough) { checkNotNull(lines.readLine()) { "the app ended by itself" } }
            // SIGKILL: it hears of nothing. By its handle, which leaves open what it has said.
            app.toHandle().destroyForcibly()
            app.waitFor()
            told += enough + lines.readLines().size
        }
        li.open()
        val texts = li.hongqi.messagesFlow(Park.talk, flowOf(1_000)).until { true }
            .items.map { it.body }
        assertTrue(texts.size >= told, "$told acts had returned, ${texts.size} are there (seed $seed)")
        assertEquals(texts.toSet().size, texts.size)
        val mo = park.phone(Park.MO)
        li.hongqi.outboxFlow().until { it.isEmpty() }
        mo.hongqi.messagesFlow(Park.talk, flowOf(1_000))
            .until { window -> window.items.map { it.body } == texts }
    }

    @Test
    fun `a software key is made once, for its owner only`() {
        val folder = Files.createTempDirectory("hongqi-key")
        val file = folder.resolve("device.key")
        val key = FileKeys(file.toFile()).key()
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        assertContentEquals(key.publicKey(), FileKeys(file.toFile()).key().publicKey())
        Files.write(file, byteArrayOf(1, 2, 3))
        assertEquals(ErrorCode.KEY, assertFailsWith<HongqiException> { FileKeys(file.toFile()).key() }.code)
        folder.toFile().deleteRecursively()
    }

    @Test
    fun `a key in the form of Android's key store is as good`() = story {
        // The same interfaces of java.security, another provider: SubjectPublicKeyInfo and DER.
        val pair = KeyPairGenerator.getInstance("EC").run {
            initialize(ECGenParameterSpec("secp256r1"))
            generateKeyPair()
        }
        val key = ProviderKey(pair.private, pair.public)
        val home = Files.createTempDirectory("hongqi-phone")
        val hongqi = openHongqi(home.toFile(), { key })
        hongqi.resume()
        hongqi.enrol(park.url, park.invite(Park.LI))
        hongqi.talk().post(Park.talk, "签过名")
        hongqi.outboxFlow().until { it.isEmpty() }
        val mo = park.phone(Park.MO)
        mo.hongqi.messagesFlow(Park.talk).until { it.items.singleOrNull()?.body == "签过名" }
        hongqi.pause()
        hongqi.destroy()
        home.toFile().deleteRecursively()
    }
}

/** An app that posts until it is killed, and says after each post that it has returned. */
object PostingApp {
    @JvmStatic
    fun main(args: Array<String>) = runBlocking {
        val phone = Phone(Path.of(args[0]))
        phone.open()
        phone.hongqi.network(false)
        val talk = phone.hongqi.talk()
        var count = 0
        while (true) {
            talk.post(Park.talk, "第 ${args[1]} 次，第 ${count++} 条")
            println(count)
            System.out.flush()
        }
    }
}
