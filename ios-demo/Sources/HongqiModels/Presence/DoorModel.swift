import Hongqi
import Observation

/// One open door: its code, the cards that are scanned at it, and who comes without one.
@MainActor @Observable
public final class DoorModel: Screen {
    public let hongqi: Hongqi
    public let id: DocId
    public var failure: Failure?
    public private(set) var door: DoorView?
    /// The code of now; nil before the first, and once the door is shut.
    public var code: QrPicture? { door.map { $0.shut || $0.revoked } == false ? shown : nil }
    /// What came of the last card.
    public private(set) var scan: CardScan?
    /// A name, a part of one, or pinyin.
    public var query = ""
    public private(set) var found: [ExpectedView] = []
    private var amber: String?
    private var shown: QrPicture?

    public init(_ hongqi: Hongqi, _ id: DocId) { (self.hongqi, self.id) = (hongqi, id) }

    public func run() async {
        async let codes: Void = showCodes()
        await watch()
        await codes
    }

    /// What a camera, or whatever else reads codes, has read.
    public func scanned(_ text: String) async {
        await act {
            let scan = try await hongqi.presence().scanCard(door: id, text: text)
            self.scan = scan
            amber = if case .amber = scan { text } else { nil }
        }
    }

    /// What the host sees at a glance.
    public enum Light: Sendable { case green, amber, red }

    public var light: Light? {
        switch scan {
        case nil: nil
        case .admitted, .already: .green
        case .amber: .amber
        case .refused: .red
        }
    }

    /// The host takes in whose card is amber; it is kept and shown with its doubt.
    public func admitAnyway() async {
        guard let text = amber, case .amber(let card) = scan else { return }
        await act {
            try await hongqi.presence().admitAnyway(door: id, text: text)
            (scan, amber) = (.admitted(card.who), nil)
        }
    }

    public func scanSeen() { (scan, amber) = (nil, nil) }

    /// Call it in a task that begins anew with each change of `query`: an answer that comes too late is not shown.
    public func find() async {
        guard let door else { return }
        let asked = query
        await act {
            let found = try await hongqi.presence().findExpected(activity: door.activity, query: asked)
            if asked == query { self.found = found }
        }
    }

    /// The host knows the person.
    public func admit(_ person: ExpectedView) async {
        await act {
            try await hongqi.presence().admitByName(door: id, member: person.member)
        }
        await find()
    }

    public func seeOut(_ person: ExpectedView) async {
        await act { try await hongqi.presence().seeOut(door: id, member: person.member) }
        await find()
    }

    /// Visitors who came, or (negative) were counted too many.
    public func count(guests: Int64) async {
        await act { _ = try await hongqi.presence().guests(door: id, count: guests) }
    }

    public func shut() async {
        await act { try await hongqi.presence().shutDoor(door: id) }
    }

    private func watch() async {
        let (hongqi, id) = (hongqi, id)
        guard let activity = try? await hongqi.presence().door(id: id)?.activity else { return }
        await follow([.activity(activity), .directory], { try await hongqi.presence().door(id: id) }) { door = $0 }
    }

    private func showCodes() async {
        do {
            for try await shown in try hongqi.doorCodes(of: id) { self.shown = QrPicture(svg: shown.svg) }
        } catch {
            // The codes of a door end with it.
            let door = try? await hongqi.presence().door(id: id)
            if door.map({ $0.shut || $0.revoked }) != true { failure = Failure(error) }
        }
    }
}
