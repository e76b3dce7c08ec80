import Foundation
import Hongqi
import HongqiTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct CancellationTests {
    @Test func whatACancelledTaskHasBegunIsEnded() async throws {
        let li = try await Park.phone("li", Cast.li)
        let (hongqi, talk) = (li.hongqi, try await li.standing())
        let tasks = (0..<100).map { number in
            Task { try await hongqi.talk().post(space: talk, body: "第\(number)条") }
        }
        tasks.forEach { $0.cancel() }
        var posted = Set<DocId>()
        for task in tasks { posted.insert(try await task.value) }
        #expect(posted.count == 100)
        #expect(posted.isSubset(of: Set(try await li.messages(in: talk).map(\.id))))
    }

    @Test func waitingForTheNetworkEndsAtOnceAndLosesNothing() async throws {
        let server = try ServerProcess.start()
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let talk = try await li.standing()
        let id = try await li.hongqi.talk().post(space: talk, body: "在路上")
        server.freeze(true)
        try li.hongqi.network(up: true)
        let run = Task { try await li.hongqi.backgroundSync(within: .seconds(3600)) }
        for await state in try li.hongqi.states() where state == .syncing { break }
        run.cancel()
        await #expect(throws: CancellationError.self) { try await run.value }
        server.freeze(false)
        try await li.sync()
        #expect(try await li.messages(in: talk).first { $0.id == id }?.delivery == .atServer)
    }
}
