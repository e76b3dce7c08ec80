package org.hongqi.demo.state

import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.combine
import kotlinx.coroutines.flow.distinctUntilChanged
import kotlinx.coroutines.flow.mapNotNull
import kotlinx.coroutines.flow.update
import org.hongqi.core.CasePhase
import org.hongqi.core.CaseView
import org.hongqi.core.DocId
import org.hongqi.core.GatheringView
import org.hongqi.core.Hongqi
import org.hongqi.core.MemberId
import org.hongqi.core.MessageView
import org.hongqi.core.Role
import org.hongqi.core.SpaceId
import org.hongqi.core.TalkView
import org.hongqi.core.Topic
import org.hongqi.core.Window
import org.hongqi.core.consultationFlow
import org.hongqi.core.gatheringFlow
import org.hongqi.core.messagesFlow
import org.hongqi.core.observe
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
    /** Whom it mentions, as the text names them. */
    val members: Map<String, MemberId> = emptyMap(),
    val roles: Map<String, Role> = emptyMap(),
) {
    val sendable: Boolean get() = text.isNotBlank()

    /** What is typed behind an `@` that names nobody yet; null if there is none. */
    val mention: String?
        get() {
            val typed = text.substringAfterLast(AT, missingDelimiterValue = " ")
            return typed.takeUnless { it.length > MAX_NAME || it.any(Char::isWhitespace) }
        }

    /** With the `@` and what is typed behind it made a mention of [name]. */
    private fun completed(name: String) = text.substringBeforeLast(AT) + AT + name + " "

    fun mentioning(name: String, member: MemberId) = copy(text = completed(name), members = members + (name to member))

    fun mentioning(name: String, role: Role) = copy(text = completed(name), roles = roles + (name to role))

    /** Of [named] those who still are in the text. */
    fun <T> still(named: Map<String, T>): List<T> = named.filterKeys { AT + it in text }.values.toList()

    private companion object {
        const val AT = "@"
        const val MAX_NAME = 16
    }
}

/** What a discussion is, if it is more than one of an organisation or an article. */
sealed interface TalkHead {
    /** Whether something may be written now. */
    val open: Boolean

    data class Gathering(val view: GatheringView) : TalkHead {
        override val open get() = view.mayWrite
    }

    data class Case(val view: CaseView) : TalkHead {
        override val open get() = view.state.phase != CasePhase.CLOSED
    }
}

private fun Hongqi.headFlow(space: SpaceId): Flow<TalkHead?> =
    combine(gatheringFlow(space), consultationFlow(space)) { gathering, case ->
        gathering?.let(TalkHead::Gathering) ?: case?.let(TalkHead::Case)
    }

/** Who can be mentioned in a discussion, by name: in a group who is in it, else whoever is known here. */
private fun Hongqi.mentionableFlow(space: SpaceId): Flow<Map<String, MemberId>> =
    observe(Topic.Talks, Topic.Talk(space), Topic.Consultations, Topic.Directory) {
        val group = gatherings().ofDiscussion(space)?.takeIf { it.org == null }
        val readers = consult().readers(space)
        when {
            group != null -> gatherings().participants(group.id).associate { it.name to it.member }
            readers.isNotEmpty() -> readers.associate { it.name to it.member }
            else -> known().people.associate { it.name to it.id }
        } - ""
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

    /** What it is; null for an ordinary one. */
    val head: StateFlow<TalkHead?> = shell.shown(shell.hongqi.headFlow(space), null)

    /** Who can be mentioned, by name. */
    val people: StateFlow<Map<String, MemberId>> = shell.shown(shell.hongqi.mentionableFlow(space), emptyMap())

    private val chosen = MutableStateFlow<DocId?>(null)

    /** The message whose acts are shown. */
    val selected: StateFlow<DocId?> = chosen.asStateFlow()

    fun select(message: DocId?) {
        chosen.value = message
    }

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

    fun mention(name: String, member: MemberId) = written.update { it.mentioning(name, member) }

    fun mention(name: String, role: Role) = written.update { it.mentioning(name, role) }

    fun reply(message: MessageView) = written.update { it.copy(replyTo = message, editing = null) }

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
                null -> talk.post(space, sent.text, sent.replyTo?.id, sent.still(sent.members), sent.still(sent.roles))
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
