package org.hongqi.demo.state

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.flow.update
import org.hongqi.core.DocId
import org.hongqi.core.Topic
import org.hongqi.core.observe

/** The minutes, and who may write them. */
data class Minutes(val text: String, val organiser: Boolean)

/** What is being written, and the text that it began from. */
data class Writing(val base: String, val text: String) {
    val changed: Boolean get() = text != base
}

/**
 * The minutes of an activity, which several write at the same time. The core merges what two phones wrote; what another
 * wrote while one was typing here is merged into the field ([merged]), so that saving it takes nothing of it away.
 */
class MinutesScreen(private val shell: Shell, private val id: DocId) {
    private val activities = shell.hongqi.activities()
    private val written = MutableStateFlow<Writing?>(null)

    /** Null until it is loaded, or if it is not here. */
    val minutes: StateFlow<Minutes?> = shell.shown(
        shell.hongqi.observe(Topic.Activities, Topic.Activity(id), Topic.Directory) {
            activities.activity(id)?.let { Minutes(it.minutes, shell.hongqi.mayOrganise(id)) }
        },
        null,
    )

    /** Null until the minutes are loaded. */
    val writing: StateFlow<Writing?> = written.asStateFlow()

    fun write(text: String) = written.update { it?.copy(text = text) }

    /** Takes what others wrote into the field, until cancelled with its caller. */
    suspend fun keepMerged() {
        minutes.mapNotNull { it?.text }.collect { theirs ->
            written.update { own -> if (own == null) Writing(theirs, theirs) else Writing(theirs, merged(own.base, own.text, theirs)) }
        }
    }

    fun save() {
        val saved = written.value ?: return
        if (!saved.changed) return
        shell.act {
            val theirs = activities.activity(id)?.minutes ?: return@act
            activities.writeMinutes(id, merged(saved.base, saved.text, theirs))
        }
    }
}

/**
 * [own] and [theirs] were both made of [base] by one change each: both changes. Where they meet, theirs stands and what was
 * added here follows: nothing that somebody wrote goes.
 */
fun merged(base: String, own: String, theirs: String): String {
    if (own == base || own == theirs) return theirs
    if (theirs == base) return own
    val (mine, other) = Change.of(base, own) to Change.of(base, theirs)
    return when {
        other.end <= mine.start -> base.substring(0, other.start) + other.text + base.substring(other.end, mine.start) + mine.text + base.substring(mine.end)
        mine.end <= other.start -> base.substring(0, mine.start) + mine.text + base.substring(mine.end, other.start) + other.text + base.substring(other.end)
        else -> {
            val start = minOf(mine.start, other.start)
            base.substring(0, start) + base.substring(start, other.start) + other.text + mine.text + base.substring(maxOf(mine.end, other.end))
        }
    }
}

/** In place of [start] to [end] now stands [text]. */
private class Change(val start: Int, val end: Int, val text: String) {
    companion object {
        fun of(before: String, after: String): Change {
            var start = before.commonPrefixWith(after).length
            val most = minOf(before.length, after.length) - start
            var tail = before.commonSuffixWith(after).length.coerceAtMost(most)
            // Half of a character outside the basic plane is none.
            if (start > 0 && before[start - 1].isHighSurrogate()) start--
            if (tail > 0 && before[before.length - tail].isLowSurrogate()) tail--
            return Change(start, before.length - tail, after.substring(start, after.length - tail))
        }
    }
}
