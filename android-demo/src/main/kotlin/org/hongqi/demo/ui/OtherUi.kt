package org.hongqi.demo.ui

import androidx.compose.foundation.clickable
import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.Row
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.imePadding
import androidx.compose.foundation.layout.navigationBarsPadding
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.statusBarsPadding
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.lazy.LazyColumn
import androidx.compose.foundation.lazy.items
import androidx.compose.foundation.rememberScrollState
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.foundation.text.KeyboardOptions
import androidx.compose.foundation.verticalScroll
import androidx.compose.material3.Button
import androidx.compose.material3.FilterChip
import androidx.compose.material3.HorizontalDivider
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.OutlinedTextField
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.text.SpanStyle
import androidx.compose.ui.text.buildAnnotatedString
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.input.KeyboardCapitalization
import androidx.compose.ui.text.input.KeyboardType
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.dp
import org.hongqi.core.AppState
import org.hongqi.core.Language
import org.hongqi.core.SearchHit
import org.hongqi.core.speakHit
import org.hongqi.demo.state.Found
import org.hongqi.demo.state.Settings

/** Search. */
@Composable
fun SearchUi(query: String, found: Found?, onAsk: (String) -> Unit, onOpen: (SearchHit) -> Unit, modifier: Modifier = Modifier) {
    Column(modifier.fillMaxSize()) {
        OutlinedTextField(
            query,
            onAsk,
            Modifier.fillMaxWidth().padding(horizontal = 16.dp, vertical = 8.dp),
            placeholder = { Text(texts.searchHint) },
            leadingIcon = { Icon(Icons.Search, null) },
            trailingIcon = {
                if (query.isNotEmpty()) IconButton({ onAsk("") }, Modifier.size(Touch)) { Icon(Icons.Close, texts.cancel) }
            },
            singleLine = true,
            shape = RoundedCornerShape(28.dp),
        )
        when {
            found == null -> Empty(Icons.Search, texts.searchHelp)
            found.hits.isEmpty() -> Empty(Icons.Search, texts.noHits)
            else -> LazyColumn(Modifier.fillMaxSize()) {
                items(found.hits, key = { it.doc.hex }) { hit ->
                    HitRow(hit, found.query) { onOpen(hit) }
                    HorizontalDivider(Modifier.padding(start = 16.dp), color = MaterialTheme.colorScheme.outlineVariant)
                }
            }
        }
    }
}

@Composable
private fun HitRow(hit: SearchHit, query: String, onOpen: () -> Unit) {
    val colors = MaterialTheme.colorScheme
    Box(Modifier.fillMaxWidth().clickable(onClick = onOpen)) {
        Column(
            Modifier.fillMaxWidth().said(speakHit(hit, speaker.context)).padding(horizontal = 16.dp, vertical = 12.dp),
            Arrangement.spacedBy(6.dp),
        ) {
            Text(
                marked(excerpt(hit.text, query), query),
                style = MaterialTheme.typography.bodyMedium,
                maxLines = 3,
                overflow = TextOverflow.Ellipsis,
            )
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp), verticalAlignment = Alignment.CenterVertically) {
                Tag(texts.hit(hit.kind), colors.surfaceContainerHigh, colors.onSurfaceVariant)
                Text(speaker.time(hit.at), style = MaterialTheme.typography.labelSmall, color = colors.onSurfaceVariant)
            }
        }
    }
}

/** From a little before the first place where the query's first word stands. */
internal fun excerpt(text: String, query: String): String {
    val word = query.trim().split(' ').first()
    val line = text.trim().replace(BLANKS, " ")
    val at = line.indexOf(word, ignoreCase = true)
    return if (at <= BEFORE) line else "…" + line.substring(at - BEFORE)
}

private const val BEFORE = 24
private val BLANKS = Regex("\\s+")

@Composable
private fun marked(text: String, query: String) = buildAnnotatedString {
    append(text)
    val style = SpanStyle(color = MaterialTheme.colorScheme.primary, fontWeight = FontWeight.SemiBold)
    for (word in query.trim().split(' ').filter { it.isNotEmpty() }) {
        var at = text.indexOf(word, ignoreCase = true)
        while (at >= 0) {
            addStyle(style, at, at + word.length)
            at = text.indexOf(word, at + word.length, ignoreCase = true)
        }
    }
}

/** How it goes, in a few words. */
@Composable
internal fun stateText(state: AppState): String = when (state) {
    is AppState.Offline -> texts.offline
    is AppState.Syncing -> texts.syncing
    is AppState.Idle -> texts.upToDate
    is AppState.Waiting -> texts.waitingToRetry
    is AppState.Revoked -> texts.revoked
    else -> texts.closed
}

/** Who the member is, and how the app is set. */
@Composable
fun SettingsUi(
    settings: Settings?,
    state: AppState,
    waiting: Int,
    onLanguage: (Language) -> Unit,
    onOutbox: () -> Unit,
    onSync: () -> Unit,
    modifier: Modifier = Modifier,
    onCard: () -> Unit = {},
    onHistory: () -> Unit = {},
) {
    val colors = MaterialTheme.colorScheme
    if (settings == null) return
    Column(
        modifier.fillMaxSize().verticalScroll(rememberScrollState()).padding(horizontal = 16.dp, vertical = 8.dp),
        Arrangement.spacedBy(20.dp),
    ) {
        Row(horizontalArrangement = Arrangement.spacedBy(14.dp), verticalAlignment = Alignment.CenterVertically) {
            Face(settings.name)
            Column {
                Text(settings.name, style = MaterialTheme.typography.titleLarge)
                Text(settings.home, style = MaterialTheme.typography.bodyMedium, color = colors.onSurfaceVariant)
            }
        }
        Surface(color = colors.surfaceContainer, shape = RoundedCornerShape(16.dp)) {
            Column(Modifier.fillMaxWidth().padding(16.dp), Arrangement.spacedBy(12.dp)) {
                Column {
                    Text(stateText(state), style = MaterialTheme.typography.titleSmall)
                    Text(
                        if (waiting > 0) texts.waiting(waiting) else texts.nothingWaits,
                        style = MaterialTheme.typography.bodySmall,
                        color = colors.onSurfaceVariant,
                    )
                }
                Row(horizontalArrangement = Arrangement.spacedBy(12.dp)) {
                    Button(onSync, Modifier.weight(1f).heightIn(min = Touch)) { Text(texts.syncNow) }
                    QuietButton(texts.outbox, Modifier.weight(1f), onClick = onOutbox)
                }
            }
        }
        Surface(color = colors.surfaceContainer, shape = RoundedCornerShape(16.dp)) {
            Column {
                WayRow(Icons.Code, texts.myCard, onOpen = onCard)
                WayRow(Icons.Activity, texts.history, onOpen = onHistory)
            }
        }
        if (settings.roles.isNotEmpty()) {
            Line(texts.roles, settings.roles.map { (role, org) -> "${texts.role(role.role)} · $org" }.joinToString("\n"))
        }
        Column(verticalArrangement = Arrangement.spacedBy(4.dp)) {
            Text(texts.language, style = MaterialTheme.typography.labelMedium, color = colors.onSurfaceVariant)
            Row(horizontalArrangement = Arrangement.spacedBy(8.dp)) {
                for ((language, name) in listOf(Language.CHINESE to "简体中文", Language.ENGLISH to "English")) {
                    FilterChip(speaker.context.language == language, { onLanguage(language) }, { Text(name) }, Modifier.heightIn(min = Touch))
                }
            }
        }
        Line(texts.server, settings.server)
        Line(texts.version, settings.version)
        Text(texts.privacy, style = MaterialTheme.typography.bodySmall, color = colors.onSurfaceVariant)
    }
}

@Composable
private fun Line(name: String, value: String) {
    Column {
        Text(name, style = MaterialTheme.typography.labelMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
        Text(value, style = MaterialTheme.typography.bodyMedium)
    }
}

/** Enrolment: the one screen before all others. */
@Composable
fun EnrolUi(asking: Boolean, onEnrol: (url: String, code: String) -> Unit) {
    var url by rememberSaveable { mutableStateOf("https://") }
    var code by rememberSaveable { mutableStateOf("") }
    Column(
        Modifier.fillMaxSize().statusBarsPadding().navigationBarsPadding().imePadding()
            .verticalScroll(rememberScrollState()).padding(24.dp),
        Arrangement.spacedBy(16.dp, Alignment.CenterVertically),
    ) {
        Text(texts.enrol, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
        Text(texts.enrolHelp, style = MaterialTheme.typography.bodyMedium, color = MaterialTheme.colorScheme.onSurfaceVariant)
        OutlinedTextField(
            url,
            { url = it },
            Modifier.fillMaxWidth(),
            label = { Text(texts.server) },
            singleLine = true,
            keyboardOptions = KeyboardOptions(keyboardType = KeyboardType.Uri),
        )
        OutlinedTextField(
            code,
            { code = it },
            Modifier.fillMaxWidth(),
            label = { Text(texts.code) },
            singleLine = true,
            keyboardOptions = KeyboardOptions(KeyboardCapitalization.Characters, autoCorrectEnabled = false),
        )
        Button(
            { onEnrol(url, code) },
            Modifier.fillMaxWidth().heightIn(min = 56.dp),
            enabled = !asking && code.isNotBlank(),
        ) { Text(texts.enrol) }
        Text(texts.privacy, style = MaterialTheme.typography.bodySmall, color = MaterialTheme.colorScheme.onSurfaceVariant)
    }
}
