package org.hongqi.core

import java.io.File
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withTimeout

/** No single thing that is waited for takes longer, unless it hangs. */
const val SOON = 60_000L

/** Runs a test. Each wait in it has an end of its own ([until]); what it computes may take as long as the machine needs. */
fun story(tell: suspend CoroutineScope.() -> Unit) = runBlocking(block = tell)

/** The first value that is as [wanted]. */
suspend fun <T> Flow<T>.until(wanted: (T) -> Boolean): T = withTimeout(SOON) { first(wanted) }

/** A real server, in a process of its own, with a park of one committee and one branch, and phones enrolled with it. */
class Park : AutoCloseable {
    private val folder: Path = Files.createTempDirectory("hongqi-park")
    private val data = folder.resolve("server").toString()
    private val phones = mutableListOf<Phone>()
    private var server: Process

    /** Where it listens; the same after a restart. */
    var url: String
        private set

    init {
        val books = Files.createDirectory(folder.resolve("books"))
        val orgs = books.resolve("organisations.csv").also { Files.writeString(it, ORGANISATIONS) }
        val members = books.resolve("members.csv").also { Files.writeString(it, MEMBERS) }
        command("import", "--data", data, orgs.toString(), members.toString())
        server = serve("127.0.0.1:0")
        url = "http://" + listening(server)
    }

    /** A one-time code for a member. */
    fun invite(number: String): String = command("invite", "--data", data, number).trim()

    /** Takes a role from a member, or gives it. */
    fun role(verb: String, number: String, role: String, org: String) = command(verb, "--data", data, number, role, org)

    /** Ends a device. */
    fun revokeDevice(device: DeviceId) = command("revoke-device", "--data", data, device.hex)

    /** A phone in the foreground that belongs to the member and holds all that the server has for it. */
    suspend fun phone(number: String): Phone {
        val phone = blank()
        phone.hongqi.enrol(url, invite(number))
        phone.hongqi.states().until { it == AppState.Idle(live = true) }
        return phone
    }

    /** A phone in the foreground that belongs to nobody yet. */
    suspend fun blank(): Phone {
        val phone = Phone(Files.createTempDirectory(folder, "phone"))
        phones += phone
        phone.open()
        return phone
    }

    /** Nobody answers any more. */
    fun stop() {
        server.destroy()
        check(server.waitFor(SOON, TimeUnit.MILLISECONDS)) { "the server does not end" }
    }

    /** The same server, at the same address. */
    fun start() {
        server = serve(url.removePrefix("http://"))
        listening(server)
    }

    override fun close() {
        phones.forEach { phone -> runBlocking { phone.close() } }
        server.destroyForcibly().waitFor()
        folder.toFile().deleteRecursively()
    }

    private fun serve(address: String): Process =
        ProcessBuilder(built("hongqi-server"), "serve", "--data", data, "--listen", address)
            .redirectError(folder.resolve("server.log").toFile())
            .start()

    private fun listening(server: Process): String {
        val line = server.inputStream.bufferedReader().readLine()
        return checkNotNull(line) { "the server did not start: ${Files.readString(folder.resolve("server.log"))}" }
            .removePrefix("listening on ")
    }

    private fun command(vararg args: String): String {
        val process = ProcessBuilder(built("hongqi-server"), *args).redirectErrorStream(true).start()
        val said = process.inputStream.bufferedReader().readText()
        check(process.waitFor() == 0) { "hongqi-server ${args.first()}: $said" }
        return said
    }

    companion object {
        /** The branch of all members. */
        const val BRANCH = "B1"

        /** The committee above it. */
        const val COMMITTEE = "Z1"

        /** A plain member. */
        const val LI = "M1"

        /** Another. */
        const val MO = "M2"

        /** The secretary of the branch, who also edits and organises for it. */
        const val SEC = "M3"

        /** An editor of the committee. */
        const val TOP = "M4"

        val branch: OrgId get() = orgIdOfNumber(BRANCH)
        val committee: OrgId get() = orgIdOfNumber(COMMITTEE)

        /** The branch's own discussion. */
        val talk: SpaceId get() = standingTalkOf(branch)

        private const val ORGANISATIONS =
            "number,name,type,parent\n" +
                "Z1,青岚泵阀产业集群委员会,cluster_committee,\n" +
                "B1,青岚瑞泰电缆有限公司支部,branch,Z1\n"
        private const val MEMBERS =
            "number,name,standing,home,joined,roles\n" +
                "M1,李小满,full,B1,2015-03-04,\n" +
                "M2,莫言秋,full,B1,2016-03-04,\n" +
                "M3,熊红,full,B1,1993-12-19,secretary@B1\n" +
                "M4,吴怡杰,full,B1,1999-06-29,editor@Z1\n" +
                "M5,邹然星,full,B1,2002-04-11,\n" +
                "M6,任秀敏,full,B1,2014-12-31,\n"

        /** A program that cargo has built. */
        fun built(program: String): String {
            val folder = checkNotNull(System.getProperty("hongqi.built")) { "run `cargo xtask kotlin`" }
            return File(folder, program).also { check(it.exists()) { "$it is missing: run `cargo xtask kotlin`" } }.path
        }
    }
}

/** A phone: a folder and what runs on it. */
class Phone(val home: Path) {
    lateinit var hongqi: Hongqi
        private set

    /** Starts the app. */
    suspend fun open() {
        hongqi = openHongqi(home.toFile(), FileKeys(home.resolve("device.key").toFile()))
        hongqi.resume()
    }

    /** Ends the app. */
    suspend fun close() {
        if (hongqi.uniffiIsDestroyed) return
        hongqi.pause()
        hongqi.destroy()
    }

    /** Ends the app and starts it again. */
    suspend fun restart() {
        close()
        open()
    }

    /** The texts of a discussion, oldest first. */
    suspend fun texts(space: SpaceId = Park.talk): List<String> = hongqi.talk().page(space).messages.map { it.body }
}
