package org.hongqi.demo.state

import kotlin.reflect.KClass
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.cancel
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.update
import kotlinx.coroutines.launch
import org.hongqi.core.AppState
import org.hongqi.core.DocId
import org.hongqi.core.ErrorCode
import org.hongqi.core.Hongqi
import org.hongqi.core.HongqiException
import org.hongqi.core.Language
import org.hongqi.core.Me
import org.hongqi.core.Role
import org.hongqi.core.RoleView
import org.hongqi.core.SpaceId
import org.hongqi.core.Topic
import org.hongqi.core.code
import org.hongqi.core.libraryVersion
import org.hongqi.core.observe
import org.hongqi.core.outboxFlow
import org.hongqi.core.remindersFlow
import org.hongqi.core.states
import org.hongqi.core.unreadFlow

/** Where the member is in the app. */
sealed interface Place {
    /** The tabs. */
    enum class Tab : Place { FEED, TALKS, ACTIVITIES, SEARCH, SETTINGS }

    data class Article(val id: DocId) : Place

    data class Talk(val space: SpaceId) : Place

    data class Activity(val id: DocId) : Place

    data object Outbox : Place
}

/** A place on the path, and the state of what is shown there: it is found again when one comes back to it. */
class Stop(process: CoroutineScope, shell: Shell) {
    private val scope = CoroutineScope(process.coroutineContext + SupervisorJob(process.coroutineContext[Job]))
    private val shell = shell.screen(scope)
    private val screens = mutableMapOf<KClass<*>, Any>()

    /** The one state of its type here, made by [make] at first. */
    fun <T : Any> screen(type: KClass<T>, make: (Shell) -> T): T = type.java.cast(screens.getOrPut(type) { make(shell) })

    /** Keeps what is being written here. */
    suspend fun keep() = screens.values.filterIsInstance<Keeps>().forEach { it.keep() }

    fun leave() = scope.cancel()
}

/** The whole app: whose phone it is, where the member is, how it goes. Its functions are for the main thread. */
class App(val hongqi: Hongqi, private val scope: CoroutineScope, language: Language) {
    val shell = Shell(hongqi, scope)
    private val path = MutableStateFlow<List<Place>>(listOf(Place.Tab.FEED))
    private val spoken = MutableStateFlow(language)

    /** Whose phone this is; null before enrolment. */
    val me: StateFlow<Me?> = shell.shown(
        hongqi.observe(Topic.Directory) {
            try {
                hongqi.me()
            } catch (error: HongqiException) {
                if (error.code == ErrorCode.NOT_ENROLLED) null else throw error
            }
        },
        null,
    )

    /** How it goes. */
    val state: StateFlow<AppState> = shell.shown(hongqi.states(), hongqi.state())

    /** How many articles are unread, for the tab. */
    val unread: StateFlow<Int> = shell.shown(hongqi.unreadFlow(), 0)

    /** How many articles are still to be acknowledged. */
    val due: StateFlow<Int> = shell.shown(hongqi.remindersFlow().map { it.size }, 0)

    /** How many acts wait or were refused. */
    val waiting: StateFlow<Int> = shell.shown(hongqi.outboxFlow().map { it.size }, 0)

    /** From the tab down to what is on screen. */
    val places: StateFlow<List<Place>> = path.asStateFlow()

    /** In which language the app speaks. */
    val language: StateFlow<Language> = spoken.asStateFlow()

    fun speak(language: Language) {
        spoken.value = language
    }

    private val stops = mutableMapOf<Pair<Int, Place>, Stop>()

    /** What is shown at [place], which is the [depth]th on the path. */
    fun stop(depth: Int, place: Place): Stop = stops.getOrPut(depth to place) { Stop(scope, shell) }

    /** A tab begins anew, another place lies on top. */
    fun go(place: Place) {
        path.update { if (place is Place.Tab) listOf(place) else it + place }
        forget()
    }

    /** What was made at [from] is shown in its place: one does not come back to a form that was sent. */
    fun replace(from: Place, place: Place) {
        path.update { if (it.last() == from) it.dropLast(1) + place else it }
        forget()
    }

    /** Goes back; false at a tab, where the platform takes over. */
    fun back(): Boolean {
        val deep = path.value.size > 1
        if (deep) path.update { it.dropLast(1) }
        forget()
        return deep
    }

    /** Keeps what is being written: before the app leaves the screen. */
    suspend fun keep() = stops.values.toList().forEach { it.keep() }

    private fun forget() {
        val on = path.value.mapIndexed { at, place -> at + 1 to place }.toSet()
        for (gone in stops.keys - on) {
            val stop = stops.remove(gone) ?: continue
            // What is written there is kept by the process, not by what is gone.
            scope.launch { stop.keep() }
            stop.leave()
        }
    }
}

/** Enrolment. */
class EnrolScreen(private val shell: Shell) {
    private val busy = MutableStateFlow(false)

    /** Whether the server is being asked. */
    val asking: StateFlow<Boolean> = busy.asStateFlow()

    fun enrol(url: String, code: String) {
        if (!busy.compareAndSet(expect = false, update = true)) return
        shell.act {
            try {
                shell.hongqi.enrol(url.trim(), code.trim())
            } finally {
                busy.value = false
            }
        }
    }
}

/** Who the member is, where the server is, how the app is set. */
data class Settings(
    val name: String,
    val home: String,
    val roles: List<Pair<RoleView, String>>,
    val server: String,
    val version: String,
)

/** The settings. */
class SettingsScreen(shell: Shell) {
    private val directory = shell.hongqi.directory()

    /** Null until it is loaded. */
    val settings: StateFlow<Settings?> = shell.shown(
        shell.hongqi.observe(Topic.Directory) {
            val me = shell.hongqi.me()
            val roles = directory.roles().filter { it.role != Role.MEMBER }.map { role -> role to directory.org(role.org)?.name.orEmpty() }
            Settings(
                directory.member(me.member)?.name.orEmpty(),
                directory.org(me.home)?.name.orEmpty(),
                roles,
                shell.hongqi.serverUrl().orEmpty(),
                libraryVersion(),
            )
        },
        null,
    )
}
