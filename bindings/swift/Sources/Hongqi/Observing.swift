import Foundation
import HongqiCore

extension Hongqi {
    /// What `query` answers: now, and again after a change of one of `topics`. Changes that come while it runs lead to
    /// one more run. While the app is paused the stream waits; it goes on, with a fresh answer, when the app resumes.
    ///
    ///     for try await page in try hongqi.observe([.feed, .personal], { try await hongqi.feed().page() }) { … }
    ///
    /// - Throws: the call: `internal`; the stream: whatever `query` throws but `paused`, which ends it.
    public func observe<Answer: Sendable>(
        _ topics: Set<Topic>, _ query: @escaping @Sendable () async throws -> Answer
    ) throws -> AsyncThrowingStream<Answer, any Error> {
        try observe(topics, holds: { nil }, query)
    }

    /// As the other, for what time changes too: `holds`, asked before `query`, says for how many seconds its answer holds
    /// (nil: for ever). The timer runs while a reader waits, and ends with the waiting.
    public func observe<Answer: Sendable>(
        _ topics: Set<Topic>, holds: @escaping @Sendable () async throws -> TimeInterval?,
        on clock: some Clock<Duration> = ContinuousClock(), _ query: @escaping @Sendable () async throws -> Answer
    ) throws -> AsyncThrowingStream<Answer, any Error> {
        let mail = TopicMail()
        let answers = Answers(
            mail: mail, changes: try changes(into: mail), wanted: topics.union([.all]), clock: clock, holds: holds, query: query)
        return AsyncThrowingStream { try await answers.next() }
    }
}

private actor Answers<Answer: Sendable, Time: Clock> where Time.Duration == Duration {
    private let mail: TopicMail
    private let changes: AsyncStream<Set<Topic>>
    private let wanted: Set<Topic>
    private let clock: Time
    private let holds: @Sendable () async throws -> TimeInterval?
    private let query: @Sendable () async throws -> Answer
    /// When what was answered last is over.
    private var over: Time.Instant?

    init(
        mail: TopicMail, changes: AsyncStream<Set<Topic>>, wanted: Set<Topic>, clock: Time,
        holds: @escaping @Sendable () async throws -> TimeInterval?, query: @escaping @Sendable () async throws -> Answer
    ) {
        (self.mail, self.changes, self.wanted, self.clock) = (mail, changes, wanted, clock)
        (self.holds, self.query) = (holds, query)
    }

    /// Nothing once the reader is cancelled.
    func next() async throws -> Answer? {
        while let changed = await changed() {
            if changed.isDisjoint(with: wanted) { continue }
            over = nil
            do {
                // A day at most: a clock need not reach as far as an end that somebody wrote.
                if let left = try await holds() { over = clock.now.advanced(by: .seconds(min(left, 86_400))) }
                return try await query()
            } catch let error as HongqiError where error.code == .paused {
                // The core says `all` when it opens again.
                over = nil
            }
        }
        return nil
    }

    private func changed() async -> Set<Topic>? {
        // Cancelled when this returns: no timer outlives the waiting of a reader.
        async let _: Void = ring()
        for await changed in changes { return changed }
        return nil
    }

    private func ring() async {
        guard let over, (try? await clock.sleep(until: over, tolerance: nil)) != nil else { return }
        try? mail.onChange(topics: [.all])
    }
}
