package org.hongqi.core

import java.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.filterNotNull
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext

/**
 * Tells the core of the app's life, one wish after the other: [Hongqi.resume] and [Hongqi.pause] called from two
 * coroutines may reach the core in either order, and an app that went to the background last must end closed.
 *
 * [scope] is the process's. The core begins as if in the background.
 */
class Lifecycle(private val hongqi: Hongqi, scope: CoroutineScope) {
    /** Each wish is one of its own: a flow passes over a value that equals the last, and so would lose who goes again. */
    private class Wish(val foreground: Boolean)

    private val wished = MutableStateFlow<Wish?>(null)
    private val granted = MutableStateFlow<Wish?>(null)
    private val turn = Mutex()
    private val failed = MutableStateFlow<HongqiException?>(null)

    /** Why the store did not open when it was last wished; null if it did. */
    val failure: StateFlow<HongqiException?> = failed.asStateFlow()

    init {
        // Only the last wish is granted; those in between were over before anybody could have seen them.
        scope.launch { wished.filterNotNull().collect { grant() } }
    }

    /** The app is on screen. */
    fun enterForeground() {
        wished.value = Wish(foreground = true)
    }

    /** The app has left the screen. */
    fun enterBackground() {
        wished.value = Wish(foreground = false)
    }

    /**
     * A background run, as [Hongqi.backgroundSync]. When it is cancelled, which is what WorkManager does when the
     * system wants its time back, the store is closed before this returns, unless the app is on screen.
     */
    suspend fun backgroundSync(deadline: Duration): RunReport {
        // A pause that was wished before and comes after would end the run.
        settled()
        return try {
            hongqi.backgroundSync(deadline)
        } catch (cancelled: CancellationException) {
            withContext(NonCancellable) { turn.withLock { if (!inFront) hongqi.pause() } }
            throw cancelled
        }
    }

    /**
     * Looks something up while the app may not be on screen, as when an alarm rings: the store is open as long as [look]
     * takes, and closed again unless the app is on screen. A background run that goes on is ended with it, and its caller
     * told; what it had not done waits for the next.
     */
    suspend fun <T> glance(look: suspend (Hongqi) -> T): T = turn.withLock {
        try {
            hongqi.resume()
            look(hongqi)
        } finally {
            withContext(NonCancellable) { if (!inFront) hongqi.pause() }
        }
    }

    /** Returns when the core has done what was wished last. */
    suspend fun settled() {
        granted.first { it === wished.value }
    }

    private val inFront: Boolean get() = wished.value?.foreground == true

    private suspend fun grant() = turn.withLock {
        val wish = wished.value
        failed.value = try {
            if (wish?.foreground == true) hongqi.resume() else hongqi.pause()
            null
        } catch (error: HongqiException) {
            error
        }
        granted.value = wish
    }
}
