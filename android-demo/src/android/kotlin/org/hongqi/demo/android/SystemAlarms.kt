package org.hongqi.demo.android

import android.app.AlarmManager
import android.app.Notification
import android.app.NotificationChannel
import android.app.NotificationManager
import android.app.PendingIntent
import android.content.BroadcastReceiver
import android.content.Context
import android.content.Intent
import java.time.Instant
import kotlinx.coroutines.launch
import org.hongqi.core.DocId
import org.hongqi.core.HongqiException
import org.hongqi.core.Reminder
import org.hongqi.core.speakReminder
import org.hongqi.core.speech
import org.hongqi.demo.R
import org.hongqi.demo.state.AlarmClock
import org.hongqi.demo.text.Texts

/** Reminders as the system's notices, made on this phone: no push is needed. What to do is [AlarmClock.update]'s. */
class SystemAlarms(private val application: HongqiApplication) : AlarmClock {
    private val notices = application.getSystemService(NotificationManager::class.java)
    private val alarms = application.getSystemService(AlarmManager::class.java)
    private val settings = application.getSharedPreferences("alarms", Context.MODE_PRIVATE)

    override var kept: String
        get() = settings.getString(PLAN, null).orEmpty()
        set(text) {
            settings.edit().putString(PLAN, text).apply()
        }

    override fun wakeAt(at: Instant?) {
        val ring = PendingIntent.getBroadcast(
            application, 0, Intent(application, AlarmReceiver::class.java), PendingIntent.FLAG_IMMUTABLE or PendingIntent.FLAG_UPDATE_CURRENT,
        )
        // By the wall clock, a few minutes late at worst: to be exact would take a permission of its own.
        if (at == null) alarms.cancel(ring) else alarms.setAndAllowWhileIdle(AlarmManager.RTC_WAKEUP, at.toEpochMilli(), ring)
    }

    override fun show(reminder: Reminder) {
        val texts = Texts.of(application.language)
        // Named in the settings in the language of now.
        notices.createNotificationChannel(NotificationChannel(CHANNEL, texts.reminders, NotificationManager.IMPORTANCE_DEFAULT))
        val article = reminder.item.id
        val open = Intent(application, MainActivity::class.java).setAction(article.hex).putExtra(ARTICLE, article.hex)
        val words = speakReminder(reminder, speech(application.language))
        val notice = Notification.Builder(application, CHANNEL)
            .setSmallIcon(R.drawable.flag)
            .setContentTitle(texts.reminders)
            .setContentText(words)
            .setStyle(Notification.BigTextStyle().bigText(words))
            .setVisibility(Notification.VISIBILITY_PRIVATE)
            .setAutoCancel(true)
            .setContentIntent(PendingIntent.getActivity(application, 0, open, PendingIntent.FLAG_IMMUTABLE))
            .build()
        // Where the member has said no the system shows nothing; the feed does.
        notices.notify(article.hex, 0, notice)
    }

    override fun clear(article: DocId) = notices.cancel(article.hex, 0)

    companion object {
        /** Names the article in an intent. */
        const val ARTICLE = "article"
        private const val PLAN = "plan"
        private const val CHANNEL = "reminders"
    }
}

/** The alarm rings, or the phone was started, its clock set, or the app updated: the system has forgotten its alarm. */
class AlarmReceiver : BroadcastReceiver() {
    override fun onReceive(context: Context, intent: Intent) {
        val application = context.applicationContext as HongqiApplication
        val pending = goAsync()
        application.scope.launch {
            try {
                val open = application.opened() as? Opening.Open ?: return@launch
                application.remind(open)
            } catch (_: HongqiException) {
                // Not enrolled, or not to be read now: there is nothing to remind of, or the app says why when it is opened.
            } finally {
                pending.finish()
            }
        }
    }
}
