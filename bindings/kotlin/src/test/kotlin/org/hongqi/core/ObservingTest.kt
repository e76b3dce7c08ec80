@file:OptIn(ExperimentalCoroutinesApi::class)

package org.hongqi.core

import java.time.Duration
import kotlin.test.assertEquals
import kotlinx.coroutines.ExperimentalCoroutinesApi
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.MutableSharedFlow
import kotlinx.coroutines.flow.onStart
import kotlinx.coroutines.launch
import kotlinx.coroutines.test.advanceTimeBy
import kotlinx.coroutines.test.advanceUntilIdle
import kotlinx.coroutines.test.currentTime
import kotlinx.coroutines.test.runCurrent
import kotlinx.coroutines.test.runTest
import org.junit.jupiter.api.Test

/** What time changes and nobody says, under a clock of the test's own. */
class ObservingTest {
    @Test
    fun `an answer is asked for again when its time is over, and no timer outlives its reader`() = runTest {
        val changes = MutableSharedFlow<Set<Topic>>()
        var left: Duration? = Duration.ofMinutes(1)
        val asked = mutableListOf<Long>()
        val shown = mutableListOf<Int>()
        val flow = changes.onStart { emit(setOf(Topic.All)) }.answers(setOf(Topic.Talks), { left }) {
            asked += currentTime
            asked.size / 2
        }
        val reading = launch { flow.collect { shown += it } }
        advanceTimeBy(59_999)
        assertEquals(listOf(0L), asked, "nothing is asked before")
        left = Duration.ofHours(1)
        advanceTimeBy(2)
        assertEquals(listOf(0L, 60_000L), asked)
        assertEquals(listOf(0, 1), shown)

        changes.emit(setOf(Topic.Feed))
        changes.emit(setOf(Topic.Talks))
        runCurrent()
        assertEquals(3, asked.size, "a change that is wanted is not waited for")
        assertEquals(listOf(0, 1), shown, "the same answer is not shown twice")

        left = null
        advanceUntilIdle()
        assertEquals(60_001L + Duration.ofHours(1).toMillis(), asked.last())
        assertEquals(4, asked.size, "what has no end is asked once")

        left = Duration.ofDays(1)
        changes.emit(setOf(Topic.Talks))
        runCurrent()
        reading.cancelAndJoin()
        val ended = currentTime
        advanceUntilIdle()
        assertEquals(ended to 5, currentTime to asked.size)
    }
}
