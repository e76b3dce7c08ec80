package org.hongqi.demo.android

import android.os.Bundle
import androidx.activity.ComponentActivity
import androidx.activity.compose.BackHandler
import androidx.activity.compose.setContent
import androidx.activity.enableEdgeToEdge
import androidx.activity.result.contract.ActivityResultContracts.CreateDocument
import androidx.compose.runtime.collectAsState
import androidx.compose.runtime.getValue
import kotlinx.coroutines.launch
import org.hongqi.demo.ui.AppUi
import org.hongqi.demo.ui.OpeningUi
import org.hongqi.demo.ui.Outside

/** The one window. */
class MainActivity : ComponentActivity() {
    private val process get() = application as HongqiApplication
    private val save = registerForActivityResult(CreateDocument("text/csv")) { place -> process.write(place) }

    // No camera: an app that has one passes its preview here.
    private val outside = Outside(share = { name, text ->
        process.export = text
        save.launch(name)
    })

    override fun onCreate(savedInstanceState: Bundle?) {
        super.onCreate(savedInstanceState)
        enableEdgeToEdge()
        setContent {
            val opening by process.opening.collectAsState()
            when (val now = opening) {
                is Opening.Open -> {
                    val places by now.app.places.collectAsState()
                    BackHandler(enabled = places.size > 1) { now.app.back() }
                    AppUi(now.app, outside)
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
