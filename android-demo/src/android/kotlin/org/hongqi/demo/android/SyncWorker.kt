package org.hongqi.demo.android

import android.content.Context
import androidx.work.BackoffPolicy
import androidx.work.Constraints
import androidx.work.CoroutineWorker
import androidx.work.ExistingPeriodicWorkPolicy
import androidx.work.ExistingWorkPolicy
import androidx.work.NetworkType
import androidx.work.OneTimeWorkRequestBuilder
import androidx.work.PeriodicWorkRequestBuilder
import androidx.work.WorkManager
import androidx.work.WorkerParameters
import java.time.Duration
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import org.hongqi.core.HongqiException
import org.hongqi.core.retryable

/**
 * Exchanges while nobody looks. Never expedited: nothing here is worth more than the member's battery. What has become due
 * to be acknowledged gets its alarms; it notifies of nothing else, since the core does not say what would be worth it.
 */
class SyncWorker(context: Context, parameters: WorkerParameters) : CoroutineWorker(context, parameters) {
    override suspend fun doWork(): Result {
        val application = applicationContext as HongqiApplication
        val opening = withContext(Dispatchers.Main) { application.opened() }
        if (opening !is Opening.Open) return Result.retry()
        return try {
            // Cancelled when the system wants its time back; the store is closed then.
            opening.lifecycle.backgroundSync(DEADLINE)
            application.remind(opening)
            Result.success()
        } catch (error: HongqiException) {
            // What is not retryable (not enrolled, revoked) is shown on screen, and asked again by the next period.
            if (error.retryable) Result.retry() else Result.failure()
        }
    }

    companion object {
        /** Well below the ten minutes that a worker has. */
        private val DEADLINE = Duration.ofMinutes(2)
        private val connected = Constraints.Builder().setRequiredNetworkType(NetworkType.CONNECTED).build()

        /** News now and then; once for all starts of the app. */
        fun keep(context: Context) {
            val hourly = PeriodicWorkRequestBuilder<SyncWorker>(Duration.ofHours(1)).setConstraints(connected).build()
            WorkManager.getInstance(context).enqueueUniquePeriodicWork("news", ExistingPeriodicWorkPolicy.KEEP, hourly)
        }

        /** What waits in the outbox, as soon as there is a network. */
        fun send(context: Context) {
            val once = OneTimeWorkRequestBuilder<SyncWorker>()
                .setConstraints(connected)
                .setBackoffCriteria(BackoffPolicy.EXPONENTIAL, Duration.ofSeconds(30))
                .build()
            WorkManager.getInstance(context).enqueueUniqueWork("send", ExistingWorkPolicy.REPLACE, once)
        }
    }
}
