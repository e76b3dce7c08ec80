// The app. State holders and screens (src/main) are those that Maven tests on the JVM; src/android is the shell.

plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.compose)
}

android {
    namespace = "org.hongqi.demo"
    compileSdk = libs.versions.compileSdk.get().toInt()

    defaultConfig {
        applicationId = "org.hongqi.demo"
        minSdk = libs.versions.minSdk.get().toInt()
        targetSdk = libs.versions.compileSdk.get().toInt()
        versionCode = 1
        versionName = "0.1.0"
        ndk.abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64")
    }

    sourceSets.named("main") {
        manifest.srcFile("src/android/AndroidManifest.xml")
        kotlin.directories += listOf("src/main/kotlin", "src/android/kotlin")
        res.directories += "src/android/res"
    }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"))
        }
    }

    packaging {
        // Libraries stay uncompressed in the APK and are mapped from there: with pages of 16 KiB it needs no copy, and
        // the alignment that `cargo xtask android` has checked is the one that counts.
        jniLibs.useLegacyPackaging = false
    }

    buildFeatures {
        compose = true
    }

    compileOptions {
        sourceCompatibility = JavaVersion.VERSION_17
        targetCompatibility = JavaVersion.VERSION_17
    }
}

dependencies {
    implementation(project(":bindings:kotlin"))
    implementation(libs.compose.ui)
    implementation(libs.compose.foundation)
    implementation(libs.compose.material3)
    implementation(libs.activity.compose)
    implementation(libs.work)
}
