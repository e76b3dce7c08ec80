package org.hongqi.core

import java.time.Instant

// The identifiers as types of their own: the generated file names them and wraps the texts that cross the border
// (bindings/uniffi.toml). A text that is no identifier is refused by the first call it is passed to, with
// ErrorCode.INVALID_ID; texts from outside go through parseDocId and its kin.

/** A document: 32 hexadecimal digits. */
@JvmInline
value class DocId(val hex: String) {
    override fun toString(): String = hex
}

/** An organisation: 32 hexadecimal digits. */
@JvmInline
value class OrgId(val hex: String) {
    override fun toString(): String = hex
}

/** A member: 32 hexadecimal digits. */
@JvmInline
value class MemberId(val hex: String) {
    override fun toString(): String = hex
}

/** A device of a member: 32 hexadecimal digits. */
@JvmInline
value class DeviceId(val hex: String) {
    override fun toString(): String = hex
}

/** A space: `board:`, `desk:`, `talk:` or `personal:` and 32 hexadecimal digits. */
@JvmInline
value class SpaceId(val text: String) {
    override fun toString(): String = text
}

/** Milliseconds since 1970; a moment that has no such number is the last or first that has. */
internal fun millisecondsOf(time: Instant): Long =
    try {
        time.toEpochMilli()
    } catch (_: ArithmeticException) {
        if (time.epochSecond > 0) Long.MAX_VALUE else Long.MIN_VALUE
    }
