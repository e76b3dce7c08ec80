package org.hongqi.core

import com.sun.jna.Callback
import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native

/**
 * Keeps the core's threads attached to the JVM. JNA otherwise makes a new Java thread for each call into Kotlin and ends
 * it afterwards, which takes several times as long as the call. A thread that ends detaches itself; they are few: the
 * one that calls all listeners, and those of the core's runtime, which finish `suspend` calls and ask for signatures.
 */
internal object CallbackThreads {
    init {
        val attached = CallbackThreadInitializer(true, false, "hongqi")
        for (callback in callbacks()) Native.setCallbackThreadInitializer(callback, attached)
    }

    /** From here on they are kept. Cheap; every way in goes through it. */
    fun keep() = Unit

    /** Everything of the generated file that is called from a thread of the core. */
    private fun callbacks(): List<Callback> =
        listOf(
            uniffiRustFutureContinuationCallbackImpl,
            uniffiCallbackInterfaceTopicListener.onChange,
            uniffiCallbackInterfaceTopicListener.uniffiFree,
            uniffiCallbackInterfaceTopicListener.uniffiClone,
            uniffiCallbackInterfaceStateListener.onState,
            uniffiCallbackInterfaceStateListener.uniffiFree,
            uniffiCallbackInterfaceStateListener.uniffiClone,
            uniffiCallbackInterfaceDeviceKey.publicKey,
            uniffiCallbackInterfaceDeviceKey.sign,
            uniffiCallbackInterfaceDeviceKey.uniffiFree,
            uniffiCallbackInterfaceDeviceKey.uniffiClone,
            uniffiCallbackInterfaceLogSink.log,
            uniffiCallbackInterfaceLogSink.uniffiFree,
            uniffiCallbackInterfaceLogSink.uniffiClone,
        )
}
