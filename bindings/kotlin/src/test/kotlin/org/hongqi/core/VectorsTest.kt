package org.hongqi.core

import java.io.File
import java.nio.file.Files
import java.time.Instant
import java.util.HexFormat
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.json.JSONArray
import org.json.JSONObject
import org.junit.jupiter.api.Test

/**
 * The golden vectors, `tests/vectors`: codes and cards, evidence and tables are read alike on every platform. All that is
 * said here of a view is what its parts are called in the files.
 */
class VectorsTest {
    @Test
    fun `codes are read as on every platform`() {
        val vectors = vectors("codes.json")
        val door = bytes(vectors.getString("door_key"))
        check(vectors) { probeCode(it, door) }
    }

    @Test
    fun `cards are read as on every platform`() {
        val vectors = vectors("cards.json")
        val server = bytes(vectors.getString("server_key"))
        check(vectors) { probeCard(it, server) }
    }

    private fun check(vectors: JSONObject, read: (String) -> ScanRefusal?) {
        assertTrue(vectors.cases().size >= 7)
        for (case in vectors.cases()) {
            val outcome = read(case.getString("text"))?.let { named(it) } ?: "valid"
            assertEquals(case.getString("outcome"), outcome, case.getString("name"))
        }
    }

    @Test
    fun `evidence counts as on every platform`() {
        val vectors = vectors("evidence.json")
        assertTrue(vectors.cases().size >= 30)
        reading(vectors, vectors.cases().map { bytes(it.getString("entry")) }) { activities ->
            for (case in vectors.cases()) {
                val activity = DocId(case.getString("activity"))
                val said = activities.evidence(activity, MemberId(case.getString("member")))
                val told = when (case.getString("kind")) {
                    "Guests" -> "guests=${activities.guests(activity)}"
                    else -> said.find { it.id.hex == case.getString("doc") }?.let { told(it.word) } ?: "nothing"
                }
                assertEquals(case.getString("phone"), told, case.getString("name"))
            }
        }
    }

    @Test
    fun `tables say what they say on every platform`() {
        val vectors = vectors("status.json")
        assertTrue(vectors.cases().size >= 15)
        val people = vectors.getJSONObject("people")
        val names = people.keySet().associateBy { people.getString(it) }
        reading(vectors, vectors.cases().flatMap { it.getJSONArray("log").bytes() }) { activities ->
            for (case in vectors.cases()) {
                val table = table(activities, DocId(case.getString("activity")), names)
                val golden = case.getJSONArray("table").map { it.toString() }
                assertEquals(golden.joinToString("\n"), table.joinToString("\n"), case.getString("name"))
            }
        }
    }

    /** Lets a phone take in what the file holds, with what its cases have. */
    private fun reading(vectors: JSONObject, cases: List<ByteArray>, read: suspend (Activities) -> Unit) = story {
        val home = Files.createTempDirectory("hongqi-vectors").toFile()
        val key = object : DeviceKey {
            override fun publicKey(): ByteArray = bytes(vectors.getString("device_key"))

            override fun sign(message: ByteArray): ByteArray = error("nothing is written here")
        }
        val hongqi = openHongqi(home, { key })
        try {
            hongqi.network(false)
            hongqi.resume()
            val log = vectors.getJSONArray("log").bytes() + cases
            probeReplay(hongqi, bytes(vectors.getString("enrolled")), vectors.getJSONArray("authors").bytes(), log)
            read(hongqi.activities())
            hongqi.pause()
        } finally {
            hongqi.destroy()
            home.deleteRecursively()
        }
    }

    private fun told(word: EvidenceWord): String = when (word) {
        is EvidenceWord.Seen -> listOfNotNull(
            "seen=${named(word.grade)}",
            word.doubt?.let { "doubt=${named(it)}" },
            "out".takeIf { word.out },
        )
        is EvidenceWord.Marked -> listOfNotNull(
            "marked=${named(word.mark)}",
            word.request?.let { "request" },
            "resolves".takeIf { word.resolves },
            word.seconds?.let { "seconds" },
        )
        is EvidenceWord.Asked -> listOfNotNull("asked", "withdrawn".takeIf { word.withdrawn })
    }.joinToString(" ")

    private suspend fun table(activities: Activities, activity: DocId, names: Map<String, String>): List<String> =
        activities.attendance(activity).map { row(it, names) } +
            quorum("quorum", activities.quorum(activity, false)) +
            quorum("election", activities.quorum(activity, true)) +
            activities.resolutions(activity).map { resolution(it) } +
            activities.attendanceByOrg(activity).map { org(it) } +
            "guests=${activities.guests(activity)}"

    private fun row(row: AttendanceRow, names: Map<String, String>): String {
        val status = when (val status = row.status) {
            is AttendanceStatus.Present -> "present=${named(status.grade)}"
            is AttendanceStatus.Disputed ->
                "disputed=" + status.lastWords.joinToString(",") { "${names[it.by.hex]}:${named(it.mark)}" }
            AttendanceStatus.Absent -> "absent"
            AttendanceStatus.Excused -> "excused"
            AttendanceStatus.Unknown -> "unknown"
        }
        val words = listOfNotNull(row.name, named(row.place), status, row.leave?.let { "leave=${named(it)}" }) +
            row.doubts.map { "doubt=${named(it)}" } +
            row.pending.map { "pending=${named(it.mark)}" } +
            listOfNotNull(row.stayedMs?.let { "stayed=${it / 60_000}" })
        val spoken = listOf(Language.CHINESE, Language.ENGLISH)
            .map { speakAttendance(row, SpeechContext(it, Instant.EPOCH, 480)) }
        return (listOf(words.joinToString(" ")) + spoken).joinToString(" | ")
    }

    private fun quorum(title: String, quorum: Quorum): String {
        val end = when (val shortfall = quorum.shortfall) {
            null -> "valid"
            is Shortfall.NoVoters -> "no_voters"
            is Shortfall.Missing -> "missing=${shortfall.count}"
        }
        return "$title voters=${quorum.voters} counted=${quorum.counted} claimed=${quorum.claimed} " +
            "disputed=${quorum.disputed} needed=${quorum.needed} $end"
    }

    private fun resolution(view: ResolutionView): String = checkNotNull(view.tally).run {
        "${view.title} for=$votesFor against=$against abstained=$abstained silent=$silent not_counted=$notCounted " +
            "needed=$needed " + if (carried) "carried" else "not_carried"
    }

    private fun org(org: OrgAttendance): String = org.numbers.run {
        "${org.name} expected=${count(expected)} present=${count(present)} claimed=${count(claimed)} " +
            "absent=${count(absent)} excused=${count(excused)} disputed=${count(disputed)} unknown=${count(unknown)} " +
            "named=${org.people.size}"
    }

    private fun count(count: PeopleCount): String = when (count) {
        is PeopleCount.Few -> "few"
        is PeopleCount.Exactly -> count.count.toString()
    }

    private fun named(value: Enum<*>): String = value.name.lowercase()

    private fun vectors(file: String) =
        JSONObject(File(System.getProperty("basedir") ?: ".", "../../tests/vectors/$file").readText())

    private fun JSONObject.cases(): List<JSONObject> = getJSONArray("cases").map { it as JSONObject }

    private fun JSONArray.bytes(): List<ByteArray> = map { bytes(it.toString()) }

    private fun bytes(hex: String): ByteArray = HexFormat.of().parseHex(hex)
}
