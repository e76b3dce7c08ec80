package org.hongqi.demo.android

import android.app.Application
import android.content.Context
import android.net.Uri
import android.widget.Toast
import java.io.IOException
import java.util.Locale
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.drop
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.launch
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import org.hongqi.core.ErrorCode
import org.hongqi.core.HongqiException
import org.hongqi.core.KeystoreKeys
import org.hongqi.core.Language
import org.hongqi.core.Lifecycle
import org.hongqi.core.NetworkHints
import org.hongqi.core.code
import org.hongqi.core.languageOf
import org.hongqi.core.openHongqi
import org.hongqi.core.remindersFlow
import org.hongqi.demo.state.App
import org.hongqi.demo.state.update
import org.hongqi.demo.text.Texts

/** How far the process has come. */
sealed interface Opening {
    data object UnderWay : Opening

    /** It may be tried again. */
    data class Failed(val code: ErrorCode) : Opening

    data class Open(val app: App, val lifecycle: Lifecycle) : Opening
}

/** The process: holds the core as long as it lives, and tells it of the app's life and of the network. */
class HongqiApplication : Application() {
    /** The main thread's, and as long as the process. */
    val scope = CoroutineScope(SupervisorJob() + Dispatchers.Main.immediate)
    private val shown = MutableStateFlow<Opening>(Opening.UnderWay)
    private val turn = Mutex()
    private var front = false

    val opening: StateFlow<Opening> = shown.asStateFlow()

    /** In which language the app speaks: what the member chose, else the phone's. */
    val language: Language
        get() = settings.getString(LANGUAGE, null)?.let { kept -> Language.entries.firstOrNull { it.name == kept } }
            ?: languageOf(Locale.getDefault())

    private val settings get() = getSharedPreferences("settings", Context.MODE_PRIVATE)

    /** What reminds the member. */
    val alarms by lazy { SystemAlarms(this) }

    override fun onCreate() {
        super.onCreate()
        SyncWorker.keep(this)
        scope.launch { opened() }
    }

    /** Opens the core unless it is open. What failed before is tried again. On the main thread. */
    suspend fun opened(): Opening = turn.withLock {
        (shown.value as? Opening.Open) ?: open().also { shown.value = it }
    }

    /** The member sees the app, or no longer. On the main thread. */
    fun inFront(front: Boolean) {
        this.front = front
        val open = shown.value as? Opening.Open
        if (front) {
            open?.lifecycle?.enterForeground()
        } else {
            scope.launch { left(open) }
        }
    }

    private suspend fun left(open: Opening.Open?) {
        open?.app?.keep()
        // The member may have come back meanwhile.
        if (front) return
        open?.lifecycle?.enterBackground()
        // What was written with no network goes as soon as there is one, the app on screen or not.
        SyncWorker.send(this)
    }

    /** A table on its way into a file: it outlives the window while the system asks where to. */
    var export: String? = null

    /** Writes [export] to where the member said; null if nowhere. */
    fun write(place: Uri?) {
        val text = export ?: return
        export = null
        if (place == null) return
        scope.launch {
            try {
                withContext(Dispatchers.IO) { contentResolver.openOutputStream(place)?.use { it.write(text.toByteArray()) } }
            } catch (_: IOException) {
                Toast.makeText(this@HongqiApplication, Texts.of(language).notWritten, Toast.LENGTH_LONG).show()
            }
        }
    }

    private suspend fun open(): Opening {
        val hongqi = try {
            openHongqi(filesDir.resolve("hongqi"), KeystoreKeys(this), noBackup = noBackupFilesDir)
        } catch (error: HongqiException) {
            return Opening.Failed(error.code)
        }
        NetworkHints(this, hongqi)
        val lifecycle = Lifecycle(hongqi, scope)
        // Not the contrary: a background run opens the core as well, and would be ended.
        if (front) lifecycle.enterForeground()
        val app = App(hongqi, scope, language)
        scope.launch { keepReminding(app) }
        scope.launch { app.language.drop(1).collect { settings.edit().putString(LANGUAGE, it.name).apply() } }
        return Opening.Open(app, lifecycle)
    }

    /** Sets the alarms while the app may not be on screen. */
    suspend fun remind(open: Opening.Open) {
        val reminders = open.lifecycle.glance { it.feed().reminders() }
        withContext(Dispatchers.Main) { alarms.update(reminders) }
    }

    /** As long as the app is on screen; in the background [AlarmReceiver] asks. */
    private suspend fun keepReminding(app: App) = try {
        app.me.first { it != null }
        app.hongqi.remindersFlow().collect { alarms.update(it) }
    } catch (_: HongqiException) {
        // The screens say it.
    }

    private companion object {
        const val LANGUAGE = "language"
    }
}
