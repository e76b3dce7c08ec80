import HongqiCore

/// Tells the core of the app's life, one wish after the other: two calls that an app makes from two tasks may reach the
/// core in either order, and an app that went to the background last must end closed.
@MainActor
public final class Lifecycle {
    private enum Wish { case foreground, background }

    private let hongqi: Hongqi
    private var wish: Wish?
    private var granted: Wish?
    private var worker: Task<Void, Never>?

    /// Why the store did not open when it was last wished; nil if it did.
    public private(set) var failure: (any Error)?

    /// Of the core that the app has opened, which begins as if in the background.
    public init(of hongqi: Hongqi) {
        self.hongqi = hongqi
    }

    /// The scene is active.
    public func enterForeground() { set(.foreground) }

    /// The scene is in the background.
    public func enterBackground() { set(.background) }

    /// Returns when the core has done what was wished last.
    public func settled() async {
        while let worker { await worker.value }
    }

    /// A background run (`BGAppRefreshTask`, a silent push). When the task is cancelled, which is what the system's
    /// expiration handler should do, the store is closed unless the app is in the foreground.
    ///
    /// - Throws: `CancellationError`, and as `Hongqi.backgroundSync(deadline:)`.
    @discardableResult
    public func backgroundSync(within time: Duration) async throws -> RunReport {
        do {
            return try await hongqi.backgroundSync(within: time)
        } catch is CancellationError {
            if wish != .foreground {
                granted = nil
                set(.background)
            }
            throw CancellationError()
        }
    }

    /// Looks something up while the app may not be in front: the store is open as long as `look` takes, and closed again
    /// unless the app is in front. A background run that goes on is ended with it.
    public func glance<Answer: Sendable>(
        _ look: @escaping @Sendable (Hongqi) async throws -> Answer
    ) async throws -> Answer {
        await settled()
        try await hongqi.resume()
        let outcome: Result<Answer, any Error>
        do { outcome = .success(try await look(hongqi)) } catch { outcome = .failure(error) }
        if wish != .foreground {
            granted = nil
            set(.background)
            await settled()
        }
        return try outcome.get()
    }

    private func set(_ wish: Wish) {
        self.wish = wish
        guard worker == nil else { return }
        worker = Task {
            while let wish = self.wish, wish != granted {
                granted = wish
                do {
                    switch wish {
                    case .foreground: try await hongqi.resume()
                    case .background: try await hongqi.pause()
                    }
                    failure = nil
                } catch {
                    failure = error
                }
            }
            worker = nil
        }
    }
}
