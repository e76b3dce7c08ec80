package org.hongqi.core

import java.io.File
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext

/**
 * Opens the core: once a process, held as long as the process lives, for instance by Android's `Application`.
 *
 * [home] and [noBackup] are made if they are missing. What stands in [noBackup] must be kept out of backups (on Android:
 * `context.noBackupFilesDir`): by it a restored or copied database is known for one. [roots] are certificate
 * authorities to trust in place of Mozilla's, as DER, for a server with one of its own. It begins as if paused: give it
 * to a [Lifecycle] and say when the app comes to the foreground and leaves it.
 *
 * @throws HongqiException `newer_database`, `disk_full`, `storage`; `key` if the key store gives no key; `tls` if a root
 *   is none.
 */
suspend fun openHongqi(
    home: File,
    keys: DeviceKeyStore,
    noBackup: File = home,
    roots: List<ByteArray>? = null,
): Hongqi {
    CallbackThreads.keep()
    val key = withContext(Dispatchers.IO) {
        home.mkdirs()
        noBackup.mkdirs()
        keys.key()
    }
    return Hongqi.open(home.path, key, noBackup.path, roots)
}
