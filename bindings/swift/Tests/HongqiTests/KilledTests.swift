import Foundation
import Hongqi
import HongqiTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct KilledTests {
    @Test(arguments: [1, 7, 40])
    func aKilledProcessLosesNoActThatHadReturned(after posts: Int) async throws {
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        try await li.hongqi.pause()

        let (writer, output) = (Process(), Pipe())
        writer.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
            .deletingLastPathComponent().appendingPathComponent("hongqi-writer")
        writer.arguments = [li.home.path]
        writer.standardOutput = output
        try writer.run()
        var said = Data()
        while said.count(where: { $0 == UInt8(ascii: "\n") }) < posts {
            let more = output.fileHandleForReading.availableData
            try #require(!more.isEmpty, "the writer ended by itself")
            said.append(more)
        }
        kill(writer.processIdentifier, SIGKILL)
        writer.waitUntilExit()
        said.append(output.fileHandleForReading.readDataToEndOfFile())

        // Whole lines only; the last may be cut.
        let lines = String(decoding: said, as: UTF8.self).components(separatedBy: "\n").dropLast()
        #expect(lines.count >= posts)
        let again = try await Phone.switchedOn("li", home: li.home)
        let kept = try await again.messages(in: talk).map(\.id)
        // A page holds the newest 200.
        let told = lines.suffix(190).map { DocId(hex: $0) }
        #expect(Set(told).isSubset(of: Set(kept)), "a post that had returned is gone")
        #expect(Set(kept).count == kept.count)
        try await again.sync()
        #expect(try await again.hongqi.outbox().items().isEmpty)
    }
}
