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
    private val front = MutableStateFlow<Boolean?>(null)
    private val granted = MutableStateFlow<Boolean?>(null)
    private val turn = Mutex()
    private val failed = MutableStateFlow<HongqiException?>(null)

    /** Why the store did not open when it was last wished; null if it did. */
    val failure: StateFlow<HongqiException?> = failed.asStateFlow()

    init {
        // Only the last wish is granted; those in between were over before anybody could have seen them.
        scope.launch { front.filterNotNull().collect { grant() } }
    }

    /** The app is on screen. */
    fun enterForeground() {
        front.value = true
    }

    /** The app has left the screen. */
    fun enterBackground() {
        front.value = false
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
            withContext(NonCancellable) { turn.withLock { if (front.value != true) hongqi.pause() } }
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
            withContext(NonCancellable) { if (front.value != true) hongqi.pause() }
        }
    }

    /** Returns when the core has done what was wished last. */
    suspend fun settled() {
        granted.first { it == front.value }
    }

    private suspend fun grant() = turn.withLock {
        val wish = front.value
        failed.value = try {
            if (wish == true) hongqi.resume() else hongqi.pause()
            null
        } catch (error: HongqiException) {
            error
        }
        granted.value = wish
    }
}
