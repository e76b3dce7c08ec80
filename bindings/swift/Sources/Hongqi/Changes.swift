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
}
