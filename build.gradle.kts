// The app for Android and the library it uses. Maven (pom.xml) builds and tests the same sources on the JVM.

buildscript {
    dependencies {
        // Android's plugin compiles Kotlin by itself, with an older compiler than Maven's unless told.
        classpath(libs.kotlin.gradle)
    }
}

plugins {
    alias(libs.plugins.android.application) apply false
    alias(libs.plugins.android.library) apply false
    alias(libs.plugins.compose) apply false
}
