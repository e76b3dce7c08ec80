import Hongqi
import Observation

/// One activity: "I am here" for who comes, the roll for who organises it.
@MainActor @Observable
public final class CheckInModel: Screen {
    public let hongqi: Hongqi
    public let id: DocId
    public var failure: Failure?
    public private(set) var activity: ActivityView?
    /// Those about whom there is evidence that this phone may know.
    public private(set) var attendance: [AttendanceRow] = []
    /// Who belongs to the organisation, for the roll; empty for who may not call it.
    public private(set) var members: [MemberView] = []
    /// The organiser's marks that are not said yet.
    public private(set) var marks: [MemberId: Mark] = [:]

    public init(_ hongqi: Hongqi, _ id: DocId) { (self.hongqi, self.id) = (hongqi, id) }

    public func run() async {
        let (hongqi, id) = (hongqi, id)
        await follow([.activity(id), .activities, .directory]) {
            let activity = try await hongqi.activities().activity(id: id)
            let attendance = try await hongqi.activities().attendance(activity: id)
            let members = try await Self.roster(hongqi, of: activity)
            return (activity, attendance, members)
        } show: {
            (activity, attendance, members) = $0
        }
    }

    public var canCheckIn: Bool {
        guard let activity else { return false }
        return !activity.cancelled && activity.checkedIn == nil
    }

    public func checkIn() async {
        await act { _ = try await hongqi.activities().checkIn(activity: id) }
    }

    /// The organiser taps on a name: present, absent, excused, nothing.
    public func cycle(_ member: MemberId) {
        let next: [Mark: Mark] = [.present: .absent, .absent: .excused]
        marks[member] = marks[member].map { next[$0] } ?? .present
    }

    public func callRoll() async {
        let said = marks
        guard !said.isEmpty else { return }
        let done = await act { try await hongqi.activities().callRoll(activity: id, marks: said) }
        if done { marks = marks.filter { said[$0.key] != $0.value } }
    }

    /// Nobody's roll is offered to who may not call it. The core judges again when it is called.
    private static func roster(_ hongqi: Hongqi, of activity: ActivityView?) async throws -> [MemberView] {
        guard let activity else { return [] }
        let organises: Set<Role> = [.organiser, .editor, .deputySecretary, .secretary, .administrator]
        let parents = Dictionary(
            try await hongqi.directory().orgs().map { ($0.id, $0.parent) }, uniquingKeysWith: { first, _ in first })
        var above: Set<OrgId> = []
        var next: OrgId? = activity.org
        // Ends also if the cards, which come from outside, go round in a circle.
        while let org = next, above.insert(org).inserted { next = parents[org] ?? nil }
        let may = try await hongqi.directory().roles().contains {
            organises.contains($0.role) && above.contains($0.org)
        }
        return may ? try await hongqi.directory().members(home: activity.org) : []
    }
}
