import Foundation
import HongqiTesting
import Testing

@testable import Hongqi

/// What time changes and nobody says.
@Suite(.timeLimit(.minutes(2)))
struct ObservingTests {
    @Test func anAnswerIsAskedForAgainWhenItsTimeIsOverAndNoTimerOutlivesItsReader() async throws {
        let li = try await Park.phone("li", Cast.li)
        let (clock, asked) = (HeldClock(), Count())
        // The first answer holds for a minute, the second has no end, those after it hold for an hour.
        let holds: @Sendable () async -> TimeInterval? = { [60, nil, 3600][min(await asked.value, 2)] }
        let answers = try li.hongqi.observe([.talks], holds: holds, on: clock) { await asked.one() }
        var reader = answers.makeAsyncIterator()
        #expect(try await reader.next() == 1)
        #expect(clock.waiting.isEmpty, "nobody waits while nobody reads")
        let second = Task { for try await answer in answers { return answer }; return 0 }
        let due = await clock.sleeper()
        #expect(due == .seconds(60))
        clock.pass(.seconds(59))
        #expect(await asked.value == 1 && clock.waiting == [.seconds(60)])
        clock.pass(.seconds(1))
        #expect(try await second.value == 2)

        let third = Task { for try await answer in answers { return answer }; return 0 }
        let group = try await li.hongqi.gatherings().openGroup(topic: "没有期限", members: [])
        #expect(try await third.value == 3, "a change is not waited for")
        let reading = Task { for try await _ in answers {} }
        #expect(await clock.sleeper() == .seconds(60 + 3600))
        reading.cancel()
        try await reading.value
        #expect(clock.waiting.isEmpty)
        try await li.hongqi.gatherings().end(gathering: group)
    }

    @Test func aGroupWhoseTimeRunsOutWhileItIsShownLeavesByItself() async throws {
        let li = try await Park.phone("li", Cast.li)
        let group = try await li.hongqi.gatherings().openGroup(
            topic: "五秒钟", members: [], ends: Date(timeIntervalSinceNow: 5))
        let opened = try #require(try await li.hongqi.gatherings().gathering(id: group))
        var seen = [[DocId]]()
        for try await running in try li.hongqi.runningGatherings() {
            seen.append(running.map(\.id))
            if running.isEmpty { break }
        }
        #expect(seen == [[group], []])
        for try await one in try li.hongqi.gathering(of: opened.space) {
            #expect(one?.state == .ended && one?.mayWrite == false)
            break
        }
    }

    @Test func whatIsToBeAcknowledgedIsOverdueWhenItsTimeHasCome() async throws {
        let sec = try await Park.phone("sec", Cast.secretary)
        let li = try await Park.phone("li", Cast.li)
        let article = try await sec.hongqi.feed().publish(
            org: try await sec.hongqi.me().home, title: "八秒钟内确认", body: "正文", category: .circular, mustRead: true,
            due: Date(timeIntervalSinceNow: 8))
        try await sec.sync()
        try await li.sync()
        var seen = [Bool]()
        for try await reminders in try li.hongqi.reminders() {
            guard let one = reminders.first(where: { $0.item.id == article }) else { continue }
            if seen.last != one.overdue { seen.append(one.overdue) }
            if one.overdue { break }
        }
        #expect(seen == [false, true])
    }
}

private actor Count {
    private(set) var value = 0

    func one() -> Int {
        value += 1
        return value
    }
}

/// A clock that stands until the test lets time pass.
private final class HeldClock: Clock, @unchecked Sendable {
    struct Instant: InstantProtocol {
        let at: Duration
        func advanced(by duration: Duration) -> Instant { Instant(at: at + duration) }
        func duration(to other: Instant) -> Duration { other.at - at }
        static func < (one: Instant, other: Instant) -> Bool { one.at < other.at }
    }

    // Unchecked: `lock` guards what changes.
    private let lock = NSLock()
    private var time = Duration.zero
    private var sleepers: [UUID: (until: Duration, wake: CheckedContinuation<Bool, Never>)] = [:]
    private let (arrivals, arrived) = AsyncStream<Duration>.makeStream()

    var now: Instant { Instant(at: lock.withLock { time }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    var waiting: [Duration] { lock.withLock { sleepers.values.map(\.until) } }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = UUID()
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                lock.withLock {
                    if Task.isCancelled { return wake.resume(returning: false) }
                    sleepers[id] = (deadline.at, wake)
                    arrived.yield(deadline.at)
                }
            }
        } onCancel: {
            lock.withLock { sleepers.removeValue(forKey: id)?.wake.resume(returning: false) }
        }
        if !slept { throw CancellationError() }
    }

    /// Until when the next one sleeps who comes.
    func sleeper() async -> Duration? {
        for await until in arrivals { return until }
        return nil
    }

    func pass(_ duration: Duration) {
        lock.withLock {
            time += duration
            for (id, sleeper) in sleepers where sleeper.until <= time {
                sleepers.removeValue(forKey: id)?.wake.resume(returning: true)
            }
        }
    }
}
