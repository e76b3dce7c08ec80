import Hongqi
import Observation

/// What stands above a discussion that is a consultation: how far it is, and who can read it; nothing above any other.
@MainActor @Observable
public final class ConsultationModel: Screen {
    public let hongqi: Hongqi
    public let space: SpaceId
    public var failure: Failure?
    public private(set) var consultation: CaseView?
    /// The asker first.
    public private(set) var readers: [CaseReader] = []
    /// Whom of the readers its asker would better leave out: of whom it has become known since, or who was let in all the same.
    public private(set) var proposal: [LeaveOut] = []
    /// Whether it has gone from this phone: its asker has left this member out, or its time is over; the screen closes.
    public private(set) var gone = false
    private var me: MemberId?

    public init(_ hongqi: Hongqi, _ space: SpaceId) { (self.hongqi, self.space) = (hongqi, space) }

    public func run() async {
        let (hongqi, space) = (hongqi, space)
        await follow([.consultations, .directory, .outbox]) {
            let consult = try hongqi.consult()
            let me = try await hongqi.me().member
            let (shown, readers) = (try await consult.consultation(space: space), try await consult.readers(space: space))
            return (shown, readers, try await consult.proposalFor(space: space), me)
        } show: { shown in
            if shown.0 == nil, consultation != nil { gone = true }
            (consultation, readers, proposal, me) = shown
        }
    }

    public var isClosed: Bool { consultation?.state.phase == .closed }
    private var isAsker: Bool { consultation?.asker == me }

    /// The desk may say that it has answered what is open.
    public var canAnswer: Bool {
        guard let consultation, !isAsker else { return false }
        return consultation.state.phase == .open || consultation.state.phase == .reopened
    }

    /// The asker may have more to say about what the desk took for done.
    public var canReopen: Bool { isAsker && (isClosed || consultation?.state.phase == .answered) }

    /// Whom the asker may leave out from now on: everybody who reads it by an office.
    public var leavable: [CaseReader] { isAsker ? readers.filter { $0.office != nil } : [] }

    /// Whether nobody of the desk reads it without this one.
    public func isLast(_ member: MemberId) -> Bool { leavable.allSatisfy { $0.member == member } }

    /// In whose hands the desk may put it.
    public var receivers: [CaseReader] {
        guard let consultation, !isAsker, !isClosed else { return [] }
        return readers.filter { $0.office != nil && $0.member != consultation.state.handler }
    }

    public func isMe(_ reader: CaseReader) -> Bool { reader.member == me }

    /// In whose hands it is.
    public var handler: CaseReader? { readers.first { $0.member == consultation?.state.handler } }

    public func answered() async { await act { try await hongqi.consult().answered(space: space) } }

    public func handOver(to reader: CaseReader) async {
        await act { try await hongqi.consult().handOver(space: space, to: reader.member) }
    }

    /// From now on `member` reads nothing of it. There is no way back.
    public func leaveOut(_ member: MemberId) async {
        await act { try await hongqi.consult().leaveOut(space: space, members: [member]) }
    }

    public func close() async { await act { try await hongqi.consult().closeCase(space: space) } }

    public func reopen() async { await act { try await hongqi.consult().reopen(space: space) } }
}
