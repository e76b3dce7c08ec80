package org.hongqi.core

import java.nio.file.Files
import java.time.Duration
import kotlin.test.assertEquals
import kotlin.test.assertNull
import kotlin.test.assertTrue
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.Job
import kotlinx.coroutines.async
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.plus
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** The app comes and goes, and the core follows. */
class LifecycleTest {
    private val park = Park()
    private val process = CoroutineScope(Job() + Dispatchers.Default)

    @AfterEach
    fun end() {
        process.cancel()
        park.close()
    }

    private fun Phone.walFiles() = Files.list(home).use { files -> files.filter { "$it".endsWith("-wal") }.count().toInt() }

    private suspend fun Lifecycle.settles() = withTimeout(SOON) { settled() }

    @Test
    fun `a wish that equals the one before the last is not passed over`() = story {
        val li = park.phone(Park.LI)
        // What is wished is taken up at once, where it is wished.
        val lifecycle = Lifecycle(li.hongqi, process + Dispatchers.Unconfined)
        lifecycle.enterForeground()
        lifecycle.settles()
        val (looks, looked) = CompletableDeferred<Unit>() to CompletableDeferred<Unit>()
        val glance = launch {
            lifecycle.glance { looks.complete(Unit); looked.await() }
            lifecycle.enterBackground()
        }
        looks.await()
        // The first waits for its turn, and finds the second, which the third takes back.
        lifecycle.enterBackground()
        lifecycle.enterForeground()
        looked.complete(Unit)
        glance.join()
        lifecycle.settles()
        assertEquals(AppState.Paused, li.hongqi.state())
    }

    @Test
    fun `the last wish wins, however many there were`() = story {
        val li = park.phone(Park.LI)
        val lifecycle = Lifecycle(li.hongqi, process)
        for (last in listOf(false, true, false)) {
            repeat(50) { if (it % 2 == 0) lifecycle.enterForeground() else lifecycle.enterBackground() }
            if (last) lifecycle.enterForeground() else lifecycle.enterBackground()
            lifecycle.settles()
            assertEquals(last, li.hongqi.state() != AppState.Paused)
            assertNull(lifecycle.failure.value)
        }
        assertEquals(0, li.walFiles())
    }

    @Test
    fun `a run that follows on the way into the background is not ended by it`() = story {
        val li = park.phone(Park.LI)
        val lifecycle = Lifecycle(li.hongqi, process)
        repeat(10) {
            lifecycle.enterForeground()
            lifecycle.settles()
            li.hongqi.talk().post(Park.talk, "第 $it 条")
            lifecycle.enterBackground()
            assertEquals(RunReport(0u, 0u), lifecycle.backgroundSync(Duration.ofMinutes(1)))
            assertEquals(AppState.Paused, li.hongqi.state())
        }
    }

    @Test
    fun `a background run before the app was ever seen is not ended by its lifecycle`() = story {
        val li = park.phone(Park.LI)
        li.hongqi.pause()
        val lifecycle = Lifecycle(li.hongqi, process)
        assertEquals(RunReport(0u, 0u), lifecycle.backgroundSync(Duration.ofMinutes(1)))
    }

    @Test
    fun `a background run that is cancelled leaves the store closed, or open if the app is seen`() = story {
        val li = park.phone(Park.LI)
        val lifecycle = Lifecycle(li.hongqi, process)
        lifecycle.enterBackground()
        lifecycle.settles()
        // Nobody answers: the run would take its whole time.
        park.stop()
        val hidden = launch(Dispatchers.IO) { lifecycle.backgroundSync(Duration.ofHours(1)) }
        li.hongqi.states().until { it != AppState.Paused }
        hidden.cancelAndJoin()
        assertEquals(AppState.Paused, li.hongqi.state())
        assertEquals(0, li.walFiles())

        lifecycle.enterForeground()
        val seen = async(Dispatchers.IO) { lifecycle.backgroundSync(Duration.ofHours(1)) }
        lifecycle.settles()
        seen.cancelAndJoin()
        assertTrue(li.hongqi.state() != AppState.Paused)
        li.hongqi.talk().post(Park.talk, "还开着")
    }

    @Test
    fun `a glance leaves the store as the last wish wants it`() = story {
        val li = park.phone(Park.LI)
        val lifecycle = Lifecycle(li.hongqi, process)
        lifecycle.enterBackground()
        lifecycle.settles()
        assertEquals(0u, lifecycle.glance { it.feed().unread() }.toUInt())
        assertEquals(AppState.Paused, li.hongqi.state())
        assertEquals(0, li.walFiles())
        assertEquals("x", runCatching { lifecycle.glance { error("x") } }.exceptionOrNull()?.message)
        assertEquals(AppState.Paused, li.hongqi.state())
        lifecycle.enterForeground()
        lifecycle.glance { it.feed().unread() }
        lifecycle.settles()
        assertTrue(li.hongqi.state() != AppState.Paused)
        li.hongqi.talk().post(Park.talk, "还开着")
    }
}
