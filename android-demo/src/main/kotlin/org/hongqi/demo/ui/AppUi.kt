package org.hongqi.demo.ui

import androidx.compose.foundation.background
import androidx.compose.foundation.isSystemInDarkTheme
import androidx.compose.foundation.layout.Box
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.padding
import androidx.compose.material3.AlertDialog
import androidx.compose.material3.Badge
import androidx.compose.material3.BadgedBox
import androidx.compose.material3.Button
import androidx.compose.material3.Icon
import androidx.compose.material3.IconButton
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.NavigationBar
import androidx.compose.material3.NavigationBarItem
import androidx.compose.material3.Surface
import androidx.compose.material3.Text
import androidx.compose.material3.TextButton
import androidx.compose.runtime.Composable
import androidx.compose.runtime.CompositionLocalProvider
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import androidx.compose.runtime.remember
import androidx.compose.runtime.key
import androidx.compose.runtime.saveable.rememberSaveableStateHolder
import androidx.compose.runtime.staticCompositionLocalOf
import androidx.compose.ui.Modifier
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.platform.LocalDensity
import androidx.compose.ui.text.style.TextOverflow
import androidx.compose.ui.unit.TextUnit
import androidx.compose.ui.unit.dp
import androidx.compose.ui.unit.sp
import org.hongqi.core.AppState
import org.hongqi.core.ErrorCode
import org.hongqi.core.HitKind
import org.hongqi.core.Language
import org.hongqi.core.MemberId
import org.hongqi.core.SearchHit
import org.hongqi.core.errorText
import org.hongqi.demo.state.ActivitiesScreen
import org.hongqi.demo.state.App
import org.hongqi.demo.state.ArticleScreen
import org.hongqi.demo.state.CasePlace
import org.hongqi.demo.state.EditingPlace
import org.hongqi.demo.state.EnrolScreen
import org.hongqi.demo.state.FeedScreen
import org.hongqi.demo.state.GatheringPlace
import org.hongqi.demo.state.MeetingPlace
import org.hongqi.demo.state.OutboxScreen
import org.hongqi.demo.state.Place
import org.hongqi.demo.state.PresencePlace
import org.hongqi.demo.state.ReadingPlace
import org.hongqi.demo.state.SearchScreen
import org.hongqi.demo.state.SettingsScreen
import org.hongqi.demo.state.Shell
import org.hongqi.demo.state.Stop
import org.hongqi.demo.state.TalksScreen

/** The whole app. */
@Composable
fun AppUi(app: App, outside: Outside = Outside(), dark: Boolean = isSystemInDarkTheme()) {
    val language by app.language.collectAsState()
    val places by app.places.collectAsState()
    val state by app.state.collectAsState()
    val failure by app.shell.failure.collectAsState()
    // A new "now" with each change of place: "today" does not grow old.
    HongqiTheme(remember(language, places, state) { Speaker.of(language) }, dark) {
        Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.background) {
            if (state is AppState.NotEnrolled) Enrolment(app) else Enrolled(app, outside, places, state)
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

/** Before the core is open: nothing for the moment it takes, or why it does not open. */
@Composable
fun OpeningUi(failure: ErrorCode?, language: Language, dark: Boolean = isSystemInDarkTheme(), onRetry: () -> Unit) {
    HongqiTheme(remember(language) { Speaker.of(language) }, dark) {
        Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.background) {
            if (failure != null) {
                val said = errorText(failure, language)
                Empty(Icons.Warning, "${said.what}\n${said.advice}") {
                    Button(onRetry, Modifier.heightIn(min = Touch)) { Text(texts.tryAgain) }
                }
            }
        }
    }
}

@Composable
private fun Enrolment(app: App) {
    val screen = remember(app) { EnrolScreen(app.shell) }
    val asking by screen.asking.collectAsState()
    EnrolUi(asking, screen::enrol)
}

private val LocalStop = staticCompositionLocalOf<Stop> { error("not on the path") }

/** The state of a screen: kept as long as its place lies on the path, whatever becomes of the window. */
@Composable
internal inline fun <reified T : Any> screen(noinline make: (Shell) -> T): T {
    val stop = stop()
    return remember(stop) { stop.screen(T::class, make) }
}

@Composable
@ReadOnlyComposable
internal fun stop(): Stop = LocalStop.current

@Composable
private fun Enrolled(app: App, outside: Outside, places: List<Place>, state: AppState) {
    // A list is found where it was left when one comes back to it.
    val kept = rememberSaveableStateHolder()
    val place = places.last()
    val name = "${places.size} $place"
    val stop = remember(app, name) { app.stop(places.size, place) }
    val me by app.me.collectAsState()
    key(name) {
        kept.SaveableStateProvider(name) {
            CompositionLocalProvider(LocalStop provides stop) { me?.let { On(app, it.member, place, outside, state) } }
        }
    }
}

@Composable
private fun On(app: App, me: MemberId, place: Place, outside: Outside, state: AppState) {
    when (place) {
        is Place.Tab -> TabUi(app, place, state)
        is Place.Article -> {
            val screen = screen { ArticleScreen(it, place.id) }
            val article by screen.article.collectAsState()
            ArticleUi(
                article, { app.back() }, screen::bookmark, screen::acknowledge,
                { shown -> screen.discuss(shown.thread) { app.go(Place.Talk(shown.thread)) } },
                { app.go(ReadingPlace.Outstanding(place.id)) },
                { app.go(ReadingPlace.Revisions(place.id)) },
                EditorActs({ app.go(EditingPlace.Write(corrects = place.id)) }, screen::pin) { screen.withdraw { app.back() } },
            )
        }
        is Place.Talk -> TalkAt(app, place, me)
        is Place.Activity -> ActivityAt(app, place, me)
        is GatheringPlace -> GatheringAt(app, place, me)
        is CasePlace -> CaseAt(app, place, me)
        is PresencePlace -> PresenceAt(app, place, me, outside.camera)
        is MeetingPlace -> MeetingAt(app, place, me, outside.share)
        is ReadingPlace -> ReadingAt(app, place)
        is EditingPlace -> EditingAt(app, place)
        Place.Outbox -> {
            val screen = screen { OutboxScreen(it) }
            val items by screen.items.collectAsState()
            OutboxUi(items, { app.back() }, screen::cancel, screen::retry, screen::discard) { item ->
                screen.takeUp(item) { app.go(EditingPlace.Write(draft = it)) }
            }
        }
    }
}

@Composable
private fun TabUi(app: App, tab: Place.Tab, state: AppState) {
    val unread by app.unread.collectAsState()
    val waiting by app.waiting.collectAsState()
    Frame(tab, unread, waiting, state, app::go) {
        when (tab) {
            Place.Tab.FEED -> {
                val screen = screen { FeedScreen(it) }
                val feed by screen.feed.collectAsState()
                val due by screen.due.collectAsState()
                val writing by screen.writing.collectAsState()
                FeedUi(
                    feed, { app.go(Place.Article(it)) }, screen::bookmark, screen::more, due = due, onDue = { app.go(ReadingPlace.Reminders) },
                    writing = writing, onWrite = { app.go(if (writing == 0) EditingPlace.Write() else EditingPlace.Drafts) },
                )
            }
            Place.Tab.TALKS -> {
                val screen = screen { TalksScreen(it) }
                val talks by screen.talks.collectAsState()
                TalksUi(talks, { app.go(Place.Talk(it)) }, onGatherings = { app.go(GatheringPlace.All) }, onCases = { app.go(CasePlace.All) })
            }
            Place.Tab.ACTIVITIES -> {
                val screen = screen { ActivitiesScreen(it) }
                val activities by screen.activities.collectAsState()
                val mayPlan by screen.mayPlan.collectAsState()
                ActivitiesUi(
                    activities, { app.go(Place.Activity(it)) },
                    onScan = { app.go(PresencePlace.Scan()) },
                    onPlan = if (mayPlan) ({ app.go(MeetingPlace.Plan) }) else null,
                )
            }
            Place.Tab.SEARCH -> {
                val screen = screen { SearchScreen(it) }
                val query by screen.query.collectAsState()
                val found by screen.found.collectAsState()
                SearchUi(query, found, screen::ask, { app.go(placeOf(it)) })
            }
            Place.Tab.SETTINGS -> {
                val screen = screen { SettingsScreen(it) }
                val settings by screen.settings.collectAsState()
                SettingsUi(
                    settings, state, waiting, app::speak, { app.go(Place.Outbox) }, { app.shell.act { app.hongqi.syncNow() } },
                    onCard = { app.go(PresencePlace.Card) },
                    onHistory = { app.go(MeetingPlace.History) },
                )
            }
        }
    }
}

private fun placeOf(hit: SearchHit): Place = when (hit.kind) {
    HitKind.ARTICLE -> Place.Article(hit.doc)
    HitKind.MESSAGE, HitKind.GATHERING -> Place.Talk(hit.space)
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
            if (waiting > 0) IconButton({ onGo(Place.Outbox) }) {
                BadgedBox({ Badge { Text("$waiting") } }) { Icon(Icons.Outbox, texts.waiting(waiting)) }
            }
        }
        // The settings say it at length.
        val quiet = state is AppState.Idle || state is AppState.Syncing || tab == Place.Tab.SETTINGS
        if (!quiet) Text(
            stateText(state),
            Modifier.fillMaxWidth().background(MaterialTheme.colorScheme.surfaceContainerHigh).padding(horizontal = 20.dp, vertical = 6.dp),
            style = MaterialTheme.typography.labelMedium,
            color = MaterialTheme.colorScheme.onSurfaceVariant,
        )
        Box(Modifier.weight(1f)) { content() }
        NavigationBar(containerColor = MaterialTheme.colorScheme.surfaceContainer) {
            for (each in Place.Tab.entries) {
                NavigationBarItem(
                    selected = each == tab,
                    onClick = { onGo(each) },
                    icon = {
                        BadgedBox({ if (each == Place.Tab.FEED && unread > 0) Badge { Text("$unread") } }) { Icon(icon(each), null) }
                    },
                    // Five tabs: their words grow with the letters of the system only as far as a fifth of the bar holds them.
                    label = { Text(title(each), fontSize = atMost(13.sp, 13.5f), maxLines = 1, softWrap = false, overflow = TextOverflow.Ellipsis, letterSpacing = 0.sp) },
                )
            }
        }
    }
}

/** So large, but no larger than so many dp. */
@Composable
private fun atMost(size: TextUnit, dp: Float): TextUnit = with(LocalDensity.current) { if (size.toDp() > dp.dp) dp.dp.toSp() else size }

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
