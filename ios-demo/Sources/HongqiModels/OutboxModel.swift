import Hongqi
import Observation

/// Where each act has got to: on this device, at the server, or refused and why.
@MainActor @Observable
public final class OutboxModel: Screen {
    public let hongqi: Hongqi
    public var failure: Failure?
    /// What waits or was refused, oldest first.
    public private(set) var items: [OutboxItem] = []
    /// What has arrived at the server while this screen was open, newest first.
    public private(set) var arrived: [OutboxItem] = []
    private var takenBack: Set<DocId> = []

    public init(_ hongqi: Hongqi) { self.hongqi = hongqi }

    public func run() async {
        let hongqi = hongqi
        await follow([.outbox], { try await hongqi.outbox().items() }, show: show)
    }

    private func show(_ new: [OutboxItem]) {
        let left = Set(new.map(\.doc))
        let gone = items.filter { !left.contains($0.doc) && !takenBack.contains($0.doc) }
        arrived = gone.reversed().map { $0.delivered() } + arrived.filter { !left.contains($0.doc) }
        items = new
    }

    /// The state in words.
    public static func state(of delivery: Delivery, in language: Language = .preferred) -> String {
        switch delivery {
        case .onDevice: Words.onDevice.text(in: language)
        case .atServer: Words.atServer.text(in: language)
        case .refused(let reason): Words.refused.text(in: language, reason.text(in: language))
        }
    }

    /// Takes back what has not left the device.
    public func cancel(_ item: OutboxItem) async {
        takenBack.insert(item.doc)
        let done = await act { try await hongqi.outbox().cancel(doc: item.doc) }
        if !done { takenBack.remove(item.doc) }
    }

    /// Lets go of what was refused, after keeping its text as a draft.
    public func discard(_ item: OutboxItem) async {
        takenBack.insert(item.doc)
        let done = await act {
            let said = try await hongqi.outbox().refused(doc: item.doc)
            if let article = said.article {
                _ = try await hongqi.feed().keepDraft(draft: nil, title: said.title, text: said.text, article: article)
            } else if !said.title.isEmpty || !said.text.isEmpty {
                _ = try await hongqi.personal().newDraft(title: said.title, text: said.text, target: said.target)
            }
            try await hongqi.outbox().discard(doc: item.doc)
        }
        if !done { takenBack.remove(item.doc) }
    }

    /// Sends what was refused once more.
    public func retry(_ item: OutboxItem) async {
        await act { try await hongqi.outbox().retry(doc: item.doc) }
    }
}

extension OutboxItem {
    fileprivate func delivered() -> OutboxItem {
        OutboxItem(
            doc: doc, space: space, kind: kind, writtenAt: writtenAt, cancellable: false, delivery: .atServer)
    }
}
