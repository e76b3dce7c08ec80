package org.hongqi.demo.ui

import androidx.compose.ui.graphics.Color
import androidx.compose.ui.graphics.PathFillType
import androidx.compose.ui.graphics.SolidColor
import androidx.compose.ui.graphics.vector.ImageVector
import androidx.compose.ui.graphics.vector.addPathNodes
import androidx.compose.ui.unit.dp

/** The few icons that the app needs, from Google's Material icons (Apache 2.0): a library of thousands is not worth it. */
internal object Icons {
    val Article = icon(
        "M19,3H5C3.9,3 3,3.9 3,5v14c0,1.1 0.9,2 2,2h14c1.1,0 2,-0.9 2,-2V5C21,3.9 20.1,3 19,3z" +
            "M14,17H7v-2h7V17zM17,13H7v-2h10V13zM17,9H7V7h10V9z",
    )
    val Talk = icon("M20,2H4C2.9,2 2,2.9 2,4v18l4,-4h14c1.1,0 2,-0.9 2,-2V4C22,2.9 21.1,2 20,2z")
    val Activity = icon(
        "M19,4h-1V2h-2v2H8V2H6v2H5C3.9,4 3,4.9 3,6v14c0,1.1 0.9,2 2,2h14c1.1,0 2,-0.9 2,-2V6C21,4.9 20.1,4 19,4z" +
            "M19,20H5V9h14V20z",
    )
    val Place = icon(
        "M12,2C8.13,2 5,5.13 5,9c0,5.25 7,13 7,13s7,-7.75 7,-13C19,5.13 15.87,2 12,2z" +
            "M12,11.5c-1.38,0 -2.5,-1.12 -2.5,-2.5s1.12,-2.5 2.5,-2.5s2.5,1.12 2.5,2.5S13.38,11.5 12,11.5z",
    )
    val Search = icon(
        "M15.5,14h-0.79l-0.28,-0.27C15.41,12.59 16,11.11 16,9.5C16,5.91 13.09,3 9.5,3S3,5.91 3,9.5S5.91,16 9.5,16" +
            "c1.61,0 3.09,-0.59 4.23,-1.57l0.27,0.28v0.79l5,4.99L20.49,19L15.5,14z" +
            "M9.5,14C7.01,14 5,11.99 5,9.5S7.01,5 9.5,5S14,7.01 14,9.5S11.99,14 9.5,14z",
    )
    val Person = icon(
        "M12,12c2.21,0 4,-1.79 4,-4s-1.79,-4 -4,-4s-4,1.79 -4,4S9.79,12 12,12z" +
            "M12,14c-2.67,0 -8,1.34 -8,4v2h16v-2C20,15.34 14.67,14 12,14z",
    )
    val Outbox = icon("M9,16h6v-6h4l-7,-7l-7,7h4V16zM5,18h14v2H5V18z")
    val Back = icon("M20,11H7.83l5.59,-5.59L12,4l-8,8l8,8l1.41,-1.41L7.83,13H20V11z")
    val Send = icon("M2.01,21L23,12L2.01,3L2,10l15,2l-15,2L2.01,21z")
    val Clock = icon(
        "M11.99,2C6.47,2 2,6.48 2,12s4.47,10 9.99,10C17.52,22 22,17.52 22,12S17.52,2 11.99,2z" +
            "M12,20c-4.42,0 -8,-3.58 -8,-8s3.58,-8 8,-8s8,3.58 8,8S16.42,20 12,20z" +
            "M12.5,7H11v6l5.25,3.15l0.75,-1.23l-4.5,-2.67V7z",
    )
    val Check = icon("M9,16.17L4.83,12l-1.42,1.41L9,19L21,7l-1.41,-1.41L9,16.17z")
    val Warning = icon("M12,2C6.48,2 2,6.48 2,12s4.48,10 10,10s10,-4.48 10,-10S17.52,2 12,2zM13,17h-2v-2h2V17zM13,13h-2V7h2V13z")
    val Bookmark = icon("M17,3H7C5.9,3 5,3.9 5,5v16l7,-3l7,3V5C19,3.9 18.1,3 17,3z")
    val BookmarkBorder = icon("M17,3H7C5.9,3 5,3.9 5,5v16l7,-3l7,3V5C19,3.9 18.1,3 17,3zM17,18l-5,-2.18L7,18V5h10V18z")
    val Close = icon("M19,6.41L17.59,5L12,10.59L6.41,5L5,6.41L10.59,12L5,17.59L6.41,19L12,13.41L17.59,19L19,17.59L13.41,12L19,6.41z")
    val Forward = icon("M10,6L8.59,7.41L13.17,12l-4.58,4.59L10,18l6,-6z")
    val Bell = icon(
        "M12,22c1.1,0 2,-0.9 2,-2h-4C10,21.1 10.89,22 12,22zM18,16v-5c0,-3.07 -1.64,-5.64 -4.5,-6.32V4" +
            "c0,-0.83 -0.67,-1.5 -1.5,-1.5s-1.5,0.67 -1.5,1.5v0.68C7.63,5.36 6,7.92 6,11v5l-2,2v1h16v-1L18,16z",
    )
    val BellOff = icon(
        "M20,18.69L7.84,6.14L5.27,3.49L4,4.76l2.8,2.8v0.01c-0.52,0.99 -0.8,2.16 -0.8,3.42v5l-2,2v1h13.73l2,2L21,19.72" +
            "L20,18.69zM12,22c1.11,0 2,-0.89 2,-2h-4C10,21.11 10.89,22 12,22zM18,14.68V11c0,-3.08 -1.64,-5.64 -4.5,-6.32V4" +
            "c0,-0.83 -0.67,-1.5 -1.5,-1.5s-1.5,0.67 -1.5,1.5v0.68C9.99,4.79 9.51,4.98 9.06,5.25L18,14.68z",
    )
    val Plus = icon("M19,13h-6v6h-2v-6H5v-2h6V5h2v6h6V13z")
    val Minus = icon("M19,13H5v-2h14V13z")
    val People = icon(
        "M16,11c1.66,0 2.99,-1.34 2.99,-3S17.66,5 16,5s-3,1.34 -3,3S14.34,11 16,11zM8,11c1.66,0 2.99,-1.34 2.99,-3S9.66,5 8,5S5,6.34 5,8S6.34,11 8,11z" +
            "M8,13c-2.33,0 -7,1.17 -7,3.5V19h14v-2.5C15,14.17 10.33,13 8,13zM16,13c-0.29,0 -0.62,0.02 -0.97,0.05" +
            "C16.19,13.89 17,15.02 17,16.5V19h6v-2.5C23,14.17 18.33,13 16,13z",
    )
    val Lock = icon(
        "M18,8h-1V6c0,-2.76 -2.24,-5 -5,-5S7,3.24 7,6v2H6c-1.1,0 -2,0.9 -2,2v10c0,1.1 0.9,2 2,2h12c1.1,0 2,-0.9 2,-2V10C20,8.9 19.1,8 18,8z" +
            "M9,6c0,-1.66 1.34,-3 3,-3s3,1.34 3,3v2H9V6z",
    )
    val Code = icon("M3,11h8V3H3V11zM5,5h4v4H5V5zM3,21h8v-8H3V21zM5,15h4v4H5V15zM13,3v8h8V3H13zM19,9h-4V5h4V9zM13,13h2v2h-2zM15,15h2v2h-2zM13,17h2v2h-2zM17,17h2v2h-2zM19,19h2v2h-2zM17,13h2v2h-2zM19,15h2v2h-2zM15,19h2v2h-2z")

    private fun icon(path: String): ImageVector =
        ImageVector.Builder(defaultWidth = 24.dp, defaultHeight = 24.dp, viewportWidth = 24f, viewportHeight = 24f)
            .addPath(addPathNodes(path), pathFillType = PathFillType.EvenOdd, fill = SolidColor(Color.Black))
            .build()
}
