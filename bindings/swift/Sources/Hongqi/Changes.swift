import HongqiCore

// Streams over the core's listeners. Each stream owns its listener: it is cancelled when the task that reads the stream
// is, and when the stream is let go. A stream has one reader; ask for another stream for another.

/// The most topics that wait for a reader; beyond that they become `Topic.all`. As in the core.
private let mostTopics = 256

final class TopicMail: TopicListener {
    let box = Mailbox<Set<Topic>>()

    func onChange(topics: [Topic]) throws {
        box.put(Set(topics)) { waiting, new in
            let both = waiting.union(new)
            return both.count > mostTopics ? [.all] : both
        }
    }
}

final class StateMail: StateListener {
    let box = Mailbox<AppState>()

    func onState(state: AppState) throws {
        box.put(state) { _, latest in latest }
    }
}

extension Hongqi {
    /// Which topics changed since the reader last looked, each named once. Begins with `Topic.all`: who loads when told
    /// misses nothing.
    ///
    /// - Throws: `internal` if the system gives no thread.
    public func changes() throws -> AsyncStream<Set<Topic>> { try changes(into: TopicMail()) }

    func changes(into mail: TopicMail) throws -> AsyncStream<Set<Topic>> {
        let handle = try listenToTopics(listener: mail)
        return AsyncStream(
            unfolding: {
                defer { withExtendedLifetime(handle) {} }
                return await mail.box.next()
            },
            onCancel: { try? handle.cancel() })
    }

    /// How it goes: now, and whenever that changes. Of several changes in a row the reader sees the last.
    ///
    /// - Throws: `internal` if the system gives no thread.
    public func states() throws -> AsyncStream<AppState> { try states(into: StateMail()) }

    func states(into mail: StateMail) throws -> AsyncStream<AppState> {
        let handle = try listenToState(listener: mail)
        return AsyncStream(
            unfolding: {
                defer { withExtendedLifetime(handle) {} }
                return await mail.box.next()
            },
            onCancel: { try? handle.cancel() })
    }

    /// What `query` answers: now, and again after a change of one of `topics`. Changes that come while it runs lead to
    /// one more run. While the app is paused the stream waits; it goes on, with a fresh answer, when the app resumes.
    ///
    ///     for try await page in try hongqi.observe([.feed, .personal], { try await hongqi.feed().page() }) { … }
    ///
    /// - Throws: the call: `internal`; the stream: whatever `query` throws but `paused`, which ends it.
    public func observe<Answer: Sendable>(
        _ topics: Set<Topic>, _ query: @escaping @Sendable () async throws -> Answer
    ) throws -> AsyncThrowingStream<Answer, any Error> {
        let changes = try changes()
        let wanted = topics.union([.all])
        return AsyncThrowingStream {
            for await changed in changes where !changed.isDisjoint(with: wanted) {
                do {
                    return try await query()
                } catch let error as HongqiError where error.code == .paused {
                    // The core says `all` when it opens again.
                    continue
                }
            }
            return nil
        }
    }
}
