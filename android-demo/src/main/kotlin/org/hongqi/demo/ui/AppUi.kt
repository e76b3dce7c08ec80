package org.hongqi.demo.ui

import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Badge
import androidx.compose.material3.BadgedBox
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.NavigationBar
import androidx.compose.material3.NavigationBarItem
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.remember
import androidx.compose.runtime.setValue
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.unit.dp
import org.hongqi.core.AppState
import org.hongqi.core.HitKind
import org.hongqi.core.MessageView
import org.hongqi.core.SearchHit
import org.hongqi.core.errorText
import org.hongqi.demo.state.ActivitiesScreen
import org.hongqi.demo.state.ActivityScreen
import org.hongqi.demo.state.App
import org.hongqi.demo.state.ArticleScreen
import org.hongqi.demo.state.EnrolScreen
import org.hongqi.demo.state.FeedScreen
import org.hongqi.demo.state.OutboxScreen
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.SearchScreen
import org.hongqi.demo.state.SettingsScreen
import org.hongqi.demo.state.TalkScreen
import org.hongqi.demo.state.TalksScreen

/** The whole app. */
@Composable
fun AppUi(app: App, dark: Boolean = isSystemInDarkTheme()) {
    val language by app.language.collectAsState()
    val places by app.places.collectAsState()
    val state by app.state.collectAsState()
    val failure by app.shell.failure.collectAsState()
    // A new "now" with each change of place: "today" does not grow old.
    HongqiTheme(remember(language, places, state) { Speaker.of(language) }, dark) {
        Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.background) {
            if (state is AppState.NotEnrolled) Enrolment(app) else Enrolled(app, places.last(), state)
        }
        failure?.let { code ->
            val said = errorText(code, language)
            AlertDialog(
                onDismissRequest = app.shell::seen,
                confirmButton = { TextButton(app.shell::seen) { Text(texts.ok) } },
                title = { Text(said.what) },
                text = { Text(said.advice) },
            )
        }
    }
}

@Composable
private fun Enrolment(app: App) {
    val screen = remember(app) { EnrolScreen(app.shell) }
    val asking by screen.asking.collectAsState()
    EnrolUi(asking, screen::enrol)
}

@Composable
private fun Enrolled(app: App, place: Place, state: AppState) {
    val shell = app.shell
    when (place) {
        is Place.Tab -> TabUi(app, place, state)
        is Place.Article -> {
            val screen = remember(place) { ArticleScreen(shell, place.id) }
            val article by screen.article.collectAsState()
            ArticleUi(article, { app.back() }, screen::bookmark, screen::acknowledge) { shown ->
                screen.discuss(shown.thread) { app.go(Place.Talk(shown.thread)) }
            }
        }
        is Place.Talk -> OneTalk(app, place)
        is Place.Activity -> {
            val me by app.me.collectAsState()
            me?.let { own ->
                val screen = remember(place) { ActivityScreen(shell, place.id, own.member) }
                val attendance by screen.attendance.collectAsState()
                ActivityUi(attendance, { app.back() }, screen::checkIn)
            }
        }
        Place.Outbox -> {
            val screen = remember(app) { OutboxScreen(shell) }
            val items by screen.items.collectAsState()
            OutboxUi(items, { app.back() }, screen::cancel, screen::retry, screen::discard)
        }
    }
}

@Composable
private fun OneTalk(app: App, place: Place.Talk) {
    val me by app.me.collectAsState()
    val own = me ?: return
    val screen = remember(place) { TalkScreen(app.shell, place.space, own.member) }
    val list = remember(app) { TalksScreen(app.shell) }
    val talks by list.talks.collectAsState()
    val messages by screen.messages.collectAsState()
    val composer by screen.composer.collectAsState()
    var selected by remember(place) { mutableStateOf<MessageView?>(null) }
    LaunchedEffect(place) { screen.keepRead() }
    TalkUi(
        talks?.firstOrNull { it.space == place.space }?.name.orEmpty(),
        messages,
        own.member,
        composer,
        selected,
        { selected = it },
        screen::more,
        { app.back() },
        MessageActs(screen::reply, screen::edit, screen::withdraw, screen::react),
        ComposerActs(screen::write, screen::send, screen::drop),
    )
}

@Composable
private fun TabUi(app: App, tab: Place.Tab, state: AppState) {
    val unread by app.unread.collectAsState()
    val waiting by app.waiting.collectAsState()
    Frame(tab, unread, waiting, state, app::go) {
        when (tab) {
            Place.Tab.FEED -> {
                val screen = remember(app) { FeedScreen(app.shell) }
                val feed by screen.feed.collectAsState()
                FeedUi(feed, { app.go(Place.Article(it)) }, screen::bookmark, screen::more)
            }
            Place.Tab.TALKS -> {
                val screen = remember(app) { TalksScreen(app.shell) }
                val talks by screen.talks.collectAsState()
                TalksUi(talks, { app.go(Place.Talk(it)) })
            }
            Place.Tab.ACTIVITIES -> {
                val screen = remember(app) { ActivitiesScreen(app.shell) }
                val activities by screen.activities.collectAsState()
                ActivitiesUi(activities, { app.go(Place.Activity(it)) })
            }
            Place.Tab.SEARCH -> {
                val screen = remember(app) { SearchScreen(app.shell) }
                val query by screen.query.collectAsState()
                val found by screen.found.collectAsState()
                SearchUi(query, found, screen::ask, { app.go(placeOf(it)) })
            }
            Place.Tab.SETTINGS -> {
                val screen = remember(app) { SettingsScreen(app.shell) }
                val settings by screen.settings.collectAsState()
                SettingsUi(settings, state, waiting, app::speak, { app.go(Place.Outbox) }, { app.shell.act { app.hongqi.syncNow() } })
            }
        }
    }
}

private fun placeOf(hit: SearchHit): Place = when (hit.kind) {
    HitKind.ARTICLE -> Place.Article(hit.doc)
    HitKind.MESSAGE -> Place.Talk(hit.space)
    HitKind.ACTIVITY -> Place.Activity(hit.doc)
}

/** A tab's frame: the title, how it goes if that is of interest, the tabs. */
@Composable
fun Frame(
    tab: Place.Tab,
    unread: Int,
    waiting: Int,
    state: AppState,
    onGo: (Place) -> Unit,
    content: @Composable () -> Unit,
) {
    Column(Modifier.fillMaxSize()) {
        TopBar(title(tab)) {
            val quiet = state is AppState.Idle || state is AppState.Syncing
            if (!quiet) Text(
                stateText(state),
                Modifier.padding(end = 8.dp),
                style = MaterialTheme.typography.labelSmall,
                color = MaterialTheme.colorScheme.onSurfaceVariant,
            )
            if (waiting > 0) IconButton({ onGo(Place.Outbox) }) {
                BadgedBox({ Badge { Text("$waiting") } }) { Icon(Icons.Outbox, texts.waiting(waiting)) }
            }
        }
        Box(Modifier.weight(1f)) { content() }
        NavigationBar(containerColor = MaterialTheme.colorScheme.surfaceContainer) {
            for (each in Place.Tab.entries) {
                NavigationBarItem(
                    selected = each == tab,
                    onClick = { onGo(each) },
                    icon = {
                        BadgedBox({ if (each == Place.Tab.FEED && unread > 0) Badge { Text("$unread") } }) { Icon(icon(each), null) }
                    },
                    label = { Text(title(each), maxLines = 1) },
                )
            }
        }
    }
}

@Composable
private fun title(tab: Place.Tab): String = when (tab) {
    Place.Tab.FEED -> texts.feed
    Place.Tab.TALKS -> texts.talks
    Place.Tab.ACTIVITIES -> texts.activities
    Place.Tab.SEARCH -> texts.search
    Place.Tab.SETTINGS -> texts.me
}

private fun icon(tab: Place.Tab): ImageVector = when (tab) {
    Place.Tab.FEED -> Icons.Article
    Place.Tab.TALKS -> Icons.Talk
    Place.Tab.ACTIVITIES -> Icons.Activity
    Place.Tab.SEARCH -> Icons.Search
    Place.Tab.SETTINGS -> Icons.Person
}
