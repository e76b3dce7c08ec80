package org.hongqi.core

import java.time.Instant
import java.time.ZoneId

/** To whom the core speaks (`speakMessage` and its kin): a reader of [language] whose clock shows [zone]'s time. */
fun speech(language: Language, zone: ZoneId = ZoneId.systemDefault(), now: Instant = Instant.now()): SpeechContext =
    SpeechContext(language, now, zone.rules.getOffset(now).totalSeconds / 60)
