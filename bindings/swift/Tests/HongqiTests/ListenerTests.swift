import Foundation
import HongqiTesting
import Testing

@testable import Hongqi

@Suite(.timeLimit(.minutes(2)))
struct ListenerTests {
    /// Does what it is given, on the core's thread.
    private final class Listener: TopicListener {
        let act: @Sendable ([Topic]) throws -> Void
        init(_ act: @escaping @Sendable ([Topic]) throws -> Void) { self.act = act }
        func onChange(topics: [Topic]) throws { try act(topics) }
    }

    @Test func mayCallBackInAndWaitForTheAnswer() async throws {
        let li = try await Park.phone("li", Cast.li)
        let (hongqi, talk) = (li.hongqi, try await li.standing())
        let (counts, counted) = AsyncStream<Int>.makeStream()
        let handle = try hongqi.listenToTopics(
            listener: Listener { _ in
                _ = try hongqi.state()
                let answered = DispatchSemaphore(value: 0)
                Task {
                    counted.yield(try await hongqi.talk().page(space: talk).messages.filter { $0.body == "回调" }.count)
                    answered.signal()
                }
                answered.wait()
            })
        _ = try await hongqi.talk().post(space: talk, body: "回调")
        for await count in counts where count == 1 { break }
        try handle.cancel()
    }

    @Test func oneThatThrowsStaysAndHarmsNobody() async throws {
        let li = try await Park.phone("li", Cast.li)
        let talk = try await li.standing()
        let (calls, called) = AsyncStream<Void>.makeStream()
        struct Own: Error {}
        let throwing = try li.hongqi.listenToTopics(listener: Listener { _ in called.yield(); throw Own() })
        var iterator = calls.makeAsyncIterator()
        await iterator.next()
        var changes = try li.hongqi.changes().makeAsyncIterator()
        // What changes before the first call is part of its `all`.
        #expect(await changes.next() == [.all])
        _ = try await li.hongqi.talk().post(space: talk, body: "一")
        await iterator.next()
        while let topics = await changes.next(), !topics.contains(.talk(talk)) {}
        try throwing.cancel()
    }

    @Test func tenThousandCallsComeFromOneThread() async throws {
        let (threads, thread) = AsyncStream<String>.makeStream()
        let handle = try probeCallbacks(listener: Listener { _ in thread.yield("\(pthread_self())") }, count: 10_000)
        var (seen, calls) = (Set<String>(), 0)
        for await thread in threads {
            seen.insert(thread)
            calls += 1
            if calls == 10_000 { break }
        }
        #expect(seen.count == 1)
        try handle.cancel()
    }

    @Test func aSlowReaderFindsEachTopicOnceAndNeverMoreThanItCanHold() async throws {
        let mail = TopicMail()
        let talks = (0..<300).map { Topic.talk(SpaceId(text: "talk:\($0)")) }
        try mail.onChange(topics: [.feed, talks[0]])
        try mail.onChange(topics: [.feed, .outbox])
        #expect(await mail.box.next() == [.feed, .outbox, talks[0]])
        for topic in talks { try mail.onChange(topics: [topic]) }
        #expect(await mail.box.next()?.contains(.all) == true)
    }

    @Test func aStreamEndsWithItsReader() async throws {
        let li = try await Park.phone("li", Cast.li)
        let (topics, states) = (Weak<TopicMail>(), Weak<StateMail>())
        let reading = Task {
            let mail = TopicMail()
            topics.value = mail
            for await _ in try li.hongqi.changes(into: mail) {}
        }
        reading.cancel()
        try await reading.value
        #expect(topics.value == nil, "the listener of a cancelled reader is gone")
        do {
            let mail = StateMail()
            states.value = mail
            _ = try li.hongqi.states(into: mail)
        }
        #expect(states.value == nil, "the listener of a stream that was let go is gone")
    }

    private final class Weak<Value: AnyObject & Sendable>: @unchecked Sendable {
        weak var value: Value?
    }
}
