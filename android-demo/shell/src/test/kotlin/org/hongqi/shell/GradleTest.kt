package org.hongqi.shell

import java.io.File
import javax.xml.parsers.DocumentBuilderFactory
import kotlin.test.assertEquals
import kotlin.test.assertNotNull
import kotlin.test.assertTrue
import org.hongqi.demo.R
import org.junit.jupiter.api.Test

/** Gradle does not run here. What can be said of its files without it: that they mean what Maven has built and tested. */
class GradleTest {
    private val root = File("../..").canonicalFile

    private fun text(path: String) = root.resolve(path).readText()

    private fun catalog(name: String): String =
        assertNotNull(Regex("(?m)^$name = \"(.*)\"").find(text("gradle/libs.versions.toml")), name).groupValues[1]

    private fun maven(pom: String, property: String): String =
        assertNotNull(Regex("<$property>(.*)</$property>").find(text(pom)), property).groupValues[1]

    @Test
    fun `versions are those of Maven`() {
        assertEquals(maven("pom.xml", "kotlin.version"), catalog("kotlin"))
        assertEquals(maven("pom.xml", "coroutines.version"), catalog("coroutines"))
        assertEquals(maven("pom.xml", "jna.version"), catalog("jna"))
        for ((name, artifact) in listOf("activity" to "activity-compose", "work" to "work-runtime")) {
            assertTrue("<artifactId>$artifact</artifactId>\n      <version>${catalog(name)}</version>" in text("android-demo/shell/pom.xml"), name)
        }
        // Robolectric's jar is named by Android's version: 17 is API level 37.
        val android = maven("android-demo/shell/pom.xml", "android.version").substringBefore('-').toInt()
        assertEquals(android + 20, catalog("compileSdk").toInt())
        assertEquals(Regex("PLATFORM: &str = \"(.*)\"").find(text("xtask/src/android.rs"))!!.groupValues[1], catalog("minSdk"))
    }

    /** Each folder that a script names is there, and Maven compiles it. */
    @Test
    fun `sources are those that Maven compiles`() {
        val shell = text("android-demo/shell/pom.xml")
        for ((module, poms) in mapOf("bindings/kotlin" to "bindings/kotlin/pom.xml", "android-demo" to "android-demo/pom.xml")) {
            val script = text("$module/build.gradle.kts")
            val listed = Regex("kotlin.directories \\+= listOf\\((.*)\\)").find(script)!!.groupValues[1]
            val folders = Regex("\"(.*?)\"").findAll(listed).map { it.groupValues[1] }.toSet()
            assertTrue(folders.size > 1, script)
            for (folder in folders) {
                assertTrue(root.resolve(module).resolve(folder).walk().any { it.extension == "kt" }, "$module/$folder")
                val there = if ("android" in folder) shell to "/$folder</sourceDir>" else text(poms) to folder
                assertTrue(there.second in there.first, "Maven does not compile $module/$folder")
            }
            val android = root.resolve(module).resolve("src").list()!!.toSet()
            assertEquals(setOf("main", "android", "test"), android, module)
        }
    }

    @Test
    fun `the consumer rules and libraries are where the script and xtask say`() {
        val script = text("bindings/kotlin/build.gradle.kts")
        assertTrue(root.resolve("bindings/kotlin/consumer-rules.pro").exists() && "\"consumer-rules.pro\"" in script)
        val abis = Regex("\\(\"([a-z0-9_-]+)\", \"[a-z0-9_-]+-linux-android").findAll(text("xtask/src/android.rs")).map { it.groupValues[1] }.toList()
        assertEquals(3, abis.size)
        for (file in listOf(script, text("android-demo/build.gradle.kts"))) assertTrue(abis.all { "\"$it\"" in file }, "$abis")
        assertTrue("useLegacyPackaging = false" in text("android-demo/build.gradle.kts"))
    }

    @Test
    fun `what the manifests and the resources name is there`() {
        val app = root.resolve("android-demo/src/android")
        val xml = app.walk().filter { it.extension == "xml" }.toList() + root.resolve("bindings/kotlin/src/android/AndroidManifest.xml")
        val reader = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        xml.forEach { reader.parse(it) }
        val values = xml.filter { it.parentFile.name == "values" }.joinToString { it.readText() }
        val named = xml.joinToString { it.readText() }
        for (use in Regex("\"@(string|color|style|xml|mipmap|drawable)/(\\w+)\"").findAll(named)) {
            val (kind, name) = use.destructured
            val inValues = "<$kind name=\"$name\"" in values
            val asFile = app.resolve("res").walk().any { it.parentFile.name.substringBefore('-') == kind && it.nameWithoutExtension == name }
            assertTrue(inValues || asFile, use.value)
        }
        val path = System.getProperty("java.class.path").split(File.pathSeparator)
        val classes = Regex("android:name=\"(org\\.hongqi.*?)\"").findAll(named).map { it.groupValues[1] }.toList()
        // The application, the window, the receiver of alarms.
        assertEquals(3, classes.size)
        for (name in classes) assertTrue(path.any { File(it, name.replace('.', '/') + ".class").exists() }, name)
        // But what the compilers add to an object.
        val drawables = R.drawable::class.java.declaredFields.map { it.name }.filter { it != "INSTANCE" && '$' !in it }
        assertEquals(listOf("flag"), drawables)
        for (name in drawables) assertTrue(app.resolve("res/drawable/$name.xml").exists(), name)
    }
}
