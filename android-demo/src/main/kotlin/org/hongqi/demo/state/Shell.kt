package org.hongqi.demo.state

import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.MutableStateFlow
import kotlinx.coroutines.flow.SharingStarted
import kotlinx.coroutines.flow.StateFlow
import kotlinx.coroutines.flow.asStateFlow
import kotlinx.coroutines.flow.catch
import kotlinx.coroutines.flow.stateIn
import kotlinx.coroutines.launch
import org.hongqi.core.ErrorCode
import org.hongqi.core.Hongqi
import org.hongqi.core.HongqiException
import org.hongqi.core.code

/** What all screens share: the core, how long they live, and where what did not work is said. */
class Shell private constructor(
    val hongqi: Hongqi,
    private val process: CoroutineScope,
    private val looking: CoroutineScope,
    private val failed: MutableStateFlow<ErrorCode?>,
) {
    /** Of the process, which [scope] lives as long as. */
    constructor(hongqi: Hongqi, scope: CoroutineScope) : this(hongqi, scope, scope, MutableStateFlow(null))

    /** For one screen: what it shows is followed while [looking] lives; what was asked for there is done all the same. */
    fun screen(looking: CoroutineScope) = Shell(hongqi, process, looking, failed)

    /** What last did not work, until the member has seen it. */
    val failure: StateFlow<ErrorCode?> = failed.asStateFlow()

    /** The member has seen it. */
    fun seen() {
        failed.value = null
    }

    /** This did not work. */
    fun failed(code: ErrorCode) {
        failed.value = code
    }

    /** Does what the member asked for; if it does not work, says so. */
    fun act(what: suspend () -> Unit) {
        process.launch {
            try {
                what()
            } catch (error: HongqiException) {
                failed.value = error.code
            }
        }
    }

    /** A flow as the state of a screen: [before] until the first value is there. Subscribed while somebody looks. */
    fun <T> shown(flow: Flow<T>, before: T): StateFlow<T> =
        flow
            .catch { error -> if (error is HongqiException) failed.value = error.code else throw error }
            .stateIn(looking, SharingStarted.WhileSubscribed(stopTimeoutMillis = 5_000), before)
}
