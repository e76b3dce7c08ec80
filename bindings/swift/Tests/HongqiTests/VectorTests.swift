import Foundation
import Hongqi
import Testing

/// The golden vectors, `tests/vectors`: codes and cards, evidence and tables are read alike on every platform. All that is
/// said here of a view is what its parts are called in the files.
@Suite struct VectorTests {
    private struct Vectors: Decodable {
        struct Case: Decodable {
            let name: String
            let outcome, text: String?
            let activity, member, doc, kind, entry, phone: String?
            let log, table: [String]?
        }
        let cases: [Case]
        let door_key, server_key, device_key, enrolled: String?
        let authors, log: [String]?
        let people: [String: String]?

        static func read(_ name: String) throws -> Vectors {
            let tests = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../../tests/vectors")
            let file = tests.appendingPathComponent(name).standardizedFileURL
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        }
    }

    /// The reader's phone: it writes nothing.
    private final class PublicHalf: DeviceKey {
        let bytes: Data
        init(_ bytes: Data) { self.bytes = bytes }
        func publicKey() throws -> Data { bytes }
        func sign(message: Data) throws -> Data { throw CancellationError() }
    }

    @Test func codesAreReadAsOnEveryPlatform() throws {
        let vectors = try Vectors.read("codes.json")
        let door = try bytes(vectors.door_key)
        try check(vectors) { try probeCode(text: $0, door: door) }
    }

    @Test func cardsAreReadAsOnEveryPlatform() throws {
        let vectors = try Vectors.read("cards.json")
        let server = try bytes(vectors.server_key)
        try check(vectors) { try probeCard(text: $0, server: server) }
    }

    private func check(_ vectors: Vectors, read: (String) throws -> ScanRefusal?) throws {
        #expect(vectors.cases.count >= 7)
        for one in vectors.cases {
            #expect(try read(#require(one.text)).map(named) ?? "valid" == one.outcome, "\(one.name)")
        }
    }

    @Test func evidenceCountsAsOnEveryPlatform() async throws {
        let vectors = try Vectors.read("evidence.json")
        #expect(vectors.cases.count >= 30)
        try await reading(vectors, with: vectors.cases.map { try bytes($0.entry) }) { activities in
            for one in vectors.cases {
                let activity = DocId(hex: try #require(one.activity))
                let said = try await activities.evidence(
                    activity: activity, member: MemberId(hex: try #require(one.member)))
                var told = said.first { $0.id.hex == one.doc }.map { self.told($0.word) } ?? "nothing"
                if one.kind == "Guests" { told = "guests=\(try await activities.guests(activity: activity))" }
                #expect(told == one.phone, "\(one.name)")
            }
        }
    }

    @Test func tablesSayWhatTheySayOnEveryPlatform() async throws {
        let vectors = try Vectors.read("status.json")
        #expect(vectors.cases.count >= 15)
        let names = Dictionary(uniqueKeysWithValues: try #require(vectors.people).map { ($1, $0) })
        try await reading(vectors, with: vectors.cases.flatMap { try ($0.log ?? []).map(bytes) }) { activities in
            for one in vectors.cases {
                let activity = DocId(hex: try #require(one.activity))
                #expect(try await table(activities, activity, names) == one.table, "\(one.name)")
            }
        }
    }

    /// Lets a phone take in what the file holds, with what its cases have.
    private func reading(_ vectors: Vectors, with cases: [Data], read: (Activities) async throws -> Void) async throws {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("hongqi-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: home) }
        let hongqi = try await Hongqi.open(home: home.path, key: PublicHalf(bytes(vectors.device_key)))
        try hongqi.network(up: false)
        try await hongqi.resume()
        let log = try #require(vectors.log).map(bytes) + cases
        try await probeReplay(
            hongqi: hongqi, enrolled: bytes(vectors.enrolled), authors: #require(vectors.authors).map(bytes), log: log)
        try await read(hongqi.activities())
        try await hongqi.pause()
    }

    private func told(_ word: EvidenceWord) -> String {
        let words: [String?] =
            switch word {
            case .seen(let grade, let doubt, let out):
                ["seen=\(named(grade))", doubt.map { "doubt=\(named($0))" }, out ? "out" : nil]
            case .marked(let mark, let request, let resolves, let seconds):
                ["marked=\(named(mark))", request.map { _ in "request" }, resolves ? "resolves" : nil,
                    seconds.map { _ in "seconds" }]
            case .asked(let withdrawn): ["asked", withdrawn ? "withdrawn" : nil]
            }
        return words.compactMap { $0 }.joined(separator: " ")
    }

    private func table(
        _ activities: Activities, _ activity: DocId, _ names: [String: String]
    ) async throws -> [String] {
        var out = try await activities.attendance(activity: activity).map { try row($0, names) }
        out.append(quorum("quorum", try await activities.quorum(activity: activity)))
        out.append(quorum("election", try await activities.quorum(activity: activity, election: true)))
        out += try await activities.resolutions(activity: activity).map(resolution)
        out += try await activities.attendanceByOrg(activity: activity).map(org)
        out.append("guests=\(try await activities.guests(activity: activity))")
        return out
    }

    private func row(_ row: AttendanceRow, _ names: [String: String]) throws -> String {
        let status =
            switch row.status {
            case .present(let grade): "present=\(named(grade))"
            case .disputed(let words):
                "disputed=" + words.map { "\(names[$0.by.hex] ?? ""):\(named($0.mark))" }.joined(separator: ",")
            default: "\(row.status)"
            }
        var words = [row.name, named(row.place), status]
        if let leave = row.leave { words.append("leave=\(named(leave))") }
        words += row.doubts.map { "doubt=\(named($0))" }
        words += row.pending.map { "pending=\(named($0.mark))" }
        if let stayed = row.stayedMs { words.append("stayed=\(stayed / 60_000)") }
        let spoken = try [Language.chinese, .english].map {
            try speakAttendance(
                view: row, speech: SpeechContext(language: $0, now: Date(timeIntervalSince1970: 0), utcOffsetMinutes: 480))
        }
        return ([words.joined(separator: " ")] + spoken).joined(separator: " | ")
    }

    private func quorum(_ title: String, _ quorum: Quorum) -> String {
        let end =
            switch quorum.shortfall {
            case nil: "valid"
            case .noVoters: "no_voters"
            case .missing(let number): "missing=\(number)"
            }
        return "\(title) voters=\(quorum.voters) counted=\(quorum.counted) claimed=\(quorum.claimed) "
            + "disputed=\(quorum.disputed) needed=\(quorum.needed) \(end)"
    }

    private func resolution(_ view: ResolutionView) throws -> String {
        let tally = try #require(view.tally)
        return "\(view.title) for=\(tally.votesFor) against=\(tally.against) abstained=\(tally.abstained) "
            + "silent=\(tally.silent) not_counted=\(tally.notCounted) needed=\(tally.needed) "
            + (tally.carried ? "carried" : "not_carried")
    }

    private func org(_ org: OrgAttendance) -> String {
        let numbers = org.numbers
        let parts = [
            ("expected", numbers.expected), ("present", numbers.present), ("claimed", numbers.claimed),
            ("absent", numbers.absent), ("excused", numbers.excused), ("disputed", numbers.disputed),
            ("unknown", numbers.unknown),
        ]
        let counts = parts.map { name, count in
            switch count {
            case .few: "\(name)=few"
            case .exactly(let number): "\(name)=\(number)"
            }
        }
        return ([org.name] + counts + ["named=\(org.people.count)"]).joined(separator: " ")
    }

    /// The name that the files have for it.
    private func named(_ value: some Any) -> String {
        "\(value)".reduce(into: "") { name, letter in
            name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }

    private func bytes(_ hex: String?) throws -> Data {
        let digits = Array(try #require(hex).utf8)
        return Data(stride(from: 0, to: digits.count, by: 2).map { at in
            digits[at...at + 1].reduce(0) { $0 << 4 | ($1 < 0x3a ? $1 - 0x30 : $1 - 0x57) }
        })
    }
}
