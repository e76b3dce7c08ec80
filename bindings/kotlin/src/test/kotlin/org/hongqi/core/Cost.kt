package org.hongqi.core

import java.util.concurrent.CountDownLatch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.condition.EnabledIfSystemProperty

/**
 * What the border costs: each call from Kotlin beside the same in Rust (`bindings/examples/cost.rs`), on one phone with 50
 * messages. `cargo xtask kotlin cost`; no part of the tests.
 */
@EnabledIfSystemProperty(named = "hongqi.bench", matches = "true")
class Cost {
    @Test
    fun `of each call`() = runBlocking {
        Park().use { park ->
            val li = park.phone(Park.LI)
            repeat(50) { li.hongqi.talk().post(Park.talk, "第${it}条：泵阀车间的例会改到三楼，请大家带上笔记本。") }
            li.hongqi.network(false)
            val (hongqi, talk) = li.hongqi to li.hongqi.talk()
            val kotlin = mapOf(
                "sync_call" to least(20_000) { repeat(it) { hongqi.state() } },
                "async_call" to least(2_000) { count -> repeat(count) { hongqi.me() } },
                "page_of_50" to least(500) { count -> repeat(count) { talk.page(Park.talk) } },
                "callback" to least(10_000) { count -> callbacks(count) },
            )
            li.close()
            val rust = rust(li)
            println("call         Rust ns  Kotlin ns   ratio   more ns")
            for ((name, cost) in kotlin) {
                val floor = checkNotNull(rust[name]) { "Rust did not measure $name" }
                println("%-12s%8d%11d%8.1f%10d".format(name, floor, cost, cost.toDouble() / floor, cost - floor))
            }
        }
    }

    /** Nanoseconds of one of [count] calls, in the best of the rounds: what else this machine does can only add. */
    private suspend fun least(count: Int, round: suspend (Int) -> Unit): Long =
        // The JVM compiles what it has seen often enough: the first rounds are its own.
        (0 until ROUNDS).minOf {
            val start = System.nanoTime()
            round(count)
            System.nanoTime() - start
        } / count

    private fun callbacks(count: Int) {
        val left = CountDownLatch(count)
        val listener = object : TopicListener {
            override fun onChange(topics: List<Topic>) = left.countDown()
        }
        val handle = probeCallbacks(listener, count.toUInt())
        left.await()
        handle.destroy()
    }

    private fun rust(phone: Phone): Map<String, Long> {
        val process = ProcessBuilder(Park.built("examples/cost"), phone.home.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val said = process.inputStream.bufferedReader().readLines()
        check(process.waitFor() == 0) { "examples/cost fails" }
        return said.map { it.split(' ') }.associate { (name, cost) -> name to cost.toLong() }
    }

    private companion object {
        const val ROUNDS = 10
    }
}
