package org.hongqi.core

import java.util.concurrent.ConcurrentHashMap
import java.util.concurrent.CountDownLatch
import java.util.concurrent.LinkedBlockingQueue
import java.util.concurrent.TimeUnit
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.onEach
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.flow.transformWhile
import kotlinx.coroutines.launch
import kotlinx.coroutines.newSingleThreadContext
import kotlinx.coroutines.runBlocking
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertNull
import kotlin.test.assertTrue
import org.junit.jupiter.api.AfterEach
import org.junit.jupiter.api.Test

/** Flows and listeners, and what an app may do in them. */
class ListeningTest {
    private val park = Park()

    @AfterEach
    fun end() = park.close()

    /** Hears topics; each call is what the test wants. */
    private fun listener(heard: (List<Topic>) -> Unit) = object : TopicListener {
        override fun onChange(topics: List<Topic>) = heard(topics)
    }

    @Test
    fun `a flow begins with what is there and follows what changes`() = story {
        val li = park.phone(Park.LI)
        val begun = CompletableDeferred<Unit>()
        val counts = async {
            li.hongqi.messagesFlow(Park.talk)
                .onEach { begun.complete(Unit) }
                .transformWhile { emit(it.items.size); it.items.size < 3 }
                .toList()
        }
        begun.await()
        for (text in listOf("一", "二", "三")) li.hongqi.talk().post(Park.talk, text)
        val seen = counts.await()
        assertEquals(0 to 3, seen.first() to seen.last())
        assertEquals(seen.sorted(), seen)
    }

    @Test
    fun `a slow collector is told the latest only, and nothing waits in between`() = story {
        val li = park.phone(Park.LI)
        val seen = mutableListOf<Int>()
        li.hongqi.messagesFlow(Park.talk, flowOf(200)).first { window ->
            seen += window.items.size
            if (seen.size == 1) repeat(100) { li.hongqi.talk().post(Park.talk, "第 $it 条") }
            window.items.size == 100
        }
        assertTrue(seen.size < 20, "told ${seen.size} times: $seen")
    }

    @Test
    fun `a window grows with what the screen asks for`() = story {
        val li = park.phone(Park.LI)
        repeat(60) { li.hongqi.talk().post(Park.talk, "第 $it 条") }
        val wanted = MutableStateFlow(50)
        val window = li.hongqi.messagesFlow(Park.talk, wanted).first { (messages, more) ->
            if (messages.size == 50) assertTrue(more) else assertEquals(60, messages.size)
            wanted.value = 100
            messages.size == 60
        }
        assertEquals("第 0 条" to false, window.items.first().body to window.more)
    }

    @Test
    fun `a collection that is cancelled hears no more and holds nothing`() = story {
        val li = park.phone(Park.LI)
        val before = FfiConverterTypeTopicListener.handleMap.size
        val begun = CompletableDeferred<Unit>()
        val job = launch { li.hongqi.talksFlow().collect { begun.complete(Unit) } }
        begun.await()
        assertEquals(before + 1, FfiConverterTypeTopicListener.handleMap.size)
        job.cancelAndJoin()
        assertEquals(before, FfiConverterTypeTopicListener.handleMap.size)
    }

    @Test
    fun `a flow on a main thread of its own neither blocks it nor waits for it`() = story {
        newSingleThreadContext("main").use { main ->
            val li = park.phone(Park.LI)
            val seen = async(main) { li.hongqi.messagesFlow(Park.talk).first { it.items.isNotEmpty() } }
            async(main) { li.hongqi.talk().post(Park.talk, "从主线程") }.await()
            assertEquals("从主线程", seen.await().items.single().body)
        }
    }

    @Test
    fun `pause and resume pass by a flow that is being collected`() = story {
        val li = park.phone(Park.LI)
        li.hongqi.network(false)
        val seen = LinkedBlockingQueue<Int>()
        val job = launch(Dispatchers.IO) { li.hongqi.messagesFlow(Park.talk).collect { seen += it.items.size } }
        assertEquals(0, seen.poll(SOON, TimeUnit.MILLISECONDS))
        repeat(5) {
            li.hongqi.pause()
            val late = async { li.hongqi.talksFlow().first() }
            li.hongqi.resume()
            late.await()
        }
        li.hongqi.talk().post(Park.talk, "回来了")
        assertEquals(1, seen.poll(SOON, TimeUnit.MILLISECONDS))
        job.cancelAndJoin()
    }

    @Test
    fun `a listener may call back in and wait for the answer`() = story {
        val li = park.phone(Park.LI)
        val read = LinkedBlockingQueue<Int>()
        val handle = li.hongqi.listenToTopics(listener { runBlocking { read += li.texts().size } })
        assertEquals(0, read.poll(SOON, TimeUnit.MILLISECONDS))
        li.hongqi.talk().post(Park.talk, "听见了吗")
        var size = 0
        while (size == 0) size = assertNotNull(read.poll(SOON, TimeUnit.MILLISECONDS))
        assertEquals(1, size)
        handle.destroy()
    }

    @Test
    fun `a listener that throws anything harms nobody`() = story {
        val li = park.phone(Park.LI)
        val thrown = AtomicInteger()
        val throwing = listOf(
            HongqiException.Failed(ErrorCode.INTERNAL, false, null, null, null),
            IllegalStateException("on purpose"),
            StackOverflowError("on purpose"),
        ).map { what -> li.hongqi.listenToTopics(listener { thrown.incrementAndGet(); throw what }) }
        repeat(3) {
            val texts = li.hongqi.messagesFlow(Park.talk)
            li.hongqi.talk().post(Park.talk, "第 $it 条")
            texts.until { window -> window.items.size == it + 1 }
        }
        assertTrue(thrown.get() >= throwing.size, "they were called $thrown times")
        throwing.forEach { it.destroy() }
    }

    @Test
    fun `ten thousand callbacks come from one attached thread, one by one`() = story {
        val threads = ConcurrentHashMap.newKeySet<Thread>()
        val inside = AtomicInteger()
        val together = AtomicInteger()
        val all = CountDownLatch(10_000)
        CallbackThreads.keep()
        val handle = probeCallbacks(
            listener {
                together.accumulateAndGet(inside.incrementAndGet(), ::maxOf)
                threads += Thread.currentThread()
                inside.decrementAndGet()
                all.countDown()
            },
            10_000u,
        )
        assertTrue(all.await(SOON, TimeUnit.MILLISECONDS), "${all.count} never came")
        assertEquals(1 to 1, threads.size to together.get())
        handle.destroy()
    }

    @Test
    fun `ten thousand calls end on a bounded number of attached threads`() = story {
        val li = park.phone(Park.LI)
        val threads = ConcurrentHashMap.newKeySet<Thread>()
        val talk = li.hongqi.talk()
        repeat(10_000) {
            // On no dispatcher, what follows a call runs on the thread of the core that ended it.
            val here = async(Dispatchers.Unconfined) { talk.list(); Thread.currentThread() }
            threads += here.await()
        }
        assertTrue(threads.size < 100, "${threads.size} threads")
    }

    @Test
    fun `a log sink hears of the core and of nothing that was written`() = story {
        val records = LinkedBlockingQueue<String>()
        setLogSink(LogLevel.TRACE, object : LogSink {
            override fun log(level: LogLevel, target: String, message: String) {
                records += "$level $target $message"
            }
        })
        val li = park.phone(Park.LI)
        li.hongqi.talk().post(Park.talk, "机密的话")
        li.hongqi.outboxFlow().until { it.isEmpty() }
        val throwing = li.hongqi.listenToTopics(listener { error("机密的话") })
        while ("a listener failed" !in assertNotNull(records.poll(SOON, TimeUnit.MILLISECONDS))) continue
        setLogSink(LogLevel.ERROR, null)
        throwing.destroy()
        assertNull(records.firstOrNull { "机密" in it })
    }
}
