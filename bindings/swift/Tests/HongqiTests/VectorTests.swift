import Foundation
import Hongqi
import Testing

/// The golden vectors, `tests/vectors`: codes and cards are read alike on every platform.
@Suite struct VectorTests {
    private struct Vectors: Decodable {
        struct Case: Decodable { let name, outcome, text: String }
        let cases: [Case]
        let door_key, server_key: String?

        static func read(_ name: String) throws -> Vectors {
            let tests = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../../tests/vectors")
            let file = tests.appendingPathComponent(name).standardizedFileURL
            return try JSONDecoder().decode(Vectors.self, from: Data(contentsOf: file))
        }
    }

    private func bytes(_ hex: String?) throws -> Data {
        let digits = Array(try #require(hex))
        return Data(stride(from: 0, to: digits.count, by: 2).map { UInt8(String(digits[$0..<$0 + 2]), radix: 16)! })
    }

    /// The name that the files have for it.
    private func outcome(_ refusal: ScanRefusal?) -> String {
        guard let refusal else { return "valid" }
        return "\(refusal)".reduce(into: "") { name, letter in
            name += letter.isUppercase ? "_" + letter.lowercased() : String(letter)
        }
    }

    @Test func codesAreReadAsOnEveryPlatform() throws {
        let vectors = try Vectors.read("codes.json")
        #expect(vectors.cases.count >= 7)
        let door = try bytes(vectors.door_key)
        for one in vectors.cases {
            #expect(outcome(try probeCode(text: one.text, door: door)) == one.outcome, "\(one.name)")
        }
    }

    @Test func cardsAreReadAsOnEveryPlatform() throws {
        let vectors = try Vectors.read("cards.json")
        #expect(vectors.cases.count >= 7)
        let server = try bytes(vectors.server_key)
        for one in vectors.cases {
            #expect(outcome(try probeCard(text: one.text, server: server)) == one.outcome, "\(one.name)")
        }
    }
}
