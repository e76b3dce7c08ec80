package org.hongqi.demo

import androidx.compose.foundation.layout.fillMaxSize
import androidx.compose.material3.MaterialTheme
import androidx.compose.material3.Surface
import androidx.compose.runtime.Composable
import androidx.compose.ui.ImageComposeScene
import androidx.compose.ui.Modifier
import androidx.compose.ui.semantics.SemanticsActions
import androidx.compose.ui.semantics.SemanticsNode
import androidx.compose.ui.semantics.SemanticsProperties
import androidx.compose.ui.unit.Density
import java.io.File
import javax.imageio.ImageIO
import kotlin.test.assertTrue
import org.hongqi.core.Language
import org.hongqi.core.SpeechContext
import org.hongqi.demo.ui.HongqiTheme
import org.hongqi.demo.ui.Speaker
import org.jetbrains.skia.EncodedImageFormat

/** Draws screens into `target/maven/pictures`. */
abstract class Studio {
    private val folder = File(System.getProperty("hongqi.pictures")).also { it.mkdirs() }

    /**
     * Draws it in both languages and themes, and once in large letters, and listens to what a screen reader finds there:
     * of each thing shown the core's own sentence. A picture that is one colour, or the same in both themes, is none.
     */
    protected fun picture(name: String, said: (SpeechContext) -> List<String> = { emptyList() }, tall: Int = 1, content: @Composable () -> Unit) {
        for ((language, suffix) in listOf(Language.CHINESE to "zh", Language.ENGLISH to "en")) {
            val speaker = Speaker.of(language)
            val drawn = listOf("light", "dark").map { theme ->
                draw("$name-$suffix-$theme", speaker, theme == "dark", tall, said(speaker.context), content)
            }
            assertTrue(drawn.all { it.size > 8_000 }, "$name is empty")
            assertTrue(!drawn[0].contentEquals(drawn[1]), "$name has one theme")
        }
        draw("$name-large", Speaker.of(Language.ENGLISH), dark = false, tall, emptyList(), content, LARGE)
    }

    private fun draw(name: String, speaker: Speaker, dark: Boolean, tall: Int, said: List<String>, content: @Composable () -> Unit, letters: Float = 1f): ByteArray {
        val scene = ImageComposeScene(WIDTH * 2, HEIGHT * 2 * tall, Density(DENSITY, letters)) {
            HongqiTheme(speaker, dark) {
                Surface(Modifier.fillMaxSize(), color = MaterialTheme.colorScheme.background) { content() }
            }
        }
        val image = try {
            // The second picture is the one after all animations.
            scene.render(0)
            val image = scene.render(1_000_000_000)
            val heard = scene.semanticsOwners.flatMap { heard(it.rootSemanticsNode) }
            scene.semanticsOwners.forEach { touched(name, it.rootSemanticsNode) }
            for (sentence in said) assertTrue(heard.any { sentence in it }, "$name does not say: $sentence\nbut: $heard")
            image
        } finally {
            scene.close()
        }
        val bytes = checkNotNull(image.encodeToData(EncodedImageFormat.PNG)).bytes
        File(folder, "$name.png").writeBytes(bytes)
        return bytes
    }

    /** How much of a picture is black: of a page in either theme nothing is, of a code much. */
    protected fun inked(name: String): Double {
        val image = ImageIO.read(File(folder, "$name.png"))
        val all = image.width * image.height
        return (0 until all).count { image.getRGB(it % image.width, it / image.width) and 0xFFFFFF == 0 } / all.toDouble()
    }

    /** What is touched is large enough, and says what it is. */
    private fun touched(name: String, node: SemanticsNode) {
        if (SemanticsActions.OnClick in node.config) {
            // As a screen reader gathers it: its own words, and those below that are not touched themselves.
            val words = spoken(node)
            assertTrue(words.any { it.isNotBlank() }, "$name: something to touch says nothing")
            val high = node.touchBoundsInRoot.height / DENSITY
            // What a list has scrolled halfway out is cut.
            val cut = node.boundsInRoot.height < node.size.height
            assertTrue(cut || high >= TOUCH - 0.5f, "$name: $words is $high dp high")
        }
        node.children.forEach { touched(name, it) }
    }

    private fun spoken(node: SemanticsNode): List<String> =
        node.config.getOrElseNullable(SemanticsProperties.ContentDescription) { null }.orEmpty() +
            node.config.getOrElseNullable(SemanticsProperties.Text) { null }.orEmpty().map { it.text } +
            listOfNotNull(node.config.getOrElseNullable(SemanticsProperties.EditableText) { null }?.text?.let { "field $it" }) +
            node.children.flatMap { spoken(it) }

    private fun heard(node: SemanticsNode): List<String> =
        node.config.getOrElseNullable(SemanticsProperties.ContentDescription) { null }.orEmpty() + node.children.flatMap(::heard)

    private companion object {
        // A common phone, in dp.
        const val WIDTH = 392
        const val HEIGHT = 800
        const val TOUCH = 48
        const val DENSITY = 2f

        /** What Android offers in its settings, short of the largest. */
        const val LARGE = 1.6f
    }
}
