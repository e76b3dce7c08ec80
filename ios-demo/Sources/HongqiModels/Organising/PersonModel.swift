import Hongqi
import Observation

/// One person at an activity: everything that was said, by whom and why, and what an organiser can say to it.
@MainActor @Observable
public final class PersonModel: Screen {
    public let hongqi: Hongqi
    public let activity: DocId
    public let member: MemberId
    public var failure: Failure?
    public private(set) var row: AttendanceRow?
    /// In the order in which it was said.
    public private(set) var evidence: [EvidenceView] = []
    /// The names of those who said it.
    public private(set) var names: [MemberId: String] = [:]
    /// Whether a correction needs a second signature.
    public private(set) var closed = false
    /// Why: of what settles a dispute, or corrects.
    public var reason = ""
    private var me: MemberId?

    public init(_ hongqi: Hongqi, _ activity: DocId, _ member: MemberId) {
        (self.hongqi, self.activity, self.member) = (hongqi, activity, member)
    }

    public func run() async {
        let (hongqi, id, member) = (hongqi, activity, member)
        await follow([.activity(id), .activities, .directory]) {
            let activities = try hongqi.activities()
            let row = try await activities.attendance(activity: id).first { $0.member == member }
            let evidence = try await activities.evidence(activity: id, member: member)
            let closed = try await activities.activity(id: id)?.closed != nil
            return (row, evidence, closed, try await hongqi.me().member)
        } show: {
            (row, evidence, closed, me) = $0
            names = Dictionary(evidence.map { ($0.by, $0.byName) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// Those who say different things, each with what they say; empty if nobody contradicts.
    public var sides: [LastWord] {
        if case .disputed(let words) = row?.status { words } else { [] }
    }

    /// The request for leave that waits for an answer.
    public var request: EvidenceView? {
        guard row?.leave == .asked || row?.leave == .disputed else { return nil }
        return evidence.last { $0.word == .asked(withdrawn: false) }
    }

    /// Corrections that this member may sign too: none of the own attendance.
    public var toSecond: [Pending] { member == me ? [] : row?.pending.filter { $0.by != me } ?? [] }

    /// Nobody settles what is said of themselves.
    public var canSettle: Bool { member != me && reason.contains { !$0.isWhitespace } }

    /// Ends a dispute, with the reason.
    public func resolve(_ mark: Mark) async {
        guard canSettle else { return }
        await say { _ = try await $0.resolve(activity: activity, member: member, mark: mark, reason: reason) }
    }

    /// Corrects what is said; after the closing it waits for a second organiser.
    public func correct(_ mark: Mark) async {
        guard canSettle else { return }
        await say { _ = try await $0.correct(activity: activity, member: member, mark: mark, reason: reason) }
    }

    public func second(_ pending: Pending) async {
        await act { _ = try await hongqi.activities().second(mark: pending.doc) }
    }

    public func answer(_ answer: LeaveAnswer) async {
        guard let request else { return }
        await act { _ = try await hongqi.activities().answerLeave(request: request.id, answer: answer) }
    }

    private func say(_ work: (Activities) async throws -> Void) async {
        if await act({ try await work(try hongqi.activities()) }) { reason = "" }
    }
}
