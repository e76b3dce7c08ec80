package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.ColumnScope
import androidx.compose.foundation.layout.FlowRow
import androidx.compose.foundation.layout.FlowRowScope
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.RowScope
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.selection.toggleable
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Button
import androidx.compose.material3.Checkbox
import androidx.compose.material3.FilterChip
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.Role
import androidx.compose.ui.semantics.contentDescription
import androidx.compose.ui.semantics.heading
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.unit.dp
import org.hongqi.core.Language

/** One sentence of its parts, those without words left out. */
@Composable
internal fun sentence(vararg parts: String?): String =
    parts.filter { !it.isNullOrBlank() }.joinToString(if (speaker.context.language == Language.CHINESE) "，" else ", ")

/** A line of its parts, to be seen; those without words left out. */
internal fun dots(vararg parts: String?): String = parts.filter { !it.isNullOrBlank() }.joinToString(" · ")

/** A screen under a bar, that scrolls as a whole. */
@Composable
internal fun Page(
    title: String,
    onBack: () -> Unit,
    actions: @Composable RowScope.() -> Unit = {},
    content: @Composable ColumnScope.() -> Unit,
) {
    Column(Modifier.fillMaxSize()) {
        TopBar(title, onBack, actions)
        Column(
            Modifier.fillMaxSize().verticalScroll(rememberScrollState()).navigationBarsPadding().imePadding()
                .padding(horizontal = 20.dp, vertical = 8.dp),
            Arrangement.spacedBy(14.dp),
            content = content,
        )
    }
}

/** What the following is. */
@Composable
internal fun Heading(text: String, modifier: Modifier = Modifier) {
    Text(
        text,
        modifier.padding(top = 6.dp).semantics { heading() },
        style = MaterialTheme.typography.titleSmall,
        color = MaterialTheme.colorScheme.onSurfaceVariant,
    )
}

/** A few words that explain. */
@Composable
internal fun Hint(text: String, modifier: Modifier = Modifier) {
    Text(text, modifier, style = MaterialTheme.typography.bodySmall, color = MaterialTheme.colorScheme.onSurfaceVariant)
}

/** The one thing that a screen is for. */
@Composable
internal fun MainButton(text: String, enabled: Boolean = true, onClick: () -> Unit) {
    Button(onClick, Modifier.fillMaxWidth().heightIn(min = 56.dp), enabled) {
        Text(text, style = MaterialTheme.typography.titleMedium)
    }
}

/** A choice of words only; of several on one screen [about] says to whom or what it is done. */
@Composable
internal fun WordButton(text: String, about: String? = null, modifier: Modifier = Modifier, onClick: () -> Unit) {
    val said = about?.let { sentence(text, it) }
    TextButton(
        onClick,
        modifier.heightIn(min = Touch).then(if (said == null) Modifier else Modifier.semantics { contentDescription = said }),
    ) { Text(text) }
}

/** Several to touch, side by side as far as there is room: large letters need more of it. */
@Composable
internal fun Several(modifier: Modifier = Modifier, content: @Composable FlowRowScope.() -> Unit) {
    FlowRow(modifier, Arrangement.spacedBy(8.dp), Arrangement.spacedBy(8.dp), content = content)
}

/** What cannot be taken back is asked once more, with what it [means], whatever its [button] looks like. */
@Composable
internal fun Sure(what: String, onSure: () -> Unit, means: String = "", button: @Composable (onClick: () -> Unit) -> Unit) {
    var asking by remember { mutableStateOf(false) }
    button { asking = true }
    if (!asking) return
    AlertDialog(
        onDismissRequest = { asking = false },
        title = { Text(what) },
        text = { Text(listOf(means, texts.noWayBack).filter { it.isNotEmpty() }.joinToString("\n")) },
        confirmButton = {
            WordButton(what) {
                asking = false
                onSure()
            }
        },
        dismissButton = { WordButton(texts.cancel) { asking = false } },
    )
}

/** A line or more to write. */
@Composable
internal fun Field(label: String, value: String, onChange: (String) -> Unit, lines: Int = 1, trailing: (@Composable () -> Unit)? = null) {
    OutlinedTextField(
        value,
        onChange,
        Modifier.fillMaxWidth(),
        label = { Text(label) },
        trailingIcon = trailing,
        singleLine = lines == 1,
        minLines = lines,
        shape = RoundedCornerShape(14.dp),
    )
}

/** One of several. */
@Composable
internal fun <T> Choice(options: List<Pair<T, String>>, chosen: T?, onChoose: (T) -> Unit) {
    Several {
        for ((option, name) in options) {
            FilterChip(option == chosen, { onChoose(option) }, { Text(name) }, Modifier.heightIn(min = Touch), leadingIcon = chosen(option == chosen))
        }
    }
}

/** A mark on what is chosen: colour alone says nothing to some. */
internal fun chosen(yes: Boolean): (@Composable () -> Unit)? = if (yes) ({ Icon(Icons.Check, null, Modifier.size(18.dp)) }) else null

/** A sentence of the core's as a line of its own. */
internal fun String.capital(): String = replaceFirstChar(Char::uppercaseChar)

/** Yes or no. */
@Composable
internal fun Tick(text: String, checked: Boolean, note: String? = null, said: String = sentence(text, note), onChange: () -> Unit) {
    Row(
        Modifier.fillMaxWidth().heightIn(min = Touch).toggleable(checked, role = Role.Checkbox) { onChange() },
        Arrangement.spacedBy(12.dp),
        Alignment.CenterVertically,
    ) {
        Checkbox(checked, null)
        Column(Modifier.weight(1f).said(said)) {
            Text(text, style = MaterialTheme.typography.bodyMedium)
            if (!note.isNullOrEmpty()) Hint(note)
        }
    }
}

/** A value that is moved to both sides. */
@Composable
internal fun Stepper(label: String, value: String, onLess: () -> Unit, onMore: () -> Unit) {
    Several(Modifier.fillMaxWidth()) {
        Column(Modifier.weight(1f).widthIn(min = 112.dp).said(label + texts.colon + value)) {
            Hint(label)
            Text(value, style = MaterialTheme.typography.titleSmall)
        }
        Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
            QuietButton(texts.earlier, onClick = onLess)
            QuietButton(texts.laterOn, onClick = onMore)
        }
    }
}

/** Where one goes from here. */
@Composable
internal fun WayRow(icon: ImageVector, title: String, note: String? = null, count: Long = 0, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Row(
            Modifier.fillMaxWidth().heightIn(min = 60.dp).said(sentence(title, if (count > 0) "$count" else null, note)).padding(horizontal = 16.dp, vertical = 8.dp),
            Arrangement.spacedBy(14.dp),
            Alignment.CenterVertically,
        ) {
            Icon(icon, null, tint = colors.primary)
            Column(Modifier.weight(1f)) {
                Text(title, style = MaterialTheme.typography.titleSmall)
                if (!note.isNullOrEmpty()) Hint(note)
            }
            Count(count)
            Icon(Icons.Forward, null, tint = colors.onSurfaceVariant)
        }
    }
}

/** Something on a ground of its own. */
@Composable
internal fun Panel(
    ground: Color = MaterialTheme.colorScheme.surfaceContainer,
    ink: Color = MaterialTheme.colorScheme.onSurface,
    content: @Composable ColumnScope.() -> Unit,
) {
    Surface(color = ground, contentColor = ink, shape = RoundedCornerShape(16.dp)) {
        Column(Modifier.fillMaxWidth().padding(16.dp), Arrangement.spacedBy(8.dp), content = content)
    }
}

/** A person, in one line; [what] is how it stands with them, [acts] what one does. */
@Composable
internal fun PersonRow(
    name: String,
    what: String = "",
    said: String = sentence(name, what),
    note: String = "",
    onOpen: (() -> Unit)? = null,
    acts: @Composable RowScope.() -> Unit = {},
) {
    val colors = MaterialTheme.colorScheme
    Row(
        Modifier.fillMaxWidth().heightIn(min = Touch).then(if (onOpen == null) Modifier else Modifier.clickable(onClick = onOpen)),
        Arrangement.spacedBy(4.dp),
        Alignment.CenterVertically,
    ) {
        Row(Modifier.weight(1f).said(said), Arrangement.spacedBy(12.dp), Alignment.CenterVertically) {
            Face(name)
            Column(Modifier.weight(1f)) {
                Text(name, style = MaterialTheme.typography.titleSmall)
                if (what.isNotEmpty()) Text(what, style = MaterialTheme.typography.bodySmall, color = colors.onSurfaceVariant)
                if (note.isNotEmpty()) Text(note, style = MaterialTheme.typography.bodySmall, color = colors.error)
            }
        }
        acts()
    }
}

/** One thing known of something. */
@Composable
internal fun Fact(icon: ImageVector, text: String) {
    Row(horizontalArrangement = Arrangement.spacedBy(12.dp), verticalAlignment = Alignment.CenterVertically) {
        Icon(icon, null, tint = MaterialTheme.colorScheme.primary)
        Text(text, style = MaterialTheme.typography.bodyMedium)
    }
}
