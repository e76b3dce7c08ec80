package org.hongqi.core

import android.content.Context
import android.net.ConnectivityManager
import android.net.Network

/**
 * Tells the core what Android says of the network, as long as it is not closed. Another network (from Wi-Fi to mobile) is
 * told as well: a call that hangs on the old one is made again. Which network it is, and where, is never asked.
 */
class NetworkHints(context: Context, private val hongqi: Hongqi) : AutoCloseable {
    private val manager = context.getSystemService(ConnectivityManager::class.java)

    // Called by one thread, one after the other.
    private val callback = object : ConnectivityManager.NetworkCallback() {
        private var blocked = false

        override fun onAvailable(network: Network) {
            hongqi.network(true)
        }

        /** Of the default network: none has taken its place. */
        override fun onLost(network: Network) {
            hongqi.network(false)
        }

        /** The system keeps this app off a network that is there (battery saver, data saver). */
        override fun onBlockedStatusChanged(network: Network, blocked: Boolean) {
            if (this.blocked != blocked) hongqi.network(!blocked)
            this.blocked = blocked
        }
    }

    init {
        // The callback is told of no network only after there was one.
        if (manager.activeNetwork == null) hongqi.network(false)
        manager.registerDefaultNetworkCallback(callback)
    }

    override fun close() = manager.unregisterNetworkCallback(callback)
}
