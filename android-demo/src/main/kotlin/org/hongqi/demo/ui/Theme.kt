package org.hongqi.demo.ui

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Typography
import androidx.compose.material3.darkColorScheme
import androidx.compose.material3.lightColorScheme
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.text.TextStyle
import androidx.compose.ui.text.intl.LocaleList
import androidx.compose.ui.text.style.LineBreak
import androidx.compose.ui.unit.em
import androidx.compose.ui.unit.sp
import java.time.Instant
import java.time.ZoneOffset
import java.time.format.DateTimeFormatter
import java.time.format.TextStyle as DateStyle
import java.util.Locale
import org.hongqi.core.Language
import org.hongqi.core.SpeechContext
import org.hongqi.core.speakTime
import org.hongqi.core.speech
import org.hongqi.demo.text.Texts

// Every pair of a colour and what stands on it has a contrast of at least 4.5 to 1 (PicturesTest measures it).

internal val Light = lightColorScheme(
    primary = Color(0xFFB01E17),
    onPrimary = Color.White,
    primaryContainer = Color(0xFFFFDAD5),
    onPrimaryContainer = Color(0xFF5B0A06),
    secondary = Color(0xFF6F5B57),
    onSecondary = Color.White,
    secondaryContainer = Color(0xFFF3DFDB),
    onSecondaryContainer = Color(0xFF3A2A27),
    tertiary = Color(0xFF6B5D1E),
    onTertiary = Color.White,
    tertiaryContainer = Color(0xFFF6E7A8),
    onTertiaryContainer = Color(0xFF423800),
    background = Color(0xFFFBF8F7),
    onBackground = Color(0xFF201A19),
    surface = Color(0xFFFBF8F7),
    onSurface = Color(0xFF201A19),
    surfaceVariant = Color(0xFFEFE7E5),
    onSurfaceVariant = Color(0xFF57504E),
    surfaceContainerLowest = Color.White,
    surfaceContainer = Color(0xFFF3EEEC),
    surfaceContainerHigh = Color(0xFFEDE7E5),
    outline = Color(0xFF7D7472),
    outlineVariant = Color(0xFFDDD5D3),
    error = Color(0xFFA1190F),
    onError = Color.White,
    errorContainer = Color(0xFFFFDAD5),
    onErrorContainer = Color(0xFF5B0A06),
)

internal val Dark = darkColorScheme(
    primary = Color(0xFFFFB4A9),
    onPrimary = Color(0xFF680F09),
    primaryContainer = Color(0xFF5B1B16),
    onPrimaryContainer = Color(0xFFFFDAD5),
    secondary = Color(0xFFD9C2BD),
    onSecondary = Color(0xFF3C2D2A),
    secondaryContainer = Color(0xFF4B3D3A),
    onSecondaryContainer = Color(0xFFF3DFDB),
    tertiary = Color(0xFFDCCB86),
    onTertiary = Color(0xFF3A3000),
    tertiaryContainer = Color(0xFF524714),
    onTertiaryContainer = Color(0xFFF6E7A8),
    background = Color(0xFF171312),
    onBackground = Color(0xFFEDE0DD),
    surface = Color(0xFF171312),
    onSurface = Color(0xFFEDE0DD),
    surfaceVariant = Color(0xFF352F2D),
    onSurfaceVariant = Color(0xFFCFC4C1),
    surfaceContainerLowest = Color(0xFF211C1B),
    surfaceContainer = Color(0xFF1F1A19),
    surfaceContainerHigh = Color(0xFF2C2624),
    outline = Color(0xFF9A908D),
    outlineVariant = Color(0xFF453D3B),
    error = Color(0xFFFFB4A9),
    onError = Color(0xFF680F09),
    errorContainer = Color(0xFF7D1B14),
    onErrorContainer = Color(0xFFFFDAD5),
)

// What went well: Material has no colour for it.
internal val LightGood = Color(0xFFCDEBD0) to Color(0xFF0B3A17)
internal val DarkGood = Color(0xFF17462A) to Color(0xFFCDEBD0)

/** The ground of what went well. */
@Composable
internal fun goodGround(): Color = (if (dark()) DarkGood else LightGood).first

/** What stands on it. */
@Composable
internal fun goodInk(): Color = (if (dark()) DarkGood else LightGood).second

/** A mark for it on the page. */
@Composable
internal fun goodMark(): Color = if (dark()) DarkGood.second else LightGood.second

@Composable
private fun dark(): Boolean = MaterialTheme.colorScheme.surface == Dark.surface

/** To whom the app speaks: its own texts, and the core's sentences as of now. */
data class Speaker(val texts: Texts, val context: SpeechContext) {
    /** A moment as it is shown. */
    fun time(at: Instant): String = speakTime(at, context)

    /** From when to when; the day is named once if it is one. */
    fun span(starts: Instant, ends: Instant): String {
        val (from, to) = listOf(starts, ends).map { it.atOffset(ZoneOffset.ofTotalSeconds(context.utcOffsetMinutes * 60)) }
        val end = if (from.toLocalDate() == to.toLocalDate()) CLOCK.format(to) else time(ends)
        return "${time(starts)} – $end"
    }

    /**
     * When somebody came; once they have gone, from when to when, and for how long they were there. That is the core's to
     * count: who went and came back was away in between.
     */
    fun stay(came: Instant, went: Instant?, stayedMs: Long?): String =
        if (went == null) time(came) else dots(span(came, went), stayedMs?.let { texts.minutes((it / 60_000).toInt()) })

    /** Month and day, as on a calendar. */
    fun leaf(at: Instant): Pair<String, String> {
        val day = at.atOffset(ZoneOffset.ofTotalSeconds(context.utcOffsetMinutes * 60))
        val locale = if (context.language == Language.CHINESE) Locale.SIMPLIFIED_CHINESE else Locale.ENGLISH
        return day.month.getDisplayName(DateStyle.SHORT, locale) to "${day.dayOfMonth}"
    }

    companion object {
        fun of(language: Language, now: Instant = Instant.now()) =
            Speaker(Texts.of(language), speech(language, now = now))

        private val CLOCK = DateTimeFormatter.ofPattern("HH:mm")
    }
}

private val LocalSpeaker = staticCompositionLocalOf<Speaker> { error("outside of HongqiTheme") }

/** Who speaks here. */
val speaker: Speaker
    @Composable @ReadOnlyComposable
    get() = LocalSpeaker.current

/** The app's own texts. */
val texts: Texts
    @Composable @ReadOnlyComposable
    get() = LocalSpeaker.current.texts

/** Everything that the app shows stands in here. */
@Composable
fun HongqiTheme(speaker: Speaker, dark: Boolean = isSystemInDarkTheme(), content: @Composable () -> Unit) {
    CompositionLocalProvider(LocalSpeaker provides speaker) {
        MaterialTheme(if (dark) Dark else Light, typography = typography(speaker.context.language), content = content)
    }
}

/**
 * The locale chooses simplified glyphs where a font has several for one character. Chinese lines are taller than Latin
 * ones, have no letter spacing, and break by the rules for Chinese.
 */
private fun typography(language: Language): Typography {
    val chinese = language == Language.CHINESE
    fun TextStyle.tuned(size: Double, line: Double) = copy(
        fontSize = size.sp,
        lineHeight = (if (chinese) line else line * 0.92).em,
        letterSpacing = if (chinese) 0.em else letterSpacing,
        localeList = LocaleList(if (chinese) "zh-CN" else "en"),
        lineBreak = LineBreak.Paragraph,
    )
    val base = Typography()
    return base.copy(
        // Of even lines: a single character on the second is no heading.
        headlineSmall = base.headlineSmall.tuned(24.0, 1.4).copy(lineBreak = LineBreak.Heading),
        titleLarge = base.titleLarge.tuned(20.0, 1.4),
        titleMedium = base.titleMedium.tuned(17.0, 1.45),
        titleSmall = base.titleSmall.tuned(15.0, 1.45),
        bodyLarge = base.bodyLarge.tuned(17.0, 1.65),
        bodyMedium = base.bodyMedium.tuned(15.0, 1.55),
        bodySmall = base.bodySmall.tuned(13.0, 1.45),
        labelLarge = base.labelLarge.tuned(15.0, 1.4),
        labelMedium = base.labelMedium.tuned(13.0, 1.4),
        labelSmall = base.labelSmall.tuned(12.0, 1.4),
    )
}
