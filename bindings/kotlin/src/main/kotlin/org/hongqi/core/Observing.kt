package org.hongqi.core

import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.buffer
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.filter
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.flow.flowOn
import kotlinx.coroutines.flow.produceIn
import kotlinx.coroutines.withTimeoutOrNull
import java.time.Duration
import java.util.concurrent.atomic.AtomicReference
import kotlin.time.toKotlinDuration

// Flows over the core's listeners. All are cold: collecting subscribes, and a collection that ends, fails or is
// cancelled unsubscribes. They may be collected on any dispatcher, the main thread's too.

/** Beyond this many topics at once a screen reloads anyway; the core's own bound. */
private const val MANY = 256

/**
 * Which topics change. [Topic.All] comes first, at once: who loads when told misses nothing. What happens while the
 * collector is busy arrives together, each topic once.
 */
fun Hongqi.changes(): Flow<Set<Topic>> = flow {
    CallbackThreads.keep()
    val waiting = AtomicReference(emptySet<Topic>())
    val woken = Channel<Unit>(Channel.CONFLATED)
    val handle = listenToTopics(object : TopicListener {
        override fun onChange(topics: List<Topic>) {
            waiting.updateAndGet { known -> (known + topics).let { if (it.size > MANY) setOf(Topic.All) else it } }
            woken.trySend(Unit)
        }
    })
    try {
        for (wake in woken) {
            val topics = waiting.getAndSet(emptySet())
            if (topics.isNotEmpty()) emit(topics)
        }
    } finally {
        // The listener above never waits, so neither does this.
        handle.cancel()
        handle.destroy()
    }
}

/** How it goes with the core: now, and whenever that changes. A slow collector sees the latest only. */
fun Hongqi.states(): Flow<AppState> = callbackFlow {
    CallbackThreads.keep()
    val handle = listenToState(object : StateListener {
        override fun onState(state: AppState) {
            trySend(state)
        }
    })
    awaitClose {
        handle.cancel()
        handle.destroy()
    }
}.buffer(Channel.CONFLATED).distinctUntilChanged()

/**
 * What [query] answers: now, and again when one of [topics] changes, if the answer is another. A slow collector sees the
 * latest only. While the app is paused nothing changes, and after [Hongqi.resume] it goes on.
 *
 * ```
 * hongqi.observe(Topic.Directory) { directory.roles() }
 * ```
 *
 * The flow fails with what [query] throws, other than `paused`.
 */
fun <T> Hongqi.observe(vararg topics: Topic, query: suspend () -> T): Flow<T> =
    observe(*topics, holds = { null }, query = query)

/**
 * As the other, for what time changes too: [holds], asked before [query], says how long its answer holds (null: for
 * ever).
 */
fun <T> Hongqi.observe(vararg topics: Topic, holds: suspend () -> Duration?, query: suspend () -> T): Flow<T> =
    changes().answers(topics.toSet(), holds, query).flowOn(Dispatchers.Default).conflate()

/** The timer is part of the collection, and ends with it. */
internal fun <T> Flow<Set<Topic>>.answers(
    topics: Set<Topic>,
    holds: suspend () -> Duration?,
    query: suspend () -> T,
): Flow<T> = flow {
    val wanted = topics + Topic.All
    coroutineScope {
        val changed = filter { changed -> changed.any { it in wanted } }.conflate().produceIn(this)
        changed.receive()
        while (true) {
            val answer = try {
                holds() to query()
            } catch (error: HongqiException) {
                // The core says `All` when it opens again.
                if (error.code == ErrorCode.PAUSED) null else throw error
            }
            answer?.let { (_, shown) -> emit(shown) }
            when (val left = answer?.first) {
                null -> changed.receive()
                // A change that comes with the end of the time is lost to `receive`, and seen by the query that follows.
                else -> withTimeoutOrNull(left.toKotlinDuration()) { changed.receive() }
            }
        }
    }
}.distinctUntilChanged()
