package org.hongqi.demo.android

import android.Manifest
import android.content.Intent
import android.os.Build
import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.result.contract.ActivityResultContracts.CreateDocument
import androidx.activity.result.contract.ActivityResultContracts.RequestPermission
import androidx.compose.runtime.Composable
import androidx.compose.runtime.LaunchedEffect
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import kotlinx.coroutines.launch
import org.hongqi.core.DocId
import org.hongqi.demo.state.App
import org.hongqi.demo.state.Place
import org.hongqi.demo.ui.AppUi
import org.hongqi.demo.ui.OpeningUi
import org.hongqi.demo.ui.Outside

/** The one window. */
class MainActivity : ComponentActivity() {
    private val process get() = application as HongqiApplication
    private val ask = registerForActivityResult(RequestPermission()) {}
    private val save = registerForActivityResult(CreateDocument("text/csv")) { place -> process.write(place) }

    // No camera: an app that has one passes its preview here.
    private val outside = Outside(share = { name, text ->
        process.export = text
        save.launch(name)
    })

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        if (savedInstanceState == null) follow(intent)
        enableEdgeToEdge()
        setContent {
            val opening by process.opening.collectAsState()
            when (val now = opening) {
                is Opening.Open -> {
                    val places by now.app.places.collectAsState()
                    BackHandler(enabled = places.size > 1) { now.app.back() }
                    val me by now.app.me.collectAsState()
                    if (me != null) MayRemind(now.app)
                    AppUi(now.app, outside)
                }
                is Opening.Failed -> OpeningUi(now.code, process.language) { process.scope.launch { process.opened() } }
                Opening.UnderWay -> OpeningUi(null, process.language) {}
            }
        }
    }

    /** Asked for once something is due; who says no is reminded by the feed. */
    @Composable
    private fun MayRemind(app: App) {
        val due by app.due.collectAsState()
        LaunchedEffect(due > 0) {
            if (due > 0 && Build.VERSION.SDK_INT >= Build.VERSION_CODES.TIRAMISU) ask.launch(Manifest.permission.POST_NOTIFICATIONS)
        }
    }

    override fun onNewIntent(intent: Intent) {
        super.onNewIntent(intent)
        follow(intent)
    }

    /** To the article of the notice that was touched. */
    private fun follow(intent: Intent) {
        val article = intent.getStringExtra(SystemAlarms.ARTICLE) ?: return
        process.scope.launch { (process.opened() as? Opening.Open)?.app?.go(Place.Article(DocId(article))) }
    }

    override fun onStart() {
        super.onStart()
        process.inFront(true)
    }

    override fun onStop() {
        super.onStop()
        // A window that is only made anew was never away.
        if (!isChangingConfigurations) process.inFront(false)
    }
}
