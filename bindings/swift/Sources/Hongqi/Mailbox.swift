import Foundation

/// What a listener has been told and nobody has taken yet, merged into one value: however slow the reader is, no more
/// than that is kept. One task at a time may wait.
final class Mailbox<Content: Sendable>: @unchecked Sendable {
    // Unchecked, since the compiler does not see that `lock` guards `content`; `Mutex` needs iOS 18.
    private let lock = NSLock()
    private var content: Content?
    private let arrivals: AsyncStream<Void>
    private let arrived: AsyncStream<Void>.Continuation

    init() {
        (arrivals, arrived) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func put(_ new: Content, merge: (Content, Content) -> Content) {
        lock.withLock { content = content.map { merge($0, new) } ?? new }
        arrived.yield()
    }

    /// Waits for something; nil once the waiting task is cancelled.
    func next() async -> Content? {
        for await _ in arrivals {
            if let taken = take() { return taken }
        }
        return nil
    }

    private func take() -> Content? {
        lock.withLock {
            defer { content = nil }
            return content
        }
    }
}
