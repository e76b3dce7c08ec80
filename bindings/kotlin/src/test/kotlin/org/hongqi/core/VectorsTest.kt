package org.hongqi.core

import java.io.File
import kotlin.test.assertEquals
import kotlin.test.assertTrue
import org.junit.jupiter.api.Test

/** The golden vectors, `tests/vectors`: codes and cards are read alike on every platform. */
class VectorsTest {
    private class Case(val name: String, val outcome: String, val text: String)

    private class Vectors(file: String) {
        private val json = File(System.getProperty("basedir") ?: ".", "../../tests/vectors/$file").readText()

        fun bytes(key: String): ByteArray = checkNotNull(Regex("\"$key\": \"([0-9a-f]+)\"").find(json)) { key }
            .groupValues[1].chunked(2).map { it.toInt(16).toByte() }.toByteArray()

        // The files are written by one program and have no other escape than this.
        val cases = Regex("\"name\": \"(.*)\",\\s*\"outcome\": \"(.*)\",\\s*\"text\": \"(.*)\"").findAll(json)
            .map { found -> found.groupValues.map { it.replace("\\n", "\n") } }
            .map { (_, name, outcome, text) -> Case(name, outcome, text) }.toList()
    }

    private fun check(vectors: Vectors, read: (String) -> ScanRefusal?) {
        assertTrue(vectors.cases.size >= 7)
        for (case in vectors.cases) {
            assertEquals(case.outcome, read(case.text)?.name?.lowercase() ?: "valid", case.name)
        }
    }

    @Test
    fun `codes are read as on every platform`() {
        val vectors = Vectors("codes.json")
        val door = vectors.bytes("door_key")
        check(vectors) { probeCode(it, door) }
    }

    @Test
    fun `cards are read as on every platform`() {
        val vectors = Vectors("cards.json")
        val server = vectors.bytes("server_key")
        check(vectors) { probeCard(it, server) }
    }
}
