package org.hongqi.core

import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.conflate
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.flow

// What a door and a member's phone show. Codes and cards are of now only, so these flows ask for the next by themselves
// for as long as they are collected.

/** The doors of an activity that are known here, in the order of their labels, with how many have come. */
fun Hongqi.doorsFlow(activity: DocId): Flow<List<DoorView>> {
    val presence = presence()
    return observe(Topic.Activity(activity), Topic.Directory) { presence.doors(activity) }
}

/** What the phone at a [door] shows, each code until the next. Fails once the door is shut. Paused with the app. */
fun Hongqi.doorCodes(door: DocId): Flow<ShownCode> {
    val presence = presence()
    return shown(ShownCode::nextInMs) { presence.nextCode(door) }
}

/** The card of this member, each until the next. Paused with the app. */
fun Hongqi.ownCards(): Flow<ShownCard> {
    val presence = presence()
    return shown(ShownCard::nextInMs) { presence.ownCard() }
}

private fun <T> Hongqi.shown(lasts: (T) -> ULong, next: suspend () -> T): Flow<T> = flow {
    while (true) {
        val shown = try {
            next()
        } catch (error: HongqiException) {
            if (error.code != ErrorCode.PAUSED) throw error
            states().first { it != AppState.Paused && it !is AppState.Failed }
            continue
        }
        emit(shown)
        delay(lasts(shown).toLong())
    }
}.conflate()
