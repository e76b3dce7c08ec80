import Hongqi
import Observation

/// The roster of an activity with what is known of each, and the roll call.
@MainActor @Observable
public final class RollModel: Screen {
    public let hongqi: Hongqi
    public let activity: DocId
    public var failure: Failure?
    /// Everybody who is expected and everybody of whom something is known, in the order of names.
    public private(set) var rows: [AttendanceRow] = []
    /// Members of the organisation who are on no roster: the roll may name them too.
    public private(set) var others: [MemberView] = []
    /// The organiser's marks that are not said yet.
    public private(set) var marks: [MemberId: Mark] = [:]
    /// Whether what is said now needs a second signature.
    public private(set) var closed = false

    public init(_ hongqi: Hongqi, _ activity: DocId) { (self.hongqi, self.activity) = (hongqi, activity) }

    public func run() async {
        let (hongqi, id) = (hongqi, activity)
        await follow([.activity(id), .activities, .directory]) {
            let activity = try await hongqi.activities().activity(id: id)
            let rows = try await hongqi.activities().attendance(activity: id)
            let listed = Set(rows.map(\.member))
            let members = try await activity.mapAsync { try await hongqi.directory().members(home: $0.org) } ?? []
            return (rows, members.filter { !listed.contains($0.id) }, activity?.closed != nil)
        } show: {
            (rows, others, closed) = $0
        }
    }

    /// Those who are still to be settled, answered or seconded.
    public var open: [AttendanceRow] {
        rows.filter { row in
            if case .disputed = row.status { return true }
            return row.leave == .asked || row.leave == .disputed || !row.pending.isEmpty
        }
    }

    /// A tap on a name: present, absent, excused, nothing.
    public func cycle(_ member: MemberId) {
        let next: [Mark: Mark] = [.present: .absent, .absent: .excused]
        marks[member] = marks[member].map { next[$0] } ?? .present
    }

    public func callRoll() async {
        let said = marks
        guard !said.isEmpty else { return }
        let done = await act { try await hongqi.activities().callRoll(activity: activity, marks: said) }
        if done { marks = marks.filter { said[$0.key] != $0.value } }
    }
}

extension Optional {
    fileprivate func mapAsync<Other>(_ transform: (Wrapped) async throws -> Other) async rethrows -> Other? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
