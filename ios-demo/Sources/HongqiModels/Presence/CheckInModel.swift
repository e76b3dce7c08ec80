import Hongqi
import Observation

/// One activity, for who comes: check in by a door's code or by one's own word, go, ask for leave, vote.
@MainActor @Observable
public final class CheckInModel: Screen {
    public let hongqi: Hongqi
    public let id: DocId
    public var failure: Failure?
    public private(set) var activity: ActivityView?
    /// What is known of this member's attendance.
    public private(set) var own: AttendanceRow?
    public private(set) var resolutions: [ResolutionView] = []
    /// What came of the last code that was scanned; nil before, and once it was seen.
    public private(set) var scan: CodeScan?
    /// The same of one that was scanned on going.
    public private(set) var scanOut: CodeScanOut?
    /// What else this member may do here.
    public private(set) var mayOrganise = false
    public private(set) var mayStandAtDoor = false
    /// Whether this member is there, as far as doors, hosts and the own word tell; nil before they came.
    public private(set) var isThere: Bool?
    private var request: DocId?
    private var names: [MemberId: String] = [:]

    public init(_ hongqi: Hongqi, _ id: DocId) { (self.hongqi, self.id) = (hongqi, id) }

    public func run() async {
        let (hongqi, id) = (hongqi, id)
        await follow([.activity(id), .activities, .directory, .outbox]) {
            try await Seen(of: id, on: hongqi)
        } show: { seen in
            (activity, own, resolutions, request) = (seen.activity, seen.own, seen.resolutions, seen.request)
            (mayOrganise, mayStandAtDoor, names, isThere) = (seen.mayOrganise, seen.mayStandAtDoor, seen.names, seen.isThere)
        }
    }

    /// Who says what of the own attendance while that is disputed: with whom one can settle it.
    public var sides: [(name: String, mark: Mark)] {
        guard case .disputed(let words) = own?.status else { return [] }
        return words.map { (names[$0.by] ?? "", $0.mark) }
    }

    private var isOpen: Bool { activity.map { !$0.cancelled } ?? false }
    /// Who has gone may come back.
    public var canCheckIn: Bool { isOpen && isThere != true }
    /// Whom a host took in goes as those do who checked in themselves.
    public var canCheckOut: Bool { isThere == true }
    public var canAskLeave: Bool { isOpen && isThere == nil && request == nil }
    /// Whether an own request may be taken back.
    public var canWithdrawLeave: Bool { request != nil && own?.leave == .asked }

    public func checkIn() async {
        await act { _ = try await hongqi.activities().checkIn(activity: id) }
    }

    /// What a camera, or whatever else reads codes, has read. A code that is not taken changes nothing, and says why.
    public func scanned(_ text: String) async {
        await act { scan = try await hongqi.presence().checkInWithCode(text: text, activity: id) }
    }

    /// The same on going: how long one stayed is then as well founded as that one came.
    public func scannedOut(_ text: String) async {
        await act { scanOut = try await hongqi.presence().checkOutWithCode(text: text, activity: id) }
    }

    public func scanSeen() { (scan, scanOut) = (nil, nil) }

    public func checkOut() async {
        await act { try await hongqi.presence().checkOut(activity: id) }
    }

    public func askLeave(reason: String) async {
        await act { _ = try await hongqi.activities().askLeave(activity: id, reason: reason) }
    }

    public func withdrawLeave() async {
        guard let request else { return }
        await act { try await hongqi.activities().withdrawLeave(request: request) }
    }

    public func vote(_ choice: VoteChoice, on resolution: ResolutionView) async {
        await act { _ = try await hongqi.activities().vote(resolution: resolution.id, choice: choice) }
    }

    public func canVote(on resolution: ResolutionView) -> Bool {
        own?.place == .voter && resolution.closed == nil && !resolution.withdrawn
    }

    private struct Seen: Sendable {
        let activity: ActivityView?
        let own: AttendanceRow?
        let resolutions: [ResolutionView]
        let request: DocId?
        let isThere: Bool?
        let mayOrganise, mayStandAtDoor: Bool
        let names: [MemberId: String]

        init(of id: DocId, on hongqi: Hongqi) async throws {
            let (me, activities) = (try await hongqi.me().member, try hongqi.activities())
            activity = try await activities.activity(id: id)
            own = try await activities.attendance(activity: id).first { $0.member == me }
            resolutions = try await activities.resolutions(activity: id)
            let said = try await activities.evidence(activity: id, member: me)
            request = said.last { $0.by == me && $0.word == .asked(withdrawn: false) }?.id
            isThere = said.lazy.compactMap(Self.comes).last
            names = Dictionary(said.map { ($0.by, $0.byName) }, uniquingKeysWith: { first, _ in first })
            let rights = try await Rights(of: hongqi)
            mayOrganise = activity.map { rights.hold(.organiser, at: $0.org) } ?? false
            mayStandAtDoor = activity.map { rights.hold(.host, at: $0.org) } ?? false
        }

        /// Whether somebody came or went by it; nil of all else, and of what counts for nobody.
        private static func comes(by entry: EvidenceView) -> Bool? {
            guard case .seen(_, _, let out) = entry.word else { return nil }
            if case .refused = entry.delivery { return nil }
            return !out
        }
    }
}
