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
    private var me: MemberId?

    public init(_ hongqi: Hongqi, _ space: SpaceId) { (self.hongqi, self.space) = (hongqi, space) }

    public func run() async {
        let (hongqi, space) = (hongqi, space)
        await follow([.consultations, .directory, .outbox]) {
            let consult = try hongqi.consult()
            let me = try await hongqi.me().member
            return (try await consult.consultation(space: space), try await consult.readers(space: space), me)
        } show: {
            (consultation, readers, me) = $0
        }
    }

    public var isClosed: Bool { consultation?.state.phase == .closed }
    private var isAsker: Bool { consultation?.asker == me }

    /// The desk may say that it has answered what is open.
    public var canAnswer: Bool {
        guard let consultation, !isAsker else { return false }
        return consultation.state.phase == .open || consultation.state.phase == .reopened
    }

    public var canReopen: Bool { isClosed && isAsker }

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

    public func close() async { await act { try await hongqi.consult().closeCase(space: space) } }

    public func reopen() async { await act { try await hongqi.consult().reopen(space: space) } }
}
