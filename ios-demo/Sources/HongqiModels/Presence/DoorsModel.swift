import Hongqi
import Observation

/// The doors of an activity, for a host: what is needed before the network is left behind, and the doors that are open.
@MainActor @Observable
public final class DoorsModel: Screen {
    public let hongqi: Hongqi
    public let activity: DocId
    public var failure: Failure?
    /// In the order in which one would put it right.
    public private(set) var checks: [ReadyCheck] = []
    public private(set) var doors: [DoorView] = []
    public var label = ""
    private var me: MemberId?

    public init(_ hongqi: Hongqi, _ activity: DocId) { (self.hongqi, self.activity) = (hongqi, activity) }

    public func run() async {
        let (hongqi, activity) = (hongqi, activity)
        await follow([.activity(activity), .activities, .directory, .outbox]) {
            let checks = try await hongqi.activities().ready(activity: activity)
            let doors = try await hongqi.presence().doors(activity: activity)
            return (checks, doors, try await hongqi.me().member)
        } show: {
            (checks, doors, me) = $0
        }
    }

    public var ready: Bool { !checks.isEmpty && checks.allSatisfy { $0.lacks == nil } }

    /// Whether this member's phone may show its code. Another phone of the same member is told so by the core.
    public func isOwn(_ door: DoorView) -> Bool { door.host == me && !door.shut && !door.revoked }

    /// Brings the names of who is expected here, and then asks for an exchange.
    public func prepare() async {
        await act {
            try await hongqi.presence().prepareDoor(activity: activity)
            try hongqi.syncNow()
        }
    }

    public var canOpen: Bool { label.contains { !$0.isWhitespace } }

    public func open() async {
        guard canOpen else { return }
        let opened = await act { _ = try await hongqi.presence().openDoor(activity: activity, label: label) }
        if opened { label = "" }
    }

    /// An organiser takes a door back, whoever's it is.
    public func revoke(_ door: DoorView) async {
        await act { try await hongqi.presence().revokeDoor(door: door.id) }
    }

    /// The activity is over: the names go from this phone.
    public func letGo() async {
        await act { try await hongqi.presence().leaveDoor(activity: activity) }
    }
}
