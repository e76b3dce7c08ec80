package org.hongqi.core

import java.util.Locale

// One exception with one shape: what it carries can be had without a cast.

/** What went wrong; `ERRORS.md` lists all. */
val HongqiException.code: ErrorCode get() = failed.code

/** Whether the same call may succeed later without the caller changing anything in it. */
val HongqiException.retryable: Boolean get() = failed.retryable

/** Everything it says. */
val HongqiException.failed: HongqiException.Failed get() = when (this) {
    is HongqiException.Failed -> this
}

/** What a member is told: what happened, and what to do. */
fun HongqiException.text(language: Language): ErrorText = errorText(code, language)

/** The language of the core's own sentences that suits a reader of [locale]. */
fun languageOf(locale: Locale): Language = if (locale.language == "zh") Language.CHINESE else Language.ENGLISH
