package org.hongqi.demo.ui

import androidx.compose.foundation.Canvas
import androidx.compose.foundation.background
import androidx.compose.foundation.layout.aspectRatio
import androidx.compose.foundation.layout.fillMaxWidth
import androidx.compose.foundation.layout.padding
import androidx.compose.foundation.layout.widthIn
import androidx.compose.foundation.shape.RoundedCornerShape
import androidx.compose.runtime.Composable
import androidx.compose.runtime.remember
import androidx.compose.ui.Modifier
import androidx.compose.ui.draw.clip
import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.drawscope.scale
import androidx.compose.ui.graphics.vector.PathParser
import androidx.compose.ui.unit.dp

/** The dark part of a picture of the core's: a path, in a square of so many units. */
private class Picture(val units: Float, val path: String)

private val BOX = Regex("""viewBox="0 0 (\d+) \d+"""")
private val PATH = Regex("""<path[^>]* d="([^"]*)"""")

private fun darkOf(svg: String): Picture? {
    val units = BOX.find(svg)?.groupValues?.get(1)?.toFloatOrNull() ?: return null
    return PATH.find(svg)?.let { Picture(units, it.groupValues[1]) }
}

/** Draws the core's picture of a code: black on white in the dark theme too, or no scanner reads it. */
@Composable
internal fun Qr(svg: String, said: String, modifier: Modifier = Modifier) {
    val drawn = remember(svg) { darkOf(svg)?.let { it.units to PathParser().parsePathString(it.path).toPath() } }
    Canvas(
        modifier.widthIn(max = 320.dp).fillMaxWidth().aspectRatio(1f).clip(RoundedCornerShape(16.dp))
            .background(Color.White).padding(8.dp).said(said),
    ) {
        val (units, path) = drawn ?: return@Canvas
        scale(size.width / units, pivot = androidx.compose.ui.geometry.Offset.Zero) { drawPath(path, Color.Black) }
    }
}
