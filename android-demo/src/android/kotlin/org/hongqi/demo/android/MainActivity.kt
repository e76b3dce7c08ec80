package org.hongqi.demo.android

import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import kotlinx.coroutines.launch
import org.hongqi.demo.ui.AppUi
import org.hongqi.demo.ui.OpeningUi

/** The one window. */
class MainActivity : ComponentActivity() {
    private val process get() = application as HongqiApplication

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        setContent {
            val opening by process.opening.collectAsState()
            when (val now = opening) {
                is Opening.Open -> {
                    val places by now.app.places.collectAsState()
                    BackHandler(enabled = places.size > 1) { now.app.back() }
                    AppUi(now.app)
                }
                is Opening.Failed -> OpeningUi(now.code, process.language) { process.scope.launch { process.opened() } }
                Opening.UnderWay -> OpeningUi(null, process.language) {}
            }
        }
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
