package org.hongqi.demo

/** What Android's plugin makes of the app's resources, as far as the shell names them: for the compiler alone. */
@Suppress("ClassName", "ConstPropertyName")
object R {
    object drawable {
        const val flag = 0
    }
}
