package org.hongqi.demo.state

import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.flow.update
import org.hongqi.core.DocId
import org.hongqi.core.MemberId
import org.hongqi.core.MessageView
import org.hongqi.core.SpaceId
import org.hongqi.core.TalkView
import org.hongqi.core.Window
import org.hongqi.core.messagesFlow
import org.hongqi.core.talksFlow

/** The list of discussions. */
class TalksScreen(private val shell: Shell) {
    private val personal = shell.hongqi.personal()

    /** Null until it is loaded. */
    val talks: StateFlow<List<TalkView>?> = shell.shown(shell.hongqi.talksFlow(), null)

    /** Wants no notice of it, or wants it again. */
    fun mute(talk: TalkView) = shell.act { personal.mute(talk.space, !talk.muted) }
}

/** What is being written, and what for. */
data class Composer(
    val text: String = "",
    /** The message it answers. */
    val replyTo: MessageView? = null,
    /** The own message that it replaces. */
    val editing: DocId? = null,
) {
    val sendable: Boolean get() = text.isNotBlank()
}

/** One discussion. */
class TalkScreen(private val shell: Shell, val space: SpaceId, val me: MemberId) {
    private val talk = shell.hongqi.talk()
    private val personal = shell.hongqi.personal()
    private val count = MutableStateFlow(PAGE)
    private val written = MutableStateFlow(Composer())

    /** Null until it is loaded. */
    val messages: StateFlow<Window<MessageView>?> = shell.shown(shell.hongqi.messagesFlow(space, count), null)

    val composer: StateFlow<Composer> = written.asStateFlow()

    /** The member has scrolled to the oldest. */
    fun more() {
        if (messages.value?.more == true) count.update { it + PAGE }
    }

    /** Follows what is on screen with the read mark, until cancelled with its caller. */
    suspend fun keepRead() {
        messages.mapNotNull { it?.items?.lastOrNull()?.id }.distinctUntilChanged().collect { newest ->
            shell.act { personal.markTalkRead(newest) }
        }
    }

    fun write(text: String) = written.update { it.copy(text = text) }

    fun reply(message: MessageView) = written.update { Composer(it.text, replyTo = message) }

    /** Takes an own message back into the composer. */
    fun edit(message: MessageView) {
        written.value = Composer(message.body, editing = message.id)
    }

    /** Neither an answer nor a correction any more. */
    fun drop() = written.update { Composer(if (it.editing == null) it.text else "") }

    /** Sends what is written. The text leaves the composer when it is in the database, not before. */
    fun send() {
        val sent = written.value
        if (!sent.sendable) return
        shell.act {
            when (val editing = sent.editing) {
                null -> talk.post(space, sent.text, sent.replyTo?.id)
                else -> talk.edit(editing, sent.text)
            }
            // What was typed meanwhile stays.
            written.compareAndSet(sent, Composer())
        }
    }

    fun withdraw(message: MessageView) = shell.act { talk.withdraw(message.id) }

    /** Gives the emoji, or takes it back. */
    fun react(message: MessageView, emoji: String) = shell.act {
        val own = message.reactions.any { it.own && it.emoji == emoji }
        talk.react(message.id, if (own) null else emoji)
    }

    private companion object {
        const val PAGE = 50
    }
}
