package org.hongqi.demo.ui

import androidx.compose.foundation.BorderStroke
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.statusBarsPadding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.shape.CircleShape
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.ButtonDefaults
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedButton
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.clearAndSetSemantics
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.Delivery
import org.hongqi.core.refusalText

/** Everything that is touched is at least this high: 48 dp. */
internal val Touch = 48.dp

/** Read by a screen reader as this one sentence, and not piece by piece. */
internal fun Modifier.said(sentence: String): Modifier = clearAndSetSemantics { contentDescription = sentence }

/** The bar at the top of a screen. */
@Composable
internal fun TopBar(title: String, onBack: (() -> Unit)? = null, actions: @Composable RowScope.() -> Unit = {}) {
    Surface(color = MaterialTheme.colorScheme.surface) {
        Row(
            Modifier.statusBarsPadding().fillMaxWidth().heightIn(min = 60.dp).padding(start = if (onBack == null) 16.dp else 4.dp, end = 4.dp),
            verticalAlignment = Alignment.CenterVertically,
        ) {
            if (onBack != null) IconButton(onBack, Modifier.size(Touch)) { Icon(Icons.Back, texts.back) }
            Text(
                title,
                Modifier.weight(1f).padding(horizontal = 4.dp).semantics { heading() },
                style = MaterialTheme.typography.titleLarge,
                maxLines = 2,
                overflow = TextOverflow.Ellipsis,
            )
            actions()
        }
    }
}

/** What stands where a list would be. */
@Composable
internal fun Empty(icon: ImageVector, text: String, modifier: Modifier = Modifier, below: @Composable () -> Unit = {}) {
    Column(
        modifier.fillMaxSize().padding(32.dp),
        verticalArrangement = Arrangement.spacedBy(16.dp, Alignment.CenterVertically),
        horizontalAlignment = Alignment.CenterHorizontally,
    ) {
        Box(
            Modifier.size(72.dp).clip(CircleShape).background(MaterialTheme.colorScheme.surfaceContainerHigh),
            contentAlignment = Alignment.Center,
        ) {
            Icon(icon, null, Modifier.size(32.dp), tint = MaterialTheme.colorScheme.onSurfaceVariant)
        }
        Text(
            text,
            Modifier.widthIn(max = 280.dp),
            textAlign = TextAlign.Center,
            style = MaterialTheme.typography.bodyMedium,
            color = MaterialTheme.colorScheme.onSurfaceVariant,
        )
        below()
    }
}

/** A second choice beside a filled button. */
@Composable
internal fun QuietButton(text: String, modifier: Modifier = Modifier, enabled: Boolean = true, onClick: () -> Unit) {
    OutlinedButton(
        onClick,
        modifier.heightIn(min = Touch),
        enabled,
        border = BorderStroke(1.dp, if (enabled) MaterialTheme.colorScheme.outline else MaterialTheme.colorScheme.outlineVariant),
        colors = ButtonDefaults.outlinedButtonColors(contentColor = MaterialTheme.colorScheme.primary),
    ) { Text(text) }
}

/** A word on a coloured ground. */
@Composable
internal fun Tag(text: String, ground: Color, ink: Color) {
    Text(
        text,
        Modifier.clip(RoundedCornerShape(6.dp)).background(ground).padding(horizontal = 7.dp, vertical = 2.dp),
        color = ink,
        style = MaterialTheme.typography.labelSmall,
        maxLines = 1,
    )
}

/** An icon and a few words, in one colour. */
@Composable
internal fun Sign(icon: ImageVector, text: String, ink: Color, modifier: Modifier = Modifier) {
    Row(modifier, Arrangement.spacedBy(4.dp), Alignment.CenterVertically) {
        Icon(icon, null, Modifier.size(15.dp), tint = ink)
        Text(text, color = ink, style = MaterialTheme.typography.labelSmall)
    }
}

/** Where what was written has got to; what has arrived needs no words in a list, unless [always]. */
@Composable
internal fun DeliverySign(delivery: Delivery, modifier: Modifier = Modifier, always: Boolean = false) {
    val colors = MaterialTheme.colorScheme
    when (delivery) {
        is Delivery.OnDevice -> Sign(Icons.Clock, texts.onDevice, colors.onSurfaceVariant, modifier)
        is Delivery.Refused -> {
            val why = refusalText(delivery.reason, speaker.context.language)
            Sign(Icons.Warning, texts.refused + texts.colon + why, colors.error, modifier)
        }
        is Delivery.AtServer -> if (always) Sign(Icons.Check, texts.atServer, colors.onSurfaceVariant, modifier)
    }
}

/** A number on a round ground; nothing for none. */
@Composable
internal fun Count(count: Long, muted: Boolean = false) {
    if (count == 0L) return
    val colors = MaterialTheme.colorScheme
    Box(
        Modifier.heightIn(min = 22.dp).widthIn(min = 22.dp).clip(CircleShape)
            .background(if (muted) colors.surfaceContainerHigh else colors.primary).padding(horizontal = 6.dp),
        contentAlignment = Alignment.Center,
    ) {
        Text(
            if (count > 99) "99+" else "$count",
            color = if (muted) colors.onSurfaceVariant else colors.onPrimary,
            style = MaterialTheme.typography.labelSmall,
        )
    }
}

/** The first character of a name. */
@Composable
internal fun Face(name: String) {
    Box(
        Modifier.size(44.dp).clip(CircleShape).background(MaterialTheme.colorScheme.primaryContainer),
        contentAlignment = Alignment.Center,
    ) {
        Text(name.take(1), color = MaterialTheme.colorScheme.onPrimaryContainer, style = MaterialTheme.typography.titleMedium)
    }
}
