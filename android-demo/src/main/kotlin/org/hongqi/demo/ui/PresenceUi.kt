package org.hongqi.demo.ui

import androidx.compose.foundation.layout.Arrangement
import androidx.compose.foundation.layout.Column
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.heightIn
import androidx.compose.foundation.layout.size
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.material3.Icon
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Text
import androidx.compose.runtime.Composable
import androidx.compose.runtime.getValue
import androidx.compose.runtime.mutableStateOf
import androidx.compose.runtime.saveable.rememberSaveable
import androidx.compose.runtime.setValue
import androidx.compose.ui.Alignment
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.semantics.LiveRegionMode
import androidx.compose.ui.semantics.liveRegion
import androidx.compose.ui.semantics.semantics
import androidx.compose.ui.text.font.FontWeight
import androidx.compose.ui.text.style.TextAlign
import androidx.compose.ui.unit.dp
import org.hongqi.core.ShownCard
import org.hongqi.core.speakCodeScan
import org.hongqi.core.speakCodeScanOut
import org.hongqi.core.speakScanRefusal
import org.hongqi.demo.state.Came

/** What the platform's camera sees: a view that says each text it reads. */
typealias Camera = @Composable (modifier: Modifier, onText: (String) -> Unit) -> Unit

/** What the app needs from outside of it; what is missing the screens do without. */
class Outside(
    /** Reads codes. Without one, what another scanner has read is pasted into a field. */
    val camera: Camera? = null,
    /** Hands a file of that name and text to what the member chooses; not there, tables are not exported. */
    val share: ((name: String, text: String) -> Unit)? = null,
)

/** The member's own card. */
@Composable
fun CardUi(card: ShownCard?, name: String, onBack: () -> Unit) {
    Page(texts.myCard, onBack) {
        Column(Modifier.fillMaxWidth(), Arrangement.spacedBy(16.dp), Alignment.CenterHorizontally) {
            if (name.isNotEmpty()) Text(name, style = MaterialTheme.typography.headlineSmall, fontWeight = FontWeight.SemiBold)
            if (card != null) Qr(card.svg, sentence(texts.myCard, name))
            Hint(texts.myCardHelp)
        }
    }
}

/** Where a text comes from: the camera if there is one, a field always. */
@Composable
internal fun Scanning(camera: Camera?, act: String, onText: (String) -> Unit) {
    var typed by rememberSaveable { mutableStateOf("") }
    camera?.invoke(Modifier.fillMaxWidth().aspectRatio(1f).clip(RoundedCornerShape(16.dp)), onText)
    Field(texts.codeText, typed, { typed = it })
    QuietButton(act, Modifier.fillMaxWidth()) {
        onText(typed.trim())
        typed = ""
    }
}

/** How a scan went: green, amber or red, with an icon and words of its own; never colour alone. Said as soon as it shows. */
@Composable
internal fun Outcome(icon: ImageVector, ground: Color, ink: Color, title: String, more: String = "", below: @Composable () -> Unit = {}) {
    Panel(ground, ink) {
        Column(
            Modifier.semantics { liveRegion = LiveRegionMode.Assertive }.said(sentence(title, more)).fillMaxWidth().heightIn(min = 72.dp),
            Arrangement.spacedBy(6.dp, Alignment.CenterVertically),
            Alignment.CenterHorizontally,
        ) {
            Icon(icon, null, Modifier.size(36.dp))
            Text(title, style = MaterialTheme.typography.titleLarge, fontWeight = FontWeight.SemiBold, textAlign = TextAlign.Center)
            if (more.isNotEmpty()) Text(more, style = MaterialTheme.typography.bodyMedium, textAlign = TextAlign.Center)
        }
        below()
    }
}

@Composable
internal fun Good(title: String, more: String = "", below: @Composable () -> Unit = {}) =
    Outcome(Icons.Check, goodGround(), goodInk(), title, more, below)

@Composable
internal fun Amber(title: String, more: String = "", below: @Composable () -> Unit = {}) =
    Outcome(Icons.Warning, MaterialTheme.colorScheme.tertiaryContainer, MaterialTheme.colorScheme.onTertiaryContainer, title, more, below)

@Composable
internal fun Bad(title: String, more: String = "", below: @Composable () -> Unit = {}) =
    Outcome(Icons.Close, MaterialTheme.colorScheme.errorContainer, MaterialTheme.colorScheme.onErrorContainer, title, more, below)

/** A member scans a door's code, on coming or on leaving. */
@Composable
fun ScanUi(came: Came?, leaving: Boolean, camera: Camera?, onScan: (String) -> Unit, onBack: () -> Unit) {
    Page(if (leaving) texts.scanGo else texts.scanCode, onBack) {
        val refusal = came?.refusal
        when {
            came == null -> Hint(texts.scanHelp)
            refusal != null -> Bad(texts.notTaken, speakScanRefusal(refusal, speaker.context).capital())
            else -> Good(said(came).capital(), came.title)
        }
        if (came?.done != true) Scanning(camera, if (leaving) texts.checkOut else texts.check, onScan)
    }
}

@Composable
private fun said(came: Came) = when (came) {
    is Came.In -> speakCodeScan(came.scan, speaker.context)
    is Came.Out -> speakCodeScanOut(came.scan, speaker.context)
}
