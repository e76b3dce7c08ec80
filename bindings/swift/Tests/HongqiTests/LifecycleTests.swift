import Foundation
import Hongqi
import HongqiTesting
import Testing

@Suite(.timeLimit(.minutes(2)))
struct LifecycleTests {
    @Test func aPausedCoreAnswersPausedAndObserversGoOnAfterIt() async throws {
        let li = try await Park.phone("li", Cast.li)
        let (hongqi, talk) = (li.hongqi, try await li.standing())
        let (asks, asked) = AsyncStream<Void>.makeStream()
        let counts = try hongqi.observe([.talk(talk)]) {
            defer { asked.yield() }
            return try await hongqi.talk().page(space: talk).messages.filter { $0.body == "回来了" }.count
        }
        var iterator = counts.makeAsyncIterator()
        #expect(try await iterator.next() == 0)
        _ = try await hongqi.talk().post(space: talk, body: "回来了")
        try await hongqi.pause()
        #expect(try hongqi.state() == .paused)
        do {
            _ = try await hongqi.talk().list()
            Issue.record("a paused core answered")
        } catch let error as HongqiError {
            #expect(error.code == .paused && error.retryable)
        }
        async let next = iterator.next()
        // It has been asked once more, and was told "paused".
        for await _ in asks.prefix(2) {}
        try await hongqi.resume()
        #expect(try await next == 1)
    }

    @Test @MainActor func theLastWishWins() async throws {
        let li = try await Park.phone("li", Cast.li)
        let lifecycle = Lifecycle(of: li.hongqi)
        for _ in 0..<20 {
            lifecycle.enterForeground()
            lifecycle.enterBackground()
            await Task.yield()
        }
        await lifecycle.settled()
        #expect(try li.hongqi.state() == .paused)
        for _ in 0..<20 {
            lifecycle.enterBackground()
            lifecycle.enterForeground()
            await Task.yield()
        }
        await lifecycle.settled()
        #expect(try li.hongqi.state() != .paused)
        #expect(lifecycle.failure == nil)
    }

    @Test @MainActor func anExpiredBackgroundRunLeavesTheStoreClosedUnlessTheAppIsInFront() async throws {
        let server = try ServerProcess.start()
        let li = try await Phone.enrolled("li", Cast.li, at: server)
        let lifecycle = Lifecycle(of: li.hongqi)
        try li.hongqi.network(up: true)
        for inFront in [false, true] {
            lifecycle.enterBackground()
            await lifecycle.settled()
            server.freeze(true)
            let run = Task { try await lifecycle.backgroundSync(within: .seconds(3600)) }
            for await state in try li.hongqi.states() where state == .background { break }
            if inFront { lifecycle.enterForeground() }
            run.cancel()
            await #expect(throws: (any Error).self) { try await run.value }
            await lifecycle.settled()
            let state = try li.hongqi.state()
            #expect((state == .paused) == !inFront)
            server.freeze(false)
        }
    }

    @Test @MainActor func aGlanceLeavesTheStoreAsTheLastWishWantsIt() async throws {
        let li = try await Park.phone("li", Cast.li)
        let lifecycle = Lifecycle(of: li.hongqi)
        lifecycle.enterBackground()
        await lifecycle.settled()
        _ = try await lifecycle.glance { try await $0.feed().unread() }
        #expect(try li.hongqi.state() == .paused)
        await #expect(throws: TestingError.self) {
            try await lifecycle.glance { _ in throw TestingError("x") }
        }
        #expect(try li.hongqi.state() == .paused)
        lifecycle.enterForeground()
        _ = try await lifecycle.glance { try await $0.feed().unread() }
        #expect(try li.hongqi.state() != .paused)
    }
}
