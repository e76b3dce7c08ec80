import HongqiCore

// What a door and a member's phone show. Codes and cards are of now only, so these streams ask for the next by
// themselves for as long as they are read.

extension Hongqi {
    /// The doors of an activity that are known here, in the order of their labels, with how many have come.
    public func doors(of activity: DocId) throws -> AsyncThrowingStream<[DoorView], any Error> {
        let presence = try presence()
        return try observe([.activity(activity), .directory]) { try await presence.doors(activity: activity) }
    }

    /// What the phone at `door` shows, each code until the next. Fails once the door is shut; waits while the app is
    /// paused.
    public func doorCodes(of door: DocId) throws -> AsyncThrowingStream<ShownCode, any Error> {
        let presence = try presence()
        return stream(Showing(self, lasting: \.nextInMs) { try await presence.nextCode(door: door) })
    }

    /// The card of this member, each until the next; waits while the app is paused.
    public func ownCards() throws -> AsyncThrowingStream<ShownCard, any Error> {
        let presence = try presence()
        return stream(Showing(self, lasting: \.nextInMs) { try await presence.ownCard() })
    }

    private func stream<Shown: Sendable>(_ showing: Showing<Shown>) -> AsyncThrowingStream<Shown, any Error> {
        AsyncThrowingStream { try await showing.next() }
    }
}

/// Asks for what is shown, and for the next when its time is over.
private actor Showing<Shown: Sendable> {
    private let hongqi: Hongqi
    private let lasts: @Sendable (Shown) -> UInt64
    private let ask: @Sendable () async throws -> Shown
    private var wait: UInt64 = 0

    init(
        _ hongqi: Hongqi, lasting lasts: @escaping @Sendable (Shown) -> UInt64,
        ask: @escaping @Sendable () async throws -> Shown
    ) {
        (self.hongqi, self.lasts, self.ask) = (hongqi, lasts, ask)
    }

    /// Nothing once the reader is cancelled.
    func next() async throws -> Shown? {
        try? await Task.sleep(for: .milliseconds(wait))
        while !Task.isCancelled {
            do {
                let shown = try await ask()
                wait = lasts(shown)
                return shown
            } catch let error as HongqiError where error.code == .paused {
                for await state in try hongqi.states() where state.isOpen { break }
            }
        }
        return nil
    }
}

extension AppState {
    fileprivate var isOpen: Bool {
        switch self {
        case .paused, .failed: false
        default: true
        }
    }
}
