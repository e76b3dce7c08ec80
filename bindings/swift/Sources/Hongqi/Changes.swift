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

/// What comes into `box`, until the reader is cancelled. Then the reader's own task ends the listener, and no `onCancel`
/// does: Swift calls that with the task's lock held, the end waits for a call of the listener that is under way, and such a
/// call may be about to wake the same task, for which it needs the lock.
private func stream<Content>(of box: Mailbox<Content>, endedBy handle: ListenerHandle) -> AsyncStream<Content> {
    AsyncStream {
        let next = await box.next()
        if next == nil { try? handle.cancel() }
        return next
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
        return stream(of: mail.box, endedBy: handle)
    }

    /// How it goes: now, and whenever that changes. Of several changes in a row the reader sees the last.
    ///
    /// - Throws: `internal` if the system gives no thread.
    public func states() throws -> AsyncStream<AppState> { try states(into: StateMail()) }

    func states(into mail: StateMail) throws -> AsyncStream<AppState> {
        let handle = try listenToState(listener: mail)
        return stream(of: mail.box, endedBy: handle)
    }
}
