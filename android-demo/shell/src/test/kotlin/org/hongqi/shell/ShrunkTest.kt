package org.hongqi.shell

import com.android.tools.r8.CompilationMode
import com.android.tools.r8.JdkClassFileProvider
import com.android.tools.r8.OutputMode
import com.android.tools.r8.R8
import com.android.tools.r8.R8Command
import com.android.tools.r8.origin.Origin
import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import java.util.zip.ZipEntry
import java.util.zip.ZipFile
import java.util.zip.ZipOutputStream
import kotlin.io.path.deleteRecursively
import kotlin.test.assertEquals
import kotlin.test.assertFalse
import kotlin.test.assertTrue
import org.hongqi.core.Park
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.Timeout

/**
 * R8 shrinks and renames the package, JNA and an app by the rules that the AAR brings, and what is left runs against the
 * real library. R8 writes classes here and not dex, which the JVM does not run: the shrinking is the same. Without the
 * rules the app dies at its first call with an UnsatisfiedLinkError (tried in November 2026; each run of R8 takes a minute).
 */
class ShrunkTest {
    private val rules = Path.of("../../bindings/kotlin/consumer-rules.pro")
    private val work = Files.createTempDirectory("hongqi-shrunk")

    /** Of the class path: what an app for Android would have of it. */
    private fun packed(): List<Path> {
        val wanted = listOf(
            "hongqi-core/classes", "hongqi-android/test-classes", "/jna-", "/kotlin-stdlib-", "/kotlinx-coroutines-core-jvm-", "/annotations-",
        )
        return System.getProperty("java.class.path").split(File.pathSeparator)
            .filter { entry -> wanted.any { it in entry } }
            .map(Path::of).map { if (Files.isDirectory(it)) jar(it) else it }
    }

    private fun jar(folder: Path): Path {
        val jar = Files.createTempFile(work, "classes", ".jar")
        ZipOutputStream(Files.newOutputStream(jar)).use { zip ->
            Files.walk(folder).use { files ->
                files.filter { Files.isRegularFile(it) && "Test" !in "${it.fileName}" && !"$it".contains("META-INF") }.forEach {
                    zip.putNextEntry(ZipEntry("${folder.relativize(it)}"))
                    Files.copy(it, zip)
                    zip.closeEntry()
                }
            }
        }
        return jar
    }

    private fun shrink(rules: List<String>): Path {
        val shrunk = work.resolve("shrunk-${rules.size}.jar")
        val entry = listOf(
            "-keep class org.hongqi.shell.ShrunkApp { public static void main(java.lang.String[]); }",
            // Compose's compiler has marked the classes of this module.
            "-dontwarn androidx.compose.runtime.internal.StabilityInferred",
        )
        val command = R8Command.builder()
            .addProgramFiles(packed())
            .addLibraryResourceProvider(JdkClassFileProvider.fromJdkHome(Path.of(System.getProperty("java.home"))))
            .addProguardConfiguration(rules + entry, Origin.unknown())
            .setMode(CompilationMode.RELEASE)
            .setOutput(shrunk, OutputMode.ClassFile)
            .build()
        R8.run(command)
        return shrunk
    }

    private fun run(shrunk: Path, park: Park): Pair<Int, String> {
        val home = Files.createTempDirectory(work, "phone")
        val process = ProcessBuilder(
            File(System.getProperty("java.home"), "bin/java").path,
            "-Djna.library.path=" + System.getProperty("jna.library.path"),
            "-cp", "$shrunk", "org.hongqi.shell.ShrunkApp", "$home", park.url, park.invite(Park.LI),
        ).redirectError(ProcessBuilder.Redirect.INHERIT).start()
        val said = process.inputStream.bufferedReader().readText()
        return process.waitFor() to said
    }

    // R8 takes most of a minute on a busy machine.
    @Test
    @Timeout(10, unit = TimeUnit.MINUTES)
    fun `an app shrunk by the package's rules works`() {
        try {
            Park().use { park ->
                val all = Files.readAllLines(rules)
                val shrunk = shrink(all)
                assertEquals(0 to "压缩之后\n", run(shrunk, park))
                ZipFile(shrunk.toFile()).use { zip ->
                    val names = zip.entries().asSequence().map { it.name }.toList()
                    assertTrue("org/hongqi/core/UniffiLib.class" in names, "bound by name")
                    // What nobody calls is gone, and what is called has no name of its own any more.
                    assertFalse("org/hongqi/core/Lifecycle.class" in names || "org/hongqi/core/Hongqi.class" in names)
                }
            }
        } finally {
            @OptIn(kotlin.io.path.ExperimentalPathApi::class)
            work.deleteRecursively()
        }
    }
}
