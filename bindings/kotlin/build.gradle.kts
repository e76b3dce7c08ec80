// The library for Android (AAR). The same sources as pom.xml compiles for the JVM, what needs Android's own classes, and
// the Rust library for each ABI, which `cargo xtask android` puts into src/main/jniLibs.

plugins {
    alias(libs.plugins.android.library)
}

android {
    namespace = "org.hongqi.core"
    compileSdk = libs.versions.compileSdk.get().toInt()

    defaultConfig {
        // The first Android that has java.time; the Rust library is built for it (xtask/src/android.rs).
        minSdk = libs.versions.minSdk.get().toInt()
        consumerProguardFiles("consumer-rules.pro")
    }

    sourceSets.named("main") {
        manifest.srcFile("src/android/AndroidManifest.xml")
        kotlin.directories += listOf("generated", "src/main/kotlin", "src/android/kotlin")
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

dependencies {
    api(libs.coroutines)
    // The AAR carries JNA's own native library for each ABI; the JAR only those of desktops.
    implementation(libs.jna) { artifact { type = "aar" } }
}

// Without them the AAR would build, and fail on the phone.
tasks.named("preBuild") {
    val libraries = listOf("arm64-v8a", "armeabi-v7a", "x86_64").map { file("src/main/jniLibs/$it/libhongqi_ffi.so") }
    doFirst {
        val missing = libraries.filterNot { it.exists() }
        check(missing.isEmpty()) { "run `cargo xtask android` first: $missing" }
    }
}
