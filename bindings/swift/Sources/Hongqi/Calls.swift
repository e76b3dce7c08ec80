import Foundation
import HongqiCore

// Cancellation. A Swift task that is cancelled never reaches the Rust future below it: what a call has begun is ended,
// and durable, and a call that only touches the database is over before anybody could notice. The two calls that wait
// for the network give up the waiting at once.

extension Hongqi {
    /// Makes this device that of the member who was given the one-time `code`. A cancelled task stops waiting; the
    /// enrolment may still come about, and `me()` tells.
    ///
    /// - Throws: `CancellationError`, and as `enrol(url:code:)`.
    public func enrol(at server: URL, with code: String) async throws -> Me {
        try await stopsWaiting { try await self.enrol(url: server.absoluteString, code: code) }
    }

    /// Exchanges until nothing is left to do or `time` is up. A cancelled task stops waiting; the run goes on to its
    /// deadline or until `pause()`, which is what `Lifecycle` calls when the system ends a background task.
    ///
    /// - Throws: `CancellationError`, and as `backgroundSync(deadline:)`.
    @discardableResult
    public func backgroundSync(within time: Duration) async throws -> RunReport {
        let (seconds, attoseconds) = time.components
        // Negative durations do not cross the border, and the core knows no run of more than a day.
        let deadline = min(max(0, Double(seconds) + Double(attoseconds) * 1e-18), 86_400)
        return try await stopsWaiting { try await self.backgroundSync(deadline: deadline) }
    }
}

/// Runs `call` to its end, and waits for it until the current task is cancelled.
func stopsWaiting<Answer: Sendable>(
    _ call: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
    let (answers, answer) = AsyncThrowingStream<Answer, any Error>.makeStream()
    Task {
        do {
            answer.yield(try await call())
            answer.finish()
        } catch {
            answer.finish(throwing: error)
        }
    }
    // Ends without an answer when this task is cancelled: the stream watches for that.
    for try await answer in answers { return answer }
    throw CancellationError()
}
